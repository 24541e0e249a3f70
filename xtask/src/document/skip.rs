//! Leaves out the operations that are refused, so that the rest can be generated.

use super::Document;
use super::pointer::Pointer;
use super::select::{component_of, node_of, remove_operation, remove_unused_components};
use super::walk::{self, Node, OperationAt};
use crate::problem::{Problem, Refused};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An operation that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its id, or else its method and path.
    pub operation: String,
    /// Why.
    pub problem: Problem,
}

/// Takes out every operation that one of the problems concerns, and components that only those used.
///
/// # Errors
/// The refusal itself, where no operation can be blamed for it.
pub fn skip(document: &mut Document, refused: Refused) -> Result<Vec<Skipped>, Refused> {
    let operations = walk::operations(&document.value);
    let uses = Uses::of(&document.value, &operations);
    let mut blamed: BTreeMap<usize, Problem> = BTreeMap::new();
    let mut unused = BTreeSet::new();
    for problem in &refused.0 {
        let concerned = concerned(&operations, &uses, &problem.pointer);
        if concerned.is_empty() {
            let component = component_of(&problem.pointer).filter(|component| uses.nothing_uses(component));
            let Some(component) = component else { return Err(refused) };
            unused.insert(component);
        }
        for index in concerned {
            blamed.entry(index).or_insert_with(|| problem.clone());
        }
    }
    let skipped: Vec<Skipped> = blamed
        .iter()
        .map(|(index, problem)| Skipped { operation: name(&operations[*index]), problem: problem.clone() })
        .collect();
    let pointers: Vec<_> = blamed.keys().map(|index| operations[*index].pointer.clone()).collect();
    for pointer in &pointers {
        remove_operation(&mut document.value, pointer);
    }
    remove_unused_components(&mut document.value);
    // Webhooks may still name them, but nothing is generated from webhooks.
    for component in unused {
        let Some((group, name)) = component[1..].rsplit_once('/') else { continue };
        if let Some(group) = document.value.pointer_mut(group).and_then(Value::as_object_mut) {
            group.shift_remove(&Pointer::parse(name).last());
        }
    }
    Ok(skipped)
}

/// `operationId`, or else method and path.
fn name(operation: &OperationAt<'_>) -> String {
    let id = operation.value.get("operationId").and_then(Value::as_str);
    id.map_or_else(|| format!("{} {}", operation.method.to_ascii_uppercase(), operation.path), str::to_owned)
}

/// The operations that a place of the document belongs to, by their numbers.
fn concerned(operations: &[OperationAt<'_>], uses: &Uses, pointer: &str) -> Vec<usize> {
    let within = |outer: &str| pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let numbers = 0..operations.len();
    let own: Vec<usize> = numbers.clone().filter(|index| within(&format!("#{}", operations[*index].pointer))).collect();
    if !own.is_empty() {
        return own;
    }
    if let Some(component) = component_of(pointer) {
        return numbers.filter(|index| uses.reached[*index].contains(&component)).collect();
    }
    // What a path says holds for all its operations.
    let item = |index: &usize| operations[*index].pointer.as_str().rsplit_once('/').map(|(item, _)| format!("#{item}"));
    numbers.filter(|index| item(index).is_some_and(|item| within(&item))).collect()
}

/// Which components each operation reaches.
struct Uses {
    reached: Vec<BTreeSet<String>>,
}

impl Uses {
    fn of(document: &Value, operations: &[OperationAt<'_>]) -> Self {
        let mut direct: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let reached = operations
            .iter()
            .map(|operation| {
                let mut item = operation.item.clone();
                if let Some(item) = item.as_object_mut() {
                    item.retain(|key, _| key == operation.method || !walk::METHODS.contains(&key.as_str()));
                }
                let mut open = walk::references(&mut item, Node::PathItem);
                let mut seen = BTreeSet::new();
                while let Some(reference) = open.pop() {
                    let Some(component) = component_of(&reference) else { continue };
                    if seen.insert(component.clone()) {
                        open.extend(
                            direct.entry(component).or_insert_with_key(|component| below(document, component)).iter().cloned(),
                        );
                    }
                }
                seen
            })
            .collect();
        Self { reached }
    }

    fn nothing_uses(&self, component: &str) -> bool {
        !self.reached.iter().any(|reached| reached.contains(component))
    }
}

/// The references inside of a component.
fn below(document: &Value, component: &str) -> Vec<String> {
    let kind = component.split('/').nth(2).unwrap_or_default();
    let target = document.pointer(&component[1..]);
    target.map(|target| walk::references(&mut target.clone(), node_of(kind))).unwrap_or_default()
}
