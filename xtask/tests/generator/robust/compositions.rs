//! Schemas that are composed of each other, in cycles and without end.

use super::hostile::{both, document, reference};
use super::judge::{generated, prepared};
use crate::common::extent;
use serde_json::{Value, json};
use xtask::model::types::Shape;
use xtask::{Input, Source};

#[test]
fn references_in_a_cycle_are_generated_or_refused() {
    let cycles = [
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
    for schemas in cycles {
        for version in ["3.0.3", "3.1.0"] {
            let mut document = document(reference("A"), schemas.clone());
            document["openapi"] = json!(version);
            drop(both(&document));
        }
    }
}

#[test]
fn cycles_through_other_components_are_generated_or_refused() {
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
fn a_union_of_thousands_of_branches_is_generated() {
    let many = extent(1_050, 10_000);
    let branch = |number: usize| {
        (
            format!("A{number}"),
            json!({ "type": "object", "properties": { "a": { "const": number.to_string() }, (format!("p{number}")): { "enum": ["x"] } } }),
        )
    };
    let components: serde_json::Map<String, Value> = (0..many).map(branch).collect();
    let references: Vec<Value> = components.keys().map(reference).collect();
    prepared(&document(json!({ "oneOf": references }), components.into()).to_string()).unwrap();
    for union in ["oneOf", "anyOf"] {
        let constants: Vec<Value> = (0..many).map(|number| json!({ "const": number.to_string() })).collect();
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
    let levels = extent(4, 20);
    let components = extent(2, 20);
    for level in 0..levels {
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
        let mut schemas: serde_json::Map<String, Value> = (0..components).map(level).collect();
        schemas.insert(format!("A{components}"), json!({ "type": "object" }));
        drop(both(&document(reference("A0"), schemas.into())));
    }
}

#[test]
fn recursive_compositions_terminate() {
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
fn parts_that_many_paths_lead_to_are_visited_once() {
    let parts = |level: usize| (format!("P{level}"), json!({ "allOf": vec![reference(format!("P{}", level + 1)); 10] }));
    let mut schemas: serde_json::Map<String, Value> = (0..15).map(parts).collect();
    schemas.insert("P15".into(), json!({ "type": "integer" }));
    let branch =
        |name: &str| json!({ "type": "object", "properties": { "kind": reference("P0"), (name): { "type": "string" } } });
    let union = json!({ "oneOf": [branch("a"), branch("b")] });
    generated(&document(union, schemas.into()).to_string(), false).unwrap();
}

#[test]
fn nested_unions_are_visited_once() {
    let union = |level: usize| json!({ "oneOf": [reference(format!("A{}", level + 1)), reference(format!("B{}", level + 1))] });
    let levels = (0..40).flat_map(|level| [(format!("A{level}"), union(level)), (format!("B{level}"), union(level))]);
    let mut schemas: serde_json::Map<String, Value> = levels.collect();
    for name in ["A40", "B40"] {
        schemas.insert(name.to_owned(), json!({ "type": "object", "properties": { "kind": { "const": name } } }));
    }
    prepared(&document(reference("A0"), schemas.into()).to_string()).unwrap();
}

#[test]
fn a_mapping_may_name_any_alternative_of_a_nested_union() {
    let name = |number: usize| format!("Leaf{number}");
    let leaf = |number: usize| (name(number), json!({ "type": "object", "properties": { "kind": { "type": "string" } } }));
    let mut schemas: serde_json::Map<String, Value> = (0..40).map(leaf).collect();
    let discriminator = json!({ "propertyName": "kind", "mapping": { "last": "Leaf39", "stone": "Leaf0" } });
    let within: Vec<Value> = (1..40).map(|number| reference(name(number))).collect();
    schemas.insert("Within".into(), json!({ "oneOf": within, "discriminator": discriminator }));
    let around = json!({ "oneOf": [reference("Within"), reference("Leaf0")], "discriminator": discriminator });
    schemas.insert("Around".into(), around);
    let text = document(reference("Around"), schemas.into()).to_string();
    let published = Source { file: "any.json".to_owned(), text };
    let prepared = xtask::prepare(&Input { published, crate_name: "any-api".into(), ..Input::default() }).unwrap();
    let Shape::Union(variants) = &prepared.model.types["Around"].shape else { panic!("a union") };
    assert_eq!(variants.variants[0].guards, [("kind".to_owned(), vec!["last".to_owned()])]);
}
