//! Every field of OpenAPI has an effect on the code, on the report, or as a refusal, unless it is only documentation.

use crate::common::{extent, home};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use xtask::account::Loss;
use xtask::document::fields::OBJECTS;
use xtask::document::keywords::{self, Since};
use xtask::problem::Refused;
use xtask::{Input, Source};

/// The outcome of a document.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    /// The code without comments.
    code: String,
    /// The pointers of inexact changes.
    report: Vec<String>,
    /// The pointers of problems.
    refused: Vec<String>,
}

fn outcome(document: &Value) -> Outcome {
    let published = Source { file: "grammar.json".to_owned(), text: document.to_string() };
    let input = Input { published, crate_name: "grammar-api".to_owned(), ..Input::default() };
    match xtask::generate(&input) {
        Ok(generated) => {
            let text = generated.files.values().map(|file| xtask::emit::without_header(file)).collect::<Vec<_>>().join("\n");
            let prepared = &generated.prepared;
            let changes = prepared.lowering.changes.iter().chain(&prepared.fitting.changes);
            let inexact = changes.filter(|change| change.loss != Loss::Exact);
            Outcome {
                code: text.lines().filter(|line| !line.trim_start().starts_with("//")).collect(),
                report: inexact.map(|change| change.pointer.as_str().to_owned()).collect(),
                refused: Vec::new(),
            }
        }
        Err(error) => {
            let refused: &Refused = error.downcast_ref().unwrap_or_else(|| panic!("{document}: {error:#}"));
            let places = refused.0.iter().map(|problem| problem.pointer.trim_start_matches('#').to_owned());
            Outcome { refused: places.collect(), ..Outcome::default() }
        }
    }
}

/// Merges `over` into `value`. Null removes a key.
fn merge(value: &mut Value, over: &Value) {
    match (value, over) {
        (Value::Object(value), Value::Object(over)) => {
            for (key, over) in over {
                match over {
                    Value::Null => drop(value.shift_remove(key)),
                    over => merge(value.entry(key.clone()).or_insert(Value::Null), over),
                }
            }
        }
        (value, over) => *value = over.clone(),
    }
}

fn base(version: &str) -> Value {
    json!({
        "openapi": version,
        "info": { "title": "Grammar", "version": "1" },
        "servers": [{ "url": "https://a.b" }],
        "paths": { "/a": { "get": { "operationId": "a", "responses": { "200": { "description": "D", "content": {
            "application/json": { "schema": { "$ref": "#/components/schemas/S" } } } } } } } },
        "components": { "schemas": { "S": { "type": "object", "properties": { "p": { "type": "string" } } } } },
    })
}

/// The effect of a field in a document of `version`. `known` caches the outcomes of documents.
fn effect(
    known: &mut HashMap<String, Outcome>,
    version: &str,
    place: &str,
    common: &Value,
    field: &str,
    entry: &[Value],
) -> &'static str {
    let mut without = base(version);
    for over in [Some(common), entry.get(2)].into_iter().flatten().filter(|over| over.is_object()) {
        merge(&mut without, over);
    }
    let mut with = without.clone();
    let object = with.pointer_mut(place).unwrap_or_else(|| panic!("{place} does not exist in {without}"));
    object[field] = entry[1].clone();
    let at = format!("{place}/{}", field.replace('~', "~0").replace('/', "~1"));
    let (before, after) = (known.entry(without.to_string()).or_insert_with(|| outcome(&without)), outcome(&with));
    let is_at = |found: &&String| found.as_str() == at || found.starts_with(&format!("{at}/"));
    let is_whole = |found: &&String| !place.is_empty() && found.as_str() == place;
    if after.refused.iter().any(|found| is_at(&found)) {
        "refused"
    } else if !after.refused.is_empty() {
        "refused elsewhere"
    } else if !before.refused.is_empty() || after.code != before.code {
        "code"
    } else if after.report.iter().any(|found| is_at(&found)) {
        "report"
    } else if after.report.iter().any(|found| is_whole(&found)) {
        "whole"
    } else {
        "nothing"
    }
}

/// The fields of an object of OpenAPI, with the first version of each.
fn fields(object: &str) -> Vec<(&'static str, Since)> {
    match OBJECTS.iter().find(|known| known.name() == object) {
        Some(object) => object.fields().iter().map(|field| (field.name, field.since)).collect(),
        None => keywords::ALL.iter().map(|keyword| (keyword.name, keyword.since)).collect(),
    }
}

#[test]
fn every_field_of_openapi_is_supported_reported_or_documentation() {
    // Parsed like a document, which begins with its version.
    let text = format!("openapi: 3.1.0\n{}", std::fs::read_to_string(home().join("tests/grammar.yaml")).unwrap());
    let mut table: Map<String, Value> = xtask::document::parse("grammar.yaml", &text).unwrap().value.as_object().unwrap().clone();
    table.shift_remove("openapi");
    let objects: BTreeSet<&str> = OBJECTS.iter().map(|object| object.name()).chain(["Schema"]).collect();
    assert_eq!(table.keys().map(String::as_str).collect::<BTreeSet<_>>(), objects);
    let (mut wrong, mut known_outcomes) = (Vec::new(), HashMap::new());
    for (object, rows) in &table {
        let rows_of = rows["fields"].as_object().unwrap();
        let known = fields(object);
        let names: BTreeSet<&str> = known.iter().map(|(name, _)| *name).collect();
        assert_eq!(rows_of.keys().map(String::as_str).collect::<BTreeSet<_>>(), names, "{object}");
        for (field, since) in known.into_iter().step_by(extent(8, 1)) {
            let entry = rows_of[field].as_array().unwrap();
            let expected = entry[0].as_str().unwrap();
            if entry[1].is_null() {
                continue;
            }
            let versions = [("3.0.3", Since::V3_0), ("3.1.1", Since::V3_1), ("3.2.0", Since::V3_2)];
            // A sample takes the first version that has the field.
            for (version, _) in versions.into_iter().filter(|(_, version)| *version >= since).take(extent(1, 3)) {
                let place = rows["at"].as_str().unwrap();
                let effect = effect(&mut known_outcomes, version, place, &rows["in"], field, entry);
                let is_for_people = expected == "documentation" && ["nothing", "report"].contains(&effect);
                if effect != expected && !is_for_people {
                    wrong.push(format!("{version} {object}.{field}: {expected} expected, {effect} found"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
