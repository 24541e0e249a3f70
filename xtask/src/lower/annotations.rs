//! Annotations that 3.0 lacks are kept as `x-oas31-…`.

use crate::account::{Account, Loss};
use crate::document::walk;
use serde_json::{Value, json};

/// Keywords of a schema that 3.0.3 has.
const KEYWORDS: [&str; 36] = [
    "$ref",
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "externalDocs",
    "example",
    "deprecated",
];

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    walk::schemas(document, &mut |site, schema| {
        let Value::Object(object) = schema else { return };
        if let Some(first) = object.get("examples").and_then(Value::as_array).and_then(|examples| examples.first()) {
            let first = first.clone();
            object.entry("example").or_insert(first);
        }
        if object.get("contentEncoding").and_then(Value::as_str).is_some_and(|encoding| encoding.starts_with("base64")) {
            object.entry("format").or_insert(json!("byte"));
        }
        let foreign: Vec<String> =
            object.keys().filter(|key| !key.starts_with("x-") && !KEYWORDS.contains(&key.as_str())).cloned().collect();
        for key in foreign {
            let kept = format!("x-oas31-{}", key.trim_start_matches('$'));
            if let Some(value) = object.shift_remove(&key) {
                object.insert(kept.clone(), value);
            }
            account.note(&site.pointer.at(&key), Loss::Kept, format!("became `{kept}`"));
        }
    });
}
