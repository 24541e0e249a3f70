//! How responses are read, in more detail than in `cases.rs`: nothing is invented, nothing is lost, and no secret is printed.

use crate::common::{Fake, KEY, client_for, envelope, run};
use deck_api::operations::RunTaskError;
use deck_api::types::{RunTaskResponse, TaskRunResult};
use deck_api::{Error, Response};
use deck_api_testkit::Answer;
use serde_json::{Value, json};
use std::time::Duration;

type Outcome = Result<Response<RunTaskResponse>, Error<RunTaskError>>;

async fn answered(answer: Answer) -> Outcome {
    let fake = Fake::start();
    fake.server.answer("runTask", answer);
    fake.client.run_task().task_id("task_1").send().await
}

async fn run_with(changes: Value) -> Outcome {
    let mut run = run();
    for (key, value) in changes.as_object().unwrap() {
        run[key] = value.clone();
    }
    answered(Answer::json(201, &run)).await
}

/// Returns the error, and checks that its texts show no private data.
async fn refused(answer: Answer) -> Error<RunTaskError> {
    let error = answered(answer).await.unwrap_err();
    for text in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
        assert!(!text.contains(KEY) && !text.contains("PRIVATE"), "{text}");
    }
    error
}

#[tokio::test]
async fn the_enum_value_unknown_is_not_the_catch_all_variant() {
    assert_eq!(run_with(json!({ "result": "unknown" })).await.unwrap().result, Some(TaskRunResult::Unknown));
}

#[tokio::test]
async fn a_run_that_does_not_decode_keeps_its_id_and_names_the_place() {
    let cases = [
        (json!({ "status": null }), "status"),
        (json!({ "created_at": null }), "created_at"),
        (json!({ "created_at": "PRIVATE" }), "created_at"),
        (json!({ "runtime_ms": "PRIVATE" }), "runtime_ms"),
        (json!({ "errors": [{ "type": "task", "code": 5, "message": "PRIVATE" }] }), "errors[0].code"),
    ];
    for (changes, path) in cases {
        let mut run = run();
        for (key, value) in changes.as_object().unwrap() {
            run[key] = value.clone();
        }
        let error = refused(Answer::json(201, &run)).await;
        let Error::Decode(decode) = &error else { panic!("{error}") };
        assert_eq!(decode.path(), path);
        assert_eq!((error.status().unwrap().as_u16(), error.request_id().as_deref()), (201, Some("req_1")));
        assert_eq!(error.created_id(), Some("trun_a1b2c3".into()));
        assert_eq!(error.body().unwrap(), run.to_string().as_bytes());
        assert!(error.to_string().contains("trun_a1b2c3"), "{error}");
    }
    let mut without = run();
    without.as_object_mut().unwrap().remove("status");
    let error = refused(Answer::json(201, &without)).await;
    assert!(error.to_string().contains("at `status`"), "{error}");
}

#[tokio::test]
async fn a_run_whose_response_breaks_off_keeps_its_id_and_its_bytes() {
    let whole = run().to_string();
    let error = refused(Answer::json(201, &run()).cut_after(40)).await;
    assert_eq!(error.created_id(), Some("trun_a1b2c3".into()));
    assert_eq!(error.body().unwrap(), &whole.as_bytes()[..40]);
    assert!(std::error::Error::source(&error).is_some());
    // The connection is whole, but the text is not.
    let error = refused(Answer::body(201, "application/json", &whole.as_bytes()[..40])).await;
    assert!(error.to_string().contains("ends early"), "{error}");
    assert_eq!(error.created_id(), Some("trun_a1b2c3".into()));
}

#[tokio::test]
async fn an_empty_success_is_an_error_and_not_a_run() {
    let error = refused(Answer::empty(201)).await;
    assert!(error.to_string().contains("found none"), "{error}");
    assert_eq!((error.status().unwrap().as_u16(), error.created_id()), (201, None));
}

