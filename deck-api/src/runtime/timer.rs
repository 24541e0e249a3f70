//! The clock of a client. It is a parameter, so that tests of retries and time limits need not wait.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// A future that is ready when a time has passed.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time and waits. A client uses that of tokio unless it is given another one.
pub trait Timer: fmt::Debug + Send + Sync {
    /// The time since any moment in the past, always the same one.
    fn now(&self) -> Duration;

    /// Waits, between one attempt and the next.
    fn sleep(&self, time: Duration) -> Sleep;

    /// Is ready when an attempt has taken too long. A clock that skips waits must not skip this, or no attempt has any time.
    fn limit(&self, time: Duration) -> Sleep {
        self.sleep(time)
    }
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

/// What `work` comes to, unless `limit` is ready before it.
pub(super) async fn with_timeout<T>(mut limit: Sleep, mut work: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}
