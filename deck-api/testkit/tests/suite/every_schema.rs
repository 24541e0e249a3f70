//! Random values exist for every construct of both dialects, in each variation that the schema allows.

use deck_api_testkit::{Direction, Document, Judge, Values, differences};
use serde_json::{Value, json};
use std::sync::Arc;

const COUNT: usize = 200;

/// Makes values of a schema, and checks that they are valid and equal to themselves.
fn values(version: &str, schema: &Value) -> Vec<Value> {
    let document = json!({ "openapi": version, "components": { "schemas": {
        "S": schema,
        "Leaf": { "type": "object", "required": ["leaf"], "properties": { "leaf": { "type": "integer" } } },
        "Tree": { "oneOf": [{ "$ref": "#/components/schemas/Leaf" }, { "type": "object", "required": ["twigs"],
            "properties": { "twigs": { "type": "array", "minItems": 1, "items": { "$ref": "#/components/schemas/Tree" } } } }] }
    } } });
    let judge = Arc::new(Judge::new(Arc::new(Document::parse(&document.to_string()).unwrap())));
    let mut source = Values::by(judge.clone(), 3);
    let values: Vec<Value> =
        (0..COUNT).map(|_| source.make("/components/schemas/S").unwrap_or_else(|error| panic!("{schema}: {error}"))).collect();
    for value in &values {
        assert_eq!(judge.problems("/components/schemas/S", value).unwrap(), Vec::<String>::new(), "{schema}: {value}");
        let same = differences(&judge, "/components/schemas/S", value, value, Direction::Request).unwrap();
        assert_eq!(same, Vec::<String>::new(), "{schema}: {value}");
    }
    values
}

type Seen = fn(&Value) -> bool;

/// Checks that each expectation holds for some value.
fn check(version: &str, cases: Vec<(Value, Vec<Seen>)>) {
    for (schema, expectations) in cases {
        let values = values(version, &schema);
        for (number, seen) in expectations.iter().enumerate() {
            assert!(
                values.iter().any(seen),
                "{schema}: expectation {number}, seen {:?}",
                values.iter().take(5).collect::<Vec<_>>()
            );
        }
    }
}

