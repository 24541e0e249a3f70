//! The polling policy of a wait: its intervals and its deadline.

use std::time::Duration;

/// The polling policy of a wait. By default, the intervals grow from 1 s to 15 s, and the wait gives up after an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitPolicy {
    /// The interval before the second poll. Each interval is 1.5 times as long as the previous one.
    pub first_interval: Duration,
    /// The maximum interval.
    pub max_interval: Duration,
    /// The time from the first poll until the wait gives up.
    pub deadline: Duration,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { first_interval: seconds(1), max_interval: seconds(15), deadline: seconds(3600) }
    }
}

impl WaitPolicy {
    /// Sets the intervals.
    #[must_use]
    pub fn with_intervals(mut self, first: Duration, max: Duration) -> Self {
        self.first_interval = first;
        self.max_interval = max;
        self
    }

    /// Sets the deadline.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Returns the interval after `interval`.
    pub(super) fn grown(&self, interval: Duration) -> Duration {
        interval.saturating_mul(3).checked_div(2).unwrap_or(interval).min(self.max_interval)
    }
}

/// Returns a random time between half of `interval` and `interval`, so that waits that began together do not poll together.
pub(super) fn jittered(interval: Duration, random: u32) -> Duration {
    let half = interval / 2;
    let share = f64::from(random) / f64::from(u32::MAX);
    (half + half.mul_f64(share)).min(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow_up_to_the_maximum() {
        let policy = WaitPolicy::default();
        let mut interval = policy.first_interval;
        let mut all = Vec::new();
        for _ in 0..9 {
            all.push(interval.as_millis());
            interval = policy.grown(interval);
        }
        assert_eq!(all, [1000, 1500, 2250, 3375, 5062, 7593, 11390, 15000, 15000]);
    }

    #[test]
    fn jitter_reduces_an_interval_by_at_most_half() {
        let second = Duration::from_secs(1);
        assert_eq!((jittered(second, 0), jittered(second, u32::MAX)), (second / 2, second));
    }
}
