//! The traces of a wait: a span for each step, around the call that polls, without private data.
#![cfg(feature = "tracing")]

use crate::common::{Fake, KEY, Log, SkippingTimer};
use deck_api::Client;
use deck_api_testkit::Life;
use serde_json::json;

#[tokio::test]
async fn each_step_of_a_wait_is_a_span_around_its_poll_without_secrets() {
    let log = Log::of_everything();
    let (fake, timer) = (Fake::start(), SkippingTimer::default());
    let of_jobs = timer.clone();
    let jobs = fake.server.play(move || deck_api::Timer::now(&of_jobs)).unwrap();
    let question = json!({ "interaction": { "message": "PRIVATE", "fields": [] } });
    let life = Life::of(["queued", "interaction_required", "failed"]).with_fields("interaction_required", &question);
    jobs.live("runTask", life);
    let client = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(timer).build().unwrap();
    let wait = client.run_task().task_id("task_PRIVATE").send_and_wait();
    wait.on_interaction(|_| async { json!({ "code": "PRIVATE" }) }).await.unwrap_err();

    let log = log.take();
    let closed: Vec<&str> = log.lines().filter(|line| line.contains("deck_api") && line.contains("close")).collect();
    let waits: Vec<&&str> = closed.iter().filter(|line| line.contains("wait{") && !line.contains("call{")).collect();
    let polls = closed.iter().filter(|line| line.contains("wait{") && line.contains("call{") && !line.contains("try{")).count();
    let requests = fake.server.requests();
    let polled = requests.iter().filter(|request| request.method == "GET").count();
    assert!(polled > 2 && waits.len() == polled && polls == polled, "{polled}, {waits:?}, {polls}: {log}");
    assert!(waits.iter().all(|line| line.contains("otel.name=\"wait for getTaskRun\"")), "{waits:?}");
    let last = waits.last().unwrap();
    assert!(last.contains("error.type=\"ended\"") && last.contains("otel.status_code=\"ERROR\""), "{last}");
    assert!(!log.contains("TOPSECRET") && !log.contains("PRIVATE") && !log.contains("trun_1"), "{log}");
}
