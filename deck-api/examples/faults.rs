//! Ten thousand runs, 64 at a time, through an API that misbehaves on 40 % of the tries.
//!
//! ```sh
//! cargo run --release --example faults
//! ```
//!
//! The default policy, on a clock on which a minute takes two seconds. Ends with a summary, and with an error if a run was lost,
//! started twice, or its id is not known to its caller.

use deck_api::runtime::Sleep;
use deck_api::{Client, Timer};
use deck_api_testkit::{Document, FakeServer, Faults};
use serde_json::json;
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CALLS: usize = 10_000;
const AT_A_TIME: usize = 64;
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/deck-v2.json");

#[derive(Debug)]
struct FastTimer(Instant);

impl Timer for FastTimer {
    fn now(&self) -> Duration {
        self.0.elapsed() * 30
    }

    fn sleep(&self, time: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(time / 30))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let good = json!({
        "id": "", "object": "task_run", "status": "queued", "result": null, "task_id": "task_1", "credential_id": null,
        "session_id": null, "agent_id": "agt_1", "source_id": null, "runtime_ms": 0, "output": null, "errors": null,
        "interaction": null, "created_at": "2026-03-10T14:00:00Z", "updated_at": "2026-03-10T14:00:00Z", "request_id": "req_1"
    });
    let server = FakeServer::start(Document::load(PUBLISHED)?)?;
    server.stop_recording();
    let mut faults = Faults::new(1, 40, good, "id");
    let ledger = faults.ledger();
    server.answer_with("runTask", move |request| Some(faults.answer(request)));
    let started = Instant::now();
    let client = Client::builder().api_key("sk_fake").base_url(server.base_url()).timer(FastTimer(started)).build()?;

    let slots = Arc::new(tokio::sync::Semaphore::new(AT_A_TIME));
    let mut calls = Vec::new();
    let mut early = None;
    for number in 0..CALLS {
        let (client, slot) = (client.clone(), slots.clone().acquire_owned().await?);
        calls.push(tokio::spawn(async move {
            let _slot = slot;
            client.run_task().task_id("task_1").send().await.map(|run| run.id.to_string()).map_err(|error| error.to_string())
        }));
        if number == CALLS / 10 {
            early = memory();
        }
    }
    let (mut known, mut errors) = (BTreeSet::new(), Vec::new());
    for call in calls {
        match call.await? {
            Ok(id) => drop(known.insert(id)),
            Err(error) => errors.push(error),
        }
    }
    errors.iter().take(3).for_each(|error| println!("error: {error}"));
    let same = ledger.ids().into_iter().collect::<BTreeSet<_>>() == known;
    println!(
        "{CALLS} calls, {} faults, {:.1} s: {} runs in the ledger, {} ids known, {}, {} errors, memory {} MiB after a tenth and {} MiB now",
        ledger.faults(),
        started.elapsed().as_secs_f64(),
        ledger.len(),
        known.len(),
        if same { "the same" } else { "NOT the same" },
        errors.len(),
        early.map_or_else(|| "?".to_owned(), |mib| mib.to_string()),
        memory().map_or_else(|| "?".to_owned(), |mib| mib.to_string()),
    );
    if same && errors.is_empty() && ledger.len() == CALLS { Ok(()) } else { Err("a run was lost or started twice".into()) }
}

/// The memory of this process in MiB, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
