//! Flattens a schema: follows references, chooses one branch of each union, and merges all constraints.

use super::{Flat, Values};
use serde_json::{Map, Value, json};

impl Values {
    /// Returns the schema without references, unions and compositions, or `None` if its parts contradict each other.
    pub(super) fn flat(&mut self, schema: &Value, depth: usize) -> Option<Flat> {
        self.within(Flat::new(), schema, depth)
    }

    /// Adds a schema to another one that the value must fit, too. Branches are chosen last, so that they fit all the rest.
    fn within(&mut self, mut flat: Flat, schema: &Value, depth: usize) -> Option<Flat> {
        let mut unions = Vec::new();
        self.gather(schema, depth, &mut flat, &mut unions)?;
        only_of_its_type(&mut flat)?;
        for branches in &unions {
            flat = self.with_branch(&flat, branches, depth)?;
        }
        Some(flat)
    }

    /// Merges a schema, its references and its parts, and collects their unions.
    fn gather(&mut self, schema: &Value, depth: usize, flat: &mut Flat, unions: &mut Vec<Vec<Value>>) -> Option<()> {
        let mut own = match schema {
            Value::Object(schema) => schema.clone(),
            Value::Bool(false) => return None,
            _ => return Some(()),
        };
        if depth > 24 {
            // A union that contains itself has no end, so that no other branch is tried.
            self.branches = 0;
            return None;
        }
        let branches = ["oneOf", "anyOf"].into_iter().filter_map(|union| own.shift_remove(union));
        unions.extend(branches.filter_map(|all| all.as_array().filter(|all| !all.is_empty()).cloned()));
        let parts = self.parts(&mut own);
        merge(flat, own)?;
        parts.iter().try_for_each(|part| self.gather(part, depth + 1, flat, unions))
    }

    /// Returns the schema with a branch that does not contradict it.
    fn with_branch(&mut self, flat: &Flat, branches: &[Value], depth: usize) -> Option<Flat> {
        let mut order: Vec<&Value> = branches.iter().collect();
        self.rng.shuffle(&mut order);
        order.into_iter().find_map(|branch| {
            self.branches = self.branches.checked_sub(1)?;
            self.within(flat.clone(), branch, depth + 1)
        })
    }

    /// Removes the nested schemas that must hold too, other than unions, and returns them.
    fn parts(&mut self, schema: &mut Flat) -> Vec<Value> {
        let mut parts = Vec::new();
        if let Some(reference) = schema.shift_remove("$ref") {
            parts.push(self.judge.clone().follow(&json!({ "$ref": reference })).clone());
        }
        if let Some(Value::Array(all)) = schema.shift_remove("allOf") {
            parts.extend(all);
        }
        if let Some(condition) = schema.shift_remove("if") {
            let (then, otherwise) = (schema.shift_remove("then"), schema.shift_remove("else"));
            if self.rng.bool() {
                parts.push(condition);
                parts.extend(then);
            } else {
                parts.extend(otherwise);
            }
        }
        if let Some(Value::Object(dependents)) = schema.shift_remove("dependentSchemas") {
            for (property, dependent) in dependents {
                if self.rng.bool() {
                    parts.push(json!({ "required": [property] }));
                    parts.push(dependent);
                }
            }
        }
        parts
    }
}

/// Merges `part` into the schema: both must hold.
pub(super) fn merge(flat: &mut Flat, part: Flat) -> Option<()> {
    for (key, value) in part {
        let Some(own) = flat.get_mut(&key) else {
            flat.insert(key, value);
            continue;
        };
        match (key.as_str(), own, value) {
            ("properties" | "patternProperties", Value::Object(own), Value::Object(other)) => {
                for (name, property) in other {
                    both(own, name, property);
                }
            }
            ("items" | "additionalProperties" | "propertyNames" | "contains", own, other) => {
                *own = match (own.take(), other) {
                    (Value::Bool(false), _) | (_, Value::Bool(false)) => json!(false),
                    (one, other) if one == other => one,
                    (one, other) => json!({ "allOf": [one, other] }),
                };
            }
            ("required", Value::Array(own), Value::Array(other)) => own.extend(other),
            ("type", own, other) => *own = common_type(own, &other)?,
            ("const", own, other) if *own != other => return None,
            ("enum", Value::Array(own), Value::Array(other)) => {
                own.retain(|value| other.contains(value));
                if own.is_empty() {
                    return None;
                }
            }
            ("minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties", own, other)
                if other.as_f64() > own.as_f64() =>
            {
                *own = other;
            }
            ("maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties", own, other)
                if other.as_f64() < own.as_f64() =>
            {
                *own = other;
            }
            // For all other keywords, the judge decides whether the value is valid.
            _ => {}
        }
    }
    Some(())
}

fn both(properties: &mut Map<String, Value>, name: String, other: Value) {
    match properties.get_mut(&name) {
        Some(own) if *own == other => {}
        Some(own) => *own = json!({ "allOf": [own.take(), other] }),
        None => {
            properties.insert(name, other);
        }
    }
}

fn names(types: &Value) -> Vec<&str> {
    match types {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    }
}

/// Returns the types that both allow. Each integer is a number.
fn common_type(one: &Value, other: &Value) -> Option<Value> {
    let (one, other) = (names(one), names(other));
    let allows = |types: &[&str], name: &str| types.contains(&name) || name == "integer" && types.contains(&"number");
    let mut common: Vec<&str> = one.iter().copied().filter(|name| allows(&other, name)).collect();
    common.extend(other.iter().copied().filter(|name| allows(&one, name) && !one.contains(name)));
    (!common.is_empty()).then(|| json!(common))
}

/// Removes the values that `type` or `const` does not allow from `enum`, and checks `const`.
fn only_of_its_type(flat: &mut Flat) -> Option<()> {
    if let (Some(only), Some(listed)) = (flat.get("const"), flat.get("enum").and_then(Value::as_array)) {
        return listed.contains(only).then_some(());
    }
    let Some(types) = flat.get("type").map(|types| names(types).into_iter().map(str::to_owned).collect::<Vec<_>>()) else {
        return Some(());
    };
    let fits = |value: &Value| {
        types.iter().any(|name| match value {
            Value::Null => name == "null",
            Value::Bool(_) => name == "boolean",
            Value::Number(number) => name == "number" || name == "integer" && number.as_f64().is_some_and(|n| n.fract() == 0.0),
            Value::String(_) => name == "string",
            Value::Array(_) => name == "array",
            Value::Object(_) => name == "object",
        })
    };
    if let Some(Value::Array(values)) = flat.get_mut("enum") {
        values.retain(fits);
        if values.is_empty() {
            return None;
        }
    }
    flat.get("const").is_none_or(fits).then_some(())
}
