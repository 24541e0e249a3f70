//! Properties of every lowered document, for fixtures and for random documents.

use crate::common::{cases, extent, home, root};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};
use xtask::account::Account;
use xtask::document::pointer::component_name;
use xtask::document::walk::{self, Node, Site};
use xtask::document::{self, Document};
use xtask::lower;

/// The keywords of a schema of OpenAPI 3.0.3.
const KEYWORDS: &str = "$ref title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems \
    minItems uniqueItems maxProperties minProperties required enum type allOf oneOf anyOf not items properties \
    additionalProperties description format default nullable discriminator readOnly writeOnly xml externalDocs example deprecated";

fn lowered(document: &Document) -> Option<Document> {
    lower::lower(document, &mut Account::default()).ok()
}

/// Everything in a lowered document that OpenAPI 3.0 does not allow.
fn faults(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    walk::read(document, &mut |site, value| {
        if site.node == Node::Schema
            && let Err(fault) = check(document, site, value)
        {
            faults.push(format!("#{}: {fault}", site.pointer));
        }
    });
    faults
}

fn check(document: &Value, site: Site<'_>, value: &Value) -> Result<(), String> {
    let Some(object) = value.as_object() else {
        return if site.key == "additionalProperties" && value.is_boolean() { Ok(()) } else { Err(format!("{value}")) };
    };
    let known: Vec<&str> = KEYWORDS.split_whitespace().collect();
    let ensure = |good: bool, fault: &str| if good { Ok(()) } else { Err(format!("{fault}: {value}")) };
    for key in object.keys() {
        ensure(key.starts_with("x-") || known.contains(&key.as_str()), key)?;
    }
    if let Some(reference) = object.get("$ref") {
        ensure(object.len() == 1, "beside a reference")?;
        let target = reference.as_str().and_then(|text| component_name(text, "schemas"));
        return ensure(target.is_some_and(|name| document["components"]["schemas"].get(name).is_some()), "reference");
    }
    let of = |key: &str, good: &dyn Fn(&Value) -> bool| ensure(object.get(key).is_none_or(good), key);
    let types = ["string", "number", "integer", "boolean", "array", "object"];
    of("type", &|name| types.iter().any(|known| name == known))?;
    of("exclusiveMinimum", &Value::is_boolean)?;
    of("exclusiveMaximum", &Value::is_boolean)?;
    of("items", &Value::is_object)?;
    of("required", &|names| names.as_array().is_some_and(|names| !names.is_empty()))?;
    of("enum", &|all| *all == json!([null]) || all.as_array().is_some_and(|all| !all.is_empty() && !all.contains(&Value::Null)))?;
    ensure(object.get("type") != Some(&json!("array")) || object.contains_key("items"), "array without items")
}

fn holds(name: &str, document: &Document) {
    let Some(once) = lowered(document) else { return };
    if !document.openapi().starts_with("3.0.") {
        assert_eq!(faults(&once.value), Vec::<String>::new(), "{name}");
        assert_eq!(once.openapi(), "3.0.3", "{name}");
    }
    assert_eq!(lowered(&once).unwrap().value, once.value, "{name}: lowering twice changes the document");
    if let Err(error) = serde_json::from_value::<openapiv3::OpenAPI>(once.value.clone()) {
        panic!("{name}: {error}\n{:#}", once.value);
    }
}

#[test]
fn lowered_fixtures_contain_only_what_3_0_allows() {
    let mut files = vec![root().join("spec/deck-v2.json")];
    for folder in ["tests/lowering", "tests/cases"] {
        files.extend(std::fs::read_dir(home().join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension != "out" && extension != "select"));
    let mut read = 0;
    for file in files.iter().filter(|file| !file.to_string_lossy().ends_with(".overlay.yaml")) {
        let name = file.display().to_string();
        let Ok(document) = document::parse(&name, &std::fs::read_to_string(file).unwrap()) else { continue };
        holds(&name, &document);
        read += 1;
    }
    assert!(read > 60, "only {read}");
}

#[test]
fn a_document_of_3_0_stays_as_it_is() {
    let documents = cases().into_iter().filter_map(|case| document::parse(&case.name, &case.input.published.text).ok());
    // Lowering inserts the missing texts of `texts-missing`.
    let older: Vec<Document> =
        documents.filter(|document| document.openapi().starts_with("3.0.") && document.file != "texts-missing").collect();
    assert!(!older.is_empty());
    for document in older {
        assert_eq!(lowered(&document).unwrap().value, document.value, "{}", document.file);
    }
}

/// All pointers into a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let escape = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| places(value, &format!("{at}/{}", escape(key)), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found)),
        _ => {}
    }
}

