//! What a thread knows while it reads an alternative: what the document does not list, and where the digits are.

use super::loss::Loss;
use std::cell::Cell;

thread_local! {
    /// What this thread has read that the document does not list: an alternative that lists more goes before.
    static UNKNOWN: Cell<Loss> = const { Cell::new(Loss::NONE) };
    /// Whether this thread reads from a `Value`, which holds no more digits of a number than a float does.
    static IS_OF_VALUE: Cell<bool> = const { Cell::new(false) };
}

/// Counts a value of an open enum that the document does not list, or one that is kept because it does not fit.
pub fn note_unlisted() {
    note(Loss { unlisted: 1, ..Loss::NONE });
}

/// Counts what an alternative does not know.
pub(super) fn note(unknown: Loss) {
    UNKNOWN.set(UNKNOWN.get() + unknown);
}

/// What `read` gives, and what was counted in it, of which the thread has not heard.
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

/// Whether what is read may hold digits that a `Value` does not.
pub(super) fn has_all_digits() -> bool {
    !IS_OF_VALUE.get()
}