fn has(value: &Value, name: &str) -> bool {
    value.get(name).is_some()
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn every_variation_of_a_3_1_schema_is_generated() {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    check(
        "3.1.0",
        vec![
            (json!(true), vec![Value::is_null, Value::is_string, Value::is_object]),
            (json!({ "type": ["string", "integer", "null"] }), vec![Value::is_null, Value::is_string, Value::is_number]),
            (json!({ "enum": ["a", 1, null, { "b": [] }] }), vec![|v| v == "a", |v| *v == 1, Value::is_null, Value::is_object]),
            (json!({ "type": "string", "enum": ["a", 1, null] }), vec![|v| v == "a"]),
            (json!({ "const": [1, { "a": null }] }), vec![|v| v[1]["a"].is_null()]),
            (
                json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "boolean" } }] }),
                vec![Value::is_string, Value::is_array],
            ),
            (
                json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }], "properties": { "a": { "type": "integer" }, "b": { "type": "string" } }, "type": "object" }),
                vec![|v| has(v, "a"), |v| has(v, "b")],
            ),
            (
                json!({ "allOf": [reference("Leaf"), { "required": ["more"] }], "properties": { "more": { "const": 1 } } }),
                vec![|v| v["more"] == 1 && v["leaf"].is_number()],
            ),
            (
                json!({ "allOf": [{ "properties": { "a": { "type": ["integer", "string"] } }, "required": ["a"] }, { "properties": { "a": { "type": "number", "minimum": 3 } } }] }),
                vec![|v| v["a"].as_f64() >= Some(3.0)],
            ),
            (
                json!({ "$ref": "#/components/schemas/Leaf", "properties": { "leaf": { "maximum": -1 } } }),
                vec![|v| v["leaf"].as_f64() < Some(0.0)],
            ),
            (reference("Tree"), vec![|v| has(v, "leaf"), |v| has(v, "twigs")]),
            (
                json!({ "oneOf": [reference("Leaf"), reference("Tree")], "discriminator": { "propertyName": "kind", "mapping": { "x": "Leaf" } } }),
                vec![|v| v["kind"] == "x", |v| v["kind"] == "Tree"],
            ),
            (json!({ "type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 6 }), vec![|v| *v == 4, |v| *v == 5]),
            (
                json!({ "type": "integer", "minimum": 10, "maximum": 25, "multipleOf": 10 }),
                vec![|v| v.as_f64() == Some(10.0), |v| v.as_f64() == Some(20.0)],
            ),
            (
                json!({ "type": "integer", "format": "uint64" }),
                vec![|v| v.as_u64() == Some(u64::MAX), |v| v.as_f64() == Some(0.0)],
            ),
            (json!({ "type": "integer", "format": "int8" }), vec![|v| *v == 127, |v| *v == -128]),
            (json!({ "type": "number", "minimum": 0.25, "exclusiveMaximum": 0.5 }), vec![|v| v.as_f64() < Some(0.5)]),
            (json!({ "type": "number", "multipleOf": 0.5 }), vec![Value::is_number]),
            (
                json!({ "type": "string", "pattern": "^(foo|ba[rz])-\\d{2,3}\\w?$" }),
                vec![|v| v.as_str().unwrap().starts_with("foo-"), |v| v.as_str().unwrap().starts_with("ba")],
            ),
            (json!({ "type": "string", "pattern": "^\\p{Lu}[^a-z]+$" }), vec![Value::is_string]),
            // Beyond regular expressions, the document's own example helps.
            (json!({ "type": "string", "pattern": "^(?=.*x)(?!y)[a-z]{7}$", "examples": ["abcdefx"] }), vec![|v| v == "abcdefx"]),
            // A pattern that does not compile is ignored.
            (json!({ "type": "string", "pattern": "(?<", "maxLength": 3 }), vec![Value::is_string]),
            (json!({ "type": "string", "minLength": 2, "maxLength": 3 }), vec![|v| v.as_str().unwrap().chars().count() == 3]),
            (
                json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false, "minItems": 2 }),
                vec![|v| v[0].is_string() && v[1].is_number()],
            ),
            (
                json!({ "type": "array", "prefixItems": [{ "const": 1 }], "items": { "type": "string" } }),
                vec![|v| v.as_array().unwrap().len() == 1, |v| v[1].is_string()],
            ),
            (
                json!({ "type": "array", "items": { "enum": [1, 2, 3] }, "uniqueItems": true, "minItems": 2 }),
                vec![|v| v.as_array().unwrap().len() == 3],
            ),
            (json!({ "type": "array", "contains": { "const": "x" } }), vec![Value::is_array]),
            (
                json!({ "type": "object", "patternProperties": { "^x-[a-z]+$": { "type": "integer" } }, "additionalProperties": false }),
                vec![|v| v.as_object().unwrap().is_empty(), |v| v.as_object().unwrap().keys().any(|key| key.starts_with("x-"))],
            ),
            (
                json!({ "type": "object", "propertyNames": { "enum": ["a", "b"] }, "additionalProperties": { "type": "boolean" } }),
                vec![|v| has(v, "a"), |v| has(v, "b")],
            ),
            (
                json!({ "type": "object", "additionalProperties": { "type": "integer" }, "minProperties": 2, "maxProperties": 2 }),
                vec![Value::is_object],
            ),
            (
                json!({ "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "integer" } }, "dependentRequired": { "a": ["b"] } }),
                vec![|v| has(v, "a") && has(v, "b"), |v| !has(v, "a")],
            ),
            (
                json!({ "type": "object", "properties": { "a": true }, "dependentSchemas": { "a": { "required": ["c"], "properties": { "c": { "const": 1 } } } } }),
                vec![|v| has(v, "a") && v["c"] == 1, |v| !has(v, "a")],
            ),
            (
                json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "enum": ["a", "b"] } },
            "if": { "properties": { "kind": { "const": "a" } } }, "then": { "required": ["x"] }, "else": { "required": ["y"] } }),
                vec![|v| v["kind"] == "a" && has(v, "x"), |v| v["kind"] == "b" && has(v, "y")],
            ),
            (
                json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } }, "unevaluatedProperties": false }),
                vec![|v| v.as_object().unwrap().len() == 1],
            ),
            (json!({ "type": "string", "not": { "enum": ["", " ", "12"] } }), vec![Value::is_string]),
            (json!({ "not": { "type": "object" } }), vec![Value::is_string]),
            // Malformed keywords are ignored.
            (json!({ "type": "any", "required": true, "properties": { "a": { "type": "file" } } }), vec![Value::is_object]),
        ],
    );
}

#[test]
fn null_bounds_and_references_of_3_0_keep_their_meaning() {
    check(
        "3.0.3",
        vec![
            (json!({ "type": "string", "nullable": true }), vec![Value::is_null, Value::is_string]),
            (
                json!({ "allOf": [{ "$ref": "#/components/schemas/Leaf" }], "nullable": true }),
                vec![Value::is_null, |v| has(v, "leaf")],
            ),
            (json!({ "type": "string", "enum": ["a"], "nullable": true }), vec![Value::is_null, |v| v == "a"]),
            (
                json!({ "type": "integer", "minimum": 3, "exclusiveMinimum": true, "maximum": 5, "exclusiveMaximum": true }),
                vec![|v| v.as_f64() == Some(4.0)],
            ),
            // Keywords beside a reference are ignored.
            (json!({ "$ref": "#/components/schemas/Leaf", "nullable": true, "required": ["gone"] }), vec![|v| !has(v, "gone")]),
        ],
    );
}

#[test]
fn strings_with_a_format_are_valid() {
    for (format, seen) in [
        ("date-time", (|text| text.contains('T')) as fn(&str) -> bool),
        ("date", |text| text.len() == 10),
        ("uuid", |text| text.len() == 36),
        ("ipv4", |text| text.matches('.').count() == 3),
        ("ipv6", |text| text.starts_with("2001:")),
        ("uri", |text| text.starts_with("https://")),
        ("email", |text| text.contains('@')),
        ("time", |text| text.matches(':').count() == 2),
        ("byte", |text| text.len() % 4 == 0),
    ] {
        let values = values("3.1.0", &json!({ "type": "string", "format": format }));
        assert!(values.iter().all(|value| seen(value.as_str().unwrap())), "{format}: {:?}", values.first());
    }
    // An unknown format accepts every string.
    values("3.1.0", &json!({ "type": "string", "format": "ulid" }));
    values("3.1.0", &json!({ "type": "string", "format": "house-number" }));
}
