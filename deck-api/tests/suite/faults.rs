//! Starts five hundred runs through an API that fails 40 % of the requests and responds with 429 in bursts. Each run is started
//! once, and its result reaches its caller exactly once. `cargo run --release --example faults` does the same with ten thousand.

#[path = "../../examples/faults.rs"]
#[allow(dead_code, reason = "the example has a `main` of its own")]
mod example;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_run_is_started_once_and_its_result_reaches_its_caller_once() {
    let summary = example::run(500).await.unwrap();
    assert_eq!(summary.errors, Vec::<String>::new());
    assert!(summary.is_good(), "{summary}");
    // The faults have occurred.
    assert!(summary.faults > 500 && summary.repeated > 10 && summary.resumed > 10 && summary.fullest > 100, "{summary}");
}
