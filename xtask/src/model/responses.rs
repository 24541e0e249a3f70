//! Responses of an operation: which of them are successes, and whether those carry different things.

use super::media::Form;
use super::status::Status;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The responses of an operation that documents none: any status, any body.
pub static UNSPECIFIED: LazyLock<Value> =
    LazyLock::new(|| json!({ "default": { "description": "", "content": { "*/*": { "schema": {} } } } }));

/// The responses by their keys. The status is `None` where the key is none, or one that is there already.
#[must_use]
pub fn by_status(responses: Option<&Map<String, Value>>) -> Vec<(&String, Option<Status>, &Value)> {
    let mut known: Vec<Status> = Vec::new();
    let keys = responses.into_iter().flatten().filter(|(key, _)| !key.starts_with("x-"));
    keys.map(|(key, value)| {
        let status = Status::parse(key).filter(|status| !known.contains(status));
        known.extend(status);
        (key, status, value)
    })
    .collect()
}

/// Whether `status` is a success among `all`: without any other, the default is one. A 304 alone does not count as one.
#[must_use]
pub fn is_success(status: Status, all: &[Status]) -> bool {
    let is_other = |other: &Status| other.is_success() && other.has_body();
    status.is_success() || status == Status::Default && !all.iter().any(is_other)
}

/// Whether one success alone is a 2xx: then it stands for those that are not documented.
pub fn has_one_2xx(successes: impl Iterator<Item = Status>) -> bool {
    successes.filter(|status| status.is_2xx() || *status == Status::Default).take(2).count() == 1
}

/// Whether successes carry different things, so that they are an enum by status.
pub fn are_several<'v>(successes: impl IntoIterator<Item = Option<(Form, &'v Value)>>) -> bool {
    let mut successes = successes.into_iter();
    let first = successes.next();
    successes.any(|other| Some(other) != first)
}
