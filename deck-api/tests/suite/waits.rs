//! Waits for a run, from its start or from its id, until it ends, through questions and faults. The clock never sleeps.

use crate::common::{KEY, SkippingTimer, Virtual, envelope, overlaid, published, run};
use deck_api::types::{GetTaskRunResponse, RunTaskResponse};
use deck_api::{Client, Step, WaitError, WaitPolicy};
use deck_api_testkit::{Answer, FakeServer, VirtualClock};
use serde_json::{Value, json};
use std::time::Duration;

struct Setup {
    server: FakeServer,
    client: Client,
    timer: SkippingTimer,
}

/// A fake server that responds to polls with `polls`, in order.
fn setup(polls: Vec<Answer>) -> Setup {
    let server = FakeServer::start_with(published(), overlaid()).unwrap();
    for poll in polls {
        server.answer("getTaskRun", poll);
    }
    let timer = SkippingTimer::default();
    let client = Client::builder().api_key(KEY).base_url(server.base_url()).timer(timer.clone()).build().unwrap();
    Setup { server, client, timer }
}

fn with(fields: &Value) -> Value {
    let mut run = run();
    run.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    run
}

fn state(state: &str) -> Answer {
    Answer::json(200, &with(&json!({ "status": state })))
}

fn asks() -> Answer {
    let interaction =
        json!({ "type": "mfa", "message": "Enter the code.", "fields": [{ "name": "code", "type": "string", "label": "Code" }] });
    Answer::json(200, &with(&json!({ "status": "interaction_required", "interaction": interaction })))
}

fn done() -> Answer {
    Answer::json(200, &with(&json!({ "status": "completed", "result": "failure", "output": { "total": 12 } })))
}

