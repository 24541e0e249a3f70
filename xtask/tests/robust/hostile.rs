//! Documents that are meant to do harm, one idea each.

use super::judge::{generated, prepared};
use serde_json::{Value, json};
use xtask::problem::Refused;

/// A document whose only operation answers with `schema`, beside the components `schemas`.
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

/// Judges the document as it is, and without what is refused.
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
fn chains_of_ten_thousand_references_do_not_fill_the_stack() {
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
            (0..2_000).map(|number| (format!("A{number}"), wrap(reference(format!("A{}", number + 1))))).collect();
        drop(prepared(&document(reference("A0"), schemas.into()).to_string()));
    }
}

#[test]
fn references_in_a_circle_are_generated_or_refused() {
    let circles = [
        json!({ "A": reference("B"), "B": reference("A") }),
        json!({ "A": reference("A") }),
        json!({ "A": { "allOf": [reference("A")] } }),
        json!({ "A": { "allOf": [reference("B")] }, "B": { "allOf": [reference("A")] } }),
        json!({ "A": { "oneOf": [reference("A"), { "type": "string" }] } }),
        json!({ "A": { "anyOf": [reference("B"), { "type": "null" }] }, "B": { "oneOf": [reference("A"), reference("B")] } }),
        json!({ "A": { "not": reference("A") } }),
        json!({ "A": { "type": "array", "items": reference("A") } }),
        json!({ "A": { "additionalProperties": reference("A") } }),
        json!({ "A": { "type": "object", "properties": { "a": reference("A") }, "required": ["a"] } }),
        json!({ "A": { "type": "object", "properties": { "a": reference("B") } }, "B": { "allOf": [reference("A"), { "properties": { "b": reference("B") } }] } }),
        json!({ "A": { "$dynamicAnchor": "a", "items": { "$dynamicRef": "#a" } } }),
        json!({ "A": { "$recursiveAnchor": true, "properties": { "a": { "$recursiveRef": "#" } } } }),
        json!({ "A": { "$defs": { "B": reference("A") }, "$ref": "#/components/schemas/A/$defs/B" } }),
        json!({ "A": { "properties": { "a": { "$ref": "#/components/schemas/A/properties/a" } } } }),
        json!({ "A": { "properties": { "a": { "$ref": "#" } } } }),
        json!({ "A": { "$ref": "#/components" } }),
        json!({ "A": { "properties": { "x": reference("A") } }, "B": { "allOf": [reference("A"), { "properties": { "x": { "allOf": [reference("B"), reference("A")] } } }] } }),
    ];
    for schemas in circles {
        for version in ["3.0.3", "3.1.0"] {
            let mut document = document(reference("A"), schemas.clone());
            document["openapi"] = json!(version);
            drop(both(&document));
        }
    }
}

#[test]
fn circles_through_other_components_are_generated_or_refused() {
    let to = |kind: &str, name: &str| json!({ "$ref": format!("#/components/{kind}/{name}") });
    let call = |callbacks: Value| json!({ "responses": { "204": { "description": "" } }, "callbacks": callbacks });
    let header = |name: &str| json!({ "content": { "a/b": { "encoding": { "x": { "headers": { "p": to("headers", name), "q": to("headers", name) } } } } } });
    let components = [
        json!({ "parameters": { "A": to("parameters", "B"), "B": to("parameters", "A") } }),
        json!({ "responses": { "A": to("responses", "A") } }),
        json!({ "requestBodies": { "A": to("requestBodies", "A") } }),
        json!({ "headers": { "A": to("headers", "A") } }),
        json!({ "headers": { "A": header("A") } }),
        json!({ "pathItems": { "A": to("pathItems", "A") } }),
        json!({ "pathItems": { "A": to("pathItems", "B"), "B": to("pathItems", "A") } }),
        json!({ "pathItems": { "A": { "get": call(json!({ "a": { "{$url}": to("pathItems", "A") } })) } } }),
        json!({ "callbacks": { "A": to("callbacks", "A") } }),
        json!({ "callbacks": { "A": { "{$url}": { "post": call(json!({ "a": to("callbacks", "A"), "b": to("callbacks", "A") })) } } } }),
        json!({ "securitySchemes": { "A": to("securitySchemes", "A") } }),
        json!({ "examples": { "A": to("examples", "A") }, "links": { "A": to("links", "A") } }),
        Value::Object((0..40).map(|number| (format!("A{number}"), header(&format!("A{}", number + 1)))).collect()),
    ];
    for (index, components) in components.into_iter().enumerate() {
        let components = if index == 12 { json!({ "headers": components }) } else { components };
        for version in ["3.0.3", "3.1.0"] {
            let mut document = document(json!({}), json!({}));
            document["openapi"] = json!(version);
            document["components"] = components.clone();
            document["security"] = json!([{ "A": [] }]);
            document["paths"]["/b"] = to("pathItems", "A");
            document["paths"]["/c"] = json!({ "$ref": "#/paths/~1c" });
            document["paths"]["/d"] = json!({
                "parameters": [to("parameters", "A")],
                "get": {
                    "requestBody": to("requestBodies", "A"),
                    "callbacks": { "a": to("callbacks", "A") },
                    "responses": { "200": to("responses", "A"), "201": { "description": "", "headers": { "a": to("headers", "A"), "b": to("headers", "A0") } } },
                },
            });
            drop(both(&document));
        }
    }
}

#[test]
fn ten_megabytes_are_prepared() {
    let text = "x".repeat(1_000);
    let property = |number: usize| (format!("p{number}"), json!({ "type": "string", "description": text }));
    let schema = |number: usize| {
        let properties: serde_json::Map<String, Value> = (0..10).map(property).collect();
        (format!("A{number}"), json!({ "type": "object", "properties": properties }))
    };
    let schemas: serde_json::Map<String, Value> = (0..1_000).map(schema).collect();
    let text = document(reference("A0"), schemas.into()).to_string();
    assert!(text.len() > 10_000_000);
    prepared(&text).unwrap();
}

