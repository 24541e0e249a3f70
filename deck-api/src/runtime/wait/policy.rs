//! How often a wait polls, and for how long.

use std::time::Duration;

/// How often a wait polls, and for how long. By default every second at first and every 15 s later, for an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitPolicy {
    /// The interval before the second poll. Each interval is half as long again as the one before it.
    pub first_interval: Duration,
    /// The longest interval.
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
    /// The same with other intervals.
    #[must_use]
    pub fn with_intervals(mut self, first: Duration, max: Duration) -> Self {
        self.first_interval = first;
        self.max_interval = max;
        self
    }

    /// The same with another deadline.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The interval behind `interval`.
    pub(super) fn grown(&self, interval: Duration) -> Duration {
        interval.saturating_mul(3).checked_div(2).unwrap_or(interval).min(self.max_interval)
    }
}

/// A random time between half of `interval` and all of it, so that waits that began together do not poll together.
pub(super) fn jittered(interval: Duration, random: u32) -> Duration {
    let half = interval / 2;
    let share = f64::from(random) / f64::from(u32::MAX);
    (half + half.mul_f64(share)).min(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow_up_to_the_longest_one() {
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
    fn jitter_takes_at_most_half_of_an_interval_away() {
        let second = Duration::from_secs(1);
        assert_eq!((jittered(second, 0), jittered(second, u32::MAX)), (second / 2, second));
    }
}
