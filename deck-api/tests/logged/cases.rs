//! A table of the most important responses of a server. Each response has its expected result, and no error, log or trace shows
//! the key or a body.

use crate::common::{Fake, KEY, Log, envelope, run};
use deck_api::operations::RunTaskError;
use deck_api::types::{RunTaskResponse, RunTaskResponseObject, TaskRunResult, TaskRunStatus};
use deck_api::{Error, Response};
use deck_api_testkit::Answer;
use serde_json::{Value, json};
use std::time::Duration;

type Run = Response<RunTaskResponse>;
type Refusal = Error<RunTaskError>;

/// The expected result of a call.
enum Expected {
    Run(fn(&Run)),
    Error(fn(&Refusal)),
}
use Expected::{Error as Fails, Run as Succeeds};

/// A run with some of its properties changed.
fn with(changes: Value) -> Answer {
    Answer::json(201, &changed(changes))
}

fn changed(changes: Value) -> Value {
    let mut run = run();
    run["output"] = json!("PRIVATE");
    let Value::Object(changes) = changes else { panic!("{changes}") };
    run.as_object_mut().unwrap().extend(changes);
    run
}

fn without(name: &str) -> Answer {
    let mut run = changed(json!({}));
    run.as_object_mut().unwrap().remove(name);
    Answer::json(201, &run)
}

/// An error body with members that its schema lacks, and with texts that `Debug` must not show.
fn refusal(kind: &str, code: &str) -> Value {
    let mut body = envelope(kind, code);
    body["errors"][0]["hint"] = json!("PRIVATE");
    body["PRIVATE"] = json!(KEY);
    body
}

/// Checks that the error has the id of the run, although the response does not decode.
fn keeps_the_run(error: &Refusal, path: &str) {
    let Error::Decode(decode) = error else { panic!("{error}") };
    assert_eq!(decode.path(), path);
    assert_eq!((error.status().unwrap().as_u16(), error.request_id().as_deref()), (201, Some("req_1")));
    assert_eq!(error.created_id(), Some("trun_a1b2c3".into()));
    assert!(error.to_string().contains("trun_a1b2c3") && error.to_string().contains(path), "{error}");
    assert!(error.body().unwrap().starts_with(b"{") && error.body().unwrap().ends_with(b"}"));
}

