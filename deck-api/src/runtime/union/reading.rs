//! What a thread knows while it reads an alternative: how many values the document does not list, and where the digits are.

use std::cell::Cell;

thread_local! {
    /// How many values that the document does not list were read by this thread: an alternative that lists more goes before.
    static UNLISTED: Cell<usize> = const { Cell::new(0) };
    /// Whether this thread reads from a `Value`, which holds no more digits of a number than a float does.
    static IS_OF_VALUE: Cell<bool> = const { Cell::new(false) };
}

/// Counts a value of an open enum that the document does not list, or one that is kept because it does not fit.
pub fn note_unlisted() {
    note(1);
}

/// Counts several.
pub(super) fn note(unlisted: usize) {
    UNLISTED.set(UNLISTED.get() + unlisted);
}

/// What `read` gives, and how many such values it met, of which the thread has not heard.
pub(super) fn counting<T>(read: impl FnOnce() -> T) -> (T, usize) {
    let before = UNLISTED.replace(0);
    let outcome = read();
    (outcome, UNLISTED.replace(before))
}

/// The same where `read` takes what it reads from a `Value`.
pub(super) fn counting_of_value<T>(read: impl FnOnce() -> T) -> (T, usize) {
    let before = IS_OF_VALUE.replace(true);
    let outcome = counting(read);
    IS_OF_VALUE.set(before);
    outcome
}

/// Whether what is read may hold digits that a `Value` does not.
pub(super) fn has_all_digits() -> bool {
    !IS_OF_VALUE.get()
}
