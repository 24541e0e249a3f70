//! A thousand runs through an API that misbehaves on 40 % of the tries: each is started once, and each id is known.
//! `cargo run --release --example faults` does the same with ten thousand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{Fake, KEY, run};
use deck_api::runtime::Sleep;
use deck_api::{Client, Timer};
use deck_api_testkit::Faults;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A clock on which a minute takes three seconds.
#[derive(Debug)]
struct FastTimer(Instant);

impl Timer for FastTimer {
    fn now(&self) -> Duration {
        self.0.elapsed() * 20
    }

    fn sleep(&self, time: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(time / 20))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_run_is_started_once_and_its_id_is_known_although_the_api_misbehaves() {
    let fake = Fake::start();
    fake.server.stop_recording();
    let mut faults = Faults::new(5, 40, run(), "id");
    let ledger = faults.ledger();
    fake.server.answer_with("runTask", move |request| Some(faults.answer(request)));
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url());
    let client = builder.timer(FastTimer(Instant::now())).build().unwrap();
    let slots = Arc::new(tokio::sync::Semaphore::new(64));
    let calls: Vec<_> = (0..1_000)
        .map(|_| {
            let (client, slots) = (client.clone(), slots.clone());
            tokio::spawn(async move {
                let _slot = slots.acquire().await.unwrap();
                client.run_task().task_id("task_1").send().await.map(|run| run.id.to_string())
            })
        })
        .collect();
    let mut known = BTreeSet::new();
    for call in calls {
        known.insert(call.await.unwrap().unwrap());
    }
    assert_eq!((known.len(), ledger.len()), (1_000, 1_000));
    assert_eq!(ledger.ids().into_iter().collect::<BTreeSet<_>>(), known);
    assert!(ledger.faults() > 400, "{}", ledger.faults());
}
