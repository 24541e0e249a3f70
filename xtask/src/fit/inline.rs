//! Puts shared parameters, bodies, responses and headers in place of their references, and a path's parameters into its operations.

use crate::document::pointer::resolve;
use crate::document::walk::{self, METHODS, Node};
use serde_json::{Value, json};

/// Runs the pass; nothing is lost by it, so it has nothing to report.
pub fn run(document: &mut Value) {
    let source = document.clone();
    walk::walk(document, &mut |site, value| {
        if site.node != Node::Schema
            && value.get("$ref").is_some()
            && let Some(target) = resolve(&source, value)
        {
            *value = target.clone();
        }
        if site.node == Node::PathItem {
            share_parameters(value, &source);
        }
    });
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|kind, _| matches!(kind.as_str(), "schemas" | "securitySchemes"));
    }
}

/// A parameter of the operation with the same name and place takes precedence.
fn share_parameters(item: &mut Value, source: &Value) {
    let Some(shared) = item.as_object_mut().and_then(|item| item.shift_remove("parameters")) else { return };
    let shared: Vec<Value> = shared.as_array().into_iter().flatten().filter_map(|p| resolve(source, p)).cloned().collect();
    for method in METHODS {
        let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else { continue };
        let Some(own) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut() else { continue };
        let key = |parameter: &Value| {
            let parameter = resolve(source, parameter).unwrap_or(parameter);
            (parameter.get("name").cloned(), parameter.get("in").cloned())
        };
        let taken: Vec<_> = own.iter().map(key).collect();
        let inherited = shared.iter().filter(|parameter| !taken.contains(&key(parameter))).cloned();
        let all: Vec<Value> = inherited.chain(own.iter().cloned()).collect();
        *own = all;
    }
}
