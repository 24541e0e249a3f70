//! Schemas as typify reads them right: no checks that would become types, no titles that would become names, no empty components.

use crate::account::{Account, Loss};
use crate::document::pointer::component_name;
use crate::document::walk::{self, Node};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Keywords that only check a value. typify would make types of them, which refuse answers that the API does give.
const CHECKS: [&str; 11] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
];

/// Formats of text that become a type of their own. Others would cost users a crate, and on a schema of another type typify panics.
const TEXT_FORMATS: [&str; 2] = ["date-time", "date"];

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    let anything = empty_components(document);
    walk::schemas(document, &mut |site, schema| {
        let Value::Object(object) = schema else { return };
        for key in CHECKS.iter().chain(&["minProperties", "maxProperties"]) {
            if object.shift_remove(*key).is_some() {
                account.note(&site.pointer.at(key), Loss::Validation, "is left to the server to check");
            }
        }
        if object.shift_remove("default").is_some() {
            // With it typify would send the default of the day on which the code was generated.
            account.note(&site.pointer.at("default"), Loss::Kept, "is left to the server to apply");
        }
        object.shift_remove("title");
        if object.get("additionalProperties") == Some(&Value::Bool(false)) {
            object.shift_remove("additionalProperties");
            account.note(
                &site.pointer.at("additionalProperties"),
                Loss::Widened,
                "`false` is dropped, so that a new field does not break a decoder",
            );
        }
        let text = object.get("type").is_some_and(|name| name == "string");
        let typed = |format| is_number(object) || text && TEXT_FORMATS.contains(&format);
        if object.get("format").and_then(Value::as_str).is_some_and(|format| !typed(format)) {
            object.shift_remove("format");
        }
        replace_anything(object, &anything);
        if site.parent == Node::Parameter && object.shift_remove("nullable").is_some() {
            account.note(&site.pointer.at("nullable"), Loss::Exact, "a parameter is left out instead of being null");
        }
    });
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| !anything.contains(name));
    }
}

fn is_number(schema: &Map<String, Value>) -> bool {
    schema.get("type").is_some_and(|name| name == "integer" || name == "number")
}

/// Components that say nothing at all: any JSON.
fn empty_components(document: &Value) -> BTreeSet<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let empty = |schema: &Value| {
        schema
            .as_object()
            .is_some_and(|schema| schema.keys().all(|key| key == "description" || key == "title" || key.starts_with("x-")))
    };
    schemas.into_iter().flatten().filter(|(_, schema)| empty(schema)).map(|(name, _)| name.clone()).collect()
}

fn replace_anything(schema: &mut Map<String, Value>, anything: &BTreeSet<String>) {
    let names_anything = |schema: &Value| {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|reference| component_name(reference, "schemas"));
        name.is_some_and(|name| anything.contains(&name))
    };
    if names_anything(&json!(schema)) {
        schema.shift_remove("$ref");
    }
    if schema.get("allOf").and_then(Value::as_array).is_some_and(|all| all.len() == 1 && names_anything(&all[0])) {
        schema.shift_remove("allOf");
    }
}
