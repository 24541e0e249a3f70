//! Blocking calls: the same futures, driven by a small tokio runtime that belongs to the client.

use super::{Error, InvalidRequest};
use crate::Client;
use std::future::Future;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};

/// The tokio runtime of a client. The first blocking call creates it.
#[derive(Default)]
pub(crate) struct Blocking(OnceLock<Runtime>);

impl Blocking {
    fn runtime(&self) -> Result<&Runtime, InvalidRequest> {
        if let Some(runtime) = self.0.get() {
            return Ok(runtime);
        }
        // One worker thread keeps connections alive; the caller's own thread drives its call.
        let built = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let built =
            built.map_err(|error| InvalidRequest::new(format!("cannot start the runtime for blocking calls: {error}")))?;
        Ok(self.0.get_or_init(|| built))
    }
}

/// The last clone of a client may be dropped in async code, where waiting for the runtime's threads would panic.
impl Drop for Blocking {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Runs a call to its end and blocks the thread until then.
pub(crate) fn block_on<T, E>(client: &Client, work: impl Future<Output = Result<T, Error<E>>>) -> Result<T, Error<E>> {
    enter(client, "send")?.block_on(work)
}

/// Returns the runtime of the client, for the blocking form of `method`.
pub(super) fn enter<'a>(client: &'a Client, method: &str) -> Result<&'a Runtime, InvalidRequest> {
    if Handle::try_current().is_ok() {
        return Err(InvalidRequest::new(format!(
            "`{method}_blocking` was called within a tokio runtime, which it would block: use `{method}().await`, \
             or `Handle::current().block_on(…)` in `spawn_blocking`"
        )));
    }
    client.blocking().runtime()
}
