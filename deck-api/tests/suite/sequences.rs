//! For sequences of outcomes of attempts on a virtual clock, an error never contradicts what happened on the server.

use crate::common::{Fake, KEY, Virtual, envelope, extent, run};
use deck_api::reqwest::StatusCode;
use deck_api::{Backoff, CarriedOut, Client, RetryPolicy};
use deck_api_testkit::{Answer, VirtualClock};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

const ATTEMPTS: usize = 4;

/// The outcomes of an attempt, and whether a server with this outcome has carried it out. `None` means that servers differ.
const OUTCOMES: [(&str, Option<bool>); 12] = [
    ("closed", None),
    ("reset", None),
    ("stalled", None),
    ("408", None),
    ("500", None),
    ("503", None),
    ("307", None),
    ("404", Some(false)),
    ("409", Some(false)),
    ("429", Some(false)),
    ("cut off", Some(true)),
    ("not usable", Some(true)),
];

fn answer(outcome: &str, clock: &VirtualClock) -> Answer {
    match outcome {
        "closed" => Answer::closed(),
        "reset" => Answer::reset(),
        "stalled" => clock.stall(),
        "cut off" => Answer::json(201, &run()).cut_after(40),
        "not usable" => Answer::html(201, "<html>"),
        status => Answer::json(status.parse().unwrap(), &envelope("any", "any")),
    }
}

/// A generator of the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

#[tokio::test]
async fn no_error_contradicts_what_happened_on_the_server() {
    let (fake, clock) = (Fake::start(), VirtualClock::default());
    let queue: Arc<Mutex<VecDeque<&str>>> = Arc::default();
    let (next, told) = (queue.clone(), clock.clone());
    fake.server.answer_with("runTask", move |_| {
        let outcome = next.lock().unwrap_or_else(PoisonError::into_inner).pop_front()?;
        Some(answer(outcome, &told))
    });
    // The client retries every status, so that refusals occur in the middle of sequences too.
    let statuses = [307, 404, 408, 409, 429, 500, 503].map(|status| StatusCode::from_u16(status).unwrap());
    let retry = RetryPolicy::default().with_retryable_statuses(statuses);
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(Virtual(clock.clone())).rate_limit(None);
    let client = builder.build().unwrap();
    let mut numbers = Numbers(7);
    for _ in 0..extent(100, 500) {
        let length = 1 + numbers.below(ATTEMPTS);
        let sequence: Vec<(&str, Option<bool>)> = (0..length).map(|_| OUTCOMES[numbers.below(OUTCOMES.len())]).collect();
        *queue.lock().unwrap() = sequence.iter().map(|(outcome, _)| *outcome).collect();
        let retry = retry.clone().with_backoff(Backoff::default().with_attempts(u32::try_from(length).unwrap()));
        let error = {
            let _call = clock.begin();
            client.run_task().task_id("task_1").with_retry(retry).send().await.unwrap_err()
        };
        let made = &sequence[..error.attempts().len()];
        assert!(
            made.len() == length || made.last().is_some_and(|(outcome, _)| *outcome == "not usable"),
            "{sequence:?}: {error}"
        );
        let (may, may_not) =
            (made.iter().any(|(_, done)| *done != Some(false)), made.iter().all(|(_, done)| *done != Some(true)));
        let expected = match (may, may_not) {
            (true, true) => CarriedOut::Unknown,
            (true, false) => CarriedOut::Yes,
            (false, _) => CarriedOut::No,
        };
        assert_eq!(error.carried_out(), expected, "{made:?}: {error}");
        let has_id = made.iter().any(|(outcome, _)| *outcome == "cut off");
        assert_eq!(error.created_id().map(|id| id.to_string()), has_id.then(|| "trun_a1b2c3".to_owned()), "{made:?}: {error}");
        for ((outcome, done), attempt) in made.iter().zip(error.attempts()) {
            let says = [CarriedOut::No, CarriedOut::Yes].map(|says| attempt.carried_out() == says);
            assert_eq!(says, [*done == Some(false), *done == Some(true)], "{outcome}: {attempt}");
        }
    }
}
