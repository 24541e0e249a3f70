//! What a decoder and an encoder made of a value: the same under its schema, or what became of it.

use crate::Judge;
use crate::document::DocumentError;
use crate::judge::Place;
use chrono::DateTime;
use serde_json::{Map, Number, Value};

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the API: absent and null are different.
    Request,
    /// From the API: where a property is optional, null may as well be absent.
    Response,
}

/// What differs between `before`, a value that is valid under the schema at `pointer`, and `after`, what came of it when it
/// was decoded and encoded again. Empty if the two say the same.
///
/// Properties that no schema declares may be lost, where others are declared. Numbers are compared as numbers, at the
/// width of their format, and timestamps as instants; text that stands for a number may become one where the schema takes
/// both. Nothing else may change.
///
/// # Errors
///
/// Where there is no such schema, or the validator refuses one that has to be asked.
pub fn differences(
    judge: &Judge,
    pointer: &str,
    before: &Value,
    after: &Value,
    direction: Direction,
) -> Result<Vec<String>, DocumentError> {
    differences_at(judge, &judge.place(pointer)?, before, after, direction)
}

pub(crate) fn differences_at(
    judge: &Judge,
    place: &Place,
    before: &Value,
    after: &Value,
    direction: Direction,
) -> Result<Vec<String>, DocumentError> {
    let mut comparison = Comparison { judge, direction, found: Vec::new() };
    comparison.compare(std::slice::from_ref(place), "", before, after)?;
    Ok(comparison.found)
}

struct Comparison<'a> {
    judge: &'a Judge,
    direction: Direction,
    found: Vec<String>,
}

/// A schema that speaks of a value, and where it is.
type Part<'a> = (Place, &'a Map<String, Value>);

