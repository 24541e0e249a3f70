//! Exclusive bounds are numbers in 3.1, and flags beside the bound in 3.0.

use super::Lowering;
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    for (exclusive, inclusive, lower) in [("exclusiveMinimum", "minimum", true), ("exclusiveMaximum", "maximum", false)] {
        let at = site.pointer.at(exclusive);
        match object.get(exclusive) {
            Some(Value::Bool(true)) if object.contains_key(inclusive) => {
                lowering.note(&at, Loss::Kept, format!("is a flag as in OpenAPI 3.0, read as one beside `{inclusive}`"));
            }
            Some(Value::Bool(_)) => {
                object.shift_remove(exclusive);
                lowering.note(&at, Loss::Exact, "is a flag that says nothing, left out");
            }
            Some(bound) => {
                let Some(bound) = bound.as_f64() else { continue };
                let kept = object.get(inclusive).and_then(Value::as_f64);
                // The stricter one of two bounds is kept.
                if kept.is_none_or(|kept| if lower { bound >= kept } else { bound <= kept }) {
                    let bound = object.insert(exclusive.into(), json!(true)).unwrap_or_default();
                    object.insert(inclusive.into(), bound);
                } else {
                    object.shift_remove(exclusive);
                }
                lowering.note(&at, Loss::Exact, format!("became `{inclusive}` with a flag"));
            }
            None => {}
        }
    }
}
