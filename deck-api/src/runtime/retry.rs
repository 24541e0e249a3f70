//! The retry decision: whether and when a call is retried. It is a pure function, so a table can test it.

use super::carried_out::{CarriedOut, Outcome};
use http::StatusCode;
use std::time::Duration;

/// The number of attempts and the waits between them: exponential backoff with full jitter.
///
/// The wait before an attempt is random between a minimum and a bound that doubles with each attempt, so that clients that failed
/// together do not retry together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The maximum number of attempts, including the first one.
    pub attempts: u32,
    /// The minimum wait, even if the API asks for a shorter one.
    pub min_delay: Duration,
    /// The bound of the wait before the second attempt.
    pub first_delay: Duration,
    /// The maximum of the bound.
    pub max_delay: Duration,
    /// The time limit for all attempts and waits together.
    pub deadline: Duration,
}

/// Up to five attempts within two minutes.
impl Default for Backoff {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            attempts: 5,
            min_delay: Duration::from_millis(100),
            first_delay: seconds(1),
            max_delay: seconds(30),
            deadline: seconds(120),
        }
    }
}

impl Backoff {
    /// Makes up to `attempts` attempts without waits, within the default deadline. Intended for tests.
    #[must_use]
    pub fn immediate(attempts: u32) -> Self {
        let zero = Duration::ZERO;
        Self { attempts, min_delay: zero, first_delay: zero, max_delay: zero, ..Self::default() }
    }

    /// Sets the maximum number of attempts, including the first one.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// Sets the minimum wait. The default is 100 ms, and 1 s while the API is at capacity.
    #[must_use]
    pub fn with_min_delay(mut self, delay: Duration) -> Self {
        self.min_delay = delay;
        self
    }

    /// Sets the bound of the first wait. The default is 1 s.
    #[must_use]
    pub fn with_first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the maximum of the bound. The default is 30 s.
    #[must_use]
    pub fn with_max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets the time limit for all attempts and waits together. The default is two minutes.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Returns the wait after `attempts` failed attempts. `random` is uniform over its range.
    fn wait(&self, attempts: u32, retry_after: Option<Duration>, random: u32) -> Duration {
        let share = |time: Duration| {
            // Rounding may exceed `Duration::MAX`.
            Duration::try_from_secs_f64(time.as_secs_f64() * (f64::from(random) / f64::from(u32::MAX))).unwrap_or(time)
        };
        let bound = self.first_delay.saturating_mul(1 << attempts.saturating_sub(1).min(20)).min(self.max_delay);
        // Wait at least as long as the API asks for, with jitter so that clients do not return together.
        let asked = retry_after.map_or(Duration::ZERO, |asked| asked.saturating_add(share(self.first_delay)));
        share(bound).max(self.min_delay).max(asked)
    }
}

/// The policy for retries. The default is up to five attempts within two minutes; [`RetryPolicy::none`] disables retries.
///
/// A call is only retried if that cannot carry it out twice. Every call is retried after an attempt that was not sent, and on
/// 429. A call with an idempotency key, or with a method that RFC 9110 defines as idempotent, is also retried after a timeout,
/// after a broken connection, after a response that was cut off, and on 408, 500, 502, 503 and 504. The client honours
/// `Retry-After` up to a maximum; if the API asks for a longer wait, the call fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    failures: Backoff,
    capacity: Backoff,
    retry_after_ceiling: Duration,
    statuses: Vec<StatusCode>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let capacity = Backoff { attempts: 30, min_delay: seconds(1), first_delay: seconds(5), ..Backoff::default() };
        Self {
            failures: Backoff::default(),
            capacity: capacity.with_deadline(seconds(600)),
            retry_after_ceiling: seconds(60),
            statuses: vec![
                StatusCode::REQUEST_TIMEOUT,
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::INTERNAL_SERVER_ERROR,
                StatusCode::BAD_GATEWAY,
                StatusCode::SERVICE_UNAVAILABLE,
                StatusCode::GATEWAY_TIMEOUT,
            ],
        }
    }
}

impl RetryPolicy {
    /// Makes a single attempt. The time limit of the attempt still applies.
    #[must_use]
    pub fn none() -> Self {
        Self::default().once()
    }

    /// Sets the backoff after failures.
    #[must_use]
    pub fn with_backoff(mut self, failures: Backoff) -> Self {
        self.failures = failures;
        self
    }

    /// Sets the backoff while the API is at capacity. The default is up to 30 attempts within ten minutes.
    #[must_use]
    pub fn with_capacity_backoff(mut self, capacity: Backoff) -> Self {
        self.capacity = capacity;
        self
    }

    /// Sets the maximum `Retry-After` that the client waits for. The default is 60 s.
    #[must_use]
    pub fn with_retry_after_ceiling(mut self, ceiling: Duration) -> Self {
        self.retry_after_ceiling = ceiling;
        self
    }

