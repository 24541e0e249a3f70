//! Which types are sent, and which are received: only the first need builders, only the second must take the unknown.

use super::table::Operation;
use crate::document::pointer::component_name;
use crate::document::walk::{self, Node};
use crate::model::Direction;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::BTreeSet;

/// The direction of every component.
pub fn of(document: &Value, operations: &[Operation]) -> IndexMap<String, Direction> {
    let mut sent = Vec::new();
    let mut received: Vec<String> = operations.iter().flat_map(Operation::received).collect();
    for operation in walk::operations(document) {
        let below = |key: &str| operation.value.get(key);
        let names = |value: &Value, node: Node| {
            let references = walk::references(value, node);
            references.iter().filter_map(|reference| component_name(reference, "schemas")).collect::<Vec<_>>()
        };
        for response in below("responses").and_then(Value::as_object).into_iter().flat_map(|responses| responses.values()) {
            received.extend(names(response, Node::Response));
        }
        for parameter in below("parameters").and_then(Value::as_array).into_iter().flatten() {
            sent.extend(names(parameter, Node::Parameter));
        }
        sent.extend(below("requestBody").into_iter().flat_map(|body| names(body, Node::RequestBody)));
    }
    let (sent, received) = (reach(document, sent), reach(document, received));
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let direction = |name: &String| {
        let sent = sent.contains(name);
        Direction { sent, received: received.contains(name) || !sent }
    };
    schemas.into_iter().flatten().map(|(name, _)| (name.clone(), direction(name))).collect()
}

fn reach(document: &Value, mut open: Vec<String>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name.clone())
            && let Some(schema) = document.pointer("/components/schemas").and_then(|schemas| schemas.get(&name))
        {
            let references = walk::references(schema, Node::Schema);
            open.extend(references.iter().filter_map(|reference| component_name(reference, "schemas")));
        }
    }
    seen
}
