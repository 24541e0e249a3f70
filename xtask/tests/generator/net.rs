//! The safety net of `diff`: for any edit of a document, a fact explains each public item that changes.

use crate::common::fixtures::fixtures;
use crate::common::{cases, extent};
use crate::robust::mutate::places;
use fastrand::Rng;
use serde_json::{Value, json};
use std::fmt::Write;
use xtask::compare::{self, Code, Comparison, Fact, unexplained};
use xtask::document::{self, Document};

#[test]
fn no_fixture_changes_a_public_item_without_a_fact() {
    let mut wrong = String::new();
    let mut compared = 0;
    for fixture in fixtures().iter().step_by(extent(24, 1)) {
        let [old, new] = fixture.pair();
        let Some(found) = net(&old, &new) else { continue };
        compared += 1;
        report(&mut wrong, &fixture.name, &found, &old, &new);
    }
    assert!(compared > extent(3, 100), "{compared}");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_random_edit_changes_a_public_item_without_a_fact() {
    let documents = documents();
    let mut random = Rng::with_seed(7);
    let mut wrong = String::new();
    let (mut compared, wanted) = (0, extent(60, 1_000));
    while compared < wanted {
        let (old, old_code) = &documents[random.usize(0..documents.len())];
        let (edit, new) = edited(old, &mut random);
        // An edit that changes nothing, or that is refused, has nothing to explain.
        let Some(new_code) = (new.value != old.value).then(|| code(&new)).flatten() else { continue };
        let comparison = compare::documents(old, &new);
        let found = unexplained(&comparison, old_code, &new_code);
        compared += 1;
        missing_items(&mut wrong, &format!("{} after {edit}", old.file), &comparison, [old_code, &new_code]);
        report(&mut wrong, &format!("{} after {edit}", old.file), &found, old, &new);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn an_unexplained_item_is_a_fact_of_its_own() {
    let [old, mut new] = fixtures().iter().find(|fixture| fixture.name == "a-required-field-is-gone").unwrap().pair();
    let comparison = compare::documents(&old, &new);
    let codes = [code(&old).unwrap(), code(&new).unwrap()];
    assert_eq!(unexplained(&comparison, &codes[0], &codes[1]), []);
    let forgotten = Comparison { facts: Vec::new(), prose: 0 };
    let found = unexplained(&forgotten, &codes[0], &codes[1]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].rule.id, found[0].source), ("rust-api-changed", xtask::compare::Verdict::Unknown));
    assert!(found[0].text.contains("is gone"), "{}", found[0].text);
    // Only code in a sentence names an item. A plain word does not.
    let field = comparison.facts[0].code().next().unwrap().rsplit("::").next().unwrap();
    for (text, explains) in [(format!("`types::Other` has another {field}"), 0), (format!("`types::Other::{field}` is gone"), 1)]
    {
        let fact = Fact { old: None, new: None, operations: [].into(), text, ..comparison.facts[0].clone() };
        let found = unexplained(&Comparison { facts: vec![fact], prose: 0 }, &codes[0], &codes[1]);
        assert_eq!(found.len(), 1 - explains, "{found:?}");
    }
    new.value["info"]["description"] = json!("Prose");
    assert_eq!(net(&new, &new), Some(Vec::new()));
}

#[test]
fn a_setter_follows_from_its_type_becoming_a_struct() {
    let document = |part: Value| {
        let body = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } });
        let value = json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/orders": { "post": {
                "operationId": "createOrders",
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Batch" } } } },
                "responses": { "200": { "description": "", "content": body } },
            } } },
            "components": { "schemas": {
                "Batch": { "type": "object", "properties": {
                    "first": { "$ref": "#/components/schemas/Order" }, "spare": { "$ref": "#/components/schemas/Part" } } },
                "Order": { "type": "object", "properties": { "piece": { "$ref": "#/components/schemas/Part" } } },
                "Part": part,
            } },
        });
        Document { file: "made.json".to_owned(), value }
    };
    let [text, object] = [json!({ "type": "string" }), json!({ "type": "object", "properties": { "a": { "type": "string" } } })];
    for (old, new) in [(&text, &object), (&object, &text)] {
        let (old, new) = (document(old.clone()), document(new.clone()));
        assert!(compare::documents(&old, &new).facts.iter().any(|fact| fact.text.contains("`types::Part`")));
        assert_eq!(net(&old, &new), Some(Vec::new()));
    }
}

