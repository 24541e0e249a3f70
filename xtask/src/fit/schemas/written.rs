//! Names for alternatives without one, and for properties whose names typify would change.

use super::schema::SchemaKind;
use crate::model::types::Guard;
use serde_json::Value;

/// A name for an alternative to which the document gives none.
pub fn describe(kind: &SchemaKind<'_>, guards: &[Guard]) -> String {
    if let Some((_, values)) = guards.first() {
        return values.first().cloned().unwrap_or_default();
    }
    match kind {
        SchemaKind::Reference(name) => name.as_str(),
        SchemaKind::Scalar(scalar) => scalar.name,
        SchemaKind::StringEnum(_) => "string",
        SchemaKind::Array(_) => "array",
        _ => "object",
    }
    .to_owned()
}

pub fn is_composed(schema: &Value) -> bool {
    ["allOf", "oneOf", "anyOf"].iter().any(|key| schema.get(*key).is_some())
}

/// Whether typify derives the same field name from a property as we do.
pub fn is_plain(property: &str) -> bool {
    property.starts_with(|c: char| c.is_ascii_alphabetic())
        && property.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}