#[tokio::test]
async fn each_documented_status_has_its_own_type() {
    let cases = [(404, "request"), (409, "idempotency"), (422, "request"), (429, "rate_limit"), (500, "api")];
    for (status, kind) in cases {
        let error = refused(Answer::json(status, &envelope(kind, "a_code"))).await;
        let body = match error.typed().unwrap() {
            RunTaskError::NotFound(body) if status == 404 => body,
            RunTaskError::Conflict(body) if status == 409 => body,
            RunTaskError::UnprocessableContent(body) if status == 422 => body,
            RunTaskError::TooManyRequests(body) if status == 429 => body,
            RunTaskError::InternalServerError(body) if status == 500 => body,
            other => panic!("{status}: {other:?}"),
        };
        assert_eq!((body.errors[0].type_.as_str(), body.request_id.as_str()), (kind, "req_2"));
        assert_eq!(error.errors().filter_map(|item| item.code()).collect::<Vec<_>>(), ["a_code"]);
        assert!(error.to_string().contains("a_code: It did not work.") && error.to_string().contains("req_2"), "{error}");
    }
}

#[tokio::test]
async fn a_400_response_is_read_in_both_of_its_shapes() {
    let problem = json!({ "title": "Bad", "status": "400", "errors": { "input": ["is missing"] }, "traceId": "t" });
    let error = refused(Answer::json(400, &problem)).await;
    let Some(RunTaskError::BadRequest(body)) = error.typed() else { panic!("{error}") };
    assert_eq!((body.status, body.errors.as_ref().unwrap()["input"][0].as_str()), (Some(400), "is missing"));
    let error = refused(Answer::json(400, &envelope("request", "input_missing"))).await;
    assert_eq!(error.errors().next().unwrap().code(), Some("input_missing"));
    assert_eq!(error.request_id().as_deref(), Some("req_2"));
}

#[tokio::test]
async fn errors_without_a_schema_keep_the_body_and_try_the_envelope() {
    let error = refused(Answer::json(401, &envelope("request", "api_key_invalid"))).await;
    assert!(error.typed().is_none());
    assert_eq!(error.errors().next().unwrap().code(), Some("api_key_invalid"));
    assert!(error.to_string().contains("DECK_API_KEY"), "{error}");
    let error = refused(Answer::empty(403).header("x-request-id", "req_header")).await;
    assert_eq!((error.status().unwrap().as_u16(), error.request_id().as_deref()), (403, Some("req_header")));
    let error = refused(Answer::json(503, &envelope("source", "source_not_available"))).await;
    assert_eq!(error.errors().next().unwrap().kind(), Some("source"));
}

#[tokio::test]
async fn a_body_that_does_not_fit_its_status_stays_an_error_of_that_status() {
    let html = "<html>PRIVATE</html>";
    let error = refused(Answer::html(500, html)).await;
    assert!(error.typed().is_none() && error.errors().next().is_none());
    assert_eq!((error.status().unwrap().as_u16(), error.body().unwrap().as_ref()), (500, html.as_bytes()));
    assert_eq!(error.headers().unwrap()["content-type"], "text/html");
    let cut = refused(Answer::json(404, &envelope("request", "gone")).cut_after(10)).await;
    assert_eq!((cut.status().unwrap().as_u16(), cut.body().unwrap().len()), (404, 10));
    assert!(std::error::Error::source(&cut).is_some() && cut.to_string().contains("connection broke"), "{cut}");
}

#[tokio::test]
async fn no_connection_a_broken_one_and_a_timeout_are_different_errors() {
    let broken = refused(Answer::closed()).await;
    assert!(matches!(broken, Error::Transport(_)), "{broken:?}");
    let fake = Fake::start();
    fake.server.answer("runTask", Answer::stalled());
    let late = fake.client.run_task().task_id("task_1").with_timeout(Duration::from_millis(50)).send().await.unwrap_err();
    assert!(matches!(late, Error::Timeout(_)), "{late:?}");
    // Nothing listens on this port any more.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let nobody = client_for(&url).run_task().task_id("task_1").send().await.unwrap_err();
    assert!(matches!(nobody, Error::Connect(_)), "{nobody:?}");
    assert!(nobody.to_string().contains("DECK_BASE_URL"), "{nobody}");
}

