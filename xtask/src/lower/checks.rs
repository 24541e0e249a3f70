//! Checks that 3.0 does not have. They are kept as published, before the walk descends into them.
//!
//! Some checks can be expressed in 3.0 with `anyOf` and `not`, but the resulting types would be useless.

use super::Lowering;
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value};

const CHECKS: [(&str, &str); 6] = [
    ("contains", "what an item must be is not checked"),
    ("minContains", "how many such items there must be is not checked"),
    ("maxContains", "how many such items there may be is not checked"),
    ("propertyNames", "what keys must be is not checked"),
    ("dependentRequired", "what a property requires of others is not checked"),
    ("if", "the condition is not checked"),
];

/// The keywords that the pass changes.
pub const KEYS: [&str; 9] = [
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentRequired",
    "if",
    "contentSchema",
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// Keywords that apply other schemas to the same value.
const APPLICATORS: [&str; 9] = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"];

/// Whether a schema applies others to the same value.
pub fn applies_others(object: &Map<String, Value>) -> bool {
    APPLICATORS.iter().any(|key| object.contains_key(*key))
}

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer;
    let applies = applies_others(object);
    for (key, what) in CHECKS {
        lowering.keep(object, key, at, Loss::Validation, what);
    }
    lowering.keep(object, "contentSchema", at, Loss::Kept, "the text stays text");
    for (key, plain, what) in [
        ("unevaluatedProperties", "additionalProperties", "undeclared properties are not checked"),
        ("unevaluatedItems", "items", "undeclared items are not checked"),
    ] {
        let value = object.get(key);
        // If no applicator is present, `additionalProperties` has the same meaning.
        let is_same = !applies && value.is_some_and(|value| key == "unevaluatedItems" || value != false);
        // Otherwise it still has the values of undeclared properties, which would be lost.
        let has_values =
            key == "unevaluatedProperties" && value.and_then(Value::as_object).is_some_and(|value| !value.is_empty());
        if object.contains_key(plain) || !is_same && !has_values {
            lowering.keep(object, key, at, Loss::Validation, what);
        }
    }
}
