//! The request budget: keeps a client and its clones below the rate limit of the API. Polls take at most half of the limit.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A rate limit: the number of requests that the API accepts in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    requests: u64,
    per: Duration,
}

impl RateLimit {
    /// Creates a limit of `requests` in `seconds`. A limit of zero requests counts as one request.
    #[must_use]
    pub const fn new(requests: u64, seconds: u64) -> Self {
        let requests = if requests == 0 { 1 } else { requests };
        Self { requests, per: Duration::from_secs(seconds) }
    }

    /// Returns the number of requests.
    #[must_use]
    pub const fn requests(self) -> u64 {
        self.requests
    }

    /// Returns the period.
    #[must_use]
    pub const fn per(self) -> Duration {
        self.per
    }
}

/// The maximum period. A longer one would overflow the clock.
const MAX_WINDOW: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Call,
    Poll,
}

/// The times of recent requests and of reserved future ones. All clones of a client share them.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    limit: usize,
    window: Duration,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    /// The times of all requests, in order.
    all: VecDeque<Duration>,
    polls: VecDeque<Duration>,
}

impl Budget {
    /// Creates a budget. Without a limit, every request is sent at once.
    pub(crate) fn new(limit: Option<RateLimit>) -> Self {
        Self(limit.map(|limit| {
            let requests = usize::try_from(limit.requests).unwrap_or(usize::MAX);
            // Latency varies, so requests may arrive closer together than they were sent.
            let window = limit.per.saturating_add(limit.per / 50).min(MAX_WINDOW);
            Arc::new(Shared { limit: requests, window, log: Mutex::default() })
        }))
    }

    /// Reserves the first free time at or after `earliest`. Dropping the reservation without spending it frees the time again.
    pub(crate) fn reserve(&self, purpose: Purpose, now: Duration, earliest: Duration) -> Reservation {
        let Some(shared) = &self.0 else { return Reservation { at: earliest.max(now), purpose, shared: None } };
        let mut log = shared.log();
        log.forget(now.saturating_sub(shared.window));
        let polls = (shared.limit / 2).max(1);
        let mut at = earliest.max(now);
        // Each step moves past a conflicting request, so the loop terminates.
        loop {
            let mut later = conflict(&log.all, at, shared.limit, shared.window);
            if purpose == Purpose::Poll {
                later = later.max(conflict(&log.polls, at, polls, shared.window));
            }
            match later {
                Some(later) => at = later,
                None => break,
            }
        }
        insert(&mut log.all, at);
        if purpose == Purpose::Poll {
            insert(&mut log.polls, at);
        }
        Reservation { at, purpose, shared: Some(shared.clone()) }
    }
}

/// The time at which the next request of a call may be sent.
#[derive(Debug)]
pub(super) struct Admission {
    wait: Duration,
    /// Polls have reserved their time already.
    reservation: Option<Reservation>,
}

impl Admission {
    /// Reserves the first time that the rate limit allows, `earliest` from now at the earliest.
    pub(super) fn of(call: &super::Call, earliest: Duration) -> Self {
        if call.is_poll {
            return Self { wait: earliest, reservation: None };
        }
        let now = call.client.timer().now();
        let reservation = call.client.budget().reserve(Purpose::Call, now, now.saturating_add(earliest));
        Self { wait: reservation.at().saturating_sub(now), reservation: Some(reservation) }
    }

    /// Returns the time until the request may be sent.
    pub(super) fn wait(&self) -> Duration {
        self.wait
    }

    /// Waits until the request may be sent.
    pub(super) async fn admit(self, call: &super::Call) -> Result<(), super::InvalidRequest> {
        call.client.timer().pause(self.wait).await?;
        self.reservation.into_iter().for_each(Reservation::spend);
        Ok(())
    }
}

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    fn forget(&mut self, before: Duration) {
        for times in [&mut self.all, &mut self.polls] {
            while times.front().is_some_and(|time| *time < before) {
                times.pop_front();
            }
        }
    }
}

