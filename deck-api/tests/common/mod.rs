//! A fake server and a client for it, for all tests.
#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "../../../xtask/tests/common/extent.rs"]
mod extent;

#[allow(unused_imports, reason = "each test uses a part of it")]
pub use extent::extent;

use deck_api::runtime::Sleep;
use deck_api::{Client, RetryPolicy, Timer};
use deck_api_testkit::{Document, FakeServer, VirtualClock};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// A key that must never be printed.
pub const KEY: &str = "sk_live_TOPSECRET";

/// The document as it is published.
pub fn published() -> Document {
    Document::published().unwrap()
}

/// The document with its overlay.
pub fn overlaid() -> Document {
    Document::overlaid().unwrap()
}

/// A fake server of the API, and a client for it.
pub struct Fake {
    pub server: FakeServer,
    pub client: Client,
}

impl Fake {
    pub fn start() -> Self {
        let server = FakeServer::start_with(published(), overlaid()).unwrap();
        let client = client_for(&server.base_url());
        Self { server, client }
    }
}

/// A client that makes one attempt, so that a test sees every response.
pub fn client_for(url: &str) -> Client {
    Client::builder().api_key(KEY).base_url(url).retry(RetryPolicy::none()).build().unwrap()
}

/// A clock that never sleeps, and whose timeouts never elapse.
#[derive(Clone, Debug, Default)]
pub struct SkippingTimer {
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl SkippingTimer {
    /// All waits so far.
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Timer for SkippingTimer {
    fn now(&self) -> Duration {
        self.waits().iter().sum()
    }

    fn sleep(&self, time: Duration) -> Sleep {
        self.waits.lock().unwrap().push(time);
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, _: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }
}

/// A clock that advances only while an attempt gets no response.
#[derive(Debug)]
pub struct Virtual(pub VirtualClock);

impl Timer for Virtual {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn sleep(&self, time: Duration) -> Sleep {
        Box::pin(self.0.sleep(time))
    }

    fn limit(&self, time: Duration) -> Sleep {
        Box::pin(self.0.limit(time))
    }
}

/// A run as the API returns it at its start, with every nullable field null.
pub fn run() -> Value {
    json!({
        "id": "trun_a1b2c3", "object": "task_run", "status": "queued", "result": null, "task_id": "task_1",
        "credential_id": null, "session_id": null, "agent_id": "agt_1", "source_id": null, "runtime_ms": 0,
        "output": null, "errors": null, "interaction": null, "created_at": "2026-03-10T14:00:00Z",
        "updated_at": "2026-03-10T14:00:00Z", "request_id": "req_1"
    })
}

/// The body of an error response.
pub fn envelope(kind: &str, code: &str) -> Value {
    json!({ "errors": [{ "type": kind, "code": code, "message": "It did not work." }], "request_id": "req_2" })
}

/// The logs and traces of the whole process. Only one test can hold it at a time.
pub struct Log {
    _one_at_a_time: MutexGuard<'static, ()>,
}

static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl Log {
    /// Records the logs and traces of all crates, at every level.
    pub fn of_everything() -> Self {
        static SUBSCRIBER: Once = Once::new();
        static TESTS: Mutex<()> = Mutex::new(());
        let log = Self { _one_at_a_time: TESTS.lock().unwrap_or_else(PoisonError::into_inner) };
        SUBSCRIBER.call_once(|| {
            let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_span_events(FmtSpan::CLOSE);
            subscriber.with_ansi(false).with_writer(|| Logged).init();
        });
        log.take();
        log
    }

    /// Returns the recorded text, and clears it.
    #[allow(clippy::unused_self, reason = "only the test that holds the log may take it")]
    pub fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut LOGGED.lock().unwrap())).unwrap()
    }
}

/// Writes to [`LOGGED`].
struct Logged;

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