    /// Sets the statuses after which a call is retried. The default is 408, 429, 500, 502, 503 and 504. A call that has neither
    /// an idempotency key nor an idempotent method is only retried after those of them that mean that it was not carried out: 4xx
    /// other than 408.
    #[must_use]
    pub fn with_retryable_statuses(mut self, statuses: impl IntoIterator<Item = StatusCode>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// Returns the statuses after which another attempt may end differently.
    pub(super) fn statuses(&self) -> &[StatusCode] {
        &self.statuses
    }

    /// Returns the time limit for all attempts. It is at least the capacity deadline as soon as an attempt found the API at
    /// capacity.
    pub(super) fn deadline(&self, progress: &Progress) -> Duration {
        if progress.capacity_attempts > 0 { self.capacity.deadline.max(self.failures.deadline) } else { self.failures.deadline }
    }

    /// Returns whether another attempt may begin when the call has taken this long.
    pub(super) fn allows(&self, progress: &Progress, elapsed: Duration) -> bool {
        let is_first = progress.attempts + progress.capacity_attempts == 0;
        is_first || elapsed < self.deadline(progress)
    }

    /// Returns the same policy with a single attempt.
    pub(super) fn once(&self) -> Self {
        let mut policy = self.clone();
        (policy.failures.attempts, policy.capacity.attempts) = (1, 1);
        policy
    }

    /// Returns the maximum wait for which the API can ask.
    pub(super) fn retry_after_ceiling(&self) -> Duration {
        self.retry_after_ceiling
    }

    /// Returns the wait before the next attempt, or `None` if there is no next attempt. `random` is uniform over its range.
    pub(super) fn wait(&self, failure: &Failure, progress: &Progress, random: u32) -> Option<Duration> {
        let may_repeat = failure.repeatable || failure.outcome.carried_out() == CarriedOut::No;
        if !may_repeat || !failure.outcome.is_transient(&self.statuses) {
            return None;
        }
        let (backoff, attempts) =
            if failure.at_capacity { (&self.capacity, progress.capacity_attempts) } else { (&self.failures, progress.attempts) };
        if attempts >= backoff.attempts || failure.retry_after.is_some_and(|asked| asked > self.retry_after_ceiling) {
            return None;
        }
        let wait = backoff.wait(attempts, failure.retry_after, random);
        (progress.elapsed.saturating_add(wait) < self.deadline(progress)).then_some(wait)
    }
}

/// The progress of a call so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    /// The number of attempts that failed for other reasons than capacity.
    pub attempts: u32,
    /// The number of attempts that failed because the API was at capacity.
    pub capacity_attempts: u32,
    /// The time since the call began.
    pub elapsed: Duration,
}

