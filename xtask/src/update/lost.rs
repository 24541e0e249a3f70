//! Operations that an update would lose.

use super::Current;
use crate::document::operations::{self, OperationAt};
use crate::document::{Document, Skipped, Source};
use crate::model::operations::Operation;
use crate::model::path::without_variable_names;
use crate::pipeline;
use crate::problem::Problem;
use serde_json::Value;

/// Reports operations that exist neither under their method and path nor under their id.
pub fn in_document(old: &Document, new: &Document) -> Vec<Problem> {
    let there = operations::of(&new.value);
    let id = |value: &Value| value.get("operationId").and_then(Value::as_str).map(str::to_owned);
    let place = |operation: &OperationAt<'_>| (operation.pointer.last(), without_variable_names(operation.path));
    let gone = operations::of(&old.value).into_iter().filter(|operation| {
        !there.iter().any(|other| {
            place(other) == place(operation) || id(other.value).is_some_and(|name| Some(name) == id(operation.value))
        })
    });
    gone.map(|operation| {
        let method = operation.pointer.last().to_uppercase();
        let name = id(operation.value).map(|id| format!(" (`{id}`)")).unwrap_or_default();
        Problem {
            file: new.file.clone(),
            pointer: "#/paths".to_owned(),
            message: format!(
                "the operation {method} {}{name} is gone, and code that calls it would no longer compile",
                operation.path
            ),
            fix: "ask the owner of the API whether that is meant; if it is, add `--allow-removed`".to_owned(),
        }
    })
    .collect()
}

/// Reports operations that the document still has but the code no longer would, because `skip-refused` leaves them out.
pub fn by_refusals(current: &Current, new: &Source, skipped: &[Skipped]) -> Vec<Problem> {
    if skipped.is_empty() {
        return Vec::new();
    }
    let Ok(before) = pipeline::prepare(&current.old) else { return Vec::new() };
    // The document may give the operation another id, or its first one.
    let is_it =
        |operation: &Operation, skipped: &Skipped| operation.id == skipped.operation || operation.pointer == skipped.pointer;
    let had = |skipped: &&Skipped| before.model.operations.iter().any(|operation| is_it(operation, skipped));
    let problem = |Skipped { operation, problem, .. }: &Skipped| Problem {
        file: new.file.clone(),
        message: format!(
            "the operation `{operation}` would be left out, and code that calls it would no longer compile: {}",
            problem.message
        ),
        fix: "correct this place with an action of the overlay; to do without the operation, add `--allow-removed`".to_owned(),
        ..problem.clone()
    };
    skipped.iter().filter(had).map(problem).collect()
}