impl<'a> Comparison<'a> {
    fn compare(&mut self, schemas: &[Place], at: &str, before: &Value, after: &Value) -> Result<(), DocumentError> {
        let mut parts = Vec::new();
        for place in schemas {
            self.add_parts(place, before, &mut parts, 0)?;
        }
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.objects(&parts, at, before, after)?,
            (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
                for (index, (before, after)) in before.iter().zip(after).enumerate() {
                    let items = self.item_schemas(&parts, index);
                    self.compare(&items, &format!("{at}/{index}"), before, after)?;
                }
            }
            _ if scalars_agree(&parts, before, after) => {}
            _ => self.found.push(format!("at `{at}`: {} became {}", short(before, 100), short(after, 100))),
        }
        Ok(())
    }

    /// The schema at `place` and all that speak of the value with it: what it refers to, what it is composed of, and the
    /// branches that admit the value.
    fn add_parts(&self, place: &Place, value: &Value, parts: &mut Vec<Part<'a>>, depth: usize) -> Result<(), DocumentError> {
        let Some(schema) = self.judge.schema(place).as_object().filter(|_| depth < 32) else { return Ok(()) };
        if parts.iter().any(|(known, _)| known == place) {
            return Ok(());
        }
        parts.push((place.clone(), schema));
        let mut add = |place: Option<Place>| match place {
            Some(place) => self.add_parts(&place, value, parts, depth + 1),
            None => Ok(()),
        };
        let reference = schema.get("$ref").and_then(Value::as_str);
        add(reference.and_then(|reference| self.judge.referenced(reference)))?;
        for index in 0..length(schema, "allOf") {
            add(self.judge.child(place, &["allOf", &index.to_string()]))?;
        }
        for union in ["oneOf", "anyOf"] {
            for index in 0..length(schema, union) {
                let Some(branch) = self.judge.child(place, &[union, &index.to_string()]) else { continue };
                if self.judge.admits_at(&branch, value)? {
                    add(Some(branch))?;
                }
            }
        }
        if let Some(condition) = schema.get("if").and_then(|_| self.judge.child(place, &["if"])) {
            let holds = self.judge.admits_at(&condition, value)?;
            add(self.judge.child(place, &[if holds { "then" } else { "else" }]))?;
            add(Some(condition).filter(|_| holds))?;
        }
        for (name, _) in schema.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten() {
            if value.get(name).is_some() {
                add(self.judge.child(place, &["dependentSchemas", name]))?;
            }
        }
        Ok(())
    }

    fn objects(
        &mut self,
        parts: &[Part<'a>],
        at: &str,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Result<(), DocumentError> {
        let is_struct = parts.iter().any(|(_, schema)| schema.contains_key("properties"));
        for (name, value) in before {
            let at = format!("{at}/{}", crate::document::escape(name));
            let schemas = self.property_schemas(parts, name);
            if schemas.is_empty() && is_struct {
                continue;
            }
            match after.get(name) {
                Some(after) => self.compare(&schemas, &at, value, after)?,
                None if value.is_null() && self.direction == Direction::Response && !is_required(parts, name) => {}
                None => self.found.push(format!("at `{at}`: {} is lost", short(value, 100))),
            }
        }
        for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            self.found.push(format!("at `{at}/{}`: {} was added", crate::document::escape(name), short(value, 100)));
        }
        Ok(())
    }

    /// The schemas that declare a property, by its name, by a pattern, or as one of a map.
    fn property_schemas(&self, parts: &[Part<'a>], name: &str) -> Vec<Place> {
        let mut found = Vec::new();
        for (place, schema) in parts {
            let declared = schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
            if declared {
                found.extend(self.judge.child(place, &["properties", name]));
            }
            let patterns = schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
            let by_pattern: Vec<&String> =
                patterns.map(|(pattern, _)| pattern).filter(|pattern| self.judge.matches(pattern, name)).collect();
            for pattern in &by_pattern {
                found.extend(self.judge.child(place, &["patternProperties", pattern]));
            }
            if !declared && by_pattern.is_empty() && schema.get("additionalProperties").is_some_and(Value::is_object) {
                found.extend(self.judge.child(place, &["additionalProperties"]));
            }
        }
        found
    }

    fn item_schemas(&self, parts: &[Part<'a>], index: usize) -> Vec<Place> {
        let of = |(place, schema): &Part<'a>| match index < length(schema, "prefixItems") {
            true => self.judge.child(place, &["prefixItems", &index.to_string()]),
            false => schema.get("items").and_then(|_| self.judge.child(place, &["items"])),
        };
        parts.iter().filter_map(of).collect()
    }
}

fn length(schema: &Map<String, Value>, key: &str) -> usize {
    schema.get(key).and_then(Value::as_array).map_or(0, Vec::len)
}

fn is_required(parts: &[Part<'_>], name: &str) -> bool {
    parts.iter().filter_map(|(_, schema)| schema.get("required")?.as_array()).flatten().any(|required| required == name)
}

fn scalars_agree(parts: &[Part<'_>], before: &Value, after: &Value) -> bool {
    let has_format = |format: &str| parts.iter().any(|(_, schema)| schema.get("format").is_some_and(|own| own == format));
    match (before, after) {
        (Value::Number(before), Value::Number(after)) => same_number(before, after, has_format("float")),
        (Value::String(text), Value::Number(after)) if parts.iter().any(|(_, schema)| takes_numbers_as_text(schema)) => {
            serde_json::from_str(text).is_ok_and(|before: Number| same_number(&before, after, false))
        }
        (Value::String(before), Value::String(after)) if before != after && has_format("date-time") => {
            let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok();
            instant(before).is_some_and(|before| instant(after).is_some_and(|after| before == after))
        }
        _ => before == after,
    }
}

/// One schema for both spellings of a number, not two branches of a union, of which text takes the one for text.
fn takes_numbers_as_text(schema: &Map<String, Value>) -> bool {
    let names = schema.get("type").and_then(Value::as_array);
    let has = |wanted: &str| names.is_some_and(|names| names.iter().any(|name| name == wanted));
    has("string") && (has("integer") || has("number"))
}

#[allow(clippy::cast_possible_truncation, clippy::float_cmp, reason = "a 32-bit float keeps no more, and has to keep that")]
fn same_number(before: &Number, after: &Number, is_single: bool) -> bool {
    let integer = |number: &Number| number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (integer(before), integer(after), before.as_f64(), after.as_f64()) {
        (Some(before), Some(after), ..) => before == after,
        (_, _, Some(before), Some(after)) if is_single => before as f32 == after as f32,
        (_, _, Some(before), Some(after)) => before == after,
        _ => before == after,
    }
}

/// A value as messages show it.
pub(crate) fn short(value: &Value, characters: usize) -> String {
    let text = value.to_string();
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