/// The properties of a failed attempt on which the retry decision depends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// How the attempt failed.
    pub outcome: Outcome,
    /// Whether the call has an idempotency key or an idempotent method.
    pub repeatable: bool,
    /// Whether the API reported one of `API.capacity_codes`.
    pub at_capacity: bool,
    /// How long the API asked to wait.
    pub retry_after: Option<Duration>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: u32 = u32::MAX / 2;

    const NOT_SENT: Outcome = Outcome::NotSent { is_final: false };

    fn failure(outcome: Outcome, repeatable: bool) -> Failure {
        Failure { outcome, repeatable, at_capacity: false, retry_after: None }
    }

    fn after(attempts: u32) -> Progress {
        Progress { attempts, ..Progress::default() }
    }

    #[test]
    fn each_failure_is_retried_only_if_that_cannot_repeat_its_effect() {
        let status = |code| Outcome::Refused(StatusCode::from_u16(code).unwrap());
        let policy = RetryPolicy::default();
        // Per kind of failure: with and without idempotency.
        let table = [
            (NOT_SENT, true, true),
            (Outcome::NotSent { is_final: true }, false, false),
            (Outcome::NoResponse { is_final: false }, true, false),
            (Outcome::NoResponse { is_final: true }, false, false),
            (Outcome::CutOff, true, false),
            (Outcome::Unusable, false, false),
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
        for (outcome, with, without) in table {
            assert_eq!(policy.wait(&failure(outcome, true), &after(1), HALF).is_some(), with, "{outcome:?}, repeatable");
            assert_eq!(policy.wait(&failure(outcome, false), &after(1), HALF).is_some(), without, "{outcome:?}, not repeatable");
        }
    }

    #[test]
    fn the_retryable_statuses_of_the_policy_decide_about_retries() {
        let policy = RetryPolicy::default().with_retryable_statuses([StatusCode::LOCKED, StatusCode::INTERNAL_SERVER_ERROR]);
        let waits = |code, repeatable| {
            let outcome = Outcome::Refused(StatusCode::from_u16(code).unwrap());
            policy.wait(&failure(outcome, repeatable), &after(1), HALF).is_some()
        };
        assert!(waits(423, true) && waits(423, false) && waits(500, true));
        assert!(!waits(500, false) && !waits(503, true) && !waits(429, true));
    }

    #[test]
    fn delays_are_random_below_a_bound_that_doubles_up_to_a_maximum() {
        let backoff = Backoff::default().with_attempts(10).with_deadline(Duration::from_secs(1000));
        let policy = RetryPolicy::default().with_backoff(backoff);
        for (attempts, bound) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (9, 30)] {
            let wait = |random| policy.wait(&failure(NOT_SENT, true), &after(attempts), random).unwrap();
            assert_eq!((wait(0), wait(u32::MAX)), (Duration::from_millis(100), Duration::from_secs(bound)));
        }
    }

    #[test]
    fn attempts_and_time_are_limited() {
        let policy = RetryPolicy::default();
        let wait = |progress| policy.wait(&failure(NOT_SENT, true), &progress, u32::MAX);
        assert!(wait(after(4)).is_some() && wait(after(5)).is_none());
        assert!(wait(Progress { elapsed: Duration::from_secs(118), ..after(1) }).is_some());
        assert!(wait(Progress { elapsed: Duration::from_secs(119), ..after(1) }).is_none(), "the wait would end at the deadline");
        assert!(RetryPolicy::none().wait(&failure(NOT_SENT, true), &after(1), 0).is_none());
    }

    #[test]
    fn retry_after_is_obeyed_up_to_the_ceiling() {
        let policy = RetryPolicy::default();
        let asked = |seconds| Failure { retry_after: Some(Duration::from_secs(seconds)), ..failure(NOT_SENT, true) };
        assert_eq!(policy.wait(&asked(7), &after(1), 0), Some(Duration::from_secs(7)));
        assert_eq!(policy.wait(&asked(60), &after(1), 0), Some(Duration::from_secs(60)));
        assert_eq!(policy.wait(&asked(61), &after(1), 0), None);
        // Jitter is added, so that not all clients retry at the same moment.
        assert_eq!(policy.wait(&asked(7), &after(1), u32::MAX), Some(Duration::from_secs(8)));
        // If the API asks for no delay, the usual delay applies.
        assert_eq!(policy.wait(&asked(0), &after(4), u32::MAX), Some(Duration::from_secs(8)));
        assert_eq!(policy.wait(&asked(0), &after(1), 0), Some(Duration::from_millis(100)));
    }

    #[test]
    fn no_duration_of_a_policy_overflows() {
        let (max, long) = (Duration::MAX, Duration::from_secs(u64::MAX));
        let backoff = Backoff { attempts: u32::MAX, first_delay: max, max_delay: max, deadline: max, ..Backoff::default() };
        let policy = RetryPolicy::default().with_backoff(backoff).with_retry_after_ceiling(max);
        let late = Progress { elapsed: Duration::from_secs(1), ..after(1_000_000) };
        assert_eq!(policy.wait(&failure(NOT_SENT, true), &late, u32::MAX), None);
        assert!(policy.wait(&failure(NOT_SENT, true), &late, HALF).is_some());
        let asked = Failure { retry_after: Some(long), ..failure(NOT_SENT, true) };
        assert_eq!(policy.wait(&asked, &after(1), 0), Some(long));
        assert_eq!(policy.wait(&asked, &after(1), u32::MAX), None);
    }

    #[test]
    fn waiting_for_capacity_extends_the_deadline_for_other_failures() {
        let policy = RetryPolicy::default();
        let progress = Progress { attempts: 1, capacity_attempts: 20, elapsed: Duration::from_secs(300) };
        assert!(policy.wait(&failure(Outcome::NoResponse { is_final: false }, true), &progress, u32::MAX).is_some());
        assert!(
            policy
                .wait(&failure(Outcome::NoResponse { is_final: false }, true), &Progress { attempts: 5, ..progress }, u32::MAX)
                .is_none()
        );
    }

    #[test]
    fn waiting_for_capacity_has_a_policy_of_its_own() {
        let policy = RetryPolicy::default();
        let full = Failure { at_capacity: true, ..failure(Outcome::Refused(StatusCode::TOO_MANY_REQUESTS), false) };
        let progress = |capacity_attempts| Progress { attempts: 0, capacity_attempts, elapsed: Duration::from_secs(300) };
        assert_eq!(policy.wait(&full, &progress(1), u32::MAX), Some(Duration::from_secs(5)));
        assert!(policy.wait(&full, &progress(29), 0).is_some() && policy.wait(&full, &progress(30), 0).is_none());
        let at_once = Failure { retry_after: Some(Duration::ZERO), ..full };
        assert_eq!(policy.wait(&at_once, &progress(1), 0), Some(Duration::from_secs(1)));
    }
}
