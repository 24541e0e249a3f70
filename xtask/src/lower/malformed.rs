//! Keywords with a value of the wrong type. They have no meaning, and are kept as published.

use super::Lowering;
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let keys: Vec<(String, &str)> = object.iter().filter_map(|(key, value)| Some((key.clone(), expected(key, value)?))).collect();
    for (key, expected) in keys {
        lowering.keep(object, &key, site.pointer, Loss::Widened, &format!("is not a valid {expected} and has no effect"));
    }
}

/// The expected type of a keyword's value, if it has another one.
fn expected(key: &str, value: &Value) -> Option<&'static str> {
    let texts = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    let (good, expected) = match key {
        "title" | "description" | "format" | "pattern" | "contentEncoding" | "contentMediaType" => (value.is_string(), "text"),
        "multipleOf" | "maximum" | "minimum" => (value.is_number(), "number"),
        "exclusiveMaximum" | "exclusiveMinimum" => (value.is_number() || value.is_boolean(), "number"),
        "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties" | "minProperties" => {
            (value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0), "count")
        }
        "uniqueItems" | "nullable" | "readOnly" | "writeOnly" | "deprecated" => (value.is_boolean(), "boolean"),
        "required" => (texts(value), "list of names"),
        "enum" => (value.is_array(), "list of values"),
        "type" => (value.is_string() || value.is_array(), "type"),
        "discriminator" => (is_discriminator(value), "object with a `propertyName`"),
        "xml" | "externalDocs" => (value.is_object(), "object"),
        _ => return None,
    };
    (!good).then_some(expected)
}

fn is_discriminator(value: &Value) -> bool {
    let mapping =
        value.get("mapping").is_none_or(|mapping| mapping.as_object().is_some_and(|all| all.values().all(Value::is_string)));
    mapping && value.get("propertyName").is_some_and(Value::is_string)
}
