//! Checks that 3.0 cannot make: kept aside as published, before anything below them is looked at.
//!
//! Some of them have a logical equal in 3.0, made of `anyOf` and `not`; a type made of that is of no use to anybody.

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

/// Keywords that apply other schemas to the same value.
const APPLICATORS: [&str; 9] = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"];

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer;
    let applies = APPLICATORS.iter().any(|key| object.contains_key(*key));
    for (key, what) in CHECKS {
        lowering.keep(object, key, at, Loss::Validation, what);
    }
    lowering.keep(object, "contentSchema", at, Loss::Kept, "the text stays text");
    for (key, plain) in [("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items")] {
        // Where nothing else applies, all that is not declared is unevaluated: the older keyword says the same.
        let same = !applies
            && !object.contains_key(plain)
            && object.get(key).is_some_and(|value| key == "unevaluatedItems" || value != false);
        if !same {
            lowering.keep(object, key, at, Loss::Validation, "what is declared nowhere is not checked");
        }
    }
}
