//! Runs code on a stack that is large enough for any document.

use anyhow::Context;

/// Runs `run` on a thread with a large stack: every stage recurses over the document, and so do progenitor and typify.
///
/// # Errors
/// Returns an error if the system cannot start a thread.
pub fn on_big_stack<T: Send>(run: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
    std::thread::scope(|scope| {
        let thread =
            std::thread::Builder::new().stack_size(512 << 20).spawn_scoped(scope, run).context("cannot start a thread")?;
        Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
