//! A thousand runs through an API that misbehaves on 40 % of the tries: each is started once, and each id is known.
//! `cargo run --release --example faults` does the same with ten thousand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../examples/faults.rs"]
#[allow(dead_code, reason = "the example has a `main` of its own")]
mod example;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_run_is_started_once_and_its_id_is_known_although_the_api_misbehaves() {
    let summary = example::run(1_000).await.unwrap();
    assert_eq!(summary.errors, Vec::<String>::new());
    assert!(summary.is_good(), "{summary}");
    assert!(summary.faults > 400 && summary.repeated > 20, "{summary}");
}
