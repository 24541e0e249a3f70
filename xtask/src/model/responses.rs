//! Responses of an operation, and which of them are successful.

use super::status::Status;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The response of an operation that documents none: any status with any body.
pub static UNSPECIFIED: LazyLock<Value> =
    LazyLock::new(|| json!({ "default": { "description": "", "content": { "*/*": { "schema": {} } } } }));

/// The responses by key. The status is `None` if the key is not a status, or repeats one.
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

/// Whether `status` is a success. `default` is one if `all` has no other; a 304 does not count as another.
#[must_use]
pub fn is_success(status: Status, all: &[Status]) -> bool {
    let is_other = |other: &Status| other.is_success() && *other != Status::Code(304);
    status.is_success() || status == Status::Default && !all.iter().any(is_other)
}

/// Whether there is exactly one 2xx success. It also stands for undocumented ones.
pub fn has_one_2xx(successes: impl Iterator<Item = Status>) -> bool {
    successes.filter(|status| status.is_2xx() || *status == Status::Default).take(2).count() == 1
}
