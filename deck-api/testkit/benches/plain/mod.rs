//! The same call twice: by the client, and by plain reqwest as one would write it by hand.

use deck_api_testkit::{Answer, Document, FakeServer};
use serde::Deserialize;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Duration;

/// A timeout that no call exceeds, even if a benchmark slows it down.
const TIMEOUT: Duration = Duration::from_secs(600);

/// A run as one would write it by hand. `J` is the type of free-form JSON.
#[derive(Deserialize)]
#[allow(dead_code, reason = "only decoded")]
pub struct PlainRun<J> {
    id: String,
    object: String,
    status: PlainStatus,
    result: Option<PlainResult>,
    task_id: String,
    credential_id: Option<String>,
    session_id: Option<String>,
    agent_id: String,
    source_id: Option<String>,
    runtime_ms: i64,
    pub output: Option<J>,
    errors: Option<Vec<J>>,
    interaction: Option<J>,
    created_at: chrono::DateTime<chrono::Utc>,
    updated_at: chrono::DateTime<chrono::Utc>,
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlainStatus {
    Queued,
    Running,
    Completed,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PlainResult {
    Success,
    Failure,
}

/// The body of a response.
pub fn run() -> Value {
    json!({
        "id": "trun_a1b2c3d4e5f6a7b8", "object": "task_run", "status": "completed", "result": "success",
        "task_id": "task_a1b2c3d4e5f6a7b8", "credential_id": "cred_a1b2c3d4e5f6a7b8", "session_id": null,
        "agent_id": "agt_a1b2c3d4e5f6a7b8", "source_id": "src_a1b2c3d4e5f6a7b8", "runtime_ms": 12453,
        "output": { "rooms": [{ "name": "Double", "price": 120.5 }, { "name": "Suite", "price": 310.0 }], "currency": "EUR" },
        "errors": null, "interaction": null, "created_at": "2026-03-10T14:00:00Z", "updated_at": "2026-03-10T14:00:12.453Z",
        "request_id": "req_a1b2c3d4e5f6a7b8"
    })
}

/// A fake server that always sends the same response.
pub fn serve(response: &Value) -> FakeServer {
    let server = FakeServer::start(Document::overlaid().unwrap()).unwrap();
    server.answer_always("runTask", Answer::json(201, response));
    server.stop_recording();
    server
}

/// A client of each kind.
pub struct Sides {
    client: deck_api::Client,
    plain: reqwest::Client,
    url: String,
}

impl Sides {
    pub fn at(base_url: &str) -> Self {
        // This client comes first, because it installs the crypto provider for both.
        let client = deck_api::Client::builder().api_key("sk_bench").base_url(base_url).rate_limit(None).timeout(TIMEOUT);
        let client = client.build().unwrap();
        let plain = reqwest::Client::builder().no_proxy().no_gzip().timeout(TIMEOUT).build().unwrap();
        Self { client, plain, url: format!("{base_url}/tasks/task_1/run") }
    }

    /// A call by the client that reads the output.
    pub fn ours(&self) -> impl Future<Output = ()> + Send + 'static {
        let call = self.client.run_task().task_id("task_1").credential_id("cred_1").input(json!({ "nights": 2 }));
        let call = call.with_idempotency_key("order-42").send();
        async {
            let run = call.await.unwrap();
            black_box(run.output.as_ref().and_then(deck_api::Json::as_value));
        }
    }

    /// The same request by plain reqwest, byte for byte.
    pub fn theirs(&self) -> impl Future<Output = ()> + Send + 'static {
        let sent = json!({ "credential_id": "cred_1", "input": { "nights": 2 } }).to_string();
        let request = self.plain.post(&self.url).header("accept", "application/json").header("user-agent", "deck-api/0.1.0");
        let request = request.header("accept-encoding", "identity");
        let request = request.header("authorization", "Bearer sk_bench").header("content-type", "application/json");
        let request = request.header("idempotency-key", "order-42").body(sent);
        async {
            let response = request.send().await.unwrap().bytes().await.unwrap();
            black_box(serde_json::from_slice::<PlainRun<Value>>(&response).unwrap().output);
        }
    }
}
