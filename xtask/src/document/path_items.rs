//! Replaces references to path items and operations by their content, since 3.0 has no components for them.

use super::pointer::{Pointer, resolve};
use super::{Document, Names, operations, walk};
use crate::problem::{Problems, Refused};
use serde_json::{Value, json};

/// Inlines every path item and operation of `paths` that is a reference within the document.
///
/// # Errors
/// Returns an error if a reference leads nowhere, or both a path item and its reference define the same field.
pub fn inline_path_items(document: &mut Document) -> Result<(), Refused> {
    let mut problems = Problems::new(&document.file);
    let at = Pointer::default().at("paths");
    let paths = document.value.get("paths").and_then(Value::as_object).into_iter().flatten();
    let mut shared: Vec<(String, Value)> = Vec::new();
    for (path, item) in paths.filter(|(path, item)| !path.starts_with("x-") && item.get("$ref").is_some()) {
        if let Some(target) = resolve(&document.value, item) {
            shared.push((path.clone(), target.clone()));
        } else {
            let message = format!("the reference {} refers to nothing, or to itself", item["$ref"]);
            problems.add(at.at(path).at("$ref"), message, "put the path item in place of the reference");
        }
    }
    let mut ids = operation_ids(&document.value);
    inline_operations(document, &mut problems, &mut ids);
    let Some(Value::Object(paths)) = document.value.get_mut("paths") else { return Ok(()) };
    for (path, mut shared) in shared {
        rename(&mut shared, &mut ids);
        for key in paths.get_mut(&path).map(|item| put(item, shared)).unwrap_or_default() {
            let message =
                format!("`{key}` is defined both here and by the path item that `$ref` names, which OpenAPI leaves undefined");
            problems.add(at.at(&path).at(&key), message, "remove one of them with an action of the overlay");
        }
    }
    problems.finish(())
}

/// Inlines references to operations. OpenAPI does not allow them, but some large documents contain them.
fn inline_operations(document: &mut Document, problems: &mut Problems, ids: &mut Names) {
    let at = Pointer::default().at("paths");
    let mut found: Vec<(Pointer, Option<Value>)> = Vec::new();
    for (path, item) in document.value.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in walk::METHODS {
            if let Some(operation) = item.get(method).filter(|operation| operation.get("$ref").is_some()) {
                found.push((at.at(path).at(method), resolve(&document.value, operation).cloned()));
            }
        }
    }
    for (place, shared) in found {
        let Some(operation) = document.value.pointer_mut(place.as_str()) else { continue };
        let Some(shared) = shared else {
            let message = format!("the reference {} refers to nothing, or to itself", operation["$ref"]);
            problems.add(place.at("$ref"), message, "put the operation in place of the reference");
            continue;
        };
        let twice = put(operation, shared);
        if let Some(id) = operation.get("operationId").and_then(Value::as_str).map(|id| ids.free(id)) {
            operation["operationId"] = json!(id);
        }
        for key in twice {
            let (message, fix) = said_twice(&key);
            problems.add(place.at(key), message, fix);
        }
    }
}

/// Replaces the reference `item` by `shared`, keeping its other fields. Returns the fields that both define.
pub fn put(item: &mut Value, shared: Value) -> Vec<String> {
    let (Some(own), Value::Object(shared)) = (item.as_object_mut(), shared) else { return Vec::new() };
    own.shift_remove("$ref");
    let twice = shared.keys().filter(|key| own.contains_key(*key)).cloned().collect();
    for (key, value) in shared {
        own.entry(key).or_insert(value);
    }
    twice
}

/// The problem of a field that both a path item and its reference define.
pub fn said_twice(key: &str) -> (String, &'static str) {
    let message = format!("`{key}` is defined both here and by what `$ref` names, which OpenAPI leaves undefined");
    (message, "remove one of them")
}

/// The ids of all operations in the document.
fn operation_ids(document: &Value) -> Names {
    let mut ids = Names::default();
    for operation in operations::of(document) {
        ids.take(operation.value.get("operationId").and_then(Value::as_str).unwrap_or_default());
    }
    ids
}

/// Gives an operation a new id if its id is taken by another copy.
fn rename(item: &mut Value, ids: &mut Names) {
    for method in walk::METHODS {
        let Some(id) = item.get_mut(method).and_then(|operation| operation.get_mut("operationId")) else { continue };
        let Some(text) = id.as_str().map(str::to_owned) else { continue };
        let own = ids.free(&text);
        *id = json!(own);
    }
}
