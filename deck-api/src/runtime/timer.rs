//! The clock of a client. It can be replaced, so that tests of retries and time limits need not wait.

use super::InvalidRequest;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// A future that is ready when a duration has passed.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A clock that tells the time and waits. By default, a client uses tokio's clock.
pub trait Timer: fmt::Debug + Send + Sync {
    /// Returns the time since an arbitrary but fixed moment in the past.
    fn now(&self) -> Duration;

    /// Waits between two attempts.
    fn sleep(&self, time: Duration) -> Sleep;

    /// Returns a future that is ready when an attempt has taken too long. A clock that skips waits must not skip this one, or
    /// every attempt would time out at once.
    fn limit(&self, time: Duration) -> Sleep {
        self.sleep(time)
    }
}

impl dyn Timer + '_ {
    /// Waits, unless the tokio runtime has been shut down, in which a wait would panic.
    pub(super) async fn pause(&self, time: Duration) -> Result<(), InvalidRequest> {
        if time.is_zero() {
            return Ok(());
        }
        if is_shut_down() {
            let message = "the tokio runtime in which the call runs has been shut down; keep it until the call has ended";
            return Err(InvalidRequest::new(message));
        }
        self.sleep(time).await;
        Ok(())
    }
}

/// Returns whether the runtime accepts no more tasks, so that a wait in it would panic.
fn is_shut_down() -> bool {
    Handle::try_current().is_ok_and(|runtime| {
        // A runtime that is shut down ends even a task that is always pending at once.
        let task = runtime.spawn(std::future::pending::<()>());
        let is_refused = task.is_finished();
        task.abort();
        is_refused
    })
}

/// The clock of the system.
#[derive(Debug)]
pub(crate) struct SystemTimer {
    since: Instant,
}

impl Default for SystemTimer {
    fn default() -> Self {
        Self { since: Instant::now() }
    }
}

impl Timer for SystemTimer {
    fn now(&self) -> Duration {
        self.since.elapsed()
    }

    fn sleep(&self, time: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Returns the result of `work`, or `None` if `limit` is ready first.
pub(super) async fn with_timeout<T>(mut limit: Sleep, mut work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}
