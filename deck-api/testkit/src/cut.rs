//! Removes the properties that do not belong in one direction: read-only ones in requests, write-only ones in responses.

use crate::compare::Direction;
use crate::dialect::{inner, inner_mut};
use crate::document::target;
use crate::schemas;
use serde_json::Value;
use std::collections::BTreeSet;

/// The maximum depth of compositions.
const DEPTH: usize = 32;

/// Removes the properties that do not belong in this direction.
pub fn cut(converted: &mut Value, direction: Direction) {
    let mark = match direction {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    };
    let whole = converted.clone();
    let cut = Cut { whole: &whole, mark };
    // A part of a composition may require a property that another part marks, so that properties are removed last.
    schemas::change(converted, &mut |schema| {
        let has = |key: &str| inner(schema).get(key).is_some();
        if has("required") || has("allOf") {
            let mut gone = BTreeSet::new();
            cut.collect(schema, DEPTH, &mut gone);
            allow_without(schema, &gone);
        }
    });
    schemas::change(converted, &mut |schema| {
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.retain(|_, schema| !cut.marks(schema, DEPTH));
        }
    });
}

struct Cut<'a> {
    whole: &'a Value,
    mark: &'static str,
}

impl Cut<'_> {
    /// Collects the names of the marked properties of a schema, its reference and its parts.
    fn collect(&self, schema: &Value, depth: usize, gone: &mut BTreeSet<String>) {
        let schema = inner(schema);
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        gone.extend(properties.filter(|(_, schema)| self.marks(schema, DEPTH)).map(|(name, _)| name.clone()));
        if depth > 0 {
            self.parts(schema).for_each(|part| self.collect(part, depth - 1, gone));
        }
    }

    /// Returns whether a schema, its reference or one of its parts has the mark.
    fn marks(&self, schema: &Value, depth: usize) -> bool {
        let schema = inner(schema);
        schema.get(self.mark) == Some(&Value::Bool(true))
            || depth > 0 && self.parts(schema).any(|part| self.marks(part, depth - 1))
    }

    fn parts<'v>(&'v self, schema: &'v Value) -> impl Iterator<Item = &'v Value> {
        let reference = schema.get("$ref").and_then(Value::as_str).and_then(target);
        let members = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        reference.and_then(|pointer| self.whole.pointer(&pointer)).into_iter().chain(members)
    }
}

/// Lets a schema and its own parts no longer require these properties.
fn allow_without(schema: &mut Value, gone: &BTreeSet<String>) {
    let schema = inner_mut(schema);
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name.as_str().is_none_or(|name| !gone.contains(name)));
    }
    let members = schema.get_mut("allOf").and_then(Value::as_array_mut);
    members.into_iter().flatten().for_each(|part| allow_without(part, gone));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::{Document, Judge};
    use serde_json::json;
    use std::sync::Arc;

    fn admits(version: &str, schema: &Value, direction: Direction, value: &Value) -> bool {
        let document = json!({ "openapi": version, "components": { "schemas": {
            "S": schema,
            "Base": { "type": "object", "properties": { "id": { "readOnly": true }, "key": { "writeOnly": true }, "name": {} } },
            "Owner": { "type": "object" },
            "Marked": { "type": "string", "readOnly": true },
        } } });
        let judge = Judge::towards(Arc::new(Document::parse(&document.to_string()).unwrap()), direction);
        judge.admits("/components/schemas/S", value).unwrap()
    }

    #[test]
    fn a_composition_does_not_require_what_any_of_its_parts_marks() {
        let base = json!({ "$ref": "#/components/schemas/Base" });
        let required = json!(["id", "key", "name"]);
        for schema in [
            json!({ "allOf": [base], "required": required }),
            json!({ "allOf": [base, { "type": "object", "required": required }] }),
            json!({ "allOf": [{ "allOf": [base] }, { "allOf": [{ "required": required }] }] }),
            json!({ "$ref": "#/components/schemas/Base", "required": required }),
        ] {
            for (direction, marked, other) in [(Direction::Request, "id", "key"), (Direction::Response, "key", "id")] {
                assert!(admits("3.1.0", &schema, direction, &json!({ other: 1, "name": 1 })), "{marked}: {schema}");
                assert!(!admits("3.1.0", &schema, direction, &json!({ marked: 1, "name": 1 })), "{other}: {schema}");
                assert!(!admits("3.1.0", &schema, direction, &json!({ other: 1 })), "name: {schema}");
            }
        }
    }

    #[test]
    fn a_property_is_marked_by_its_schema_its_parts_and_its_reference_even_if_it_can_be_null() {
        let owner = json!({ "$ref": "#/components/schemas/Owner" });
        for (property, is_marked) in [
            (json!({ "readOnly": true, "allOf": [owner] }), true),
            (json!({ "readOnly": true, "nullable": true, "allOf": [owner] }), true),
            (json!({ "allOf": [{ "type": "string", "readOnly": true }] }), true),
            (json!({ "$ref": "#/components/schemas/Marked" }), true),
            (json!({ "allOf": [{ "$ref": "#/components/schemas/Marked" }], "description": "d" }), true),
            (json!({ "allOf": [owner] }), false),
            (json!({ "type": "object", "properties": { "a": { "readOnly": true } } }), false),
        ] {
            let schema = json!({ "type": "object", "required": ["owner"], "properties": { "owner": property } });
            assert_eq!(admits("3.0.3", &schema, Direction::Request, &json!({})), is_marked, "{property}");
            assert!(!admits("3.0.3", &schema, Direction::Response, &json!({})), "{property}");
        }
    }
}
