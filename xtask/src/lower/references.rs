//! In 3.0 nothing may stand beside a `$ref`: what does moves around an `allOf`.

use crate::account::{Account, Loss};
use crate::document::pointer::resolve;
use crate::document::walk;
use serde_json::{Value, json};

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    let source = document.clone();
    walk::schemas(document, &mut |site, schema| {
        let Value::Object(object) = schema else { return };
        if object.len() < 2 {
            return;
        }
        let Some(reference) = object.shift_remove("$ref") else { return };
        let (outside, mut constraints): (Vec<_>, Vec<_>) =
            std::mem::take(object).into_iter().partition(|(key, _)| stays_outside(key));
        object.extend(outside);
        // What the target says too needs no saying here; most often that is its `type`.
        let target = resolve(&source, &json!({ "$ref": reference })).cloned().unwrap_or_default();
        constraints.retain(|(key, value)| target.get(key) != Some(value));
        let mut all = vec![json!({ "$ref": reference })];
        if let Some(Value::Array(own)) =
            constraints.iter().position(|(key, _)| key == "allOf").map(|index| constraints.remove(index).1)
        {
            all.extend(own);
        }
        if !constraints.is_empty() {
            all.push(Value::Object(constraints.into_iter().collect()));
        }
        object.insert("allOf".into(), Value::Array(all));
        account.note(site.pointer, Loss::Exact, "the `$ref` and what stands beside it became an `allOf`");
    });
}

fn stays_outside(key: &str) -> bool {
    key.starts_with("x-")
        || matches!(
            key,
            "title" | "description" | "default" | "examples" | "example" | "deprecated" | "readOnly" | "writeOnly" | "nullable"
        )
}