/// Returns the next time to try if a request at `at` would exceed the limit in some window.
fn conflict(times: &VecDeque<Duration>, at: Duration, limit: usize, window: Duration) -> Option<Duration> {
    let place = times.partition_point(|time| *time <= at);
    // With the new request inserted, each run of `limit + 1` requests that contains it must span at least the window.
    let first = place.saturating_sub(limit);
    let with = |index: usize| match index.cmp(&place) {
        std::cmp::Ordering::Less => times.get(index).copied(),
        std::cmp::Ordering::Equal => Some(at),
        std::cmp::Ordering::Greater => times.get(index - 1).copied(),
    };
    let runs = (first..=place).filter_map(|start| Some((start, with(start)?, with(start.checked_add(limit)?)?)));
    let mut too_short = runs.filter(|(_, from, to)| to.saturating_sub(*from) < window);
    // The window has room again one window after the first request of the run. If the first one is the new request itself, the
    // next candidate is just after the request that follows it.
    too_short.next().map(|(start, from, _)| {
        if start < place {
            from.saturating_add(window)
        } else {
            times.get(place).copied().unwrap_or(at).saturating_add(Duration::from_nanos(1))
        }
    })
}

fn insert(times: &mut VecDeque<Duration>, at: Duration) {
    let place = times.partition_point(|time| *time <= at);
    times.insert(place, at);
}

/// A reserved time for one request.
#[derive(Debug)]
pub(crate) struct Reservation {
    at: Duration,
    purpose: Purpose,
    shared: Option<Arc<Shared>>,
}

impl Reservation {
    /// Returns the time at which the request may be sent.
    pub(crate) fn at(&self) -> Duration {
        self.at
    }

    /// Keeps the time reserved, because the request is sent.
    pub(crate) fn spend(mut self) {
        self.shared = None;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let Some(shared) = &self.shared else { return };
        let mut log = shared.log();
        let Log { all, polls } = &mut *log;
        let both = [Some(all), (self.purpose == Purpose::Poll).then_some(polls)];
        for times in both.into_iter().flatten() {
            if let Ok(index) = times.binary_search(&self.at) {
                times.remove(index);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn times(purpose: Purpose, count: usize, budget: &Budget) -> Vec<Duration> {
        (0..count)
            .map(|_| {
                let reservation = budget.reserve(purpose, Duration::ZERO, Duration::ZERO);
                let at = reservation.at();
                reservation.spend();
                at
            })
            .collect()
    }

    /// The most requests in any window of ten seconds, both ends included.
    fn most(times: &[Duration]) -> usize {
        let within = |start: Duration| times.iter().filter(|time| (start..=start + 10 * SECOND).contains(time)).count();
        times.iter().map(|start| within(*start)).max().unwrap_or(0)
    }

    #[test]
    fn no_window_exceeds_the_limit_and_polls_use_at_most_half_of_it() {
        let budget = Budget::new(Some(RateLimit::new(200, 10)));
        let polls = times(Purpose::Poll, 1_000, &budget);
        assert_eq!(most(&polls), 100);
        assert!(polls.is_sorted(), "the oldest goes first");
        let calls = times(Purpose::Call, 1_000, &budget);
        assert_eq!(calls[..100], [Duration::ZERO; 100], "half of the limit is left for calls");
        let all: Vec<Duration> = polls.into_iter().chain(calls).collect();
        assert_eq!(most(&all), 200);
    }

    #[test]
    fn a_dropped_reservation_is_free_again() {
        let budget = Budget::new(Some(RateLimit::new(2, 10)));
        let reserve = || budget.reserve(Purpose::Call, Duration::ZERO, Duration::ZERO);
        let (first, second) = (reserve(), reserve());
        assert!(reserve().at() > 10 * SECOND);
        drop(second);
        assert_eq!(reserve().at(), Duration::ZERO);
        first.spend();
    }

    #[test]
    fn earlier_requests_respect_later_reservations() {
        let budget = Budget::new(Some(RateLimit::new(1, 10)));
        let later = budget.reserve(Purpose::Call, Duration::ZERO, 5 * SECOND);
        assert_eq!(later.at(), 5 * SECOND);
        assert!(budget.reserve(Purpose::Call, Duration::ZERO, Duration::ZERO).at() > 15 * SECOND);
    }

    #[test]
    fn a_far_reservation_does_not_move_earlier_requests_behind_it() {
        for limit in 1..=3 {
            let budget = Budget::new(Some(RateLimit::new(limit, 10)));
            let _far = budget.reserve(Purpose::Poll, Duration::ZERO, 1_000 * SECOND);
            let polls = times(Purpose::Poll, 4, &budget);
            assert!(polls.iter().all(|at| *at < 40 * SECOND), "{limit}: {polls:?}");
        }
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let polls = times(Purpose::Poll, 1_000, &Budget::new(None));
        assert_eq!(polls, [Duration::ZERO; 1_000]);
    }
}
