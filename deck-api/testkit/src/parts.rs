//! What speaks of a value: the schema that it is valid under, and every other that this one brings with it.

use crate::Judge;
use crate::document::DocumentError;
use crate::judge::Place;
use serde_json::{Map, Value};

/// The schemas that speak of one value, each with its place.
pub struct Parts<'a> {
    judge: &'a Judge,
    all: Vec<(Place, &'a Map<String, Value>)>,
}

impl<'a> Parts<'a> {
    /// The schemas at `places` and all that speak of the value with them: what they refer to, what they are composed of, and
    /// the branches that admit the value.
    pub fn of(judge: &'a Judge, places: &[Place], value: &Value) -> Result<Self, DocumentError> {
        let mut parts = Self { judge, all: Vec::new() };
        for place in places {
            parts.add(place, value, 0)?;
        }
        Ok(parts)
    }

    /// The schemas.
    pub fn schemas(&self) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.all.iter().map(|(_, schema)| *schema)
    }

    /// Whether any of them declares properties.
    pub fn is_struct(&self) -> bool {
        self.schemas().any(|schema| schema.contains_key("properties"))
    }

    /// Whether a property has to be there.
    pub fn requires(&self, name: &str) -> bool {
        self.schemas().filter_map(|schema| schema.get("required")?.as_array()).flatten().any(|required| required == name)
    }

    /// Whether some schema has this format.
    pub fn has_format(&self, format: &str) -> bool {
        self.schemas().any(|schema| schema.get("format").is_some_and(|own| own == format))
    }

    fn add(&mut self, place: &Place, value: &Value, depth: usize) -> Result<(), DocumentError> {
        let judge = self.judge;
        let Some(schema) = judge.schema(place).as_object().filter(|_| depth < 32) else { return Ok(()) };
        if self.all.iter().any(|(known, _)| known == place) {
            return Ok(());
        }
        self.all.push((place.clone(), schema));
        let mut add = |place: Option<Place>| match place {
            Some(place) => self.add(&place, value, depth + 1),
            None => Ok(()),
        };
        let reference = schema.get("$ref").and_then(Value::as_str);
        add(reference.and_then(|reference| judge.referenced(reference)))?;
        for index in 0..length(schema, "allOf") {
            add(judge.child(place, &["allOf", &index.to_string()]))?;
        }
        for union in ["oneOf", "anyOf"] {
            for index in 0..length(schema, union) {
                let Some(branch) = judge.child(place, &[union, &index.to_string()]) else { continue };
                if judge.admits_at(&branch, value)? {
                    add(Some(branch))?;
                }
            }
        }
        if let Some(condition) = schema.get("if").and_then(|_| judge.child(place, &["if"])) {
            let holds = judge.admits_at(&condition, value)?;
            add(judge.child(place, &[if holds { "then" } else { "else" }]))?;
            add(Some(condition).filter(|_| holds))?;
        }
        for (name, _) in schema.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten() {
            if value.get(name).is_some() {
                add(judge.child(place, &["dependentSchemas", name]))?;
            }
        }
        Ok(())
    }

    /// The schemas that declare a property, by its name, by a pattern, or as one of a map.
    pub fn property(&self, name: &str) -> Vec<Place> {
        let mut found = Vec::new();
        for (place, schema) in &self.all {
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

    /// The schemas of an item.
    pub fn item(&self, index: usize) -> Vec<Place> {
        let of = |(place, schema): &(Place, &Map<String, Value>)| {
            if index < length(schema, "prefixItems") {
                return self.judge.child(place, &["prefixItems", &index.to_string()]);
            }
            self.judge.child(place, &["items"])
        };
        self.all.iter().filter_map(of).collect()
    }
}

fn length(schema: &Map<String, Value>, key: &str) -> usize {
    schema.get(key).and_then(Value::as_array).map_or(0, Vec::len)
}
