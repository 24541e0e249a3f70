//! Simulates a faulty API, to test that a client loses no result and does no work twice.

use crate::answer::Answer;
use crate::http::Request;
use crate::refusals::Refusals;
use crate::{Document, VirtualClock};
use fastrand::Rng;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The maximum number of consecutive faults for one key, so that a client with five attempts succeeds.
const MOST_IN_A_ROW: u32 = 4;
/// The maximum number of attempts without a response for one key. Time limits are long, so more would use up the client's
/// deadline.
const MOST_STALLS: u32 = 2;
/// The number of requests out of a thousand that start a burst.
const BURSTS: u32 = 3;
/// The upper bound for the requests that a burst refuses, exclusive.
const LONGEST_BURST: u32 = 30;

/// The recent faults of one idempotency key, or of one path if there is no key.
#[derive(Default)]
struct Lately {
    faults: u32,
    stalls: u32,
}

/// Decides which requests fail, and how. Pass it to [`FakeServer::disturb`](crate::FakeServer::disturb).
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use deck_api_testkit::{Document, FakeServer, Faults};
///
/// let server = FakeServer::start(Document::overlaid()?)?;
/// let mut faults = Faults::new(1, 40, &Document::overlaid()?);
/// server.disturb(move |request, answer| faults.answer(request, answer));
/// # Ok(())
/// # }
/// ```
pub struct Faults {
    rng: Rng,
    percent: u32,
    refusals: Refusals,
    clock: VirtualClock,
    lately: HashMap<String, Lately>,
    /// The number of requests that the current burst still refuses.
    burst: u32,
    count: Arc<AtomicU32>,
}

impl Faults {
    /// Creates faults for `percent` of the requests, and in addition bursts in which all requests get 429. The same seed gives
    /// the same faults. `document` defines the format of errors.
    #[must_use]
    pub fn new(seed: u64, percent: u32, document: &Document) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            percent,
            refusals: Refusals::of(document),
            clock: VirtualClock::default(),
            lately: HashMap::new(),
            burst: 0,
            count: Arc::default(),
        }
    }

    /// Sets the clock of the clients, which is told about attempts without a response.
    #[must_use]
    pub fn clock(&self) -> VirtualClock {
        self.clock.clone()
    }

    /// Returns the number of requests that got a fault.
    #[must_use]
    pub fn count(&self) -> Arc<AtomicU32> {
        self.count.clone()
    }

    /// Returns the response to a request. `carry_out` carries out the request and returns the regular response.
    pub fn answer(&mut self, request: &Request, carry_out: &mut dyn FnMut() -> Answer) -> Answer {
        if self.burst == 0 && self.rng.u32(0..1000) < BURSTS {
            self.burst = self.rng.u32(1..LONGEST_BURST);
        }
        if self.burst > 0 {
            self.burst -= 1;
            self.count.fetch_add(1, Ordering::Relaxed);
            return self.refuse(429, "rate_limit_exceeded");
        }
        let of = request.header("idempotency-key").unwrap_or(&request.path).to_owned();
        let lately = self.lately.entry(of.clone()).or_default();
        if self.rng.u32(0..100) >= self.percent || lately.faults >= MOST_IN_A_ROW {
            self.lately.remove(&of);
            return carry_out();
        }
        lately.faults += 1;
        self.count.fetch_add(1, Ordering::Relaxed);
        self.fault(&of, carry_out)
    }

    fn fault(&mut self, of: &str, carry_out: &mut dyn FnMut() -> Answer) -> Answer {
        let stalls = self.lately.get_mut(of).map(|lately| &mut lately.stalls);
        match (self.rng.u32(0..13), stalls) {
            (0, Some(stalls)) if *stalls < MOST_STALLS => {
                *stalls += 1;
                self.clock.stall()
            }
            (0 | 1, _) => Answer::closed(),
            (2, _) => Answer::reset(),
            (3, _) => self.refuse(429, "rate_limit_exceeded").header("retry-after", "1"),
            (4, _) => self.refuse(429, "rate_limit_exceeded"),
            (5, _) => self.refuse(500, "api_error"),
            (6, _) => self.refuse(503, "unavailable"),
            (7, _) => Answer::html(502, "<html>Bad Gateway</html>"),
            // The request is carried out, but its response is lost: the connection is closed or reset, or the body is cut.
            (8, _) => {
                carry_out();
                Answer::closed()
            }
            (9, _) => {
                carry_out();
                Answer::reset()
            }
            (10, _) => carry_out().cut_after(30),
            (11, _) => carry_out().reset_after(30),
            _ => {
                let mut whole = carry_out();
                whole.body.truncate(30);
                whole
            }
        }
    }

    fn refuse(&self, status: u16, code: &str) -> Answer {
        self.refusals.answer(status, "api", code, "Not now.")
    }
}
