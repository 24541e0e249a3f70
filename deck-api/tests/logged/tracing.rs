//! The traces of a call: a span for the call and one for each attempt, without private data.
#![cfg(feature = "tracing")]

use crate::common::{Fake, KEY, Log, SkippingTimer, envelope};
use deck_api::Client;
use deck_api_testkit::Answer;
#[tokio::test]
async fn a_call_and_its_attempts_are_spans_without_secrets() {
    let log = Log::of_everything();
    let fake = Fake::start();
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(SkippingTimer::default());
    let client = builder.build().unwrap();
    fake.server.answer("runTask", Answer::json(503, &envelope("PRIVATE", "PRIVATE")));
    fake.server.answer("runTask", Answer::closed());
    client.run_task().task_id("task_PRIVATE").input("PRIVATE").with_idempotency_key("PRIVATE").send().await.unwrap();
    fake.server.answer("runTask", Answer::json(404, &envelope("PRIVATE", "PRIVATE")));
    client.run_task().task_id("task_PRIVATE").send().await.unwrap_err();

    let log = log.take();
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("deck_api")).collect();
    let closed = |part: &str| ours.iter().filter(|line| line.contains(part)).count();
    assert_eq!((closed("}: deck_api::"), closed("}:try{")), (6, 4), "{log}");
    assert_eq!((closed("otel.status_code=\"ERROR\""), closed("http.request.resend_count")), (4, 2), "{log}");
    assert_eq!((closed("http.request.resend_count=1"), closed("http.request.resend_count=2")), (1, 1), "{log}");
    for part in ["http.request.method=\"POST\"", "url.template=\"/tasks/{task_id}/run\"", "server.address=\"127.0.0.1\""] {
        assert!(ours.iter().any(|line| line.contains(part)), "{part}: {log}");
    }
    for part in
        ["http.response.status_code=503", "http.response.status_code=404", "error.type=\"api\"", "error.type=\"transport\""]
    {
        assert!(ours.iter().any(|line| line.contains(part)), "{part}: {log}");
    }
    assert!(!log.contains("TOPSECRET") && !log.contains("PRIVATE"), "{log}");
}
