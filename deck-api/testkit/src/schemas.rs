//! Finds the schemas of a document by the grammar of OpenAPI, so that a property named `items` is not mistaken for a schema.

use serde_json::{Map, Value};

/// Keywords whose value is a schema.
const ONE: [&str; 10] = [
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords whose value is an array of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is an object of schemas.
const MAPS: [&str; 5] = ["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];

/// Calls `change` for every schema of a document, inner schemas first.
pub fn change(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    for (kind, place) in [
        ("schemas", schema as Visit<_>),
        ("parameters", parameter),
        ("headers", parameter),
        ("requestBodies", contents),
        ("responses", response),
        ("pathItems", path_item),
        ("callbacks", callback),
    ] {
        each(document.pointer_mut(&format!("/components/{kind}")), change, place);
    }
    each(document.get_mut("paths"), change, path_item);
    each(document.get_mut("webhooks"), change, path_item);
}

type Visit<F> = fn(&mut Value, &mut F);

fn each<F: FnMut(&mut Value)>(holder: Option<&mut Value>, change: &mut F, visit: Visit<F>) {
    let Some(holder) = holder else { return };
    if let Value::Array(list) = holder {
        for value in list {
            visit(value, change);
        }
    } else if let Value::Object(map) = holder {
        for value in map.values_mut() {
            visit(value, change);
        }
    }
}

fn path_item<F: FnMut(&mut Value)>(item: &mut Value, change: &mut F) {
    each(item.get_mut("parameters"), change, parameter);
    for (key, value) in item.as_object_mut().into_iter().flatten() {
        if value.get("responses").is_some() || value.get("requestBody").is_some() {
            operation(value, change);
        } else if key == "additionalOperations" {
            each(Some(value), change, operation);
        }
    }
}

fn operation<F: FnMut(&mut Value)>(operation: &mut Value, change: &mut F) {
    each(operation.get_mut("parameters"), change, parameter);
    if let Some(body) = operation.get_mut("requestBody") {
        contents(body, change);
    }
    each(operation.get_mut("responses"), change, response);
    each(operation.get_mut("callbacks"), change, callback);
}

fn callback<F: FnMut(&mut Value)>(callback: &mut Value, change: &mut F) {
    each(Some(callback), change, path_item);
}

/// A parameter, or a header.
fn parameter<F: FnMut(&mut Value)>(parameter: &mut Value, change: &mut F) {
    if let Some(inner) = parameter.get_mut("schema") {
        schema(inner, change);
    }
    contents(parameter, change);
}

fn response<F: FnMut(&mut Value)>(response: &mut Value, change: &mut F) {
    contents(response, change);
    each(response.get_mut("headers"), change, parameter);
}

fn contents<F: FnMut(&mut Value)>(holder: &mut Value, change: &mut F) {
    each(holder.get_mut("content"), change, |media, change| {
        for key in ["schema", "itemSchema"] {
            if let Some(inner) = media.get_mut(key) {
                schema(inner, change);
            }
        }
    });
}

fn schema<F: FnMut(&mut Value)>(value: &mut Value, change: &mut F) {
    if let Value::Object(object) = value {
        children(object, change);
        change(value);
    }
}

fn children<F: FnMut(&mut Value)>(object: &mut Map<String, Value>, change: &mut F) {
    for key in ONE {
        if let Some(inner) = object.get_mut(key) {
            schema(inner, change);
        }
    }
    for key in LISTS.iter().chain(&MAPS) {
        each(object.get_mut(*key), change, schema);
    }
}
