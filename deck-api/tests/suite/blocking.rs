//! Blocking calls: they return the same responses and errors as async ones, and do not panic in async code.
#![cfg(feature = "blocking")]

use crate::common::{Fake, KEY, SkippingTimer, envelope};
use deck_api::{Client, Step};
use deck_api_testkit::{Answer, Life};
use serde_json::json;

#[test]
fn blocking_calls_return_responses_and_are_retried() {
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
async fn in_async_code_a_blocking_call_is_an_error_and_a_client_can_be_dropped() {
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
    // Drops the last clone of the client, and the runtime of its blocking calls.
    drop(fake);
}

#[test]
fn waits_have_blocking_methods_for_the_whole_and_for_each_step() {
    let (fake, timer) = (Fake::start(), SkippingTimer::default());
    let of_jobs = timer.clone();
    let jobs = fake.server.play(move || deck_api::Timer::now(&of_jobs)).unwrap();
    jobs.live("runTask", Life::of(["queued", "interaction_required", "running", "completed"]));
    let client = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(timer).build().unwrap();
    let wait = client.run_task().task_id("task_1").send_and_wait();
    let run = wait.on_interaction(|_| async { json!({ "code": "1" }) }).finish_blocking().unwrap();
    assert_eq!(run.status, "completed");

    let run = client.run_task().task_id("task_1").send_blocking().unwrap();
    let (mut wait, mut steps) = (run.wait(&client), Vec::new());
    while let Some(step) = wait.next_blocking().unwrap() {
        steps.push(match step {
            Step::State(run) => run.status.to_string(),
            Step::Interaction(_) => {
                wait.answer_blocking(json!({ "code": "2" })).unwrap();
                "asked".to_owned()
            }
            Step::Done(run) => format!("done: {}", run.status),
            _ => unreachable!(),
        });
    }
    steps.dedup();
    assert_eq!(steps, ["queued", "asked", "running", "done: completed"]);
    let answers: Vec<_> = jobs.started().into_iter().flat_map(|job| job.answers).collect();
    assert_eq!(answers, [json!({ "code": "1" }), json!({ "code": "2" })]);
    assert_eq!(fake.server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn in_async_code_the_blocking_methods_of_a_wait_are_errors() {
    let fake = Fake::start();
    let wait = || fake.client.get_task_run().run_id("trun_1").wait();
    let error = wait().finish_blocking().unwrap_err();
    assert!(error.to_string().contains("finish().await"), "{error}");
    let error = wait().next_blocking().unwrap_err();
    assert!(error.to_string().contains("next().await"), "{error}");
    let error = wait().answer_blocking(json!({})).unwrap_err();
    assert!(error.to_string().contains("answer().await"), "{error}");
    assert!(fake.server.requests().is_empty());
}
