//! An exclusive bound is a number in 3.1 and a flag beside the bound in 3.0.

use crate::account::{Account, Loss};
use crate::document::walk;
use serde_json::{Value, json};

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    walk::schemas(document, &mut |site, schema| {
        let Value::Object(object) = schema else { return };
        for (exclusive, inclusive, lower) in [("exclusiveMinimum", "minimum", true), ("exclusiveMaximum", "maximum", false)] {
            let Some(bound) = object.get(exclusive).and_then(Value::as_f64) else { continue };
            let kept = object.get(inclusive).and_then(Value::as_f64);
            // Of two bounds the stronger one is kept.
            if kept.is_none_or(|kept| if lower { bound >= kept } else { bound <= kept }) {
                let bound = object.insert(exclusive.into(), json!(true)).unwrap_or_default();
                object.insert(inclusive.into(), bound);
            } else {
                object.shift_remove(exclusive);
            }
            account.note(&site.pointer.at(exclusive), Loss::Exact, format!("became `{inclusive}` with a flag"));
        }
    });
}
