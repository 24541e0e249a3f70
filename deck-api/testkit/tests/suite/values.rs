//! Values are valid, various, and the same for the same seed. Equal values are recognized in any spelling.

use deck_api_testkit::{Direction, Document, Judge, Values, differences};
use serde_json::{Value, json};
use std::sync::Arc;

fn document(schemas: &Value) -> Arc<Document> {
    let document = json!({ "openapi": "3.1.1", "info": { "title": "T", "version": "1" }, "paths": {}, "components": { "schemas": schemas } });
    Arc::new(Document::parse(&document.to_string()).unwrap())
}

fn everything() -> Value {
    json!({
        "Leaf": { "type": "string", "enum": ["a", "b"] },
        "Any": {},
        "Tree": {
            "type": "object",
            "required": ["id", "number", "leaf", "maybe", "when", "kind"],
            "properties": {
                "id": { "type": "string", "description": "Starts with `tree_`." },
                "number": { "type": ["integer", "string"], "pattern": "^-?(?:0|[1-9]\\d*)$", "format": "int32" },
                "leaf": { "$ref": "#/components/schemas/Leaf" },
                "maybe": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Leaf" }] },
                "any": { "anyOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Any" }] },
                "when": { "type": "string", "format": "date-time" },
                "kind": { "const": "tree" },
                "short": { "type": "string", "minLength": 2, "maxLength": 3 },
                "range": { "type": "integer", "minimum": 3, "maximum": 5 },
                "branches": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
                "map": { "type": "object", "additionalProperties": { "type": "boolean" } },
                "closed": { "type": "object", "properties": { "x": { "type": "number" } }, "additionalProperties": false },
                "both": { "allOf": [{ "type": "object", "required": ["p"], "properties": { "p": { "type": "string" } } }, { "properties": { "q": { "type": "boolean" } } }] }
            }
        }
    })
}

#[test]
fn values_are_valid_various_and_the_same_for_the_same_seed() {
    let document = document(&everything());
    let judge = Judge::new(document.clone());
    let make = |seed| {
        let mut values = Values::new(document.clone(), seed);
        (0..500).map(|_| values.make("/components/schemas/Tree").unwrap()).collect::<Vec<_>>()
    };
    let values = make(3);
    for value in &values {
        assert_eq!(judge.problems("/components/schemas/Tree", value).unwrap(), Vec::<String>::new());
    }
    assert_eq!(values, make(3));
    assert_ne!(values, make(4));
    let some = |test: &dyn Fn(&Value) -> bool| values.iter().any(test);
    assert!(some(&|v| v["number"].is_string()) && some(&|v| v["number"].is_i64()) && some(&|v| v["number"].is_f64()));
    assert!(some(&|v| v["maybe"].is_null()) && some(&|v| v["maybe"].is_string()));
    assert!(some(&|v| v.get("any").is_none()) && some(&|v| v.get("any").is_some_and(Value::is_null)));
    assert!(some(&|v| v.as_object().unwrap().keys().any(|key| key.starts_with("unknown_"))));
    assert!(some(&|v| v["when"].as_str().unwrap().ends_with("+02:00")));
    assert!(values.iter().all(|v| v["id"].as_str().unwrap().starts_with("tree_")));
}

#[test]
fn an_unsatisfiable_or_missing_schema_is_an_error_with_its_pointer() {
    let document = document(&json!({ "Never": { "allOf": [{ "type": "string" }, { "type": "integer" }] } }));
    let mut values = Values::new(document, 1);
    for name in ["Never", "Gone"] {
        let error = values.make(&format!("/components/schemas/{name}")).unwrap_err().to_string();
        assert!(error.contains(&format!("#/components/schemas/{name}")), "{error}");
    }
}

