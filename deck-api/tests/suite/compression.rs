//! Compressed responses without the features for them: the client does not request them, reports unrequested ones, and limits
//! their decompressed size. The tests enable gzip in reqwest, as any other crate of a program may.
#![cfg(not(feature = "gzip"))]

use crate::common::{Fake, KEY};
use deck_api::{Client, Error, RetryPolicy};
use deck_api_testkit::Answer;
use serde_json::{Value, json};
use std::io::Write;

fn run(output: &str) -> Value {
    let mut run = crate::common::run();
    run["output"] = output.into();
    run
}

fn compressed(body: &Value) -> Answer {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body.to_string().as_bytes()).unwrap();
    Answer::body(201, "application/json", encoder.finish().unwrap()).header("content-encoding", "gzip")
}

#[tokio::test]
async fn compression_is_not_requested_whatever_features_other_crates_enable() {
    let fake = Fake::start();
    fake.client.run_task().task_id("task_1").send().await.unwrap();
    assert_eq!(fake.server.requests()[0].header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn an_unrequested_compressed_response_is_an_error_without_a_retry() {
    let fake = Fake::start();
    fake.server.answer_always("runTask", compressed(&run("x")));
    let client = Client::builder().api_key(KEY).base_url(fake.server.base_url()).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(
        error.to_string().contains("found content-encoding `gzip`") && error.to_string().contains("feature `gzip`"),
        "{error}"
    );
    assert_eq!((fake.server.requests().len(), error.is_retryable()), (1, false));
}

#[tokio::test]
async fn a_custom_http_client_may_decompress_up_to_the_limit_of_the_body() {
    // The client in `Fake` has installed the crypto provider for all clients of the process.
    let fake = Fake::start();
    let http = reqwest::Client::builder().gzip(true).no_proxy().build().unwrap();
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).http_client(http);
    let client = builder.max_body_bytes(1 << 20).retry(RetryPolicy::none()).build().unwrap();
    fake.server.answer("runTask", compressed(&run("x")));
    assert_eq!(client.run_task().task_id("task_1").send().await.unwrap().output, Some(json!("x").into()));

    let bomb = compressed(&run(&"x".repeat(8 << 20)));
    fake.server.answer("runTask", bomb);
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)) && error.to_string().contains("larger than 1048576 bytes"), "{error}");
    assert!(error.body().unwrap().len() <= 1 << 20);
    assert_eq!(error.created_id(), Some("trun_a1b2c3".into()));
}