#[test]
fn no_value_at_any_place_panics_or_lowers_to_more_than_3_0_allows() {
    let anything = [json!(null), json!(true), json!("text"), json!([]), json!([{ "a": [null] }])];
    for file in std::fs::read_dir(home().join("tests/lowering")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = file.display().to_string();
        if file.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let Ok(document) = document::parse(&name, &std::fs::read_to_string(&file).unwrap()) else { continue };
        let mut found = Vec::new();
        places(&document.value, "", &mut found);
        // A third of all combinations covers each place and each value.
        for (index, place) in found.iter().enumerate().skip(1).step_by(extent(10, 1)) {
            for value in anything.iter().skip(index % 3).step_by(3) {
                let mut changed = document.clone();
                *changed.value.pointer_mut(place).unwrap() = value.clone();
                let Some(once) = lowered(&changed) else { continue };
                if !changed.openapi().starts_with("3.0.") {
                    assert_eq!(faults(&once.value), Vec::<String>::new(), "{name} {place} {value}");
                }
            }
        }
    }
}

/// Data that looks like a schema. An object with the key `data` is equal to one of these, unless lowering has changed it.
fn data(number: u8) -> Value {
    json!({ "data": number, "type": ["string", "null"], "const": null, "$ref": "#/nowhere", "examples": [{ "items": false }] })
}

fn leaf() -> impl Strategy<Value = Value> {
    let types = prop::sample::select(vec!["string", "number", "integer", "boolean", "array", "object", "null"]);
    prop_oneof![
        Just(json!(true)),
        Just(json!(false)),
        Just(json!({})),
        types.clone().prop_map(|name| json!({ "type": name })),
        vec(types, 1..4).prop_map(|names| json!({ "type": names, "minLength": 1, "minimum": 0, "format": "int32" })),
        (0..4u8).prop_map(|number| json!({ "$ref": format!("#/components/schemas/S{number}"), "description": "Text." })),
        any::<u8>().prop_map(|number| json!({ "const": data(number) })),
        any::<u8>().prop_map(|number| json!({ "enum": [data(number), null, "a", 1, 1.5, false] })),
        any::<u8>().prop_map(|number| json!({ "example": data(number), "default": data(number), "nullable": true })),
        any::<u8>().prop_map(|number| json!({ "examples": [data(number)], "x-own": data(number), "colour": "red" })),
        Just(json!({ "exclusiveMinimum": 1, "maximum": 5, "exclusiveMaximum": true })),
        Just(json!({ "contentEncoding": "base64", "contentMediaType": "image/png", "contentSchema": { "const": 1 } })),
    ]
}

/// Schemas with every keyword that has schemas below it, and with properties that are named like keywords.
fn schema() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 6, |inner| {
        let names = prop::sample::select(vec!["type", "const", "$ref", "examples", "properties", "x-a", "if", "$defs", "enum"]);
        let ones = prop::sample::select(vec![
            "items",
            "additionalProperties",
            "not",
            "contains",
            "propertyNames",
            "if",
            "then",
            "else",
            "unevaluatedItems",
            "unevaluatedProperties",
        ]);
        let lists = prop::sample::select(vec!["allOf", "anyOf", "oneOf", "prefixItems"]);
        let maps = prop::sample::select(vec!["properties", "patternProperties", "dependentSchemas", "$defs"]);
        let map = btree_map(names, inner.clone(), 1..4).prop_map(|map| json!(map));
        (btree_map(ones, inner.clone(), 0..3), btree_map(lists, vec(inner, 1..4), 0..2), btree_map(maps, map, 0..3), leaf())
            .prop_map(|(ones, lists, maps, leaf)| {
                let mut object: Map<String, Value> = leaf.as_object().cloned().unwrap_or_default();
                object.extend(ones.into_iter().map(|(key, value)| (key.to_owned(), value)));
                object.extend(lists.into_iter().map(|(key, value)| (key.to_owned(), json!(value))));
                object.extend(maps.into_iter().map(|(key, value)| (key.to_owned(), value)));
                Value::Object(object)
            })
    })
}

