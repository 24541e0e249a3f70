//! Decodes alternatives of a union. Thread-local state counts unlisted values and undeclared nulls, and tells whether numbers
//! still have all their digits.

use super::loss::Loss;
use serde::de::DeserializeOwned;
use serde_ignored::Path;
use serde_json::Value;
use std::cell::Cell;

thread_local! {
    /// The unlisted values and undeclared nulls that this thread has decoded. The alternative with fewer of them is preferred.
    static UNKNOWN: Cell<Loss> = const { Cell::new(Loss::NONE) };
    /// Whether this thread reads from a `Value`, which keeps no more digits of a number than a float.
    static IS_OF_VALUE: Cell<bool> = const { Cell::new(false) };
}

/// Counts a value of an open enum that the document does not list, or a value that is kept although it does not fit.
pub fn note_unlisted() {
    note(Loss { unlisted: 1, ..Loss::NONE });
}

/// Decodes a value, and counts its nulls in properties that the type does not declare.
///
/// # Errors
/// Returns an error if the value does not fit the type.
pub fn read_noting_nulls<T: DeserializeOwned>(value: &Value) -> Result<T, serde_json::Error> {
    let mut nulls = 0;
    let mut count = |path: Path<'_>| nulls += usize::from(at(value, &path).is_some_and(Value::is_null));
    // With a closure of its own for each type, all types within it would be compiled for each of them again.
    let count: &mut dyn FnMut(Path<'_>) = &mut count;
    let read = serde_ignored::deserialize(value, count)?;
    note(Loss { spellings: nulls, ..Loss::NONE });
    Ok(read)
}

fn at<'v>(value: &'v Value, path: &Path<'_>) -> Option<&'v Value> {
    match path {
        Path::Root => Some(value),
        Path::Seq { parent, index } => at(value, parent)?.get(index),
        Path::Map { parent, key } => at(value, parent)?.get(key),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => at(value, parent),
    }
}

/// Adds to this thread's count.
pub(super) fn note(unknown: Loss) {
    UNKNOWN.set(UNKNOWN.get() + unknown);
}

/// Runs `read` and returns its result and its count, which is not added to the thread's count.
pub(super) fn counting<T>(read: impl FnOnce() -> T) -> (T, Loss) {
    let before = UNKNOWN.replace(Loss::NONE);
    let outcome = read();
    (outcome, UNKNOWN.replace(before))
}

/// Does the same for a `read` that reads from a `Value`.
pub(super) fn counting_of_value<T>(read: impl FnOnce() -> T) -> (T, Loss) {
    let before = IS_OF_VALUE.replace(true);
    let outcome = counting(read);
    IS_OF_VALUE.set(before);
    outcome
}

/// Returns whether numbers have all their digits, which they do not in a `Value`.
pub(super) fn has_all_digits() -> bool {
    !IS_OF_VALUE.get()
}
