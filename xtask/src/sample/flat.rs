//! Expands a schema into flat ones: references are followed, one alternative of each union is picked, and `allOf` is merged.

use super::{Flat, MAX_DEPTH, Samples};
use crate::document::pointer::{component_name, is_name_of};
use serde_json::{Value, json};

/// The maximum number of flat schemas, since nested unions have many combinations.
const MAX_WAYS: usize = 24;

impl Samples<'_> {
    /// The flat schemas that a value can match. First alternatives come first.
    pub(super) fn flats(&self, schema: &Value, depth: usize) -> Vec<Flat> {
        let Value::Object(schema) = schema else {
            return if *schema == Value::Bool(false) { Vec::new() } else { vec![Flat::new()] };
        };
        if depth > MAX_DEPTH || !self.step() {
            return Vec::new();
        }
        let mut own = schema.clone();
        let reference = self.referenced(&own);
        own.shift_remove("$ref");
        let [all, one, any] = ["allOf", "oneOf", "anyOf"].map(|key| match own.shift_remove(key) {
            Some(Value::Array(schemas)) => schemas,
            _ => Vec::new(),
        });
        let mut ways = vec![own];
        if let Some(target) = reference {
            ways = merged(&ways, &self.referred(schema, target, depth));
        }
        for part in all.iter().map(|part| self.base(part)) {
            ways = merged(&ways, &self.flats(&part, depth + 1));
        }
        for union in [one, any].iter().filter(|union| !union.is_empty()) {
            let alternatives: Vec<Flat> = union.iter().flat_map(|alternative| self.tagged(schema, alternative, depth)).collect();
            ways = merged(&ways, &alternatives);
        }
        ways
    }

    /// The flat schemas for a reference. If it leads to a base, a value is one of its children.
    fn referred(&self, reference: &Flat, target: &Value, depth: usize) -> Vec<Flat> {
        let children = reference.get("$ref").and_then(Value::as_str).map(|name| self.bases.references(name)).unwrap_or_default();
        match target.as_object() {
            Some(base) if !children.is_empty() && !base.contains_key("oneOf") && !base.contains_key("anyOf") => {
                children.iter().flat_map(|child| self.tagged(base, &json!({ "$ref": child }), depth)).collect()
            }
            _ => self.flats(target, depth + 1),
        }
    }

    /// The flat schemas of an alternative, with the value of its discriminator.
    fn tagged(&self, union: &Flat, alternative: &Value, depth: usize) -> Vec<Flat> {
        let mut ways = self.flats(alternative, depth + 1);
        let Some(discriminator) = union.get("discriminator").or_else(|| self.inherited(alternative, 0)) else { return ways };
        let reference = alternative.get("$ref").and_then(Value::as_str).unwrap_or_default();
        let name = component_name(reference, "schemas").unwrap_or_default();
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        let mapped = mapping.and_then(|mapping| mapping.iter().find(|(_, target)| is_name_of(target, &name)));
        let value = mapped.map_or(name.as_str(), |(value, _)| value.as_str());
        if let Some(property) = discriminator.get("propertyName").and_then(Value::as_str).filter(|_| !value.is_empty()) {
            let tag = json!({ "type": "object", "required": [property], "properties": { property: { "const": value } } });
            ways = merged(&ways, &self.flats(&tag, depth + 1));
        }
        ways
    }

    /// The discriminator of the nearest base in the `allOf` of an alternative.
    fn inherited(&self, alternative: &Value, depth: usize) -> Option<&Value> {
        let parts = self.referenced(alternative.as_object()?)?.get("allOf")?.as_array()?;
        let own = |part: &Value| self.referenced(part.as_object()?)?.get("discriminator");
        let above = |part| if depth < MAX_DEPTH { self.inherited(part, depth + 1) } else { None };
        parts.iter().find_map(|part| own(part).or_else(|| above(part)))
    }
}

/// Every combination of two lists of flat schemas, except contradictory ones.
fn merged(some: &[Flat], others: &[Flat]) -> Vec<Flat> {
    let pairs = some.iter().flat_map(|one| others.iter().filter_map(|other| merge(one.clone(), other)));
    pairs.take(MAX_WAYS).collect()
}

/// Merges two flat schemas; `None` if they contradict each other.
fn merge(mut flat: Flat, other: &Flat) -> Option<Flat> {
    for (key, value) in other {
        let Some(own) = flat.get_mut(key) else {
            flat.insert(key.clone(), value.clone());
            continue;
        };
        match (key.as_str(), own, value) {
            ("properties", Value::Object(own), Value::Object(others)) => {
                for (name, property) in others {
                    let both = own.get(name).filter(|own| *own != property).map(|own| json!({ "allOf": [own, property] }));
                    own.insert(name.clone(), both.unwrap_or_else(|| property.clone()));
                }
            }
            ("required", Value::Array(own), Value::Array(others)) => own.extend(others.iter().cloned()),
            ("type", own, value) if own == value => {}
            ("type", own, value) => *own = common_type(own, value)?,
            ("enum", Value::Array(own), Value::Array(others)) => own.retain(|value| others.contains(value)),
            ("items" | "additionalProperties", own, value) => *own = json!({ "allOf": [own.take(), value] }),
            (key, own, value) if key.starts_with("min") && value.as_f64() > own.as_f64() => *own = value.clone(),
            (key, own, value) if key.starts_with("max") && value.as_f64() < own.as_f64() => *own = value.clone(),
            // Other duplicate keywords are ignored, since the final value is checked.
            _ => {}
        }
    }
    Some(flat)
}

fn common_type(one: &Value, other: &Value) -> Option<Value> {
    let names = |types: &Value| -> Vec<String> {
        let several = types.as_array().into_iter().flatten().chain(types.is_string().then_some(types));
        several.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let (one, other) = (names(one), names(other));
    let narrower = |name: &String, others: &[String]| {
        others.contains(name) || name == "integer" && others.iter().any(|other| other == "number")
    };
    let mut common: Vec<&String> = one.iter().filter(|name| narrower(name, &other)).collect();
    common.extend(other.iter().filter(|name| narrower(name, &one) && !one.contains(name)));
    (!common.is_empty()).then(|| json!(common))
}
