//! Ten thousand runs, 64 at a time, through an API that misbehaves on 40 % of the tries.
//!
//! ```sh
//! cargo run --release --example faults
//! ```
//!
//! On a clock on which nobody waits. Every other call gives up after two attempts, and is made again by its caller, as a job
//! queue does, where its error says so. Ends with a summary, and with an error if a run was lost, started twice, its id is not
//! known to its caller, or an error says of a run what the ledger of the API contradicts.

use deck_api::runtime::Sleep;
use deck_api::{Backoff, CarriedOut, Client, RetryPolicy, Timer};
use deck_api_testkit::{Document, FakeServer, Faults, Ledger, VirtualClock};
use serde_json::json;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const AT_A_TIME: usize = 64;
const PERCENT: u32 = 40;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let summary = run(10_000).await?;
    summary.errors.iter().take(3).for_each(|error| println!("error: {error}"));
    println!("{summary}");
    if summary.is_good() { Ok(()) } else { Err("a run was lost or started twice".into()) }
}

/// What became of all the calls.
pub(crate) struct Summary {
    pub(crate) calls: usize,
    pub(crate) faults: u32,
    /// Runs that were really started.
    pub(crate) started: usize,
    /// Runs whose id came back to their caller.
    pub(crate) known: usize,
    /// Whether the two are the same.
    pub(crate) same: bool,
    /// Calls that ended in an error and were made again.
    pub(crate) repeated: usize,
    pub(crate) errors: Vec<String>,
    took: Duration,
    passed: Duration,
    /// Memory of the process in MiB: after a tenth of the calls, after all, and at most.
    memory: [Option<u64>; 3],
}

impl Summary {
    pub(crate) fn is_good(&self) -> bool {
        self.same && self.errors.is_empty() && self.started == self.calls && self.known == self.calls
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [early, late, peak] = self.memory.map(|mib| mib.map_or_else(|| "?".to_owned(), |mib| mib.to_string()));
        write!(
            f,
            "{} calls, {} faults: {} runs in the ledger, {} ids known, {}, {} calls repeated, {} errors; {:.1} s for {} s of the clock; \
             memory {early} MiB after a tenth, {late} MiB now, {peak} MiB at most",
            self.calls,
            self.faults,
            self.started,
            self.known,
            if self.same { "the same" } else { "NOT the same" },
            self.repeated,
            self.errors.len(),
            self.took.as_secs_f64(),
            self.passed.as_secs(),
        )
    }
}

#[derive(Debug)]
struct Clock(VirtualClock);

impl Timer for Clock {
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

/// Makes `calls` calls, 64 at a time.
pub(crate) async fn run(calls: usize) -> Result<Summary, Box<dyn Error>> {
    let good = json!({
        "id": "", "object": "task_run", "status": "queued", "result": null, "task_id": "task_1", "credential_id": null,
        "session_id": null, "agent_id": "agt_1", "source_id": null, "runtime_ms": 0, "output": null, "errors": null,
        "interaction": null, "created_at": "2026-03-10T14:00:00Z", "updated_at": "2026-03-10T14:00:00Z", "request_id": "req_1"
    });
    let server = FakeServer::start(Document::overlaid()?)?;
    server.stop_recording();
    let mut faults = Faults::new(1, PERCENT, good, "id");
    let (ledger, clock) = (faults.ledger(), faults.clock());
    server.answer_with("runTask", move |request| Some(faults.answer(request)));
    let started = Instant::now();
    let client = Client::builder().api_key("sk_fake").base_url(server.base_url()).timer(Clock(clock.clone())).build()?;

    let numbers = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..AT_A_TIME {
        workers.spawn(work(client.clone(), clock.clone(), ledger.clone(), numbers.clone(), calls));
    }
    let (mut known, mut errors, mut repeated, mut early) = (BTreeSet::new(), Vec::new(), 0, None);
    while let Some(done) = workers.join_next().await {
        let done = done?;
        known.extend(done.ids);
        errors.extend(done.errors);
        repeated += done.repeated;
        early = early.or(done.early);
    }
    let same = ledger.ids().into_iter().collect::<BTreeSet<_>>() == known;
    let (took, passed) = (started.elapsed(), clock.now());
    let memory = [early, memory("VmRSS:"), memory("VmHWM:")];
    Ok(Summary {
        calls,
        faults: ledger.faults(),
        started: ledger.len(),
        known: known.len(),
        same,
        repeated,
        errors,
        took,
        passed,
        memory,
    })
}

/// What one of those has got who call at the same time.
#[derive(Default)]
struct Done {
    ids: Vec<String>,
    errors: Vec<String>,
    repeated: usize,
    early: Option<u64>,
}

/// Calls, one after the other, until there are `calls` of all together.
async fn work(client: Client, clock: VirtualClock, ledger: Ledger, numbers: Arc<AtomicUsize>, calls: usize) -> Done {
    let impatient = RetryPolicy::default().with_backoff(Backoff::default().with_attempts(2));
    let mut done = Done::default();
    loop {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        if number >= calls {
            return done;
        }
        if number == calls / 10 {
            done.early = memory("VmRSS:");
        }
        let _call = clock.begin();
        let (key, policy) =
            (format!("job-{number}"), if number.is_multiple_of(2) { RetryPolicy::default() } else { impatient.clone() });
        loop {
            let was_done = ledger.has(&key);
            let call = client.run_task().task_id("task_1").with_idempotency_key(&key).with_retry(policy.clone());
            let error = match call.send().await {
                Ok(run) => {
                    done.ids.push(run.id.to_string());
                    break;
                }
                Err(error) => error,
            };
            if contradicts(error.carried_out(), was_done, ledger.has(&key)) {
                done.errors.push(format!("{:?}, which the ledger contradicts: {error}", error.carried_out()));
            }
            match error.created_id() {
                Some(id) => {
                    done.ids.push(id.to_string());
                    break;
                }
                None if error.is_retryable() => done.repeated += 1,
                None => {
                    done.errors.push(error.to_string());
                    break;
                }
            }
        }
    }
}

/// Whether what an error says of its call cannot be, given whether the run was there before the call and after it.
fn contradicts(carried_out: CarriedOut, was_done: bool, is_done: bool) -> bool {
    match carried_out {
        CarriedOut::Yes => !is_done,
        CarriedOut::No => !was_done && is_done,
        CarriedOut::Unknown => false,
    }
}

/// The memory of this process in MiB, where the system tells.
fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
