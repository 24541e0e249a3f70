//! What the client costs beside the same thing done by hand: decoding a run, and a call on loopback.
//!
//! `cargo bench -p deck-api-testkit`. Both sides are measured in turns, in one run, and the median of their ratios is printed.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use deck_api::types::RunTaskResponse;
use deck_api_testkit::{Answer, Document, FakeServer};
use serde::Deserialize;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// A run as somebody would write it down by hand.
#[derive(Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct PlainRun {
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
    output: Option<Value>,
    errors: Option<Vec<Value>>,
    interaction: Option<Value>,
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

fn run() -> Value {
    json!({
        "id": "trun_a1b2c3d4e5f6a7b8", "object": "task_run", "status": "completed", "result": "success",
        "task_id": "task_a1b2c3d4e5f6a7b8", "credential_id": "cred_a1b2c3d4e5f6a7b8", "session_id": null,
        "agent_id": "agt_a1b2c3d4e5f6a7b8", "source_id": "src_a1b2c3d4e5f6a7b8", "runtime_ms": 12453,
        "output": { "rooms": [{ "name": "Double", "price": 120.5 }, { "name": "Suite", "price": 310.0 }], "currency": "EUR" },
        "errors": null, "interaction": null, "created_at": "2026-03-10T14:00:00Z", "updated_at": "2026-03-10T14:00:12.453Z",
        "request_id": "req_a1b2c3d4e5f6a7b8"
    })
}

/// Runs both sides in turns, a short step each, so that both see the same moods of the machine; compares the median steps.
fn compare(name: &str, rounds: usize, mut ours: impl FnMut(), mut theirs: impl FnMut()) {
    let time = |side: &mut dyn FnMut()| {
        let started = Instant::now();
        side();
        started.elapsed()
    };
    let (mut own, mut plain) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        // Who goes first has the colder caches.
        if round % 2 == 0 {
            own.push(time(&mut ours));
            plain.push(time(&mut theirs));
        } else {
            plain.push(time(&mut theirs));
            own.push(time(&mut ours));
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (own, plain) = (median(&mut own), median(&mut plain));
    println!(
        "{name}: {:.3} of the plain way ({own:?} and {plain:?}, medians of {rounds} steps)",
        own.as_secs_f64() / plain.as_secs_f64()
    );
}

fn main() {
    let body = run().to_string();
    compare(
        "decode a run",
        2_000,
        || (0..100).for_each(|_| drop(black_box(serde_json::from_str::<RunTaskResponse>(black_box(&body)).unwrap()))),
        || (0..100).for_each(|_| drop(black_box(serde_json::from_str::<PlainRun>(black_box(&body)).unwrap()))),
    );

    let server =
        FakeServer::start(Document::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/deck-v2.json")).unwrap()).unwrap();
    server.answer_always("runTask", Answer::json(201, &run()));
    server.stop_recording();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = deck_api::Client::builder().api_key("sk_bench").base_url(server.base_url()).build().unwrap();
    let plain = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap();
    let url = format!("{}/tasks/task_1/run", server.base_url());
    let ours = || {
        runtime.block_on(async {
            for _ in 0..2 {
                let call = client.run_task().task_id("task_1").credential_id("cred_1").input(json!({ "nights": 2 }));
                black_box(call.send().await.unwrap());
            }
        });
    };
    let theirs = || {
        runtime.block_on(async {
            for _ in 0..2 {
                let sent = json!({ "credential_id": "cred_1", "input": { "nights": 2 } }).to_string();
                // The same request to the byte, as `wire.rs` has it.
                let request = plain.post(&url).header("accept", "application/json").header("user-agent", "deck-api/0.1.0");
                let request = request.header("authorization", "Bearer sk_bench").header("content-type", "application/json");
                let answer = request.body(sent).send().await.unwrap().bytes().await.unwrap();
                black_box(serde_json::from_slice::<PlainRun>(&answer).unwrap());
            }
        });
    };
    compare("two calls on loopback", 6_000, ours, theirs);
}
