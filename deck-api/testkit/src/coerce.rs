//! Converts text from the wire into the value that its schema expects: `5` may be a number or a string.

use crate::Judge;
use crate::judge::Place;
use crate::styles::{Shape, Wire};
use serde_json::{Map, Value};

/// Returns all schemas that may apply to a value of this schema: its references, its parts, and all its branches.
pub fn alternatives(judge: &Judge, place: &Place) -> Vec<Place> {
    let mut found = vec![place.clone()];
    let mut next = 0;
    while let Some(place) = found.get(next).cloned() {
        next += 1;
        let schema = judge.schema(&place);
        let mut more: Vec<Place> =
            schema.get("$ref").and_then(Value::as_str).and_then(|name| judge.referenced(name)).into_iter().collect();
        for key in ["allOf", "oneOf", "anyOf"] {
            let count = schema.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            more.extend((0..count).filter_map(|index| judge.child(&place, &[key, &index.to_string()])));
        }
        found.extend(more.into_iter().filter(|place| !found.contains(place)).collect::<Vec<_>>());
    }
    found
}

/// Returns the types of a schema's values, the most likely one first.
pub fn shapes(judge: &Judge, place: &Place) -> Vec<Shape> {
    let mut found = Vec::new();
    for place in alternatives(judge, place) {
        let schema = judge.schema(&place);
        let names = match schema.get("type") {
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(name)) => vec![name.as_str()],
            _ if schema.get("properties").is_some() => vec!["object"],
            _ if schema.get("items").is_some() => vec!["array"],
            _ => Vec::new(),
        };
        // Null is never written, so that it says nothing about the text.
        found.extend(names.into_iter().filter(|name| *name != "null").map(|name| match name {
            "array" => Shape::List,
            "object" => Shape::Object,
            _ => Shape::Scalar,
        }));
    }
    found.dedup();
    if found.is_empty() { vec![Shape::Scalar, Shape::List] } else { found }
}

/// Returns the names of the properties that the schema declares.
pub fn property_names(judge: &Judge, place: &Place) -> Vec<String> {
    let places = alternatives(judge, place);
    let properties = places.iter().filter_map(|place| judge.schema(place).get("properties")?.as_object());
    properties.flat_map(|properties| properties.keys().cloned()).collect()
}

/// Converts the text into a value of the schemas at `places`.
pub fn value(judge: &Judge, places: &[Place], wire: &Wire) -> Value {
    match wire {
        Wire::Text(text) => scalar(judge, places, text),
        Wire::List(items) => {
            items.iter().enumerate().map(|(index, text)| scalar(judge, &item(judge, places, index), text)).collect()
        }
        Wire::Object(pairs) => {
            let mut object = Value::Object(Map::new());
            if pairs.iter().any(|(name, _)| name.starts_with('[')) {
                object = Value::Null;
            }
            for (name, text) in pairs {
                put(judge, &mut object, places, &keys(name), text);
            }
            object
        }
    }
}

/// Returns the schemas of the items of arrays.
pub fn items(judge: &Judge, places: &[Place]) -> Vec<Place> {
    below(judge, places, &["items"])
}

/// Returns the schemas of the item at `index` of arrays.
fn item(judge: &Judge, places: &[Place], index: usize) -> Vec<Place> {
    let first = below(judge, places, &["prefixItems", &index.to_string()]);
    if first.is_empty() { items(judge, places) } else { first }
}

/// Returns the schemas at `segments` below any of `places`.
fn below(judge: &Judge, places: &[Place], segments: &[&str]) -> Vec<Place> {
    let all = places.iter().flat_map(|place| alternatives(judge, place));
    all.filter_map(|place| judge.child(&place, segments)).collect()
}

/// Splits a name into keys: `[a][0]` has two keys, `a` has one.
fn keys(name: &str) -> Vec<&str> {
    match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.split("][").collect(),
        None => vec![name],
    }
}

/// Inserts a text at its keys. In an array, a key is the index of an item, or empty for the next item.
fn put(judge: &Judge, slot: &mut Value, places: &[Place], keys: &[&str], text: &str) {
    let is_list = places.iter().any(|place| shapes(judge, place).first() == Some(&Shape::List));
    if is_list {
        if !slot.is_array() {
            *slot = Value::Array(Vec::new());
        }
        let Some(items) = slot.as_array_mut() else { return };
        let index = keys.first().and_then(|key| key.parse::<usize>().ok()).unwrap_or(items.len());
        if index >= items.len() {
            items.push(Value::Null);
        }
        let index = index.min(items.len() - 1);
        return put(judge, &mut items[index], &item(judge, places, index), keys.get(1..).unwrap_or_default(), text);
    }
    let Some((first, rest)) = keys.split_first() else {
        *slot = scalar(judge, places, text);
        return;
    };
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    let declared = below(judge, places, &["properties", first]);
    let of = if declared.is_empty() { below(judge, places, &["additionalProperties"]) } else { declared };
    if let Some(object) = slot.as_object_mut() {
        put(judge, object.entry((*first).to_owned()).or_insert(Value::Null), &of, rest, text);
    }
}

/// Converts to the first of number, boolean and string that a schema allows, or to a string if none does.
fn scalar(judge: &Judge, places: &[Place], text: &str) -> Value {
    let as_text = Value::from(text);
    let other = serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
    let admitted = |value: &Value| places.iter().any(|place| judge.admits_at(place, value).unwrap_or(false));
    [Some(as_text.clone()), other].into_iter().flatten().find(admitted).unwrap_or(as_text)
}