#[test]
fn junk_is_refused() {
    let mut random = fastrand::Rng::with_seed(7);
    for length in [0, 1, 2, 100, 10_000, 1_000_000] {
        let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
        assert!(prepared(&String::from_utf8_lossy(&bytes)).is_err());
        let printable: String = bytes.iter().map(|byte| char::from(byte % 95 + 32)).collect();
        assert!(prepared(&printable).is_err() && prepared(&format!("{{{printable}")).is_err());
    }
}

#[test]
fn a_file_that_is_no_utf_8_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("any.json"), [0xff, 0xfe, b'{', 0]).unwrap();
    let error = xtask::workspace::source(folder.path(), "any.json").unwrap_err();
    assert!(error.to_string().contains("any.json") && error.to_string().contains("UTF-8"), "{error:#}");
}

#[test]
fn an_enum_of_a_million_values_is_text() {
    let values: Vec<String> = (0..1_000_000).map(|number| format!("v{number}")).collect();
    generated(&document(reference("A"), json!({ "A": { "type": "string", "enum": values } })).to_string(), false).unwrap();
    let numbers: Vec<u32> = (0..1_000_000).collect();
    generated(&document(reference("A"), json!({ "A": { "enum": numbers } })).to_string(), false).unwrap();
}

#[test]
fn a_union_of_ten_thousand_branches_is_generated() {
    let branch = |number: usize| {
        (
            format!("A{number}"),
            json!({ "type": "object", "properties": { "a": { "const": number.to_string() }, (format!("p{number}")): { "enum": ["x"] } } }),
        )
    };
    let components: serde_json::Map<String, Value> = (0..10_000).map(branch).collect();
    let references: Vec<Value> = components.keys().map(reference).collect();
    prepared(&document(json!({ "oneOf": references }), components.into()).to_string()).unwrap();
    for union in ["oneOf", "anyOf"] {
        let constants: Vec<Value> = (0..10_000).map(|number| json!({ "const": number.to_string() })).collect();
        generated(&document(json!({ (union): constants }), json!({})).to_string(), false).unwrap();
    }
}

#[test]
fn products_of_unions_do_not_multiply_without_end() {
    let choice = |level: usize, side: &str| {
        let property = format!("p{level}{side}");
        json!({ "type": "object", "properties": { (property.as_str()): { "type": "string" } }, "required": [property] })
    };
    let mut nested = json!({ "type": "object" });
    for level in 0..20 {
        nested = json!({ "allOf": [nested, { "oneOf": [choice(level, "a"), choice(level, "b")] }] });
    }
    both(&document(nested, json!({}))).unwrap();
    // The same through components, and through properties.
    for deep in [false, true] {
        let level = |number: usize| {
            let next = reference(format!("A{}", number + 1));
            let next = if deep { json!({ "type": "object", "properties": { "next": next } }) } else { next };
            let schema = json!({ "allOf": [{ "oneOf": [choice(number, "a"), choice(number, "b")] }, { "anyOf": [next, choice(number, "c")] }] });
            (format!("A{number}"), schema)
        };
        let mut schemas: serde_json::Map<String, Value> = (0..20).map(level).collect();
        schemas.insert("A20".into(), json!({ "type": "object" }));
        drop(both(&document(reference("A0"), schemas.into())));
    }
}

#[test]
fn compositions_that_grow_within_themselves_come_to_an_end() {
    for (a, b) in [
        (json!({ "allOf": [reference("B"), reference("A")] }), json!({ "x": reference("A") })),
        (
            json!({ "oneOf": [reference("B"), { "allOf": [reference("A"), reference("B")] }] }),
            json!({ "x": reference("B"), "y": reference("A") }),
        ),
        (
            json!({ "allOf": [reference("A"), { "properties": { "x": reference("B") } }] }),
            json!({ "x": { "allOf": [reference("A"), reference("B")] } }),
        ),
        (
            json!({ "anyOf": [{ "allOf": [reference("A"), reference("C")] }, { "allOf": [reference("B"), reference("C")] }] }),
            json!({ "x": { "allOf": [reference("C"), reference("B")] }, "y": reference("C") }),
        ),
    ] {
        let schemas = json!({
            "A": { "type": "object", "properties": b },
            "B": { "allOf": [reference("A"), { "type": "object", "properties": { "x": a, "y": a } }] },
            "C": { "allOf": [reference("B"), { "type": "object", "properties": { "x": { "allOf": [reference("C"), a] }, "y": { "oneOf": [reference("C"), reference("B")] } } }] },
        });
        drop(both(&document(reference("C"), schemas)));
    }
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
        "x-published-name",
        "x-published-at",
        "x-words",
        "x-union",
        "x-alias",
        "x-open",
        "x-wire-name",
        "x-numeric-string",
    ];
    for key in keys {
        for value in &odd {
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
fn what_is_referred_to_everywhere_is_not_copied_without_end() {
    let large = json!({ "type": "object", "description": "x".repeat(1_000_000) });
    let mut document = document(json!({}), json!({}));
    document["components"]["responses"] =
        json!({ "A": { "description": "", "content": { "application/json": { "schema": large } } } });
    let response = json!({ "$ref": "#/components/responses/A", "description": "own" });
    let paths: serde_json::Map<String, Value> = (0..5_000)
        .map(|number| {
            (format!("/a{number}"), json!({ "get": { "responses": { "200": response, "400": response, "500": response } } }))
        })
        .collect();
    document["paths"] = paths.into();
    drop(prepared(&document.to_string()));
}