type Case = (&'static str, Answer, Expected);

/// Responses that are runs.
fn runs() -> Vec<Case> {
    vec![
        (
            "1: every nullable field is null",
            Answer::json(201, &run()),
            Succeeds(|run| assert_eq!((run.result.as_ref(), run.output.as_ref(), run.errors.as_ref()), (None, None, None))),
        ),
        (
            "2: a status that the document does not know",
            with(json!({ "status": "paused_for_review" })),
            Succeeds(|run| {
                assert_eq!(run.status, TaskRunStatus::Other("paused_for_review".to_owned()));
                assert_eq!(run.status, "paused_for_review");
                assert_eq!(run.status.to_string(), "paused_for_review");
                assert_eq!(serde_json::to_value(&run.status).unwrap(), "paused_for_review");
            }),
        ),
        (
            "3: a field that the document does not have",
            with(json!({ "new_field": [1] })),
            Succeeds(|run| assert!(run.http().body().windows(9).any(|bytes| bytes == b"new_field"))),
        ),
        ("4: a missing key whose schema allows null", without("output"), Succeeds(|run| assert_eq!(run.output, None))),
        (
            "7: a value of the document",
            with(json!({ "result": "success" })),
            Succeeds(|run| assert_eq!(run.result, Some(TaskRunResult::Success))),
        ),
        (
            "8: another success status",
            Answer::json(200, &run()),
            Succeeds(|run| assert_eq!((run.http().status().as_u16(), run.id.as_str()), (200, "trun_a1b2c3"))),
        ),
        ("13: 12.0", with(json!({ "runtime_ms": 12.0 })), Succeeds(|run| assert_eq!(run.runtime_ms, 12))),
        ("13: \"12\"", with(json!({ "runtime_ms": "12" })), Succeeds(|run| assert_eq!(run.runtime_ms, 12))),
        (
            "14: another value of a constant",
            with(json!({ "object": "something_else" })),
            Succeeds(|run| assert_eq!(run.object, RunTaskResponseObject::Other("something_else".to_owned()))),
        ),
        (
            "15: timestamps with an offset",
            with(json!({ "created_at": "2026-03-10T16:00:00+02:00", "updated_at": "2026-03-10T14:00:00Z" })),
            Succeeds(|run| assert_eq!(run.created_at, run.updated_at)),
        ),
    ]
}

/// Responses that are not runs, or that do not decode.
fn errors() -> Vec<Case> {
    vec![
        ("5: no status", without("status"), Fails(|error| keeps_the_run(error, "status"))),
        ("6: a null that is not allowed", with(json!({ "created_at": null })), Fails(|error| keeps_the_run(error, "created_at"))),
        (
            "9: a status whose body has a schema of its own",
            Answer::json(409, &refusal("idempotency", "idempotency_error")),
            Fails(|error| {
                let Some(RunTaskError::Conflict(body)) = error.typed() else { panic!("{error}") };
                let item = &body.errors[0];
                assert_eq!((item.type_.as_str(), item.code.as_str()), ("idempotency", "idempotency_error"));
                assert_eq!((item.message.as_str(), body.request_id.as_str()), ("It did not work.", "req_2"));
                assert!(error.is_conflict() && !error.is_retryable());
                assert!(error.to_string().contains("use another key"), "{error}");
            }),
        ),
        (
            "10: too many requests, and the time to wait",
            Answer::json(429, &refusal("rate_limit", "rate_limit_exceeded")).header("retry-after", "7"),
            Fails(|error| {
                assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
                assert_eq!(error.errors().next().unwrap().code(), Some("rate_limit_exceeded"));
                assert!(error.is_rate_limited() && error.is_retryable());
                assert!(error.to_string().contains("try again in 7 s"), "{error}");
            }),
        ),
        (
            "11: members that the schema lacks",
            Answer::json(422, &refusal("request", "bad_input")),
            Fails(|error| {
                assert!(matches!(error.typed(), Some(RunTaskError::UnprocessableContent(_))), "{error}");
                assert!(error.body().unwrap().windows(4).any(|bytes| bytes == b"hint"));
            }),
        ),
        (
            "12: a status that the document does not have",
            Answer::json(503, &refusal("source", "source_not_available")).header("x-served-by", "PRIVATE"),
            Fails(|error| {
                assert!(error.typed().is_none());
                assert_eq!((error.status().unwrap().as_u16(), error.request_id().as_deref()), (503, Some("req_2")));
                assert_eq!(error.headers().unwrap()["x-served-by"], "PRIVATE");
                assert_eq!(error.errors().next().unwrap().kind(), Some("source"));
                assert!(error.body().unwrap().starts_with(b"{"));
            }),
        ),
        (
            "16: 900 bytes are announced, 400 come",
            Answer::json(201, &changed(json!({ "output": "PRIVATE".repeat(120) }))).cut_after(400),
            Fails(|error| {
                let Error::Decode(_) = error else { panic!("{error}") };
                assert_eq!((error.status().unwrap().as_u16(), error.body().unwrap().len()), (201, 400));
                assert_eq!(error.created_id(), Some("trun_a1b2c3".into()));
                assert!(error.is_retryable());
            }),
        ),
    ]
}

/// Other results of a call.
fn others() -> Vec<Case> {
    vec![
        ("no success is invented", Answer::empty(201), Fails(|error| assert_eq!(error.created_id(), None))),
        ("an error page", Answer::html(500, "<html>PRIVATE</html>"), Fails(|error| assert!(error.typed().is_none()))),
        ("no response", Answer::closed(), Fails(|error| assert!(matches!(error, Error::Transport(_)), "{error:?}"))),
        ("a reset connection", Answer::reset(), Fails(|error| assert!(matches!(error, Error::Transport(_)), "{error:?}"))),
        (
            "a redirect",
            Answer::redirect("https://me:PRIVATE@example.com/a?token=PRIVATE"),
            Fails(|error| assert!(error.to_string().contains("https://example.com/a"), "{error}")),
        ),
        (
            "a value of the wrong kind",
            with(json!({ "errors": [{ "type": "task", "code": 5, "message": "PRIVATE" }] })),
            Fails(|error| keeps_the_run(error, "errors[0].code")),
        ),
        (
            "a key that the API repeats",
            Answer::json(401, &envelope(KEY, KEY)).header("x-request-id", KEY),
            Fails(|error| assert!(error.is_auth() && error.to_string().contains("[redacted]"), "{error}")),
        ),
    ]
}

#[tokio::test]
async fn every_response_has_its_expected_result_and_no_text_shows_a_secret() {
    let log = Log::of_everything();
    for (what, answer, expected) in runs().into_iter().chain(errors()).chain(others()) {
        println!("{what}");
        let fake = Fake::start();
        fake.server.answer("runTask", answer);
        let call = fake.client.run_task().task_id("task_PRIVATE").input("PRIVATE").with_idempotency_key("PRIVATE");
        let builder = format!("{call:?}");
        let outcome = call.send().await;
        let mut texts = vec![builder, format!("{:?}", fake.client), format!("{outcome:?}")];
        match (expected, outcome) {
            (Succeeds(check), Ok(run)) => check(&run),
            (Fails(check), Err(error)) => {
                check(&error);
                texts.extend(texts_of(&error));
                texts.push(panic_message(error));
            }
            (_, outcome) => panic!("{what}: {outcome:?}"),
        }
        let traced = log.take();
        assert!(traced.contains("deck_api") && traced.contains("reqwest"), "{traced}");
        texts.push(traced);
        for text in texts {
            assert!(!text.contains(KEY) && !text.contains("TOPSECRET"), "{what}: {text}");
            assert!(!text.contains("PRIVATE"), "{what}: {text}");
        }
    }
}

/// All texts that a program may print for an error.
fn texts_of(error: &Refusal) -> Vec<String> {
    let mut texts = vec![error.to_string(), format!("{error:?}"), format!("{error:#?}")];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        texts.extend([error.to_string(), format!("{error:?}")]);
        cause = error.source();
    }
    texts
}

/// The panic message of a program that unwraps the error.
fn panic_message(error: Refusal) -> String {
    let outcome: Result<(), Error> = Err(error.untyped());
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| std::hint::black_box(outcome).unwrap())).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}
