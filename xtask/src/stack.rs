//! Runs code on a stack that is large enough for any document.

use anyhow::Context;
use std::panic::resume_unwind;
use std::thread;

/// Nothing is written to most of it, so that it costs no memory.
const SIZE: usize = 512 << 20;

/// Runs `run` on a thread with a large stack: every stage recurses over the document, and so do progenitor and typify.
///
/// # Errors
/// Returns an error if the system cannot start a thread.
pub fn on_big_stack<T: Send>(run: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, run).context("cannot start a thread")?;
        Ok(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

/// Runs both closures at the same time, `first` on a thread with a large stack. If the system cannot start a thread, they run one
/// after the other.
pub fn both<T: Send>(first: impl Fn() -> T + Sync, second: impl FnOnce() -> T) -> (T, T) {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, &first);
        let second = second();
        let first = thread.map_or_else(|_| first(), |thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (first, second)
    })
}
