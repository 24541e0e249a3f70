//! Malicious documents, one idea each.

use super::judge::{generated, prepared};
use crate::common::extent;
use serde_json::{Value, json};
use xtask::problem::Refused;

/// A document whose only operation sends and receives `schema`, with the components `schemas`.
pub fn document(schema: Value, schemas: Value) -> Value {
    let content = json!({ "application/json": { "schema": schema } });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Any", "version": "1" },
        "servers": [{ "url": "https://api.example.com" }],
        "paths": { "/a": { "post": {
            "operationId": "doA",
            "requestBody": { "required": true, "content": content },
            "responses": { "200": { "description": "", "content": content } },
        } } },
        "components": { "schemas": schemas },
    })
}

pub fn reference(name: impl std::fmt::Display) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Checks the document as it is, and without its refused operations.
pub fn both(document: &Value) -> Result<(), Refused> {
    let text = document.to_string();
    drop(generated(&text, true));
    generated(&text, false)
}

#[test]
fn nesting_ten_thousand_deep_is_refused_in_json_and_in_yaml() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let steps = |key: &str| (0..10_000).map(|level| " ".repeat(level) + key + "\n").collect::<String>();
    let schema = deep(r#"{"items":"#, "}");
    let texts = [
        deep(r#"{"a":"#, "}"),
        format!(r#"{{"openapi":"3.1.0","info":{{}},"components":{{"schemas":{{"A":{schema}}}}}}}"#),
        deep("[", "]"),
        format!("openapi: 3.1.0\na: {}", deep("{ a: ", "}")),
        steps("a:"),
        steps("-"),
    ];
    for text in texts {
        assert!(generated(&text, false).unwrap_err().to_string().contains("cannot be read"));
    }
}

#[test]
fn aliases_nest_no_deeper_than_collections() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for level in 1..3_000 {
        text.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(prepared(&text).unwrap_err().to_string().contains("nested deeper"));
}

#[test]
fn long_chains_of_references_do_not_fill_the_stack() {
    for wrap in [
        |next: Value| next,
        |next: Value| json!({ "allOf": [next] }),
        |next: Value| json!({ "allOf": [next, { "type": "object", "properties": { "a": { "type": "string" } } }] }),
        |next: Value| json!({ "oneOf": [next, { "type": "null" }] }),
        |next: Value| json!({ "type": "object", "properties": { "next": next } }),
        |next: Value| json!({ "type": "array", "items": next }),
        |next: Value| json!({ "additionalProperties": next }),
    ] {
        let schemas: serde_json::Map<String, Value> =
            (0..extent(200, 2_000)).map(|number| (format!("A{number}"), wrap(reference(format!("A{}", number + 1))))).collect();
        drop(prepared(&document(reference("A0"), schemas.into()).to_string()));
    }
}

#[test]
fn documents_of_megabytes_are_prepared() {
    let text = "x".repeat(1_000);
    let property = |number: usize| (format!("p{number}"), json!({ "type": "string", "description": text }));
    let schema = |number: usize| {
        let properties: serde_json::Map<String, Value> = (0..10).map(property).collect();
        (format!("A{number}"), json!({ "type": "object", "properties": properties }))
    };
    let schemas: serde_json::Map<String, Value> = (0..extent(100, 1_000)).map(schema).collect();
    let text = document(reference("A0"), schemas.into()).to_string();
    assert!(text.len() > extent(1_000_000, 10_000_000));
    prepared(&text).unwrap();
}

#[test]
fn random_bytes_are_refused() {
    let mut random = fastrand::Rng::with_seed(7);
    for length in [0, 1, 2, 100, 10_000, 1_000_000] {
        let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
        assert!(prepared(&String::from_utf8_lossy(&bytes)).is_err());
        let printable: String = bytes.iter().map(|byte| char::from(byte % 95 + 32)).collect();
        assert!(prepared(&printable).is_err() && prepared(&format!("{{{printable}")).is_err());
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("any.json"), [0xff, 0xfe, b'{', 0]).unwrap();
    let error = xtask::workspace::source(folder.path(), "any.json").unwrap_err();
    assert!(error.to_string().contains("any.json") && error.to_string().contains("UTF-8"), "{error:#}");
}

#[test]
fn an_enum_of_very_many_values_is_generated() {
    let many = extent(20_000, 1_000_000);
    let values: Vec<String> = (0..many).map(|number| format!("v{number}")).collect();
    generated(&document(reference("A"), json!({ "A": { "type": "string", "enum": values } })).to_string(), false).unwrap();
    let numbers: Vec<usize> = (0..many).collect();
    generated(&document(reference("A"), json!({ "A": { "enum": numbers } })).to_string(), false).unwrap();
}

#[test]
fn keywords_of_odd_types_are_generated_or_refused() {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!("x"),
        json!([]),
        json!([1, null, {}]),
        json!({}),
        json!({ "a": 1 }),
    ];
    let keys = [
        "type",
        "format",
        "pattern",
        "default",
        "enum",
        "const",
        "required",
        "properties",
        "items",
        "allOf",
        "oneOf",
        "anyOf",
        "not",
        "additionalProperties",
        "patternProperties",
        "prefixItems",
        "minimum",
        "exclusiveMinimum",
        "multipleOf",
        "maxItems",
        "discriminator",
        "nullable",
        "title",
        "description",
        "examples",
        "example",
        "deprecated",
        "$ref",
        "$defs",
        "$id",
        "$anchor",
        "if",
        "then",
        "x-enum-varnames",
        "x-error-item",
        "x-oas31-security",
        "x-oas31-securitySchemes",
        "x-stood-at",
        "x-credential",
        "x-from",
        "x-poll",
        "x-rate-limit",
    ];
    for (index, key) in keys.into_iter().enumerate() {
        // A sample covers each key and each value too.
        for value in odd.iter().skip(index % extent(10, 1)).step_by(extent(10, 1)) {
            for base in [
                json!({}),
                json!({ "type": "string" }),
                json!({ "type": "object", "properties": { "a": { "type": "integer" } } }),
            ] {
                let mut schema = base;
                schema[key] = value.clone();
                let text =
                    document(reference("A"), json!({ "A": { "type": "object", "properties": { "a": schema } }, "B": schema }))
                        .to_string();
                drop(prepared(&text));
            }
        }
    }
}

#[test]
fn numbers_that_no_type_holds_are_refused_or_have_no_effect() {
    for number in ["1e400", "-1e400", "123456789012345678901234567890", "0.1e-9999", "1e308", "-0", "00"] {
        let schema = r#"{"type":"integer","maximum":N,"default":N,"enum":[N],"minLength":N}"#.replace('N', number);
        let text = document(reference("A"), json!({ "A": "SCHEMA" })).to_string().replace("\"SCHEMA\"", &schema);
        drop(generated(&text, false));
        drop(generated(&format!("# YAML\n{text}"), false));
    }
}

#[test]
fn a_large_response_that_many_operations_share_is_not_copied_each_time() {
    let large = json!({ "type": "object", "description": "x".repeat(1_000_000) });
    let mut document = document(json!({}), json!({}));
    document["components"]["responses"] =
        json!({ "A": { "description": "", "content": { "application/json": { "schema": large } } } });
    let response = json!({ "$ref": "#/components/responses/A", "description": "own" });
    let paths: serde_json::Map<String, Value> = (0..extent(200, 5_000))
        .map(|number| {
            (format!("/a{number}"), json!({ "get": { "responses": { "200": response, "400": response, "500": response } } }))
        })
        .collect();
    document["paths"] = paths.into();
    drop(prepared(&document.to_string()));
}