#[test]
fn a_fact_about_a_base_schema_explains_changes_in_derived_types() {
    let case = cases().into_iter().find(|case| case.name == "inheritance-selected").unwrap();
    let old = document::parse(&case.input.published.file, &case.input.published.text).unwrap();
    let mut new = document::parse(&old.file, &case.input.published.text).unwrap();
    new.value["components"]["schemas"]["Vehicle"].as_object_mut().unwrap().remove("required");
    let facts = compare::documents(&old, &new).facts;
    assert!(facts.iter().all(|fact| !fact.text.contains("`types::Car")), "the fact is about the base: {facts:?}");
    assert_eq!(net(&old, &new), Some(Vec::new()));
}

#[test]
fn an_option_within_a_field_follows_from_its_type_becoming_nullable() {
    let document = |kind: Value| {
        let thing = json!({ "type": "object", "properties": { "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } } } });
        let content =
            |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
        let value = json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/parts": { "get": { "operationId": "getPart", "responses": {
                "200": { "description": "", "content": content("Part") }, "404": { "description": "", "content": content("Thing") } } } } },
            "components": { "schemas": { "Part": { "type": kind, "properties": { "a": { "type": "string" } } }, "Thing": thing } },
        });
        Document { file: "made.json".to_owned(), value }
    };
    let (old, new) = (document(json!("object")), document(json!(["object", "null"])));
    assert!(compare::documents(&old, &new).facts.iter().all(|fact| !fact.text.contains("parts")));
    assert_eq!(net(&old, &new), Some(Vec::new()));
}

#[test]
fn documents_without_a_crate_are_compared_whatever_their_examples_need() {
    let any = json!({ "type": "object", "required": ["any"], "properties": { "any": { "type": "array", "items": {} } } });
    let body = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } });
    let value = json!({
        "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
        "paths": { "/things": { "post": {
            "operationId": "createThing",
            "requestBody": { "required": true, "content": body },
            "responses": { "200": { "description": "", "content": body } },
        } } },
        "components": { "schemas": { "Thing": any } },
    });
    let document = Document { file: "made.json".to_owned(), value };
    assert_eq!(net(&document, &document), Some(Vec::new()));
}

