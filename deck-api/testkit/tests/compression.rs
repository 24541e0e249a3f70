//! Compressed responses: not asked for, named where they come nevertheless, and counted by what they grow to.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use deck_api::{Client, ClientBuilder, Error, RetryPolicy};
use deck_api_testkit::{Answer, Document, FakeServer};
use serde_json::{Value, json};
use std::io::Write;

fn fake() -> (FakeServer, ClientBuilder) {
    let server = FakeServer::start(Document::overlaid().unwrap()).unwrap();
    let builder = Client::builder().api_key("sk_test").base_url(server.base_url());
    // It chooses the provider of cryptography for all clients of the process.
    builder.clone().build().unwrap();
    (server, builder)
}

fn run(output: &str) -> Value {
    json!({
        "id": "trun_1", "object": "task_run", "status": "queued", "result": null, "task_id": "task_1", "credential_id": null,
        "session_id": null, "agent_id": "agt_1", "source_id": null, "runtime_ms": 0, "output": output, "errors": null,
        "interaction": null, "created_at": "2026-03-10T14:00:00Z", "updated_at": "2026-03-10T14:00:00Z", "request_id": "req_1"
    })
}

fn compressed(body: &Value) -> Answer {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body.to_string().as_bytes()).unwrap();
    Answer::body(201, "application/json", encoder.finish().unwrap()).header("content-encoding", "gzip")
}

#[tokio::test]
async fn compression_is_not_asked_for_whatever_other_crates_switch_on() {
    let (server, builder) = fake();
    builder.build().unwrap().run_task().task_id("task_1").send().await.unwrap();
    assert_eq!(server.requests()[0].header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn an_answer_that_is_compressed_unasked_is_named_and_not_asked_for_again() {
    let (server, builder) = fake();
    server.answer_always("runTask", compressed(&run("x")));
    let error = builder.build().unwrap().run_task().task_id("task_1").send().await.unwrap_err();
    assert!(
        error.to_string().contains("found content-encoding `gzip`") && error.to_string().contains("feature `gzip`"),
        "{error}"
    );
    assert_eq!((server.requests().len(), error.is_retryable()), (1, false));
}

#[tokio::test]
async fn a_client_of_ones_own_may_decompress_and_what_grows_beyond_the_limit_is_an_error_and_not_memory() {
    let (server, builder) = fake();
    let http = reqwest::Client::builder().gzip(true).no_proxy().build().unwrap();
    let client = builder.http_client(http).max_body_bytes(1 << 20).retry(RetryPolicy::none()).build().unwrap();
    server.answer("runTask", compressed(&run("x")));
    assert_eq!(client.run_task().task_id("task_1").send().await.unwrap().output, Some(json!("x").into()));

    let bomb = compressed(&run(&"x".repeat(8 << 20)));
    server.answer("runTask", bomb);
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)) && error.to_string().contains("larger than 1048576 bytes"), "{error}");
    assert!(error.body().unwrap().len() <= 1 << 20);
    assert_eq!(error.created_id(), Some("trun_1".into()));
}
