//! Keeps the selected operations, and removes components that are no longer used.

use super::inheritance::Bases;
use super::operations::{self, OperationAt};
use super::pointer::{Pointer, decode};
use super::walk::{self, Node};
use super::{Document, Source};
use crate::problem::{Problem, Refused, nearest};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// The name of the selection in messages if it is a command-line option, which has no lines.
pub const SELECT: &str = "--select";

/// Keeps the operations in `selection`: ids, tags or paths, one per line; `#` begins a comment. An empty selection keeps
/// everything.
///
/// # Errors
/// Returns an error if a selector matches no operation. The other selectors are applied nevertheless.
pub fn select(document: &mut Document, selection: &Source) -> Result<usize, Refused> {
    let selectors = selectors(&selection.text);
    if selectors.is_empty() {
        return Ok(0);
    }
    let operations = operations::of(&document.value);
    let unknown: Vec<Problem> = selectors
        .iter()
        .filter(|(_, selector)| !operations.iter().any(|operation| names(operation).contains(selector)))
        .map(|(line, selector)| unknown(&selection.file, *line, selector, &operations))
        .collect();
    let is_selected = |operation: &OperationAt<'_>| selectors.iter().any(|(_, selector)| names(operation).contains(selector));
    let left_out: Vec<Pointer> =
        operations.iter().filter(|operation| !is_selected(operation)).map(|operation| operation.pointer.clone()).collect();
    remove_operations(&mut document.value, &left_out);
    remove_unused_components(&mut document.value);
    if unknown.is_empty() { Ok(left_out.len()) } else { Err(Refused(unknown)) }
}

/// The selectors with their line numbers.
fn selectors(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.split(" #").next().unwrap_or_default().trim()));
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).collect()
}

/// The problem of a selector that matches no operation, with a suggestion.
fn unknown(file: &str, line: usize, selector: &str, operations: &[OperationAt<'_>]) -> Problem {
    let known = operations.iter().flat_map(names);
    let fix = match nearest(selector, known) {
        Some(near) => format!("write `{near}`, if that is meant; then run the command again"),
        None => "name an operation id, a tag or a path of the document; then run the command again".to_owned(),
    };
    Problem {
        file: if file == SELECT { file.to_owned() } else { format!("{file}:{line}") },
        pointer: "#".to_owned(),
        message: format!("no operation has the id, the tag or the path `{selector}`"),
        fix,
    }
}

/// The names that select an operation: its id, its path and its tags.
fn names<'d>(operation: &OperationAt<'d>) -> Vec<&'d str> {
    let id = operation.value.get("operationId").and_then(Value::as_str);
    let tags = operation.value.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    id.into_iter().chain([operation.path]).chain(tags).collect()
}

/// Removes operations, and paths without any operation left.
pub(super) fn remove_operations(document: &mut Value, pointers: &[Pointer]) {
    let mut empty = HashSet::new();
    forget_facts(document, pointers);
    for pointer in pointers {
        let Some(item) = pointer.parent() else { continue };
        let Some(Value::Object(object)) = document.pointer_mut(item.as_str()) else { continue };
        object.shift_remove(&pointer.last());
        if !walk::METHODS.iter().any(|method| object.contains_key(*method)) {
            empty.insert(item.last());
        }
    }
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        paths.retain(|path, _| !empty.contains(path));
    }
}

/// Removes `x-poll` where its polled operation is left out, since waiting is impossible then.
fn forget_facts(document: &mut Value, left_out: &[Pointer]) {
    let id = |pointer: &Pointer| pointer.find(document)?.get("operationId")?.as_str().map(str::to_owned);
    let gone: HashSet<String> = left_out.iter().filter_map(id).collect();
    let is_gone = |fact: &Value| fact.get("operationId").and_then(Value::as_str).is_some_and(|id| gone.contains(id));
    let items = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    let operations = items.filter_map(|(_, item)| item.as_object_mut()).flatten().map(|(_, operation)| operation);
    for operation in operations.filter_map(Value::as_object_mut) {
        if operation.get("x-poll").is_some_and(is_gone) {
            operation.shift_remove("x-poll");
        }
        let inputs = operation.get_mut("x-poll").and_then(|fact| fact.get_mut("input")?.as_object_mut());
        for (_, input) in inputs.into_iter().flatten() {
            if input.get("answer").is_some_and(is_gone)
                && let Some(input) = input.as_object_mut()
            {
                input.shift_remove("answer");
            }
        }
    }
}

/// Removes unused components, except security schemes: they are used by name, not by reference.
pub(super) fn remove_unused_components(document: &mut Value) {
    // The targets of `$id` and anchors are unknown before lowering.
    let Some(used) = reachable(document) else { return };
    let Some(Value::Object(components)) = document.get_mut("components") else { return };
    for (kind, group) in components.iter_mut().filter(|(kind, _)| *kind != "securitySchemes") {
        let Value::Object(group) = group else { continue };
        let root = Pointer::default().at("components").at(kind);
        group.retain(|name, _| used.contains(&format!("#{}", root.at(name))));
    }
}

/// All components reachable from `paths`; `None` if a reference is not a JSON pointer.
fn reachable(document: &Value) -> Option<BTreeSet<String>> {
    let bases = Bases::of(document);
    let items = ["paths", "webhooks"].into_iter().filter_map(|key| document.get(key)?.as_object()).flatten();
    let mut open: Vec<String> = items.flat_map(|(_, item)| walk::references(item, Node::PathItem)).collect();
    let mut seen = BTreeSet::new();
    while let Some(reference) = open.pop() {
        if !reference.starts_with("#/") {
            return None;
        }
        let Some(component) = component_referred_to(&reference) else { continue };
        if seen.insert(component.clone()) {
            open.extend(references_of(document, &component, &bases));
        }
    }
    Some(seen)
}

/// The component that contains a place, as `#/components/schemas/A`.
pub(super) fn component_of(place: &Pointer) -> Option<String> {
    place.first(3).filter(|component| component.starts_with("/components/")).map(|component| format!("#{component}"))
}

/// The component that contains the target of a reference. For `#/components/schemas/A/properties/b`, it is
/// `#/components/schemas/A`.
pub(super) fn component_referred_to(reference: impl AsRef<str>) -> Option<String> {
    component_of(&Pointer::parse(&decode(reference.as_ref().strip_prefix('#')?)))
}

/// The references in a component, and those to the components that inherit from it.
pub(super) fn references_of(document: &Value, component: &str, bases: &Bases) -> Vec<String> {
    let pointer = Pointer::parse(&component[1..]);
    let Some(target) = pointer.find(document) else { return Vec::new() };
    let node = walk::node_at(document, &pointer).unwrap_or(Node::Schema);
    walk::references(target, node).into_iter().chain(bases.references(component)).collect()
}