#[test]
fn facts_list_only_items_that_exist() {
    let mut wrong = String::new();
    for fixture in fixtures().iter().step_by(extent(24, 1)) {
        let [old, new] = fixture.pair();
        let (Some(old_code), Some(new_code)) = (code(&old), code(&new)) else { continue };
        missing_items(&mut wrong, &fixture.name, &compare::documents(&old, &new), [&old_code, &new_code]);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Lists the items that a fact names and neither crate has.
fn missing_items(wrong: &mut String, name: &str, comparison: &Comparison, codes: [&Code; 2]) {
    for fact in &comparison.facts {
        for item in fact.items().iter().filter(|item| !codes.iter().any(|code| code.api().has(item))) {
            writeln!(wrong, "{name}: no {item}: {}", fact.text).unwrap();
        }
    }
}

/// The facts for unexplained items, or `None` if a document cannot be generated.
fn net(old: &Document, new: &Document) -> Option<Vec<Fact>> {
    Some(unexplained(&compare::documents(old, new), &code(old)?, &code(new)?))
}

fn code(document: &Document) -> Option<Code> {
    let published = xtask::Source { file: document.file.clone(), text: document.value.to_string() };
    // `diff` has no name for the crate of a file either.
    let input = xtask::Input { published, ..xtask::Input::default() };
    let (prepared, api) = xtask::public_api(&input).ok()?;
    Some(Code::of(&prepared, api))
}

fn report(wrong: &mut String, name: &str, found: &[Fact], old: &Document, new: &Document) {
    for fact in found {
        writeln!(wrong, "{name}: {}", fact.text).unwrap();
        for known in compare::documents(old, new).facts {
            writeln!(wrong, "    {} {} {:?} {:?} {}", known.rule, known.source, known.old, known.new, known.text).unwrap();
        }
    }
}

/// Documents that can be generated, without files beside them.
fn documents() -> Vec<(Document, Code)> {
    let read = |case: &crate::common::Case| document::parse(&case.input.published.file, &case.input.published.text).ok();
    let all = cases().iter().filter(|case| case.input.beside.is_empty()).filter_map(read).collect::<Vec<_>>();
    let good: Vec<_> = all.into_iter().filter_map(|document| code(&document).map(|code| (document, code))).collect();
    assert!(good.len() > 20, "{}", good.len());
    good
}

/// Makes one realistic edit of a document. Returns its description and the new document.
fn edited(old: &Document, random: &mut Rng) -> (String, Document) {
    let mut value = old.value.clone();
    let schemas: Vec<String> = places(&value).into_iter().filter(|place| is_schema(&value, place)).collect();
    let mut edit = String::from("nothing");
    if !schemas.is_empty() {
        let place = &schemas[random.usize(0..schemas.len())];
        let node = value.pointer_mut(place).unwrap();
        edit = format!("{} at {place}", change(node, random));
    }
    if random.u8(0..8) == 0 {
        edit = rename(&mut value, random).unwrap_or(edit);
    }
    (edit, Document { file: old.file.clone(), value })
}

fn is_schema(document: &Value, place: &str) -> bool {
    let in_schemas = place.contains("/schemas/") || place.contains("/schema") || place.contains("/items");
    let value = document.pointer(place);
    in_schemas && !place.contains("/example") && value.is_some_and(|value| value.get("type").is_some_and(Value::is_string))
}

fn change(node: &mut Value, random: &mut Rng) -> &'static str {
    let some =
        [json!({ "type": "string" }), json!({ "type": "integer" }), json!({ "type": "array", "items": { "type": "number" } })];
    let other = some[random.usize(0..some.len())].clone();
    match random.u8(0..9) {
        0 => {
            *node = other;
            "another type"
        }
        1 => {
            *node = json!({ "type": "array", "items": node.take() });
            "an array of it"
        }
        2 if node["type"] == "string" => {
            node["enum"] = json!(["one", "two", "three"]);
            "listed values"
        }
        3 => {
            *node = json!({ "oneOf": [node.take(), { "type": "boolean" }] });
            "another alternative"
        }
        4 => {
            node["nullable"] = json!(true);
            node["type"] = json!([node["type"].clone(), "null"]);
            "null"
        }
        5 | 6 => match node.get_mut("properties").and_then(Value::as_object_mut) {
            Some(properties) => {
                properties.insert("added".to_owned(), other);
                "one more property"
            }
            None => "nothing",
        },
        7 => match node.get_mut("properties").and_then(Value::as_object_mut).filter(|properties| properties.len() > 1) {
            Some(properties) => {
                let name = properties.keys().nth(random.usize(0..properties.len())).cloned().unwrap();
                properties.shift_remove(&name);
                if let Some(required) = node.get_mut("required").and_then(Value::as_array_mut) {
                    required.retain(|known| *known != json!(name));
                }
                "one property less"
            }
            None => "nothing",
        },
        _ => {
            let names = node.get("properties").and_then(Value::as_object);
            let names: Vec<String> = names.into_iter().flatten().map(|(name, _)| name.clone()).collect();
            node["required"] = json!(names.into_iter().filter(|_| random.bool()).collect::<Vec<_>>());
            "other requirements"
        }
    }
}

/// Renames a component and all references to it.
fn rename(value: &mut Value, random: &mut Rng) -> Option<String> {
    let schemas = value.pointer("/components/schemas")?.as_object()?;
    let name = schemas.keys().nth(random.usize(0..schemas.len().max(1)))?.clone();
    let (from, to) = (format!("#/components/schemas/{name}\""), format!("#/components/schemas/{name}Renamed\""));
    *value = serde_json::from_str(&value.to_string().replace(&from, &to)).ok()?;
    let schemas = value.pointer_mut("/components/schemas")?.as_object_mut()?;
    let schema = schemas.shift_remove(&name)?;
    schemas.insert(format!("{name}Renamed"), schema);
    Some(format!("the component {name} was renamed"))
}