#[test]
fn a_valid_value_is_found_for_lengths_bounds_and_contained_items() {
    let many = |property: Value| {
        let properties: serde_json::Map<String, Value> = (0..20).map(|number| (format!("p{number}"), property.clone())).collect();
        json!({ "type": "object", "required": properties.keys().collect::<Vec<_>>(), "properties": properties })
    };
    let text = |keyword: &str, value: &str, least: usize, most: usize| json!({ "type": "string", keyword: value, "minLength": least, "maxLength": most });
    for schema in [
        text("pattern", "^[a-zA-Z0-9_-]+$", 8, 64),
        text("pattern", "^[a-z]+$", 100, 120),
        text("pattern", "^[a-z]+-[a-z]*$", 12, 13),
        text("pattern", "^[a-z]{2,}$", 0, 2),
        text("format", "uri", 0, 20),
        text("format", "uri", 100, 200),
        text("format", "byte", 16, 64),
        text("format", "hostname", 0, 15),
        text("format", "email", 30, 64),
        text("format", "email", 0, 10),
        text("description", "Starts with `run_`.", 0, 10),
        json!({ "type": "array", "items": { "type": "integer" }, "contains": { "const": 1 }, "maxItems": 1 }),
        json!({ "type": "array", "items": { "type": "string" }, "contains": { "const": "a" }, "minContains": 3 }),
        json!({ "type": "array", "items": { "type": "string" }, "contains": { "maxLength": 2 } }),
        json!({ "type": "integer", "minimum": 9_300_000_000_000_000_000_u64 }),
        json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX }),
        json!({ "type": "number", "minimum": -1, "exclusiveMinimum": 0, "maximum": 0.1 }),
        json!({ "type": "number", "multipleOf": 0.5, "exclusiveMinimum": 0, "exclusiveMaximum": 1 }),
        many(json!({ "type": "number", "exclusiveMinimum": 0 })),
        many(json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10 })),
        many(json!({ "type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0 })),
    ] {
        let document = document(&json!({ "S": schema }));
        for seed in 0..20 {
            let made = Values::new(document.clone(), seed).make("/components/schemas/S");
            assert!(made.is_ok(), "{schema} {seed}: {made:?}");
        }
    }
}

#[test]
fn a_branch_is_chosen_that_fits_the_other_constraints() {
    let numbers: Vec<Value> = (0..30).map(|number| json!({ "const": number })).collect();
    let only = |number: usize| json!({ "enum": [number], "allOf": [{ "$ref": "#/components/schemas/Numbers" }] });
    let properties: serde_json::Map<String, Value> = (0..8).map(|number| (format!("p{number}"), only(number))).collect();
    let required: Vec<String> = properties.keys().cloned().collect();
    let document = document(&json!({
        "Numbers": { "type": "integer", "oneOf": numbers },
        "Eight": { "type": "object", "required": required, "properties": properties },
        "Endless": { "oneOf": [{ "$ref": "#/components/schemas/Endless" }, { "$ref": "#/components/schemas/Endless" }] },
    }));
    let mut values = Values::new(document, 1);
    let made = values.make("/components/schemas/Eight").unwrap();
    assert!((0..8).all(|number| made[format!("p{number}")] == number), "{made}");
    assert!(values.make("/components/schemas/Endless").is_err());
}

#[test]
fn spellings_of_one_value_are_equal_and_different_values_are_not() {
    let judge = Judge::new(document(&everything()));
    let pointer = "/components/schemas/Tree";
    let changes = |before: &Value, after: &Value, direction| differences(&judge, pointer, before, after, direction).unwrap();
    let one = json!({ "number": "12", "when": "2026-01-01T02:00:00+02:00", "unknown": 1, "any": null });
    let other = json!({ "number": 12.0, "when": "2026-01-01T00:00:00.000Z" });
    assert_eq!(changes(&one, &other, Direction::Response), Vec::<String>::new());
    assert_eq!(changes(&one, &other, Direction::Request), ["at `/any`: null is lost"]);
    for (key, value) in [("number", json!(13)), ("when", json!("2026-01-01T00:00:01Z")), ("leaf", json!("a"))] {
        let mut altered = other.clone();
        altered[key] = value;
        assert_eq!(changes(&other, &altered, Direction::Response).len(), 1, "{key}");
    }
}

#[test]
fn only_properties_that_a_schema_does_not_name_may_be_lost() {
    let declared = json!({ "type": "object", "properties": { "a": {} }, "required": ["a", "stray"] });
    let required = json!({ "type": "object", "required": ["a"] });
    let nullable = json!({ "type": "object", "properties": { "a": { "type": ["string", "null"] } }, "anyOf": [{ "required": ["a"] }, true] });
    let branch = json!({ "oneOf": [{ "type": "object", "properties": { "a": { "type": ["string", "null"] } }, "required": ["a"] }, { "type": "string" }] });
    for (schema, before, after, lost) in [
        (&declared, json!({ "a": 1, "stray": 2, "more": 3 }), json!({ "a": 1 }), 0),
        (&declared, json!({ "a": 1, "stray": 2 }), json!({}), 1),
        (&required, json!({ "a": 1, "more": 3 }), json!({ "a": 1 }), 0),
        (&required, json!({ "a": 1 }), json!({}), 1),
        (&json!({ "type": "object" }), json!({ "a": 1 }), json!({}), 1),
        (
            &json!({ "properties": { "a": {} }, "additionalProperties": { "type": "integer" } }),
            json!({ "a": 1, "more": 2 }),
            json!({ "a": 1 }),
            1,
        ),
        // A property stays optional for the type if a branch only requires it, but not if a branch also declares it.
        (&nullable, json!({ "a": null }), json!({}), 0),
        (&branch, json!({ "a": null }), json!({}), 1),
    ] {
        let judge = Judge::new(document(&json!({ "S": schema })));
        let found = differences(&judge, "/components/schemas/S", &before, &after, Direction::Response).unwrap();
        assert_eq!(found.len(), lost, "{schema} {before}: {found:?}");
    }
}