impl Setup {
    fn paths(&self) -> Vec<String> {
        self.server.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Invoice {
    total: u32,
}

#[tokio::test]
async fn a_wait_starts_a_run_answers_its_question_and_decodes_its_result() {
    let it = setup(vec![state("queued"), state("running"), asks(), state("running"), done()]);
    it.server.answer("runTask", Answer::json(201, &run()));
    it.server.answer("submitInteractionInput", state("running"));
    let run = it
        .client
        .run_task()
        .task_id("task_1")
        .send_and_wait()
        .on_interaction(|interaction| async move { json!({ interaction.fields()[0].name.clone(): "123456" }) })
        .await
        .unwrap();
    // `completed` is a success, whatever `result` says.
    assert_eq!(run.output_as::<Invoice>().unwrap(), Invoice { total: 12 });
    let requests = it.server.requests();
    let answer = requests.iter().find(|request| request.path.ends_with("/interaction")).unwrap();
    assert_eq!(answer.json(), json!({ "input": { "code": "123456" } }));
    assert_eq!(requests.len(), 7, "{:?}", it.paths());
    assert_eq!(it.server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn json_that_serde_json_cannot_hold_fails_neither_a_start_nor_a_wait() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for odd in [deep.as_str(), "1e999", r#""\ud800""#] {
        let with = |fields: &Value| {
            let text = with(fields).to_string().replace("\"output\":null", &format!("\"output\":{odd}"));
            assert!(text.contains(odd));
            Answer::body(200, "application/json", text.into_bytes())
        };
        let it = setup(vec![with(&json!({ "status": "running" })), with(&json!({ "status": "completed", "result": "success" }))]);
        let started = run().to_string().replace("\"output\":null", &format!("\"output\":{odd}"));
        it.server.answer("runTask", Answer::body(201, "application/json", started.into_bytes()));
        let ended = it.client.run_task().task_id("task_1").send_and_wait().await.unwrap();
        assert_eq!(ended.output.as_ref().map(|output| output.text().into_owned()).as_deref(), Some(odd));
        assert_eq!(it.paths().len(), 3);
    }
}

#[tokio::test]
async fn a_wait_can_begin_with_an_id_and_keeps_the_parameters_of_its_call() {
    let it = setup(vec![done()]);
    let run = it.client.get_task_run().run_id("trun_a1b2c3").include("storage").wait().await.unwrap();
    assert_eq!(run.status, "completed");
    assert_eq!(it.server.requests()[0].query, "include=storage");
    assert_eq!(it.timer.waits(), Vec::<Duration>::new(), "the first poll does not wait");
}

#[tokio::test]
async fn a_started_run_can_be_waited_for() {
    let it = setup(vec![state("running"), done()]);
    let started: RunTaskResponse = serde_json::from_value(run()).unwrap();
    started.wait(&it.client).await.unwrap();
    assert_eq!(it.paths()[0], "GET /v2/task-runs/trun_a1b2c3");
}

#[tokio::test]
async fn every_step_can_be_taken_by_hand() {
    let it = setup(vec![state("queued"), asks(), asks(), state("running"), done()]);
    it.server.answer("submitInteractionInput", asks());
    let mut wait = it.client.get_task_run().run_id("trun_1").wait();
    let mut steps = Vec::new();
    while let Some(step) = wait.next().await.unwrap() {
        steps.push(match step {
            Step::State(run) => run.status.to_string(),
            Step::Interaction(interaction) => {
                assert_eq!((interaction.id(), interaction.message()), ("trun_1", Some("Enter the code.")));
                wait.answer(json!({ "code": "1" })).await.unwrap();
                "asked".to_owned()
            }
            Step::Done(run) => format!("done: {}", run.status),
            _ => unreachable!(),
        });
    }
    // The question that is still there right after its answer is not asked twice.
    assert_eq!(steps, ["queued", "asked", "interaction_required", "running", "done: completed"]);
}

async fn ends_in(polls: Vec<Answer>) -> (WaitError<GetTaskRunResponse>, Setup) {
    let it = setup(polls);
    let error = it.client.get_task_run().run_id("trun_1").wait().with_deadline(Duration::from_secs(600)).await.unwrap_err();
    assert_eq!(error.id(), Some("trun_1"), "{error}");
    (error, it)
}

#[tokio::test]
async fn a_final_state_without_success_is_an_error_with_the_run() {
    for end in ["failed", "canceled"] {
        let (error, _) = ends_in(vec![state("cancelling"), state("something new"), state(end)]).await;
        assert!(matches!(&error, WaitError::Ended { response, .. } if response.status == end), "{error}");
        assert_eq!(error.state(), Some(end));
    }
}

#[tokio::test]
async fn without_an_interaction_handler_a_question_ends_the_wait() {
    let (error, it) = ends_in(vec![asks()]).await;
    let WaitError::NeedsInput(interaction) = error else { panic!("{error}") };
    assert_eq!(interaction.fields()[0].name, "code");
    assert!(interaction.is_answerable() && it.paths().len() == 1);
    let (error, _) = ends_in(vec![state("review_required")]).await;
    assert!(matches!(&error, WaitError::NeedsInput(interaction) if !interaction.is_answerable()), "{error}");
}

#[tokio::test]
async fn the_deadline_ends_the_wait_with_the_last_state() {
    let it = setup(Vec::new());
    it.server.answer_always("getTaskRun", state("running"));
    let policy = WaitPolicy::default().with_deadline(Duration::from_secs(100));
    let error = it.client.get_task_run().run_id("trun_1").wait().with_policy(policy).await.unwrap_err();
    assert!(matches!(error, WaitError::StillRunning { .. }), "{error}");
    assert_eq!((error.id(), error.state()), (Some("trun_1"), Some("running")));
    let waits = it.timer.waits();
    assert_eq!(waits.iter().sum::<Duration>(), Duration::from_secs(100));
    assert!(waits[0] <= Duration::from_secs(1) && waits.iter().all(|wait| *wait <= Duration::from_secs(15)), "{waits:?}");
}

#[tokio::test]
async fn transient_failures_do_not_end_the_wait() {
    let undecodable = Answer::json(200, &with(&json!({ "status": "running", "runtime_ms": "soon" })));
    let it = setup(vec![
        Answer::json(404, &envelope("request", "task_run_not_found")),
        Answer::reset(),
        Answer::json(429, &envelope("rate_limit", "rate_limit_exceeded")),
        Answer::html(503, "<html>"),
        undecodable,
        Answer::html(200, "<html>"),
        done(),
    ]);
    it.client.get_task_run().run_id("trun_1").wait().await.unwrap();
    assert_eq!(it.paths().len(), 7, "each poll is one request");
}

#[tokio::test]
async fn permanent_failures_end_the_wait() {
    for status in [400, 401, 403, 410] {
        let (error, it) = ends_in(vec![Answer::empty(status)]).await;
        assert_eq!(error.request_error().unwrap().status().unwrap(), status);
        assert_eq!(it.paths().len(), 1);
    }
    let it = setup(Vec::new());
    it.server.answer_always("getTaskRun", Answer::empty(404));
    let error = it.client.get_task_run().run_id("trun_1").wait().await.unwrap_err();
    let waited: Duration = it.timer.waits().iter().sum();
    assert!(matches!(error, WaitError::Poll { .. }) && (10..25).contains(&waited.as_secs()), "{error} after {waited:?}");
}

#[tokio::test]
async fn a_wait_uses_the_id_of_a_start_that_does_not_decode() {
    let it = setup(vec![done()]);
    it.server.answer("runTask", Answer::json(201, &json!({ "id": "trun_9", "status": 1 })));
    it.client.run_task().task_id("task_1").send_and_wait().await.unwrap();
    assert_eq!(it.paths()[1], "GET /v2/task-runs/trun_9");
}

#[tokio::test]
async fn a_result_that_does_not_decode_is_an_error_with_the_id() {
    let (error, _) = ends_in(vec![Answer::json(200, &json!({ "status": "completed" }))]).await;
    assert!(matches!(error, WaitError::Poll { .. }) && error.state() == Some("completed"), "{error}");
}

#[tokio::test]
async fn a_failed_start_ends_the_wait() {
    let it = setup(Vec::new());
    it.server.answer("runTask", Answer::json(404, &envelope("request", "task_not_found")));
    let error = it.client.run_task().task_id("task_1").send_and_wait().await.unwrap_err();
    assert!(matches!(&error, WaitError::Start(error) if error.is_not_found()), "{error}");
    assert_eq!(it.paths().len(), 1);
}

#[tokio::test]
async fn a_refused_answer_does_not_end_the_wait() {
    let it = setup(vec![asks(), done()]);
    it.server.answer("submitInteractionInput", Answer::json(422, &envelope("request", "input_invalid")));
    let mut wait = it.client.get_task_run().run_id("trun_1").wait();
    assert!(matches!(wait.next().await.unwrap(), Some(Step::Interaction(_))));
    let error = wait.answer(json!({})).await.unwrap_err();
    assert!(matches!(error, WaitError::Answer { .. }), "{error}");
    assert!(matches!(wait.next().await.unwrap(), Some(Step::Done(_))));
    assert!(wait.next().await.unwrap().is_none());
}

#[tokio::test]
async fn an_answer_is_accepted_whatever_the_body_of_its_response() {
    for response in [Answer::empty(204), Answer::empty(200), Answer::html(200, "<html>"), Answer::json(200, &json!({}))] {
        let it = setup(vec![asks(), state("running"), done()]);
        it.server.answer("submitInteractionInput", response);
        let wait = it.client.get_task_run().run_id("trun_1").wait();
        wait.on_interaction(|_| async { json!({ "code": "1" }) }).await.unwrap();
        assert_eq!(it.paths().len(), 4, "{:?}", it.paths());
    }
}

#[tokio::test]
async fn a_dropped_wait_stops_polling_and_cancels_nothing() {
    let (server, clock) = (FakeServer::start_with(published(), overlaid()).unwrap(), VirtualClock::default());
    let of_jobs = clock.clone();
    let jobs = server.play(move || of_jobs.now()).unwrap();
    let client = Client::builder().api_key(KEY).base_url(server.base_url()).timer(Virtual(clock.clone())).build().unwrap();
    // The clock stands still while this call is in flight, so the second poll never comes.
    let call = clock.begin();
    let run = client.run_task().task_id("task_1").send().await.unwrap();
    let mut wait = run.wait(&client).into_future();
    let polled = async {
        while server.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        outcome = &mut wait => panic!("{outcome:?}"),
        () = polled => {}
    }
    drop(wait);
    drop(call);
    assert_eq!(clock.now(), Duration::ZERO, "no sleep is pending");
    assert_eq!((server.requests().len(), jobs.started()[0].state.as_str()), (2, "queued"));
}

#[test]
fn a_wait_and_its_future_can_be_sent_to_other_threads() {
    fn is_send<T: Send>(_: T) {}
    let it = setup(Vec::new());
    is_send(it.client.run_task().send_and_wait().into_future());
    let mut wait = it.client.get_task_run().wait();
    is_send(wait.next());
}
