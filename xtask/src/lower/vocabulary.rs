//! Refuses, before anything is changed, what 3.0 cannot say and no pass mends; exact pointers are only to be had here.

use crate::document::pointer::{Pointer, resolve};
use crate::document::walk::{self, Node};
use crate::problem::Problems;
use serde_json::Value;

/// Keywords of JSON Schema 2020-12 without an equal in 3.0, and what to do about each.
const REFUSED: [&str; 19] = [
    "prefixItems",
    "patternProperties",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "$defs",
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
];

const WAY_OUT: &str = "remove it with an action of the overlay, or leave the operation out with `--select`";

/// Adds a problem for every place that cannot be lowered.
pub fn check(document: &Value, problems: &mut Problems) {
    check_root(document, problems);
    // The walk hands out mutable values; this pass changes none.
    walk::walk(&mut document.clone(), &mut |site, value| match site.node {
        Node::Schema => check_schema(document, site.pointer, value, problems),
        Node::PathItem if value.get("$ref").is_some() => {
            problems.add(
                site.pointer,
                "a path item that is a `$ref` is not supported",
                "put the path item in place of the reference",
            );
        }
        _ => check_reference(document, site.pointer, value, problems),
    });
}

fn check_root(document: &Value, problems: &mut Problems) {
    let root = Pointer::default();
    if let Some(dialect) = document.get("jsonSchemaDialect").and_then(Value::as_str)
        && !dialect.contains("spec.openapis.org/oas/3.1")
        && !dialect.contains("draft/2020-12")
    {
        problems.add(root.at("jsonSchemaDialect"), format!("schemas of the dialect `{dialect}` are not supported"), WAY_OUT);
    }
    let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
    for (name, scheme) in schemes.into_iter().flatten() {
        if scheme.get("type").and_then(Value::as_str) == Some("mutualTLS") {
            let at = root.at("components").at("securitySchemes").at(name);
            problems.add(at, "the security scheme `mutualTLS` has no equal in OpenAPI 3.0", WAY_OUT);
        }
    }
    if document.pointer("/components/pathItems").is_some_and(|items| items.as_object().is_some_and(|items| !items.is_empty())) {
        problems.add(root.at("components").at("pathItems"), "`pathItems` of components have no equal in OpenAPI 3.0", WAY_OUT);
    }
}

fn check_schema(document: &Value, at: &Pointer, schema: &Value, problems: &mut Problems) {
    let Some(object) = schema.as_object() else {
        if schema == &Value::Bool(false) && !allows_false(at) {
            problems.add(at, "the schema `false` (no value at all) has no equal in OpenAPI 3.0", WAY_OUT);
        }
        return;
    };
    for keyword in REFUSED.iter().filter(|keyword| object.contains_key(**keyword)) {
        problems.add(at.at(keyword), format!("the keyword `{keyword}` has no equal in OpenAPI 3.0"), WAY_OUT);
    }
    for keyword in ["exclusiveMinimum", "exclusiveMaximum"] {
        if object.get(keyword).is_some_and(Value::is_boolean) {
            problems.add(
                at.at(keyword),
                format!("`{keyword}` is a boolean as in OpenAPI 3.0, but the document says 3.1"),
                "write the bound itself there",
            );
        }
    }
    if let Some(types) = object.get("type").and_then(Value::as_array) {
        let named: Vec<&str> = types.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect();
        if named.len() > 1 && super::types::numeric_string(object).is_none() {
            problems.add(
                at.at("type"),
                format!("a value of several types ({}) has no equal in OpenAPI 3.0", named.join(", ")),
                WAY_OUT,
            );
        }
    }
    check_reference(document, at, schema, problems);
}

/// `additionalProperties: false` is a word of 3.0.
fn allows_false(at: &Pointer) -> bool {
    at.last() == "additionalProperties"
}

fn check_reference(document: &Value, at: &Pointer, value: &Value, problems: &mut Problems) {
    let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return };
    let at = at.at("$ref");
    if !reference.starts_with("#/components/") || reference.split('/').count() != 4 {
        let message = format!("the reference `{reference}` points elsewhere than at a component of this document");
        problems.add(at, message, "move its target to `components` and refer to that");
    } else if resolve(document, value).is_none() {
        problems.add(
            at,
            format!("the reference `{reference}` points at nothing, or in a circle"),
            "add the component, or correct the reference",
        );
    }
}
