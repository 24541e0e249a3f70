//! Webhooks and callbacks: requests that the API sends.

use super::follow::resolve;
use super::operations::{self, OperationAt};
use super::pointer::Pointer;
use super::walk;
use serde_json::Value;

/// A webhook or a callback, with its name.
#[derive(Debug)]
pub struct IncomingAt<'a> {
    pub path: String,
    pub operation: OperationAt<'a>,
}

/// The webhooks of a document.
pub fn webhooks(document: &Value) -> Vec<IncomingAt<'_>> {
    let hooks = document.get("webhooks").and_then(Value::as_object);
    let hooks = hooks.into_iter().flatten().flat_map(|(name, item)| {
        let (at, item) = resolve(document, Pointer::default().at("webhooks").at(name), item);
        item_operations(name, at, item).map(|operation| IncomingAt { path: name.clone(), operation })
    });
    hooks.collect()
}

/// The callbacks of all operations of a document.
pub fn callbacks(document: &Value) -> Vec<IncomingAt<'_>> {
    let mut all = Vec::new();
    for operation in operations::of(document) {
        let label = operation.label();
        for (name, callback) in operation.value.get("callbacks").and_then(Value::as_object).into_iter().flatten() {
            let (at, callback) = resolve(document, operation.pointer.at("callbacks").at(name), callback);
            for (expression, item) in callback.as_object().into_iter().flatten().filter(|(key, _)| !key.starts_with("x-")) {
                let (at, item) = resolve(document, at.at(expression), item);
                let path = format!("{name} of {label}");
                all.extend(item_operations(expression, at, item).map(|operation| IncomingAt { path: path.clone(), operation }));
            }
        }
    }
    all
}

fn item_operations<'a>(path: &'a str, at: Pointer, item: &'a Value) -> impl Iterator<Item = OperationAt<'a>> {
    walk::METHODS
        .into_iter()
        .filter_map(move |method| Some(OperationAt { pointer: at.at(method), path, method, item, value: item.get(method)? }))
}
