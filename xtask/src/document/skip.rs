//! Leaves out refused operations, so that the others can be generated.

use super::Document;
use super::inheritance::Bases;
use super::operations::{self, OperationAt};
use super::pointer::Pointer;
use super::select::{component_of, component_referred_to, references_of, remove_operations, remove_unused_components};
use super::walk::{self, Node};
use crate::problem::{Problem, Refused};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// An operation that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The operation id, or method and path if there is none.
    pub operation: String,
    /// The place of the operation.
    pub pointer: Pointer,
    /// The reason.
    pub problem: Problem,
}

/// Removes every operation that one of the problems affects, and components that only those operations used.
///
/// # Errors
/// Returns the refusal itself, if a problem belongs to no operation.
pub fn skip(document: &mut Document, refused: Refused) -> Result<Vec<Skipped>, Refused> {
    let (before, operations) = (count(&document.value), operations::of(&document.value));
    let uses = Uses::of(&document.value, &operations);
    let mut blamed: BTreeMap<usize, Problem> = BTreeMap::new();
    let mut unused = BTreeSet::new();
    let mut seen = HashSet::new();
    for problem in &refused.0 {
        let component = problem.pointer.strip_prefix('#').and_then(|place| component_of(&Pointer::parse(place)));
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
        .map(|(index, problem)| {
            let operation = &operations[*index];
            Skipped { operation: operation.label(), pointer: operation.pointer.clone(), problem: problem.clone() }
        })
        .collect();
    let pointers: Vec<_> = blamed.keys().map(|index| operations[*index].pointer.clone()).collect();
    remove_operations(&mut document.value, &pointers);
    remove_unused_components(&mut document.value);
    // Webhooks may still use them, but no code is generated for webhooks.
    let mut removed = !pointers.is_empty();
    for component in unused.iter().map(|component| Pointer::parse(&component[1..])) {
        let group = component.parent().and_then(|group| document.value.pointer_mut(group.as_str())?.as_object_mut());
        // It may have been removed as an unused component already.
        removed |= group.is_some_and(|group| group.shift_remove(&component.last()).is_some());
    }
    // If nothing was removed, the same problems would come back forever.
    if removed || count(&document.value) != before { Ok(skipped) } else { Err(refused) }
}

/// The number of components.
fn count(document: &Value) -> usize {
    let groups = document.get("components").and_then(Value::as_object).into_iter().flat_map(|groups| groups.values());
    groups.filter_map(Value::as_object).map(Map::len).sum()
}

/// The indices of the operations that a place outside of `components` belongs to.
fn concerned(operations: &[OperationAt<'_>], pointer: &str) -> Vec<usize> {
    let Some(place) = pointer.strip_prefix('#').map(Pointer::parse) else { return Vec::new() };
    let within = |outer: &Pointer| place.starts_with(outer);
    let numbers = 0..operations.len();
    let own: Vec<usize> = numbers.clone().filter(|index| within(&operations[*index].pointer)).collect();
    if !own.is_empty() {
        return own;
    }
    // The fields of a path item apply to all its operations.
    numbers.filter(|index| operations[*index].pointer.parent().is_some_and(|item| within(&item))).collect()
}

/// The users of each component.
struct Uses {
    by: HashMap<String, Vec<User>>,
    /// The components that operations use, directly or indirectly.
    used: HashSet<String>,
}

/// A user of a component.
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
            let own = walk::references(operation.value, Node::Operation);
            for component in own.into_iter().chain(shared).filter_map(component_referred_to) {
                uses.by.entry(component.clone()).or_default().push(User::Operation(index));
                open.push(component);
            }
        }
        while let Some(component) = open.pop() {
            if !uses.used.insert(component.clone()) {
                continue;
            }
            for next in references_of(document, &component, &bases).into_iter().filter_map(component_referred_to) {
                uses.by.entry(next.clone()).or_default().push(User::Component(component.clone()));
                open.push(next);
            }
        }
        uses
    }

    /// The operations that use `component`, directly or indirectly. Components in `seen` are not visited again.
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
