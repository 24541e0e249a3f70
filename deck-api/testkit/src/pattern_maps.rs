//! Completes maps whose values are described by `patternProperties` alone: the types read all keys like those of the patterns.

use crate::document::each_value;
use serde_json::{Value, json};

/// Lets the schemas of patterns apply to all keys, if nothing else describes any. Returns where. Members of an `allOf` stay as
/// they are: they would describe the properties of the other members.
pub fn complete(document: &mut Value) -> Vec<String> {
    let mut maps = Vec::new();
    each_value(document, &mut String::new(), &mut |at, schema| {
        let describes_others = ["additionalProperties", "unevaluatedProperties"].iter().any(|key| schema.get(*key).is_some());
        let has_names = schema.get("properties").and_then(Value::as_object).is_some_and(|names| !names.is_empty());
        let is_member = at.rsplit('/').nth(1) == Some("allOf");
        if !(describes_others || has_names || is_member) && schema.get("patternProperties").is_some_and(Value::is_object) {
            maps.push(at.to_owned());
        }
    });
    // `each_value` visits maps within maps first, so that the copy of a pattern's schema is complete.
    maps.retain(|at| complete_map(document, at).is_some());
    maps.into_iter().map(|at| format!("#{at}: `patternProperties` counts for all keys")).collect()
}

/// Completes the map at a place. Returns `None` if its patterns only forbid keys.
fn complete_map(document: &mut Value, at: &str) -> Option<()> {
    let schema = document.pointer_mut(at)?.as_object_mut()?;
    let patterns = schema.get("patternProperties")?.as_object()?.values();
    let values: Vec<Value> = patterns.filter(|value| **value != Value::Bool(false)).cloned().collect();
    if values.is_empty() {
        return None;
    }
    schema.insert("additionalProperties".to_owned(), json!({ "anyOf": values }));
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_schema_that_only_has_properties_by_pattern_is_a_map() {
        let admits = |schema: Value| {
            let document = json!({ "openapi": "3.1.0", "components": { "schemas": { "S": schema } } });
            let judge = crate::Judge::new(std::sync::Arc::new(crate::Document::parse(&document.to_string()).unwrap()));
            (judge.problems("/components/schemas/S", &json!({ "other": 1 })).unwrap().is_empty(), judge.readings().len())
        };
        let patterns = json!({ "^x": { "type": "string" } });
        assert_eq!(admits(json!({ "type": "object", "patternProperties": patterns })), (false, 1));
        assert_eq!(admits(json!({ "properties": { "a": {} }, "patternProperties": patterns })), (true, 0));
        let named = json!({ "properties": { "other": { "type": "integer" } } });
        assert_eq!(admits(json!({ "allOf": [{ "patternProperties": patterns }, named] })), (true, 0));
        assert_eq!(admits(json!({ "patternProperties": patterns, "additionalProperties": { "type": "integer" } })), (true, 0));
    }

    #[test]
    fn a_map_within_a_map_is_completed_under_all_keys() {
        let inner = json!({ "type": "object", "patternProperties": { "^x": { "type": "string" } } });
        let schema = json!({ "type": "object", "patternProperties": { "^y": inner } });
        let document = json!({ "openapi": "3.1.0", "components": { "schemas": { "S": schema } } });
        let judge = crate::Judge::new(std::sync::Arc::new(crate::Document::parse(&document.to_string()).unwrap()));
        for key in ["y", "other"] {
            let admits =
                |value: Value| judge.problems("/components/schemas/S", &json!({ key: { "z": value } })).unwrap().is_empty();
            assert!(admits(json!("text")) && !admits(json!(1)), "{key}");
        }
    }
}
