//! Generates objects: with all required properties, some optional ones, and additional ones if they are allowed.

use super::{Flat, Values, count};
use serde_json::{Map, Value};

impl Values {
    pub(super) fn object(&mut self, schema: &Flat, depth: usize) -> Option<Value> {
        let small = self.is_small(depth);
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let most = count(schema, "maxProperties").unwrap_or(usize::MAX);
        // No optional properties, all of them, or some.
        let percent = if small { 0 } else { [0, 50, 50, 50, 100][self.rng.usize(0..5)] };
        let mut object = Map::new();
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        for (name, property) in properties {
            if required.contains(&name.as_str()) {
                object.insert(name.clone(), self.value(property, depth + 1)?);
            }
        }
        for (name, property) in properties {
            let wanted = object.len() < most && self.rng.u8(0..100) < percent;
            // An optional property without a valid value is left out.
            if wanted
                && !object.contains_key(name)
                && let Some(value) = self.value(property, depth + 1)
            {
                object.insert(name.clone(), value);
            }
        }
        for name in required {
            if !object.contains_key(name) {
                object.insert(name.to_owned(), self.undeclared(schema, depth)?);
            }
        }
        self.add_others(schema, &mut object, depth)?;
        self.add_dependents(schema, &mut object, depth)?;
        Some(Value::Object(object))
    }

    /// Generates a property that is required, but not described.
    fn undeclared(&mut self, schema: &Flat, depth: usize) -> Option<Value> {
        match schema.get("additionalProperties") {
            Some(schema @ Value::Object(_)) => self.value(schema, depth + 1),
            _ => Some(self.any(depth + 1)),
        }
    }

    fn add_others(&mut self, schema: &Flat, object: &mut Map<String, Value>, depth: usize) -> Option<()> {
        let least = count(schema, "minProperties").unwrap_or(0);
        let most = count(schema, "maxProperties").unwrap_or(usize::MAX);
        for (pattern, value) in schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten() {
            for _ in 0..self.rng.usize(0..3) {
                if let Some(key) = self.matching(pattern, &(0..=usize::MAX))
                    && object.len() < most
                    && !object.contains_key(&key)
                {
                    object.insert(key, self.value(value, depth + 1)?);
                }
            }
        }
        let others = schema.get("additionalProperties").or_else(|| schema.get("unevaluatedProperties"));
        let wanted = match others {
            Some(Value::Bool(false)) => return Some(()),
            Some(Value::Object(_)) if self.is_small(depth) => 0,
            Some(Value::Object(_)) => self.rng.usize(0..3),
            // An API may send undocumented properties.
            _ => usize::from(!schema.contains_key("propertyNames") && self.rng.u8(0..4) == 0),
        };
        let wanted = wanted.max(least.saturating_sub(object.len())).min(most.saturating_sub(object.len()));
        for _ in 0..wanted {
            let (key, value) = match others {
                Some(value @ Value::Object(_)) => (self.key(schema)?, self.value(value, depth + 1)?),
                _ if schema.contains_key("propertyNames") => (self.key(schema)?, self.any(depth + 1)),
                _ => (format!("unknown_{}", self.letters(4)), self.any(depth + 1)),
            };
            object.entry(key).or_insert(value);
        }
        Some(())
    }

    fn key(&mut self, schema: &Flat) -> Option<String> {
        match schema.get("propertyNames") {
            Some(names) => {
                let mut names = self.flat(names, 0)?;
                names.insert("type".to_owned(), "string".into());
                self.value(&Value::Object(names), 0)?.as_str().map(str::to_owned)
            }
            None => Some(self.word()),
        }
    }

    fn add_dependents(&mut self, schema: &Flat, object: &mut Map<String, Value>, depth: usize) -> Option<()> {
        for (name, needed) in schema.get("dependentRequired").and_then(Value::as_object).into_iter().flatten() {
            for other in needed.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if object.contains_key(name) && !object.contains_key(other) {
                    let property = schema.get("properties").and_then(|properties| properties.get(other));
                    object.insert(other.to_owned(), self.value(property.unwrap_or(&Value::Bool(true)), depth + 1)?);
                }
            }
        }
        Some(())
    }
}
