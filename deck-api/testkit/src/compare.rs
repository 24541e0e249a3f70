//! Compares a value with the result of decoding and encoding it, under its schema.

use crate::Judge;
use crate::dialect::has_type;
use crate::document::DocumentError;
use crate::judge::Place;
use crate::parts::Parts;
use chrono::DateTime;
use serde_json::{Map, Number, Value};

/// The direction of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Sent to the API: absent and null are different.
    Request,
    /// Received from the API: a null optional property may also be absent.
    Response,
}

/// Returns the differences between `before`, a value that is valid under the schema at `pointer`, and `after`, the result of
/// decoding and encoding it. The list is empty if the two are equivalent.
///
/// Undeclared properties may be lost if the schema declares others. Numbers are compared as numbers, in the width of their
/// format, and timestamps as instants. A string that contains a number may become a number if the schema allows both. Nothing
/// else may change.
///
/// # Errors
///
/// Returns an error if there is no such schema, or if the validator refuses a schema that it needs.
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

impl Comparison<'_> {
    fn compare(&mut self, schemas: &[Place], at: &str, before: &Value, after: &Value) -> Result<(), DocumentError> {
        let parts = Parts::of(self.judge, schemas, before)?;
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.objects(&parts, at, before, after)?,
            (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
                for (index, (before, after)) in before.iter().zip(after).enumerate() {
                    self.compare(&parts.item(index), &format!("{at}/{index}"), before, after)?;
                }
            }
            _ if scalars_agree(&parts, before, after) => {}
            _ => self.found.push(format!("at `{at}`: {} became {}", short(before, 100), short(after, 100))),
        }
        Ok(())
    }

    fn objects(
        &mut self,
        parts: &Parts<'_>,
        at: &str,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Result<(), DocumentError> {
        for (name, value) in before {
            let at = format!("{at}/{}", crate::document::escape(name));
            let schemas = parts.property(name);
            if schemas.is_empty() && parts.is_struct() && !parts.names(name) && !parts.keeps_others() {
                continue;
            }
            match after.get(name) {
                Some(after) => self.compare(&schemas, &at, value, after)?,
                None if value.is_null() && self.direction == Direction::Response && !parts.requires(name) => {}
                None => self.found.push(format!("at `{at}`: {} is lost", short(value, 100))),
            }
        }
        for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            self.found.push(format!("at `{at}/{}`: {} was added", crate::document::escape(name), short(value, 100)));
        }
        Ok(())
    }
}

fn scalars_agree(parts: &Parts<'_>, before: &Value, after: &Value) -> bool {
    match (before, after) {
        // A float cannot represent every integer beyond 2^53.
        (Value::Number(before), Value::Number(after))
            if parts.schemas().any(|schema| has_type(schema, "integer")) && integer(before).is_some() =>
        {
            integer(before) == integer(after).or_else(|| exact(after))
        }
        (Value::Number(before), Value::Number(after)) => same_number(before, after, parts.has_format("float")),
        (Value::String(text), Value::Number(after)) if parts.schemas().any(takes_numbers_as_text) => {
            serde_json::from_str(text).is_ok_and(|before: Number| same_number(&before, after, false))
        }
        (Value::String(before), Value::String(after)) if before != after && parts.has_format("date-time") => {
            let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok();
            instant(before).is_some_and(|before| instant(after).is_some_and(|after| before == after))
        }
        _ => before == after,
    }
}

/// Returns whether a single schema allows a number and its string form. Two branches of a union do not count: a string takes the
/// string branch.
fn takes_numbers_as_text(schema: &Map<String, Value>) -> bool {
    has_type(schema, "string") && (has_type(schema, "integer") || has_type(schema, "number"))
}

fn integer(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Returns the integer that a float represents exactly.
#[allow(clippy::cast_possible_truncation, reason = "it has no fraction and is below 2^53")]
fn exact(number: &Number) -> Option<i128> {
    number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0).map(|float| float as i128)
}

#[allow(clippy::cast_possible_truncation, clippy::float_cmp, reason = "a 32-bit float keeps no more, and has to keep that")]
fn same_number(before: &Number, after: &Number, is_single: bool) -> bool {
    match (integer(before), integer(after), before.as_f64(), after.as_f64()) {
        (Some(before), Some(after), ..) => before == after,
        (_, _, Some(before), Some(after)) if is_single => before as f32 == after as f32,
        (_, _, Some(before), Some(after)) => before == after,
        _ => before == after,
    }
}

/// Returns a value for messages, cut to a length.
pub(crate) fn short(value: &Value, characters: usize) -> String {
    let text = value.to_string();
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
