//! Limits and unusual responses by which a client could lose a run, or send a request too late.

use crate::common::{Fake, KEY, SkippingTimer, envelope, run};
use deck_api::{AttemptRequest, Backoff, CarriedOut, Client, ClientBuilder, Error, Hook, HookError, RateLimit, RetryPolicy};
use deck_api_testkit::Answer;
use serde_json::json;
use std::time::Duration;

fn builder(fake: &Fake) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(SkippingTimer::default())
}

fn done() -> Answer {
    let mut body = run();
    body["status"] = json!("completed");
    Answer::json(200, &body)
}

#[tokio::test]
async fn a_call_whose_time_the_rate_limit_uses_up_is_not_sent() {
    let fake = Fake::start();
    fake.server.answer_always("runTask", Answer::json(201, &run()));
    let client = builder(&fake).rate_limit(RateLimit::new(1, 3)).build().unwrap();
    client.run_task().task_id("task_1").send().await.unwrap();
    let late = client.run_task().task_id("task_1").with_call_timeout(Duration::from_millis(300));
    let error = late.send().await.unwrap_err();
    assert!(matches!(error, Error::Connect(_)) && error.carried_out() == CarriedOut::No, "{error}");
    assert!(error.to_string().contains("rate limit"), "{error}");
    assert_eq!(fake.server.requests().len(), 1);
    // The reservation was returned.
    client.run_task().task_id("task_1").send().await.unwrap();
}

#[tokio::test]
async fn a_retry_that_the_rate_limit_delays_beyond_the_deadline_is_not_sent() {
    let fake = Fake::start();
    fake.server.answer("runTask", Answer::json(429, &envelope("rate_limit", "rate_limit_exceeded")));
    fake.server.answer_always("runTask", Answer::json(201, &run()));
    let retry = RetryPolicy::default().with_backoff(Backoff::immediate(5).with_deadline(Duration::from_millis(500)));
    let client = builder(&fake).retry(retry).rate_limit(RateLimit::new(1, 2)).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!((error.status().map(|status| status.as_u16()), error.carried_out()), (Some(429), CarriedOut::No));
    assert_eq!(fake.server.requests().len(), 1);
}

#[tokio::test]
async fn a_wait_polls_the_run_that_was_started_and_not_an_id_in_an_error() {
    let fake = Fake::start();
    fake.server.answer("runTask", Answer::json(201, &run()).cut_after(40));
    fake.server.answer_always("runTask", Answer::json(404, &json!({ "id": "not_found", "message": "no such task" })));
    fake.server.answer_always("getTaskRun", Answer::json(403, &envelope("request", "forbidden")));
    let client = builder(&fake).build().unwrap();
    let error = client.run_task().task_id("task_1").send_and_wait().await.unwrap_err();
    assert_eq!(error.id(), run()["id"].as_str());
}

#[tokio::test]
async fn a_body_that_is_too_large_is_kept_as_far_as_it_fits() {
    let fake = Fake::start();
    let mut large = run();
    large["output"] = json!("x".repeat(2_000));
    fake.server.answer_always("runTask", Answer::json(201, &large));
    let client = builder(&fake).max_body_bytes(2_000).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!(error.created_id().map(String::from).as_deref(), run()["id"].as_str());
    assert_eq!((error.body().map(deck_api::runtime::Bytes::len), error.attempts().len()), (Some(2_000), 1));
}

