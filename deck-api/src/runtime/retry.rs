//! Whether a call is tried again, and when: a pure decision, so that it can be tested by a table.

use http::StatusCode;
use std::time::Duration;

/// How often a call is tried, and how long it waits in between.
///
/// The wait before a try is random between zero and a bound that doubles from try to try, so that clients that failed
/// together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// How many tries there are, the first one included.
    pub tries: u32,
    /// The bound before the second try.
    pub first_delay: Duration,
    /// What the bound does not exceed.
    pub max_delay: Duration,
    /// The time for all tries and waits together.
    pub deadline: Duration,
}

/// When a call is tried again. The default tries five times within two minutes; [`RetryPolicy::none`] switches it off.
///
/// Tried again is what cannot be done twice by it: where nothing was sent, on 429, and, for operations that carry an
/// idempotency key or whose method is idempotent by RFC 9110, also after a time limit, a broken connection, an answer cut
/// short, and on 408, 500, 502, 503 and 504. `Retry-After` is honoured up to a ceiling, beyond which the call gives up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    failures: Backoff,
    slots: Backoff,
    retry_after_ceiling: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            failures: Backoff { tries: 5, first_delay: seconds(1), max_delay: seconds(30), deadline: seconds(120) },
            slots: Backoff { tries: 30, first_delay: seconds(5), max_delay: seconds(30), deadline: seconds(600) },
            retry_after_ceiling: seconds(60),
        }
    }
}

impl RetryPolicy {
    /// One try and no more. The time limit of the try still holds.
    #[must_use]
    pub fn none() -> Self {
        let mut policy = Self::default();
        policy.failures.tries = 1;
        policy.slots.tries = 1;
        policy
    }

    /// The same with other tries after failures.
    #[must_use]
    pub fn with_backoff(mut self, failures: Backoff) -> Self {
        self.failures = failures;
        self
    }

    /// The same with other tries while the API says that no slot is free. By default 30 within ten minutes.
    #[must_use]
    pub fn with_slot_backoff(mut self, slots: Backoff) -> Self {
        self.slots = slots;
        self
    }

    /// The same with another longest `Retry-After` that is waited for; by default 60 s.
    #[must_use]
    pub fn with_retry_after_ceiling(mut self, ceiling: Duration) -> Self {
        self.retry_after_ceiling = ceiling;
        self
    }

    /// The time for all tries; who waits for a slot has more of it.
    pub(super) fn deadline(&self, progress: &Progress) -> Duration {
        if progress.slot_tries > 0 { self.slots.deadline } else { self.failures.deadline }
    }

    /// How long to wait before the next try; `None` if there is none. `random` is anywhere in its range.
    pub(super) fn wait(&self, failure: &Failure, progress: &Progress, random: u32) -> Option<Duration> {
        if !failure.is_repeatable() {
            return None;
        }
        let (backoff, tries) = if failure.slot { (&self.slots, progress.slot_tries) } else { (&self.failures, progress.tries) };
        if tries >= backoff.tries {
            return None;
        }
        let bound = backoff.first_delay.saturating_mul(1 << tries.saturating_sub(1).min(20)).min(backoff.max_delay);
        let share = f64::from(random) / f64::from(u32::MAX);
        let wait = match failure.retry_after {
            Some(asked) if asked > self.retry_after_ceiling => return None,
            Some(asked) => asked,
            // Rounding may lead beyond the longest time there is.
            None => Duration::try_from_secs_f64(bound.as_secs_f64() * share).unwrap_or(bound),
        };
        (progress.elapsed.saturating_add(wait) < self.deadline(progress)).then_some(wait)
    }
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    /// Tries that failed, other than for want of a slot.
    pub tries: u32,
    /// Tries that failed for want of a slot.
    pub slot_tries: u32,
    /// The time since the call began.
    pub elapsed: Duration,
}

/// How a try failed, as far as it matters for the next one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// What went wrong.
    pub kind: Kind,
    /// Whether the API does the same thing only once, however often it is asked.
    pub idempotent: bool,
    /// Whether the API said that no slot is free.
    pub slot: bool,
    /// How long the API asked to wait.
    pub retry_after: Option<Duration>,
}

/// What went wrong with a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing was sent.
    NotSent,
    /// It may have been carried out: no answer, or a part of one.
    Unknown,
    /// The API answered by this status.
    Status(StatusCode),
    /// Another try would end the same way.
    Final,
}

