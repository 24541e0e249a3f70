//! A thousand waits at a time stay below the rate limit, and leave half of it for calls. They use a virtual clock.

use crate::common::{Virtual, overlaid, run};
use deck_api::Client;
use deck_api_testkit::{Answer, FakeServer, VirtualClock};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;

const WAITS: usize = 1_000;

#[tokio::test]
async fn a_thousand_waits_use_at_most_half_of_the_rate_limit() {
    let (server, clock) = (FakeServer::start(overlaid()).unwrap(), VirtualClock::default());
    server.stop_recording();
    let times: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let (seen, seen_at) = (times.clone(), clock.clone());
    let mut polls: HashMap<String, usize> = HashMap::new();
    server.answer_with("getTaskRun", move |request| {
        seen.lock().unwrap().push(seen_at.now());
        let polls = polls.entry(request.path.clone()).or_default();
        *polls += 1;
        let mut body = run();
        body["status"] = if *polls < 3 { "running".into() } else { "completed".into() };
        Some(Answer::json(200, &body))
    });
    let client = Client::builder().api_key("sk_fake").base_url(server.base_url()).timer(Virtual(clock.clone())).build().unwrap();
    let mut waits = JoinSet::new();
    // The clock stands still until all of them have begun.
    let begun: Vec<_> = (0..WAITS).map(|_| clock.begin()).collect();
    for (number, call) in begun.into_iter().enumerate() {
        let wait = client.get_task_run().run_id(format!("trun_{number}")).wait();
        waits.spawn(async move {
            let outcome = wait.await;
            drop(call);
            outcome.is_ok()
        });
    }
    while let Some(done) = waits.join_next().await {
        assert!(done.unwrap());
    }
    let mut times = times.lock().unwrap().clone();
    times.sort();
    assert_eq!(times.len(), 3 * WAITS);
    let most = times
        .iter()
        .enumerate()
        .map(|(first, start)| times[first..].partition_point(|time| *time <= *start + Duration::from_secs(10)));
    assert_eq!(most.max(), Some(100), "polls in the fullest window of ten seconds");
    // The intervals have grown, so that the polls fill thirty windows of a hundred.
    assert!((290..=320).contains(&clock.now().as_secs()), "{:?}", clock.now());
}
