//! Names and prose of any content, length and number are generated or refused. No name reaches a file path.

use super::hostile::{both, document, reference};
use super::judge::prepared;
use super::mutate::TEXTS;
use crate::common::extent;
use serde_json::{Value, json};

/// Puts each string wherever a document has a name.
#[test]
fn names_of_any_text_are_generated_or_refused_and_reach_no_path() {
    for (index, text) in TEXTS.iter().enumerate().step_by(extent(24, 1)) {
        let schema = json!({
            "type": "object",
            "title": text,
            "description": text,
            "required": [text],
            "properties": { (*text): { "type": "string", "enum": [text, "a"], "description": text, "default": text }, "a": { "title": text, "oneOf": [{ "title": text, "type": "object", "properties": { (*text): { "const": text } } }, { "type": "integer" }] } },
        });
        let mut document = document(reference(format!("A{index}")), json!({ (format!("A{index}")): schema, (*text): schema }));
        document["info"] = json!({ "title": text, "version": text });
        document["tags"] = json!([{ "name": text }]);
        let path = format!("/{text}");
        document["paths"][&path] = json!({ "post": {
            "operationId": text,
            "tags": [text],
            "summary": text,
            "description": text,
            "parameters": [{ "name": text, "in": "query", "description": text, "schema": schema }, { "name": text, "in": "header", "schema": { "type": "string" } }],
            "requestBody": { "description": text, "content": { "application/json": { "schema": schema } } },
            "responses": { "200": { "description": text, "content": { (*text): { "schema": schema } } }, "404": { "description": text, "content": { "application/json": { "schema": schema } } } },
        } });
        document["security"] = json!([{ "A": [] }]);
        document["components"]["securitySchemes"] = json!({ "A": { "type": "apiKey", "in": "header", "name": text } });
        drop(both(&document));
    }
}

#[test]
fn names_of_many_kilobytes_are_generated_or_refused() {
    let long = "a1".repeat(extent(5_000, 50_000));
    for long in [long.clone(), long.replace('1', "-日")] {
        let schema = json!({ "type": "object", "title": long, "properties": { "a": { "type": "string", "enum": [long, "b"] } } });
        let mut plain = document(json!({ "oneOf": [schema, { "type": "string" }] }), json!({}));
        plain["paths"]["/a"]["post"]["operationId"] = json!(long);
        plain["paths"]["/a"]["post"]["parameters"] =
            json!([{ "name": long, "in": "query", "schema": { "type": "object", "properties": { "a": { "enum": ["x"] } } } }]);
        both(&plain).unwrap();
        for key in [json!({ "properties": { (long.as_str()): { "type": "string" } } }), json!({ (long.as_str()): 1 })] {
            drop(both(&document(key, json!({ (long.as_str()): { "type": "object" } }))));
        }
    }
}

#[test]
fn a_long_name_above_many_changes_is_refused() {
    let properties: serde_json::Map<String, Value> =
        (0..extent(2_000, 20_000)).map(|number| (format!("p{number}"), json!({ "type": "string", "minLength": 1 }))).collect();
    let schema =
        json!({ "type": "object", "properties": { ("x".repeat(extent(100_000, 1_000_000))): { "properties": properties } } });
    let refused = both(&document(schema.clone(), json!({ "A": schema }))).unwrap_err();
    assert!(refused.0[0].pointer.ends_with("/schema/properties"), "{refused}");
}

#[test]
fn thousands_of_equal_names_become_different_names() {
    let operation = json!({ "operationId": "same", "responses": { "204": { "description": "" } } });
    let paths: serde_json::Map<String, Value> =
        (0..extent(500, 5_000)).map(|number| (format!("/a{number}"), json!({ "get": operation }))).collect();
    let mut document = document(json!({}), json!({}));
    document["paths"] = paths.into();
    prepared(&document.to_string()).unwrap();
    // Names that differ only in characters that Rust identifiers cannot have.
    let same = |number: usize| {
        (format!("a{}", "-".repeat(number % 50) + &"_".repeat(number / 50)), json!({ "type": "string", "enum": ["a", "b"] }))
    };
    let properties: serde_json::Map<String, Value> = (0..extent(200, 2_000)).map(same).collect();
    let parameters: Vec<Value> =
        properties.keys().map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } })).collect();
    let values: Vec<&String> = properties.keys().collect();
    document["paths"] = json!({ "/a": { "get": { "parameters": parameters, "responses": { "204": { "description": "" } } } } });
    document["components"]["schemas"] = properties.clone().into();
    document["components"]["schemas"]["A"] = json!({ "type": "object", "properties": properties });
    document["components"]["schemas"]["B"] = json!({ "type": "string", "enum": values });
    prepared(&document.to_string()).unwrap();
}
