//! Leaves out the operations that are refused, so that the rest can be generated.

use super::Document;
use super::inheritance::Bases;
use super::pointer::Pointer;
use super::select::{component_of, node_of, remove_operations, remove_unused_components};
use super::walk::{self, Node, OperationAt};
use crate::problem::{Problem, Refused};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    let (before, operations) = (count(&document.value), walk::operations(&document.value));
    let uses = Uses::of(&document.value, &operations);
    let mut blamed: BTreeMap<usize, Problem> = BTreeMap::new();
    let mut unused = BTreeSet::new();
    let mut seen = HashSet::new();
    for problem in &refused.0 {
        let component = component_of(&problem.pointer);
        let concerned = match &component {
            Some(component) => uses.users(component, &mut seen),
            None => concerned(&operations, &problem.pointer),
        };
        match component {
            Some(component) if !uses.used.contains(&component) => drop(unused.insert(component)),
            None if concerned.is_empty() => return Err(refused),
            _ => {}
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
    remove_operations(&mut document.value, &pointers);
    remove_unused_components(&mut document.value);
    // Webhooks may still name them, but nothing is generated from webhooks.
    let mut removed = !pointers.is_empty();
    for component in unused.iter().map(|component| Pointer::parse(&component[1..])) {
        let group = component.parent().and_then(|group| document.value.pointer_mut(group.as_str())?.as_object_mut());
        // It may have gone with the components that nothing uses.
        removed |= group.is_some_and(|group| group.shift_remove(&component.last()).is_some());
    }
    // Otherwise the same would be refused again, and for ever.
    if removed || count(&document.value) != before { Ok(skipped) } else { Err(refused) }
}

/// How many components there are.
fn count(document: &Value) -> usize {
    let groups = document.get("components").and_then(Value::as_object).into_iter().flat_map(|groups| groups.values());
    groups.filter_map(Value::as_object).map(Map::len).sum()
}

/// `operationId`, or else method and path.
fn name(operation: &OperationAt<'_>) -> String {
    let id = operation.value.get("operationId").and_then(Value::as_str);
    id.map_or_else(|| format!("{} {}", operation.method.to_ascii_uppercase(), operation.path), str::to_owned)
}

/// The operations that a place outside of `components` belongs to, by their numbers.
fn concerned(operations: &[OperationAt<'_>], pointer: &str) -> Vec<usize> {
    let within = |outer: &Pointer| {
        let rest = pointer.strip_prefix('#').and_then(|pointer| pointer.strip_prefix(outer.as_str()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let numbers = 0..operations.len();
    let own: Vec<usize> = numbers.clone().filter(|index| within(&operations[*index].pointer)).collect();
    if !own.is_empty() {
        return own;
    }
    // What a path says holds for all its operations.
    numbers.filter(|index| operations[*index].pointer.parent().is_some_and(|item| within(&item))).collect()
}

/// Who uses which component.
struct Uses {
    by: HashMap<String, Vec<User>>,
    /// The components that operations reach.
    used: HashSet<String>,
}

/// Who uses a component.
enum User {
    Operation(usize),
    Component(String),
}

impl Uses {
    fn of(document: &Value, operations: &[OperationAt<'_>]) -> Self {
        let mut uses = Self { by: HashMap::new(), used: HashSet::new() };
        let (mut open, bases) = (Vec::new(), Bases::of(document));
        for (index, operation) in operations.iter().enumerate() {
            let shared = operation.item.get("parameters").and_then(Value::as_array).into_iter().flatten();
            let shared = shared.flat_map(|parameter| walk::references(parameter, Node::Parameter));
            for component in walk::references(operation.value, Node::Operation).into_iter().chain(shared).filter_map(of_reference)
            {
                uses.by.entry(component.clone()).or_default().push(User::Operation(index));
                open.push(component);
            }
        }
        while let Some(component) = open.pop() {
            if !uses.used.insert(component.clone()) {
                continue;
            }
            let kind = component.split('/').nth(2).unwrap_or_default();
            let target = document.pointer(&component[1..]);
            let below = target.map(|target| walk::references(target, node_of(kind))).unwrap_or_default();
            for next in below.into_iter().chain(bases.references(&component)).filter_map(of_reference) {
                uses.by.entry(next.clone()).or_default().push(User::Component(component.clone()));
                open.push(next);
            }
        }
        uses
    }

    /// The operations that reach `component`, but for those that were found by one in `seen`.
    fn users(&self, component: &str, seen: &mut HashSet<String>) -> Vec<usize> {
        let mut found = Vec::new();
        let mut open = vec![component];
        while let Some(component) = open.pop() {
            if !seen.insert(component.to_owned()) {
                continue;
            }
            for user in self.by.get(component).into_iter().flatten() {
                match user {
                    User::Operation(index) => found.push(*index),
                    User::Component(name) => open.push(name),
                }
            }
        }
        found
    }
}

fn of_reference(reference: String) -> Option<String> {
    component_of(&reference)
}
