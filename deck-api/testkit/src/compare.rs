//! When two values say the same under a schema, although they are written differently.

use crate::{Document, Judge};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the API: absent and null are different.
    Request,
    /// From the API: where a property is optional, null may as well be absent.
    Response,
}

/// Brings `value` into the form in which equal values are the same: declared properties alone, numbers as numbers,
/// timestamps as instants.
#[must_use]
pub fn normalize(judge: &Judge, schema: &Value, value: &Value, direction: Direction) -> Value {
    let document = judge.document();
    let parts = parts(document, schema, 0);
    let says = |key: &str| parts.iter().find_map(|part| part.get(key));
    match value {
        Value::String(text) if has_type(&parts, "integer") || has_type(&parts, "number") => {
            serde_json::from_str(text).map_or_else(|_| value.clone(), |number: Value| integral(&number))
        }
        Value::String(text) if says("format").is_some_and(|format| format == "date-time") => instant(text),
        Value::Number(_) if has_type(&parts, "integer") => integral(value),
        Value::Number(_) if has_type(&parts, "number") => json!(value.as_f64()),
        Value::Array(items) => match says("items") {
            Some(schema) => items.iter().map(|item| normalize(judge, schema, item, direction)).collect(),
            None => value.clone(),
        },
        Value::Object(object) => normalize_object(judge, &parts, object, direction),
        _ => value.clone(),
    }
}

fn normalize_object(judge: &Judge, parts: &[Map<String, Value>], object: &Map<String, Value>, direction: Direction) -> Value {
    let properties: Vec<&Map<String, Value>> = parts.iter().filter_map(|part| part.get("properties")?.as_object()).collect();
    let rest = parts.iter().find_map(|part| part.get("additionalProperties").filter(|schema| schema.is_object()));
    if properties.is_empty() && rest.is_none() {
        return Value::Object(object.clone());
    }
    let is_required =
        |name: &str| parts.iter().filter_map(|part| part.get("required")?.as_array()).flatten().any(|required| required == name);
    let mut normal = Map::new();
    for (name, value) in object {
        let Some(schema) = properties.iter().find_map(|properties| properties.get(name)).or(rest) else { continue };
        if direction == Direction::Response && value.is_null() && !is_required(name) {
            continue;
        }
        normal.insert(name.clone(), normalize(judge, schema, value, direction));
    }
    // Maps compare without regard to order, but failures are easier to read in one.
    normal.sort_keys();
    Value::Object(normal)
}

/// The schema and all that it refers to or is composed of; branches for null say nothing about a value.
fn parts(document: &Document, schema: &Value, depth: usize) -> Vec<Map<String, Value>> {
    let Some(own) = schema.as_object().filter(|_| depth < 16) else { return Vec::new() };
    let mut found = vec![own.clone()];
    if own.contains_key("$ref") {
        found.extend(parts(document, document.resolve(schema), depth + 1));
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        for branch in own.get(key).and_then(Value::as_array).into_iter().flatten() {
            found.extend(parts(document, branch, depth + 1));
        }
    }
    found
}

fn has_type(parts: &[Map<String, Value>], wanted: &str) -> bool {
    parts.iter().filter_map(|part| part.get("type")).any(|types| match types {
        Value::Array(types) => types.iter().any(|name| name == wanted),
        name => name == wanted,
    })
}

fn integral(number: &Value) -> Value {
    match number.as_f64() {
        #[allow(clippy::cast_possible_truncation, reason = "only where the number is below 2^53")]
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => json!(float as i64),
        _ => number.clone(),
    }
}

fn instant(text: &str) -> Value {
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => json!(time.with_timezone(&Utc).to_rfc3339_opts(SecondsFormat::Nanos, true)),
        Err(_) => json!(text),
    }
}
