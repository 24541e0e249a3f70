//! The fake server and a client of it, for all tests.
#![allow(dead_code, reason = "each test uses a part of it")]

use deck_api::runtime::Sleep;
use deck_api::{Client, RetryPolicy, Timer};
use deck_api_testkit::{Document, FakeServer};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A key that must never be printed.
pub const KEY: &str = "sk_live_TOPSECRET";

const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/deck-v2.json");
const OVERLAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/overlay.yaml");

/// The document as it is published.
pub fn published() -> Document {
    Document::load(PUBLISHED).unwrap()
}

/// The document with its overlay.
pub fn overlaid() -> Document {
    published().with_overlay(OVERLAY).unwrap()
}

/// A fake of the API and a client of it.
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

/// A client that tries once, so that a test sees every answer.
pub fn client_for(url: &str) -> Client {
    Client::builder().api_key(KEY).base_url(url).retry(RetryPolicy::none()).build().unwrap()
}

/// A clock on which waits take no time, and time limits never pass.
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

/// A run as the API answers it at once, every nullable field null.
pub fn run() -> Value {
    json!({
        "id": "trun_a1b2c3", "object": "task_run", "status": "queued", "result": null, "task_id": "task_1",
        "credential_id": null, "session_id": null, "agent_id": "agt_1", "source_id": null, "runtime_ms": 0,
        "output": null, "errors": null, "interaction": null, "created_at": "2026-03-10T14:00:00Z",
        "updated_at": "2026-03-10T14:00:00Z", "request_id": "req_1"
    })
}

/// The envelope of errors.
pub fn envelope(kind: &str, code: &str) -> Value {
    json!({ "errors": [{ "type": kind, "code": code, "message": "It did not work." }], "request_id": "req_2" })
}
