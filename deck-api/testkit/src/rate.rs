//! The rate limit of an API, from the extension `x-rate-limit`.

use crate::Document;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;

/// The times of recent requests, and the limit.
#[derive(Debug)]
pub struct Rate {
    limit: Option<usize>,
    window: Duration,
    times: VecDeque<Duration>,
    /// The maximum number of requests in one window.
    pub fullest: usize,
}

impl Rate {
    pub fn of(document: &Document) -> Self {
        let number = |key: &str| document.at(&format!("/x-rate-limit/{key}")).and_then(Value::as_u64);
        let limit = number("requests").and_then(|requests| usize::try_from(requests).ok());
        let window = Duration::from_secs(number("seconds").unwrap_or(10));
        Self { limit, window, times: VecDeque::new(), fullest: 0 }
    }

    /// Counts a request. Returns whether it is within the limit.
    pub fn admit(&mut self, now: Duration) -> bool {
        while self.times.front().is_some_and(|time| *time + self.window <= now) {
            self.times.pop_front();
        }
        self.times.push_back(now);
        self.fullest = self.fullest.max(self.times.len());
        self.limit.is_none_or(|limit| self.times.len() <= limit)
    }
}
