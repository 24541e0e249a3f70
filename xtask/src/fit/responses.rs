//! Responses: one success for progenitor, the errors for the table.

use super::media;
use super::operations::reference;
use super::table::{ErrorCase, Status, Success};
use crate::account::{Account, Loss};
use crate::document::pointer::{Pointer, schema_reference};
use crate::document::walk::OperationAt;
use crate::problem::Problems;
use serde_json::{Value, json};

/// The answers of one operation.
#[derive(Debug)]
pub struct Answers {
    pub success: Success,
    pub accept: String,
    pub errors: Vec<ErrorCase>,
    /// What progenitor sees of it: the success alone.
    pub fitted: Value,
}

/// Reads the responses of `operation`. `None` where they cannot be generated.
pub fn of(document: &Value, operation: &OperationAt<'_>, problems: &mut Problems, account: &mut Account) -> Option<Answers> {
    let at = operation.pointer.at("responses");
    let all: Vec<(Status, Pointer, &Value)> = operation
        .value
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(key, _)| !key.starts_with("x-"))
        .map(|(key, response)| (Status::parse(key), at.at(key), response))
        .collect();
    let success_is_default = !all.iter().any(|(status, ..)| status.is_success());
    let is_success = |status: Status| status.is_success() || success_is_default && status == Status::Default;
    let (successes, errors): (Vec<_>, Vec<_>) = all.into_iter().partition(|(status, ..)| is_success(*status));
    let bodies: Vec<Option<(&str, Value)>> = successes.iter().map(|(_, _, response)| content(response)).collect();
    let first = bodies.first().cloned().flatten();
    if bodies.iter().any(|body| *body != first) {
        let message = "several successes with different bodies are not supported";
        problems.add(
            &at,
            message,
            "leave the operation out with `--select`, or all but one of them with an action of the overlay",
        );
        return None;
    }
    let (success, accept, fitted) = success(first);
    let errors =
        errors.into_iter().filter_map(|(status, at, response)| error(document, status, &at, response, account)).collect();
    Some(Answers { success, accept, errors, fitted })
}

fn content(response: &Value) -> Option<(&str, Value)> {
    let (name, media) = response.get("content")?.as_object()?.iter().next()?;
    Some((name, media.get("schema").cloned().unwrap_or_else(|| json!({}))))
}

fn success(body: Option<(&str, Value)>) -> (Success, String, Value) {
    let answer = |content: Value| json!({ "200": { "description": "", "content": content } });
    match body {
        None => (Success::Empty, "*/*".to_owned(), json!({ "204": { "description": "" } })),
        Some((name, schema)) if media::is_json(name) => {
            let accept = if name.contains('*') { "application/json" } else { name };
            (Success::Json, accept.to_owned(), answer(json!({ "application/json": { "schema": schema } })))
        }
        Some((name, _)) => {
            let bytes = json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } });
            (Success::Bytes, name.to_owned(), answer(bytes))
        }
    }
}

/// An error without a JSON body of a component stays an error of its status, with its bytes.
fn error(document: &Value, status: Status, at: &Pointer, response: &Value, account: &mut Account) -> Option<ErrorCase> {
    let (name, schema) = content(response)?;
    let component = reference(&schema).filter(|name| document.pointer(&schema_reference(name)[1..]).is_some());
    let Some(component) = component.filter(|_| media::is_json(name)) else {
        account.note(at, Loss::Kept, "has no JSON object as its body: callers get status, headers and bytes");
        return None;
    };
    let description = response.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(ErrorCase { status, component, description })
}
