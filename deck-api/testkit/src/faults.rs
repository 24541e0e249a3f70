//! An API that misbehaves, and keeps a ledger of what it really did: to show that a client loses nothing and does nothing twice.

use crate::VirtualClock;
use crate::answer::Answer;
use crate::http::Request;
use fastrand::Rng;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// No more faults in a row than this for one key, so that a client with five tries gets through.
const MOST_IN_A_ROW: u32 = 4;
/// Time limits are long: more than this for one key would use up a client's whole time.
const MOST_STALLS: u32 = 2;

/// What was done under one idempotency key.
#[derive(Clone, Debug, Default)]
struct Entry {
    /// Empty while nothing was done.
    id: String,
    faults_in_a_row: u32,
    stalls: u32,
}

/// What an API with faults has really done.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Arc<Mutex<HashMap<String, Entry>>>,
    faults: Arc<Mutex<u32>>,
}

impl Ledger {
    /// How often something was done: once for each key that got so far, so more than the caller's calls if one of them came
    /// under two keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().values().filter(|entry| !entry.id.is_empty()).count()
    }

    /// Whether nothing was done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ids of everything that was done.
    #[must_use]
    pub fn ids(&self) -> Vec<String> {
        self.lock().values().filter(|entry| !entry.id.is_empty()).map(|entry| entry.id.clone()).collect()
    }

    /// Whether something was done under this idempotency key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.lock().get(key).is_some_and(|entry| !entry.id.is_empty())
    }

    /// How many tries were answered by a fault.
    #[must_use]
    pub fn faults(&self) -> u32 {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Decides how each request is answered: give it to [`FakeServer::answer_with`](crate::FakeServer::answer_with).
///
/// A request without an `Idempotency-Key` is done every time it comes, as an API would.
pub struct Faults {
    rng: Rng,
    percent: u32,
    good: Value,
    id_field: &'static str,
    ledger: Ledger,
    clock: VirtualClock,
    anonymous: u64,
    done: u64,
}

impl Faults {
    /// Faults on `percent` of the tries; what is done is answered by 201 and `good`, with an id of its own in `id_field`.
    #[must_use]
    pub fn new(seed: u64, percent: u32, good: Value, id_field: &'static str) -> Self {
        let (ledger, clock) = (Ledger::default(), VirtualClock::default());
        Self { rng: Rng::with_seed(seed), percent, good, id_field, ledger, clock, anonymous: 0, done: 0 }
    }

    /// The clock of the clients: it is told which tries are not answered.
    #[must_use]
    pub fn clock(&self) -> VirtualClock {
        self.clock.clone()
    }

    /// What was really done.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    /// The answer to a request.
    pub fn answer(&mut self, request: &Request) -> Answer {
        let key = request.header("idempotency-key").map_or_else(
            || {
                self.anonymous += 1;
                format!("without a key, number {}", self.anonymous)
            },
            str::to_owned,
        );
        let ledger = self.ledger.clone();
        let mut entries = ledger.lock();
        let entry = entries.entry(key).or_default();
        let faulty = self.rng.u32(0..100) < self.percent && entry.faults_in_a_row < MOST_IN_A_ROW;
        if !faulty {
            entry.faults_in_a_row = 0;
            return self.carry_out(entry);
        }
        entry.faults_in_a_row += 1;
        *ledger.faults.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.fault(entry)
    }

    /// The same key is answered as it was the first time.
    fn carry_out(&mut self, entry: &mut Entry) -> Answer {
        if entry.id.is_empty() {
            self.done += 1;
            entry.id = format!("done_{}", self.done);
        }
        let mut body = self.good.clone();
        body[self.id_field] = json!(entry.id);
        Answer::json(201, &body)
    }

    fn fault(&mut self, entry: &mut Entry) -> Answer {
        let envelope =
            |code: &str| json!({ "errors": [{ "type": "api", "code": code, "message": "Not now." }], "request_id": "req_1" });
        match self.rng.u32(0..13) {
            0 if entry.stalls < MOST_STALLS => {
                entry.stalls += 1;
                self.clock.stall()
            }
            0 | 1 => Answer::closed(),
            2 => Answer::reset(),
            3 => Answer::json(429, &envelope("rate_limit_exceeded")).header("retry-after", "1"),
            4 => Answer::json(429, &envelope("rate_limit_exceeded")),
            5 => Answer::json(500, &envelope("api_error")),
            6 => Answer::json(503, &envelope("source_not_available")),
            7 => Answer::html(502, "<html>Bad Gateway</html>"),
            // Carried out, but the answer is lost: before it begins, inside the connection, or inside the text.
            8 => {
                self.carry_out(entry);
                Answer::closed()
            }
            9 => {
                self.carry_out(entry);
                Answer::reset()
            }
            10 => self.carry_out(entry).cut_after(30),
            11 => self.carry_out(entry).reset_after(30),
            _ => {
                let mut whole = self.carry_out(entry);
                whole.body.truncate(30);
                whole
            }
        }
    }
}
