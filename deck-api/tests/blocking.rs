//! Calls from code that is not async: the same answers and errors, and no panic where they do not belong.
#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{Fake, KEY, SkippingTimer, envelope};
use deck_api::Client;
use deck_api_testkit::Answer;

#[test]
fn calls_wait_for_their_answers_and_are_tried_again_like_others() {
    let fake = Fake::start();
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(SkippingTimer::default());
    let client = builder.build().unwrap();
    fake.server.answer("runTask", Answer::closed());
    let run = client.run_task().task_id("task_1").send_blocking().unwrap();
    assert_eq!((run.task_id.as_str(), fake.server.requests().len()), ("task_1", 2));
    fake.server.answer("runTask", Answer::json(404, &envelope("request", "task_not_found")));
    let error = client.run_task().task_id("task_1").send_blocking().unwrap_err();
    assert!(error.is_not_found() && error.typed().is_some(), "{error}");
}

#[test]
fn threads_may_call_at_the_same_time() {
    let fake = Fake::start();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| fake.client.run_task().task_id("task_1").send_blocking().unwrap());
        }
    });
    assert_eq!(fake.server.requests().len(), 8);
}

#[tokio::test]
async fn in_async_code_a_blocking_call_is_an_error_and_a_client_can_go_away() {
    let fake = Fake::start();
    let client = fake.client.clone();
    let elsewhere = std::thread::spawn(move || client.run_task().task_id("task_1").send_blocking().map(drop));
    elsewhere.join().unwrap().unwrap();
    let error = fake.client.run_task().task_id("task_1").send_blocking().unwrap_err();
    assert!(error.to_string().contains("send().await"), "{error}");
    // What the message advises works.
    let call = fake.client.run_task().task_id("task_1");
    let blocking = tokio::task::spawn_blocking(move || {
        assert!(call.clone().send_blocking().unwrap_err().to_string().contains("Handle::current().block_on"));
        tokio::runtime::Handle::current().block_on(call.send()).map(drop)
    });
    blocking.await.unwrap().unwrap();
    // The last clone, and with it the runtime of its blocking calls.
    drop(fake);
}