#[tokio::test]
async fn an_error_can_be_untyped_without_losing_anything_else() {
    let error: Error = refused(Answer::json(404, &envelope("request", "task_not_found"))).await.untyped();
    assert_eq!(error.status().unwrap(), 404);
    assert_eq!(error.errors().next().unwrap().code(), Some("task_not_found"));
}

#[tokio::test]
async fn no_debug_output_of_the_client_shows_the_key_or_a_body() {
    let fake = Fake::start();
    let call = fake.client.run_task().task_id("task_1").with_header("x-secret", KEY).input("PRIVATE");
    let builder = deck_api::Client::builder().api_key(KEY);
    let run = run_with(json!({ "output": "PRIVATE" })).await.unwrap();
    for text in [format!("{:?}", fake.client), format!("{call:?}"), format!("{builder:?}"), format!("{run:?}")] {
        assert!(!text.contains("TOPSECRET") && !text.contains("PRIVATE"), "{text}");
    }
}

#[tokio::test]
async fn free_form_json_can_be_read_as_a_users_type() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Output {
        rooms: Vec<Room>,
    }
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Room {
        price: f64,
    }
    let run = run_with(json!({ "output": { "rooms": [{ "price": 1.5 }, { "price": 2 }] } })).await.unwrap();
    assert_eq!(run.output_as::<Output>().unwrap().rooms, [Room { price: 1.5 }, Room { price: 2.0 }]);
    assert_eq!(run.input_as::<Option<Output>>().unwrap(), None);
    let run = run_with(json!({ "output": { "rooms": [{ "price": 1 }, { "price": "PRIVATE" }] } })).await.unwrap();
    let error = run.output_as::<Output>().unwrap_err();
    assert_eq!((error.path(), error.to_string().contains("PRIVATE")), ("output.rooms[1].price", false));
    assert_eq!(run.interaction_as::<Room>().unwrap_err().path(), "interaction");
}

#[tokio::test]
async fn the_text_of_an_error_body_is_available_without_the_key() {
    let error = refused(Answer::body(422, "text/plain", format!("no run:\n the key {KEY} is unknown"))).await;
    assert_eq!(error.body_text().as_deref(), Some("no run: the key [redacted] is unknown"));
    assert!(!error.to_string().contains("no run"), "{error}");
}

#[tokio::test]
async fn a_large_error_body_is_returned_unparsed() {
    let mut body = envelope("request", "task_not_found");
    body["padding"] = json!("x".repeat(1 << 20));
    let error = refused(Answer::json(404, &body)).await;
    assert!(error.typed().is_none() && error.errors().next().is_none(), "{error}");
    assert_eq!(error.body().unwrap().len(), body.to_string().len());
}

#[tokio::test]
async fn text_of_the_server_cannot_forge_a_log_line() {
    let mut body = envelope("request", "bad\ncode");
    body["errors"][0]["message"] = json!("one\r\n2026-01-01 INFO all is well \u{1b}[31m");
    body["request_id"] = json!("req\n1");
    let text = refused(Answer::json(422, &body)).await.to_string();
    assert!(!text.chars().any(char::is_control), "{text:?}");
    let text = refused(Answer::redirect("https://me:PRIVATE@example.com/a?token=PRIVATE")).await.to_string();
    assert!(text.contains("https://example.com/a"), "{text}");
    // An API may repeat the key that it refuses.
    let mut body = envelope("request", "api_key_invalid");
    body["errors"][0]["message"] = json!(format!("the key {KEY} is unknown"));
    body["request_id"] = json!(KEY);
    let text = refused(Answer::json(401, &body)).await.to_string();
    assert!(text.contains("the key [redacted] is unknown"), "{text}");
}

#[tokio::test]
async fn an_expectation_does_not_quote_a_value_that_imitates_a_message() {
    let value = "x\", expected PRIVATE at line ";
    refused(Answer::json(201, &{
        let mut run = run();
        run["runtime_ms"] = json!(value);
        run
    }))
    .await;
}
