//! Starts ten thousand runs and waits for them, 256 at a time, through an API that fails 40 % of the requests and responds with
//! bursts of 429.
//!
//! ```sh
//! cargo run --release --example faults
//! ```
//!
//! A virtual clock skips all waits. Every other caller gives up after two attempts, and starts again if the error says so, as a
//! job queue does. Every tenth run asks for a code. The program prints a summary. It fails if a run was started twice, if a
//! result did not reach its caller exactly once, if an answer was accepted twice, if more requests were sent than the API allows,
//! or if an error contradicts the API's own records.

use deck_api::operations::RunTask;
use deck_api::runtime::Sleep;
use deck_api::types::GetTaskRunResponse;
use deck_api::{Backoff, CarriedOut, Client, Error, Response, RetryPolicy, Timer, Wait, WaitError};
use deck_api_testkit::{Document, FakeServer, Faults, Jobs, Life, Request, VirtualClock};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const AT_A_TIME: usize = 256;
const PERCENT: u32 = 40;
/// Every run whose number is a multiple of this asks for a code.
const ASKS: usize = 10;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let summary = run(10_000).await?;
    summary.errors.iter().take(3).for_each(|error| println!("error: {error}"));
    println!("{summary}");
    if summary.is_good() {
        Ok(())
    } else {
        Err("a run or a result was lost or duplicated, or too many requests were sent".into())
    }
}

/// The summary of all runs.
pub(crate) struct Summary {
    pub(crate) runs: usize,
    pub(crate) faults: u32,
    /// The runs that the API started.
    pub(crate) started: usize,
    /// The results that arrived, and how many of them were distinct.
    pub(crate) results: (usize, usize),
    /// The answers that the API accepted, and the number of runs that asked.
    pub(crate) answers: (usize, usize),
    /// The calls that failed and were repeated.
    pub(crate) repeated: usize,
    /// The waits that ended without a result and were started again with the ID.
    pub(crate) resumed: usize,
    /// The maximum number of requests in any window of the rate limit, which allows 200.
    pub(crate) fullest: usize,
    pub(crate) errors: Vec<String>,
    took: Duration,
    passed: Duration,
    /// The memory of the process in MiB: after a tenth of the runs, after all of them, and the peak.
    memory: [Option<u64>; 3],
}

