//! Shapes as typify reads them, and the names of alternatives that have none.

use super::flat::{Kind, Scalar, Words};
use super::tags::Guard;
use super::words;
use crate::document::pointer::schema_reference;
use serde_json::{Map, Value, json};

/// A name for an alternative to which the document gives none.
pub fn describe(kind: &Kind, guards: &[Guard]) -> String {
    if let Some((_, values)) = guards.first() {
        return values.first().cloned().unwrap_or_default();
    }
    match kind {
        Kind::Reference(name) => name.as_str(),
        Kind::Scalar(scalar) => scalar.name,
        Kind::Words(_) => "string",
        Kind::List(_) => "array",
        Kind::Any | Kind::Null | Kind::Map(_) | Kind::Object(_) | Kind::Union(_) => "object",
    }
    .to_owned()
}

pub fn scalar_schema(scalar: &Scalar) -> Map<String, Value> {
    let mut schema = into_map(json!({ "type": scalar.name }));
    let format = scalar.format.as_deref().map(|format| match (scalar.name, format) {
        // Of no width of their own, they are as wide as a machine of today has them. typify takes 32 bits.
        ("integer", "int") => "int64",
        ("integer", "uint") => "uint64",
        _ => format,
    });
    schema.extend(format.map(|format| ("format".to_owned(), json!(format))));
    if scalar.numeric_string {
        schema.insert(crate::lower::NUMERIC_STRING.to_owned(), json!(true));
    }
    schema
}

/// typify sees text; the values and their names are for our own pass.
pub fn words_schema(words: &Words) -> Map<String, Value> {
    let values: Vec<Value> =
        words.values.iter().zip(words::names(&words.values)).map(|(value, name)| json!([name, value])).collect();
    let mut schema = into_map(json!({ "type": "string", "x-words": values }));
    if words.open {
        schema.insert("x-open".to_owned(), json!(true));
    }
    schema
}

pub fn reference_to(name: &str) -> Map<String, Value> {
    into_map(json!({ "allOf": [{ "$ref": schema_reference(name) }] }))
}

pub fn is_composed(schema: &Value) -> bool {
    ["allOf", "oneOf", "anyOf"].iter().any(|key| schema.get(*key).is_some())
}

/// Whether typify makes the same field name of it as we do.
pub fn is_plain(property: &str) -> bool {
    property.starts_with(|c: char| c.is_ascii_alphabetic())
        && property.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

pub fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
