//! Compares a type of the caller with a schema of the API. The result lists the differences, and what was not compared.
#![cfg(feature = "schemars")]
#![allow(dead_code, reason = "the types are compared, not used")]

use crate::common::Fake;
use deck_api::{Json, SchemaComparison, compare_schema};
use deck_api_testkit::Answer;
use schemars::JsonSchema;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(JsonSchema)]
struct Invoice {
    total: f64,
    count: i64,
    note: Option<String>,
    lines: Vec<Line>,
}

#[derive(JsonSchema)]
struct Line {
    text: String,
    more: Option<Box<Line>>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Closed {
    total: f64,
    id: String,
    hint: Option<String>,
}

#[derive(JsonSchema)]
struct Bills {
    bill_count: Option<u32>,
}

/// Compares the type with a schema that fits it, except for the value at a pointer.
fn invoice(pointer: &str, value: Value) -> SchemaComparison {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "title": "Invoice",
        "required": ["total", "count", "note", "lines"],
        "properties": {
            "total": { "type": "number" }, "count": { "type": "integer", "description": "How many." },
            "note": { "type": ["string", "null"] }, "lines": { "type": "array", "items": { "$ref": "#/$defs/Line" } }
        },
        "$defs": { "Line": { "type": "object", "required": ["text"], "properties": {
            "text": { "type": "string" }, "more": { "anyOf": [{ "type": "null" }, { "$ref": "#/$defs/Line" }] } } } }
    });
    *schema.pointer_mut(pointer).unwrap() = value;
    compare_schema::<Invoice>(&schema)
}

#[test]
fn an_equal_type_has_no_difference_and_recursion_ends() {
    let comparison = invoice("/title", json!("Any"));
    assert_eq!(comparison, SchemaComparison::default());
    assert_eq!((comparison.admits_all(), comparison.to_string()), (true, "no difference".to_owned()));
}

#[test]
fn every_difference_has_its_place_and_whether_values_still_decode() {
    for (pointer, value, expected) in [
        (
            "/properties/total",
            json!({ "type": "string" }),
            "does not decode: `/total`: is string according to the schema, but the type takes number",
        ),
        (
            "/properties/count",
            json!({ "type": "number" }),
            "does not decode: `/count`: is number according to the schema, but the type takes integer",
        ),
        ("/properties/total", json!({ "type": "integer" }), "no difference"),
        (
            "/properties/total",
            json!({ "type": ["number", "null"] }),
            "does not decode: `/total`: can be null according to the schema, but not in the type",
        ),
        (
            "/properties/total",
            json!({ "type": "number", "nullable": true }),
            "does not decode: `/total`: can be null according to the schema, but not in the type",
        ),
        (
            "/required",
            json!(["total", "count", "note"]),
            "does not decode: `/lines`: can be missing according to the schema, but the type requires it",
        ),
        (
            "/properties/note",
            json!({ "type": "string" }),
            "`/note`: is always there and never null according to the schema, but optional in the type",
        ),
        (
            "/$defs/Line/properties/text",
            json!({ "type": "boolean" }),
            "does not decode: `/lines/*/text`: is boolean according to the schema, but the type takes string",
        ),
        (
            "/properties/lines",
            json!({ "type": "object" }),
            "does not decode: `/lines`: is object according to the schema, but the type takes array",
        ),
        ("/type", json!("array"), "does not decode: the value: is array according to the schema, but the type takes object"),
        ("/properties/total", json!({}), "not compared: type of `/total`: the schema does not say it"),
        ("/properties/note", json!({ "type": ["string", "null"], "pattern": "^a" }), "not compared: `pattern` of `/note`"),
        ("/properties/note", json!({ "enum": ["a", null] }), "not compared: `enum` of `/note`"),
        (
            "/properties/note",
            json!({ "$ref": "https://example.com/note" }),
            "not compared: `$ref` of `/note`\nnot compared: type of `/note`: the schema does not say it",
        ),
        (
            "/properties/total",
            json!({ "oneOf": [{ "type": "number" }, { "type": "string" }] }),
            "does not decode: `/total`: is string according to the schema, but the type takes number\nnot compared: `oneOf` of `/total`",
        ),
        (
            "/properties/total",
            json!({ "allOf": [{ "type": ["number", "string"] }, { "type": "string" }] }),
            "does not decode: `/total`: is string according to the schema, but the type takes number",
        ),
    ] {
        assert_eq!(invoice(pointer, value).to_string(), expected, "{pointer}");
    }
}

#[test]
fn properties_of_only_the_type_or_only_the_schema_are_named() {
    let schema = json!({ "type": "object", "required": ["total"], "properties": { "total": { "type": "number" }, "tax/vat": { "type": "number" } } });
    let comparison = compare_schema::<Closed>(&schema);
    let found: Vec<(String, bool)> =
        comparison.differences.iter().map(|difference| (difference.to_string(), difference.refuses)).collect();
    assert_eq!(
        found,
        [
            ("`/tax~1vat`: is in the schema, but not in the type".to_owned(), true),
            ("`/hint`: is in the type, but not in the schema".to_owned(), false),
            ("`/id`: is required by the type, but the schema does not have it".to_owned(), true),
        ]
    );
}

#[test]
fn a_map_accepts_every_property_and_any_json_accepts_everything() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": "integer" }, "b": { "type": "string" } } });
    let comparison = compare_schema::<BTreeMap<String, i64>>(&schema);
    assert_eq!(
        comparison.to_string(),
        "does not decode: `/b`: is string according to the schema, but the type takes integer\n\
         not compared: the other properties of the value: the schema does not say"
    );
    assert_eq!(compare_schema::<Value>(&schema), SchemaComparison::default());
}

#[test]
fn endless_schemas_are_compared_up_to_a_depth() {
    let circle = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/A" } } });
    let comparison = compare_schema::<Invoice>(&circle);
    assert_eq!(comparison.not_compared[0], "a part that is nested too deep of the value");
    // Each level refers back four times, so there are 4^n parts.
    let back: Vec<Value> = (0..4).map(|_| json!({ "$ref": "#/$defs/A" })).collect();
    for keyword in ["allOf", "anyOf"] {
        let wide = json!({ "$ref": "#/$defs/A", "$defs": { "A": { keyword: back } } });
        let comparison = compare_schema::<Invoice>(&wide);
        assert!(comparison.not_compared.iter().any(|what| what.contains("nested too deep")), "{comparison}");
    }
}

#[tokio::test]
async fn the_output_schema_of_a_task_is_compared_unchanged() {
    let Fake { server, client } = Fake::start();
    server.answer(
        "getTask",
        Answer::json(200, &json!({
            "id": "task_1", "object": "task", "name": "Bills", "prompt": null, "status": "live", "agent_id": "agt_1", "input_schema": null,
            "output_schema": { "type": "object", "properties": { "bill_count": { "type": "integer" } } }, "storage": null,
            "extraction": false, "created_at": "2026-03-10T14:00:00Z", "updated_at": "2026-03-10T14:00:00Z", "request_id": "req_1"
        })),
    );
    let task = client.get_task().task_id("task_1").send().await.unwrap();
    let comparison = compare_schema::<Bills>(task.output_schema.as_ref().and_then(Json::as_value).unwrap());
    assert_eq!(comparison.differences, []);
    // The type is unsigned, but the schema allows any integer.
    assert_eq!(comparison.not_compared, ["`minimum` of `/bill_count` in the type"]);
}