impl Failure {
    fn is_repeatable(&self) -> bool {
        match self.kind {
            Kind::NotSent => true,
            Kind::Unknown => self.idempotent,
            Kind::Status(status) => status == 429 || self.idempotent && [408, 500, 502, 503, 504].contains(&status.as_u16()),
            Kind::Final => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: u32 = u32::MAX / 2;

    fn failure(kind: Kind, idempotent: bool) -> Failure {
        Failure { kind, idempotent, slot: false, retry_after: None }
    }

    fn after(tries: u32) -> Progress {
        Progress { tries, ..Progress::default() }
    }

    #[test]
    fn what_may_be_done_twice_is_tried_again_only_where_the_api_does_it_once() {
        let status = |code| Kind::Status(StatusCode::from_u16(code).unwrap());
        let policy = RetryPolicy::default();
        // Per kind of failure: with and without idempotency.
        let table = [
            (Kind::NotSent, true, true),
            (Kind::Unknown, true, false),
            (Kind::Final, false, false),
            (status(408), true, false),
            (status(429), true, true),
            (status(500), true, false),
            (status(502), true, false),
            (status(503), true, false),
            (status(504), true, false),
            (status(307), false, false),
            (status(400), false, false),
            (status(401), false, false),
            (status(404), false, false),
            (status(409), false, false),
            (status(422), false, false),
            (status(501), false, false),
        ];
        for (kind, with, without) in table {
            assert_eq!(policy.wait(&failure(kind, true), &after(1), HALF).is_some(), with, "{kind:?}, idempotent");
            assert_eq!(policy.wait(&failure(kind, false), &after(1), HALF).is_some(), without, "{kind:?}, not idempotent");
        }
    }

    #[test]
    fn waits_are_random_below_a_bound_that_doubles_up_to_a_cap() {
        let policy = RetryPolicy::default().with_backoff(Backoff {
            tries: 10,
            first_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(30),
            deadline: Duration::from_secs(1000),
        });
        for (tries, bound) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (9, 30)] {
            let wait = |random| policy.wait(&failure(Kind::NotSent, true), &after(tries), random).unwrap();
            assert_eq!((wait(0), wait(u32::MAX)), (Duration::ZERO, Duration::from_secs(bound)));
        }
    }

    #[test]
    fn tries_and_time_come_to_an_end() {
        let policy = RetryPolicy::default();
        let wait = |progress| policy.wait(&failure(Kind::NotSent, true), &progress, u32::MAX);
        assert!(wait(after(4)).is_some() && wait(after(5)).is_none());
        assert!(wait(Progress { elapsed: Duration::from_secs(118), ..after(1) }).is_some());
        assert!(wait(Progress { elapsed: Duration::from_secs(119), ..after(1) }).is_none(), "the wait would end at the deadline");
        assert!(RetryPolicy::none().wait(&failure(Kind::NotSent, true), &after(1), 0).is_none());
    }

    #[test]
    fn what_the_api_asks_for_is_waited_up_to_the_ceiling() {
        let policy = RetryPolicy::default();
        let asked = |seconds| Failure { retry_after: Some(Duration::from_secs(seconds)), ..failure(Kind::NotSent, true) };
        assert_eq!(policy.wait(&asked(7), &after(1), 0), Some(Duration::from_secs(7)));
        assert_eq!(policy.wait(&asked(60), &after(1), 0), Some(Duration::from_secs(60)));
        assert_eq!(policy.wait(&asked(61), &after(1), 0), None);
    }

    #[test]
    fn no_policy_is_too_long_to_be_reckoned_with() {
        let (max, long) = (Duration::MAX, Duration::from_secs(u64::MAX));
        let backoff = Backoff { tries: u32::MAX, first_delay: max, max_delay: max, deadline: max };
        let policy = RetryPolicy::default().with_backoff(backoff).with_retry_after_ceiling(max);
        let late = Progress { elapsed: Duration::from_secs(1), ..after(1_000_000) };
        assert_eq!(policy.wait(&failure(Kind::NotSent, true), &late, u32::MAX), None);
        assert!(policy.wait(&failure(Kind::NotSent, true), &late, HALF).is_some());
        let asked = Failure { retry_after: Some(long), ..failure(Kind::NotSent, true) };
        assert_eq!(policy.wait(&asked, &after(1), 0), Some(long));
    }

    #[test]
    fn who_has_waited_for_a_slot_has_its_time_for_other_failures_too() {
        let policy = RetryPolicy::default();
        let progress = Progress { tries: 1, slot_tries: 20, elapsed: Duration::from_secs(300) };
        assert!(policy.wait(&failure(Kind::Unknown, true), &progress, u32::MAX).is_some());
        assert!(policy.wait(&failure(Kind::Unknown, true), &Progress { tries: 5, ..progress }, u32::MAX).is_none());
    }

    #[test]
    fn waiting_for_a_slot_has_a_policy_of_its_own() {
        let policy = RetryPolicy::default();
        let slot = Failure { slot: true, ..failure(Kind::Status(StatusCode::TOO_MANY_REQUESTS), false) };
        let progress = |slot_tries| Progress { tries: 0, slot_tries, elapsed: Duration::from_secs(300) };
        assert_eq!(policy.wait(&slot, &progress(1), u32::MAX), Some(Duration::from_secs(5)));
        assert!(policy.wait(&slot, &progress(29), 0).is_some() && policy.wait(&slot, &progress(30), 0).is_none());
    }
}
