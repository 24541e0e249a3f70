//! The state of a thread that decodes a union: which unlisted values it met, and whether numbers have all of their digits.

use super::loss::Loss;
use std::cell::Cell;

thread_local! {
    /// The unlisted values that this thread has decoded: the alternative with fewer of them goes before.
    static UNKNOWN: Cell<Loss> = const { Cell::new(Loss::NONE) };
    /// Whether this thread reads from a `Value`, which holds no more digits of a number than a float does.
    static IS_OF_VALUE: Cell<bool> = const { Cell::new(false) };
}

/// Counts a value of an open enum that the document does not list, or one that is kept because it does not fit.
pub fn note_unlisted() {
    note(Loss { unlisted: 1, ..Loss::NONE });
}

/// Adds to the count of this thread.
pub(super) fn note(unknown: Loss) {
    UNKNOWN.set(UNKNOWN.get() + unknown);
}

/// Runs `read`. Returns its result and what it counted, which is not added to the count of the thread.
pub(super) fn counting<T>(read: impl FnOnce() -> T) -> (T, Loss) {
    let before = UNKNOWN.replace(Loss::NONE);
    let outcome = read();
    (outcome, UNKNOWN.replace(before))
}

/// The same where `read` takes what it reads from a `Value`.
pub(super) fn counting_of_value<T>(read: impl FnOnce() -> T) -> (T, Loss) {
    let before = IS_OF_VALUE.replace(true);
    let outcome = counting(read);
    IS_OF_VALUE.set(before);
    outcome
}

/// Whether the numbers that are read have all of their digits, as those of a `Value` have not.
pub(super) fn has_all_digits() -> bool {
    !IS_OF_VALUE.get()
}
