//! Text from the wire as the value that its schema expects: `5` may be a number or text.

use crate::Judge;
use crate::judge::Place;
use crate::styles::{Shape, Wire};
use serde_json::{Map, Value};

/// The schemas that may speak of a value of this one: what it refers to, is composed of, and every branch.
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

/// What a value of the schema may be, the likeliest first.
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
        found.extend(names.into_iter().map(|name| match name {
            "array" => Shape::List,
            "object" => Shape::Object,
            _ => Shape::Scalar,
        }));
    }
    found.dedup();
    if found.is_empty() { vec![Shape::Scalar, Shape::List] } else { found }
}

/// The names of the properties that the schema declares.
pub fn property_names(judge: &Judge, place: &Place) -> Vec<String> {
    let places = alternatives(judge, place);
    let properties = places.iter().filter_map(|place| judge.schema(place).get("properties")?.as_object());
    properties.flat_map(|properties| properties.keys().cloned()).collect()
}

/// The value of the schemas at `places` that the text stands for.
pub fn value(judge: &Judge, places: &[Place], wire: &Wire) -> Value {
    let below = |places: &[Place], segments: &[&str]| -> Vec<Place> {
        let all = places.iter().flat_map(|place| alternatives(judge, place));
        all.filter_map(|place| judge.child(&place, segments)).collect()
    };
    match wire {
        Wire::Text(text) => scalar(judge, places, text),
        Wire::List(items) => {
            let of = below(places, &["items"]);
            items.iter().map(|item| scalar(judge, &of, item)).collect()
        }
        Wire::Object(pairs) => {
            let mut object = Map::new();
            for (name, text) in pairs {
                let keys = keys(name);
                let mut of = places.to_vec();
                for key in &keys {
                    let declared = below(&of, &["properties", key]);
                    of = if declared.is_empty() { below(&of, &["additionalProperties"]) } else { declared };
                }
                let is_list = of.iter().any(|place| shapes(judge, place).first() == Some(&Shape::List));
                let value = scalar(judge, &if is_list { below(&of, &["items"]) } else { of }, text);
                insert(&mut object, &keys, value, is_list);
            }
            Value::Object(object)
        }
    }
}

/// `[a][b]` is two keys, `a` is one.
fn keys(name: &str) -> Vec<String> {
    match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.split("][").filter(|key| !key.is_empty()).map(str::to_owned).collect(),
        None => vec![name.to_owned()],
    }
}

fn insert(object: &mut Map<String, Value>, keys: &[String], value: Value, is_list: bool) {
    let Some((first, rest)) = keys.split_first() else { return };
    if rest.is_empty() {
        let slot = object.entry(first.clone()).or_insert_with(|| if is_list { Value::Array(Vec::new()) } else { Value::Null });
        match slot {
            Value::Array(items) if is_list => items.push(value),
            slot => *slot = value,
        }
        return;
    }
    if let Value::Object(inner) = object.entry(first.clone()).or_insert_with(|| Value::Object(Map::new())) {
        insert(inner, rest, value, is_list);
    }
}

/// The first of number, boolean and text that some schema admits; text where none does.
fn scalar(judge: &Judge, places: &[Place], text: &str) -> Value {
    let as_text = Value::from(text);
    let other = serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
    let admitted = |value: &Value| places.iter().any(|place| judge.admits_at(place, value).unwrap_or(false));
    [Some(as_text.clone()), other].into_iter().flatten().find(admitted).unwrap_or(as_text)
}