/// Documents whose schemas refer to each other, and to any place within each other.
fn document() -> impl Strategy<Value = Document> {
    (vec(schema(), 4), schema(), vec(any::<prop::sample::Index>(), 0..4)).prop_map(|(schemas, body, places)| {
        let schemas: Map<String, Value> =
            schemas.into_iter().enumerate().map(|(index, schema)| (format!("S{index}"), schema)).collect();
        let mut value = json!({
            "openapi": "3.1.0",
            "info": { "title": "Made", "version": "1" },
            "paths": { "/a": { "post": {
                "requestBody": { "content": { "application/json": { "schema": body } } },
                "responses": { "200": { "description": "", "content": { "application/json": {} } } },
            } } },
            "components": { "schemas": schemas },
        });
        let mut pointers = Vec::new();
        walk::read(&value, &mut |site, _| {
            if site.node == Node::Schema {
                pointers.push(site.pointer.to_string());
            }
        });
        for (number, place) in places.iter().enumerate() {
            let reference = format!("#{}", place.get(&pointers));
            value["components"]["schemas"][format!("R{number}")] = json!({ "$ref": reference });
        }
        Document { file: "made.json".into(), value }
    })
}

fn visit(value: &Value, see: &mut dyn FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            see(object);
            object.values().for_each(|value| visit(value, see));
        }
        Value::Array(items) => items.iter().for_each(|value| visit(value, see)),
        _ => {}
    }
}

/// The documents are the same in every run. `PROPTEST_CASES` sets their number, and `PROPTEST_RNG_SEED` makes other ones.
fn config() -> ProptestConfig {
    let set = |name: &str| std::env::var_os(name).is_some();
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if !set("PROPTEST_CASES") {
        config.cases = u32::try_from(extent(16, 256)).unwrap();
    }
    if !set("PROPTEST_RNG_SEED") {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_lowered_documents_contain_only_what_3_0_allows(document in document()) {
        holds("made", &document);
    }

    #[test]
    fn data_is_never_changed(document in document()) {
        let Some(lowered) = lowered(&document) else { return Ok(()) };
        let mut broken = Vec::new();
        visit(&lowered.value, &mut |object| {
            if let Some(number) = object.get("data").and_then(Value::as_u64)
                && Value::Object(object.clone()) != data(u8::try_from(number).unwrap())
            {
                broken.push(object.clone());
            }
        });
        prop_assert!(broken.is_empty(), "{broken:?}");
    }

    #[test]
    fn properties_named_like_keywords_survive(schemas in btree_map("[a-z$]{1,8}|type|const|\\$ref|properties|examples|not", leaf(), 1..6)) {
        let names: Vec<String> = schemas.iter().filter(|(_, schema)| **schema != false).map(|(name, _)| name.clone()).collect();
        let value = json!({
            "openapi": "3.1.0",
            "info": { "title": "Made", "version": "1" },
            "components": { "schemas": {
                "S0": {}, "S1": {}, "S2": {}, "S3": {}, "Thing": { "type": "object", "properties": schemas },
            } },
        });
        let lowered = lowered(&Document { file: "made.json".into(), value }).unwrap();
        let properties = lowered.value["components"]["schemas"]["Thing"]["properties"].as_object().unwrap();
        prop_assert_eq!(properties.keys().cloned().collect::<Vec<String>>(), names);
    }
}