impl Summary {
    pub(crate) fn is_good(&self) -> bool {
        let once = self.started == self.runs && self.results == (self.runs, self.runs) && self.answers.0 == self.answers.1;
        once && self.fullest <= 200 && self.errors.is_empty()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [early, late, peak] = self.memory.map(|mib| mib.map_or_else(|| "?".to_owned(), |mib| mib.to_string()));
        write!(
            f,
            "{} runs, {} faults: {} started, {} results ({} different), {} of {} questions answered, at most {} requests in 10 s, \
             {} calls repeated, {} waits resumed, {} errors; {:.1} s for {} s of the clock; \
             memory {early} MiB after a tenth, {late} MiB now, {peak} MiB at most",
            self.runs,
            self.faults,
            self.started,
            self.results.0,
            self.results.1,
            self.answers.0,
            self.answers.1,
            self.fullest,
            self.repeated,
            self.resumed,
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

/// Starts `runs` runs and waits for them, many of them concurrently.
pub(crate) async fn run(runs: usize) -> Result<Summary, Failure> {
    let document = Document::overlaid()?;
    let server = FakeServer::start(document.clone())?;
    server.stop_recording();
    let mut faults = Faults::new(1, PERCENT, &document);
    let (clock, count) = (faults.clock(), faults.count());
    let of_jobs = clock.clone();
    let jobs = server.play(move || of_jobs.now())?;
    jobs.live_with("runTask", life);
    server.disturb(move |request, answer| faults.answer(request, answer));
    let started = Instant::now();
    let client = Client::builder().api_key("sk_fake").base_url(server.base_url()).timer(Clock(clock.clone())).build()?;

    let numbers = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..AT_A_TIME {
        let worker = Worker { client: client.clone(), clock: clock.clone(), jobs: jobs.clone(), done: Done::default() };
        workers.spawn(worker.work(numbers.clone(), runs));
    }
    let mut all = Done::default();
    while let Some(done) = workers.join_next().await {
        all.add(done?);
    }
    let (took, passed) = (started.elapsed(), clock.now());
    let memory = [all.early, memory("VmRSS:"), memory("VmHWM:")];
    // A job that its caller has not settled was started twice, or its result was lost.
    let left = jobs.started();
    all.errors.extend(left.iter().map(|job| format!("{} of {:?} is left in the records of the API", job.id, job.key)));
    all.errors.extend(server.violations());
    Ok(Summary {
        runs,
        faults: count.load(Ordering::Relaxed),
        started: all.settled + left.len(),
        results: (all.results.len(), all.results.iter().collect::<BTreeSet<_>>().len()),
        answers: (all.answers, runs.div_ceil(ASKS)),
        repeated: all.repeated,
        resumed: all.resumed,
        fullest: server.fullest_window(),
        errors: all.errors,
        took,
        passed,
        memory,
    })
}

/// Returns the life of a run by the number in its request; the result repeats the number.
fn life(request: &Request) -> Life {
    let number = request.json()["input"]["number"].as_u64().unwrap_or_default();
    let asks = number.is_multiple_of(ASKS as u64);
    let states: &[&str] =
        if asks { &["queued", "interaction_required", "running", "completed"] } else { &["queued", "running", "completed"] };
    let life = Life::of(states.iter().copied()).lasting(Duration::from_secs(2));
    life.with_fields("completed", &json!({ "output": { "number": number } }))
}

/// The result of a run.
#[derive(serde::Deserialize)]
struct Output {
    number: usize,
}

/// The record of one worker.
#[derive(Default)]
struct Done {
    results: Vec<usize>,
    /// The runs that were removed from the records of the API after their result arrived, and the answers that the API accepted
    /// for them.
    settled: usize,
    answers: usize,
    errors: Vec<String>,
    repeated: usize,
    resumed: usize,
    early: Option<u64>,
}

impl Done {
    fn add(&mut self, other: Self) {
        self.results.extend(other.results);
        self.settled += other.settled;
        self.answers += other.answers;
        self.errors.extend(other.errors);
        self.repeated += other.repeated;
        self.resumed += other.resumed;
        self.early = self.early.or(other.early);
    }
}

/// What the worker knows of a run.
enum Known {
    Result(Box<Response<GetTaskRunResponse>>),
    Id(String),
    Lost,
}

struct Worker {
    client: Client,
    clock: VirtualClock,
    jobs: Jobs,
    done: Done,
}

impl Worker {
    /// Starts one run after the other until all workers together have started `runs`.
    async fn work(mut self, numbers: Arc<AtomicUsize>, runs: usize) -> Done {
        loop {
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            if number >= runs {
                return self.done;
            }
            if number == runs / 10 {
                self.done.early = memory("VmRSS:");
            }
            let _call = self.clock.begin();
            let mut known = self.start(number).await;
            while let Known::Id(id) = known {
                known = self.wait(&id).await;
            }
            if let Known::Result(run) = known {
                if let Some(job) = self.jobs.take(run.id.as_str()) {
                    self.done.settled += 1;
                    self.done.answers += job.answers.len();
                }
                match run.output_as::<Output>() {
                    Ok(output) if output.number == number => self.done.results.push(number),
                    _ => self.done.errors.push(format!("run {number} has got the result of another one: {:?}", run.output)),
                }
            }
        }
    }

    /// Repeats the call until the run is known to have started. Every third caller waits for the run with `send_and_wait`.
    async fn start(&mut self, number: usize) -> Known {
        let impatient = RetryPolicy::default().with_backoff(Backoff::default().with_attempts(2));
        let policy = if number.is_multiple_of(2) { RetryPolicy::default() } else { impatient };
        let key = format!("job-{number}");
        loop {
            let was_started = self.jobs.has_started(&key);
            let call = self.client.run_task().task_id("task_1").input(json!({ "number": number }));
            let call = call.with_idempotency_key(&key).with_retry(policy.clone());
            let error = match self.send(call, number).await {
                Ok(known) => return known,
                Err(error) => error,
            };
            if contradicts(error.carried_out(), was_started, self.jobs.has_started(&key)) {
                self.done.errors.push(format!("{:?}, which the records of the API contradict: {error}", error.carried_out()));
            }
            match error.created_id() {
                Some(id) => return Known::Id(id.clone()),
                None if error.is_retryable() => self.done.repeated += 1,
                None => return self.lost(&error),
            }
        }
    }

    async fn send(&mut self, call: RunTask, number: usize) -> Result<Known, Error> {
        if !number.is_multiple_of(3) {
            return call.send().await.map(|run| Known::Id(run.id.to_string())).map_err(Error::untyped);
        }
        match answering(call.send_and_wait()).await {
            Ok(run) => Ok(Known::Result(Box::new(run))),
            Err(WaitError::Start(error)) => Err(error),
            Err(error) => Ok(match error.id() {
                Some(id) => Known::Id(id.to_owned()),
                None => self.lost(&error),
            }),
        }
    }

    fn lost(&mut self, error: &impl std::fmt::Display) -> Known {
        self.done.errors.push(error.to_string());
        Known::Lost
    }

    /// Waits for a run by its ID.
    async fn wait(&mut self, id: &str) -> Known {
        let wait = answering(self.client.get_task_run().run_id(id).wait());
        match wait.with_deadline(Duration::from_secs(20)).await {
            Ok(run) => Known::Result(Box::new(run)),
            Err(WaitError::StillRunning { .. } | WaitError::Answer { .. }) => {
                self.done.resumed += 1;
                Known::Id(id.to_owned())
            }
            Err(error) => self.lost(&error),
        }
    }
}

fn answering(wait: Wait<GetTaskRunResponse>) -> Wait<GetTaskRunResponse> {
    wait.on_interaction(|_| async { json!({ "code": "123456" }) })
}

/// Returns whether an error contradicts the records of the API, given whether the run existed before and after the call.
fn contradicts(carried_out: CarriedOut, was_done: bool, is_done: bool) -> bool {
    match carried_out {
        CarriedOut::Yes => !is_done,
        CarriedOut::No => !was_done && is_done,
        CarriedOut::Unknown => false,
    }
}

/// Returns the memory of this process in MiB, if the system reports it.
fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