#[test]
fn a_base_url_that_cannot_be_sent_is_refused_by_the_builder() {
    for url in ["https://{tenant}.example.com/v2", "https://a`b.example.com"] {
        let error = Client::builder().api_key(KEY).base_url(url).build().unwrap_err();
        assert!(error.to_string().contains("base URL is not valid"), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_content_encoding_that_is_no_compression_does_not_matter() {
    for (encoding, is_read) in [("", true), ("utf-8", true), ("none", true), ("identity", true), ("br", false), ("a, BR", false)]
    {
        let fake = Fake::start();
        fake.server.answer_always("runTask", Answer::json(201, &run()).header("content-encoding", encoding));
        let outcome = builder(&fake).build().unwrap().run_task().task_id("task_1").send().await;
        assert_eq!(outcome.is_ok(), is_read, "{encoding}");
    }
}

#[tokio::test]
async fn the_id_of_a_run_is_found_after_a_name_that_is_not_valid() {
    let fake = Fake::start();
    let body = format!("{{\"\\ud800\":1,{}", &run().to_string()[1..]);
    fake.server.answer_always("runTask", Answer::body(201, "application/json", body));
    let outcome = builder(&fake).build().unwrap().run_task().task_id("task_1").send().await;
    let id = outcome.map_or_else(|error| error.created_id().map(String::from), |response| Some(response.id.to_string()));
    assert_eq!(id.as_deref(), run()["id"].as_str());
}

#[tokio::test]
async fn one_response_at_capacity_does_not_shorten_the_deadline() {
    let fake = Fake::start();
    for _ in 0..20 {
        let limited = Answer::json(429, &envelope("rate_limit", "rate_limit_exceeded"));
        fake.server.answer("runTask", limited.header("retry-after", "50"));
    }
    fake.server.answer("runTask", Answer::json(429, &envelope("rate_limit", "session_limit_exceeded")));
    fake.server.answer_always("runTask", Answer::json(201, &run()));
    let backoff = Backoff::default().with_attempts(100).with_deadline(Duration::from_secs(7_200));
    let client = builder(&fake).retry(RetryPolicy::default().with_backoff(backoff)).build().unwrap();
    client.run_task().task_id("task_1").send().await.unwrap();
}

#[tokio::test]
async fn retry_after_is_read_however_servers_write_it() {
    for (header, asked) in [
        ("7", Some(7)),
        ("1.5", Some(2)),
        ("61.0", Some(61)),
        ("120, 120", Some(120)),
        ("99999999999999999999", Some(u64::MAX)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
        ("+7", None),
        ("-1", None),
        ("soon", None),
    ] {
        let fake = Fake::start();
        fake.server.answer_always("runTask", Answer::empty(429).header("retry-after", header));
        let client = builder(&fake).retry(RetryPolicy::none()).build().unwrap();
        let error = client.run_task().task_id("task_1").send().await.unwrap_err();
        assert_eq!(error.retry_after(), asked.map(Duration::from_secs), "{header}");
    }
}

#[tokio::test]
async fn polls_are_retried_by_the_policy_of_the_client() {
    let fake = Fake::start();
    fake.server.answer("getTaskRun", Answer::empty(423));
    fake.server.answer("getTaskRun", Answer::empty(423).header("retry-after", "86400"));
    fake.server.answer_always("getTaskRun", done());
    let retry = RetryPolicy::default().with_retryable_statuses([deck_api::reqwest::StatusCode::LOCKED]);
    let client = builder(&fake).retry(retry).build().unwrap();
    client.get_task_run().run_id("trun_1").wait().await.unwrap();
}

#[tokio::test]
async fn a_redirect_to_a_login_page_ends_a_wait() {
    let fake = Fake::start();
    fake.server.answer_always("getTaskRun", Answer::redirect("https://login.example.com"));
    builder(&fake).build().unwrap().get_task_run().run_id("trun_1").wait().await.unwrap_err();
    assert_eq!(fake.server.requests().len(), 1);
}

#[tokio::test]
async fn a_hook_cannot_give_an_attempt_another_idempotency_key() {
    #[derive(Debug)]
    struct Keyed;
    impl Hook for Keyed {
        fn before_attempt(&self, attempt: &mut AttemptRequest<'_>) -> Result<(), HookError> {
            Ok(attempt.add_header("Idempotency-Key", "of-the-hook")?)
        }
    }
    let fake = Fake::start();
    let error = builder(&fake).hook(Keyed).build().unwrap().run_task().task_id("task_1").send().await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)) && fake.server.requests().is_empty(), "{error}");
}

#[tokio::test]
async fn unlimited_rate_limits_are_no_limits() {
    let fake = Fake::start();
    fake.server.answer_always("runTask", Answer::json(201, &run()));
    for limit in [RateLimit::new(u64::MAX, 10), RateLimit::new(10, u64::MAX)] {
        let client = builder(&fake).rate_limit(limit).build().unwrap();
        for _ in 0..3 {
            client.run_task().task_id("task_1").send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_key_is_not_printed_if_a_wait_receives_it() {
    let (state, id) = (format!("bad {KEY}"), format!("trun_{KEY}"));
    let fake = Fake::start();
    let mut body = run();
    (body["status"], body["id"]) = (json!(state), json!(id));
    fake.server.answer_always("runTask", Answer::json(201, &body));
    fake.server.answer_always("getTaskRun", Answer::json(200, &body));
    let client = builder(&fake).build().unwrap();
    let error = client.run_task().task_id("task_1").send_and_wait().with_deadline(Duration::from_secs(3)).await.unwrap_err();
    let printed = format!("{error} {error:?}");
    assert!(!printed.contains(KEY) && printed.contains("bad [redacted]"), "{printed}");
}
