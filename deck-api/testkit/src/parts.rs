//! Collects all schemas that apply to a value: its schema, and the references, parts and branches of that schema.

use crate::Judge;
use crate::document::DocumentError;
use crate::judge::Place;
use serde_json::{Map, Value};

/// The schemas that apply to one value, each with its location.
pub struct Parts<'a> {
    judge: &'a Judge,
    all: Vec<Part<'a>>,
}

struct Part<'a> {
    place: Place,
    schema: &'a Map<String, Value>,
    /// Whether the schema is a branch or belongs to one, so that other values need not fit it.
    is_chosen: bool,
}

impl<'a> Parts<'a> {
    /// Collects the schemas at `places`, their references and parts, and the branches that allow the value.
    pub fn of(judge: &'a Judge, places: &[Place], value: &Value) -> Result<Self, DocumentError> {
        let mut parts = Self { judge, all: Vec::new() };
        for place in places {
            parts.add(place, value, false, 0)?;
        }
        Ok(parts)
    }

    /// Returns the schemas.
    pub fn schemas(&self) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.all.iter().map(|part| part.schema)
    }

    /// Returns whether any of the schemas declares properties.
    pub fn is_struct(&self) -> bool {
        self.declares_properties() || self.schemas().any(|schema| names(schema, "required").next().is_some())
    }

    /// Whether the property, for which there is no schema, is one of those: only where no schema declares any does it declare
    /// one to ask for it by name.
    pub fn names(&self, name: &str) -> bool {
        !self.declares_properties() && self.requires(name)
    }

    fn declares_properties(&self) -> bool {
        self.schemas().any(|schema| schema.contains_key("properties"))
    }

    /// Whether a property has to be there. A branch that only asks for it is a check, and no part of a type.
    pub fn requires(&self, name: &str) -> bool {
        let declares =
            |schema: &Map<String, Value>| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
        let mut counting = self.all.iter().filter(|part| !part.is_chosen || declares(part.schema));
        counting.any(|part| names(part.schema, "required").any(|required| required == name))
    }

    /// Returns whether any schema has this format.
    pub fn has_format(&self, format: &str) -> bool {
        self.schemas().any(|schema| schema.get("format").is_some_and(|own| own == format))
    }

    fn add(&mut self, place: &Place, value: &Value, is_chosen: bool, depth: usize) -> Result<(), DocumentError> {
        let judge = self.judge;
        let Some(schema) = judge.schema(place).as_object().filter(|_| depth < 32) else { return Ok(()) };
        if self.all.iter().any(|part| part.place == *place) {
            return Ok(());
        }
        self.all.push(Part { place: place.clone(), schema, is_chosen });
        for place in self.always(place, schema) {
            self.add(&place, value, is_chosen, depth + 1)?;
        }
        for place in self.chosen(place, schema, value)? {
            self.add(&place, value, true, depth + 1)?;
        }
        Ok(())
    }

    /// Adds the schemas that every value has to fit too.
    fn always(&self, place: &Place, schema: &Map<String, Value>) -> Vec<Place> {
        let reference = schema.get("$ref").and_then(Value::as_str).and_then(|reference| self.judge.referenced(reference));
        let all = (0..length(schema, "allOf")).filter_map(|index| self.judge.child(place, &["allOf", &index.to_string()]));
        reference.into_iter().chain(all).collect()
    }

    /// Adds the schemas that this value fits, but that other values need not fit.
    fn chosen(&self, place: &Place, schema: &Map<String, Value>, value: &Value) -> Result<Vec<Place>, DocumentError> {
        let mut found = Vec::new();
        for union in ["oneOf", "anyOf"] {
            for index in 0..length(schema, union) {
                let Some(branch) = self.judge.child(place, &[union, &index.to_string()]) else { continue };
                if self.judge.admits_at(&branch, value)? {
                    found.push(branch);
                }
            }
        }
        if let Some(condition) = self.judge.child(place, &["if"]) {
            let holds = self.judge.admits_at(&condition, value)?;
            found.extend(self.judge.child(place, &[if holds { "then" } else { "else" }]));
            found.extend(Some(condition).filter(|_| holds));
        }
        for (name, _) in schema.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten() {
            if value.get(name).is_some() {
                found.extend(self.judge.child(place, &["dependentSchemas", name]));
            }
        }
        Ok(found)
    }

    /// Returns whether the schema itself allows undeclared properties explicitly.
    pub fn keeps_others(&self) -> bool {
        let allows = |key: &str| self.schemas().any(|schema| schema.get(key) == Some(&Value::Bool(true)));
        allows("additionalProperties") || allows("unevaluatedProperties")
    }

    /// Returns the schemas that declare a property, by its name, by a pattern, or as a value of a map.
    pub fn property(&self, name: &str) -> Vec<Place> {
        let mut found = Vec::new();
        for Part { place, schema, .. } in &self.all {
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
        if found.is_empty() {
            let described = self.all.iter().filter(|part| part.schema.get("unevaluatedProperties").is_some_and(Value::is_object));
            found.extend(described.filter_map(|part| self.judge.child(&part.place, &["unevaluatedProperties"])));
        }
        found
    }

    /// Returns the schemas of an item.
    pub fn item(&self, index: usize) -> Vec<Place> {
        let of = |part: &Part<'_>| {
            if index < length(part.schema, "prefixItems") {
                return self.judge.child(&part.place, &["prefixItems", &index.to_string()]);
            }
            self.judge.child(&part.place, &["items"])
        };
        self.all.iter().filter_map(of).collect()
    }
}

fn names<'a>(schema: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a str> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn length(schema: &Map<String, Value>, key: &str) -> usize {
    schema.get(key).and_then(Value::as_array).map_or(0, Vec::len)
}
