//! Splits a schema with several types into a union. Each alternative gets the keywords for its type.

use crate::model::scalars::is_number_format;
use serde_json::{Map, Value, json};

/// The types that a keyword applies to; `None` if it applies to all types.
fn constrains(key: &str, value: &Value) -> Option<&'static [&'static str]> {
    Some(match key {
        "minLength" | "maxLength" | "pattern" => &["string"],
        "format" if value.as_str().is_some_and(is_number_format) => &["integer", "number"],
        "format" => &["string"],
        "multipleOf" | "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => &["integer", "number"],
        "items" | "minItems" | "maxItems" | "uniqueItems" => &["array"],
        "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => &["object"],
        _ => return None,
    })
}

/// Turns `object` into a union of `groups`: types, with their values if those are listed.
pub fn split(object: &mut Map<String, Value>, groups: Vec<(String, Option<Vec<Value>>)>) {
    object.shift_remove("type");
    let branches: Vec<Value> = groups
        .into_iter()
        .map(|(name, values)| {
            let mut branch = Map::new();
            branch.insert("type".into(), json!(name));
            let own =
                object.iter().filter(|(key, value)| constrains(key, value).is_some_and(|types| types.contains(&name.as_str())));
            branch.extend(own.map(|(key, value)| (key.clone(), value.clone())));
            if name == "array" {
                branch.entry("items").or_insert_with(|| json!({}));
            }
            branch.extend(values.map(|values| ("enum".to_owned(), Value::Array(values))));
            Value::Object(branch)
        })
        .collect();
    leave_out(object, &[]);
    object.insert("oneOf".into(), Value::Array(branches));
}

/// Removes keywords that apply only to types which are not in `kept`.
pub fn leave_out(object: &mut Map<String, Value>, kept: &[&str]) {
    object.retain(|key, value| constrains(key, value).is_none_or(|types| types.iter().any(|name| kept.contains(name))));
}
