//! A call records all its attempts. The result of one attempt is not lost if a later attempt fails in another way.

use crate::common::{Fake, KEY, SkippingTimer, Virtual, envelope, run};
use deck_api::operations::RunTaskError;
use deck_api::types::TaskRunId;
use deck_api::{Backoff, CarriedOut, Client, Error, RetryPolicy};
use deck_api_testkit::{Answer, VirtualClock};
use std::io::Read;
use std::net::TcpListener;
use std::time::Duration;

/// The error of a call whose attempts get these responses. The last response repeats.
async fn ended(answers: impl IntoIterator<Item = Answer>) -> Error<RunTaskError> {
    let fake = Fake::start();
    let mut answers: Vec<Answer> = answers.into_iter().collect();
    let last = answers.pop().unwrap();
    for answer in answers {
        fake.server.answer("runTask", answer);
    }
    fake.server.answer_always("runTask", last);
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(SkippingTimer::default());
    builder.build().unwrap().run_task().task_id("task_1").with_idempotency_key("order-42").send().await.unwrap_err()
}

fn refused(status: u16) -> Answer {
    Answer::json(status, &envelope("request", "any"))
}

fn cut_off() -> Answer {
    Answer::json(201, &run()).cut_after(40)
}

#[tokio::test]
async fn an_id_from_one_attempt_is_kept_whatever_follows() {
    for then in [refused(503), Answer::reset(), refused(404), refused(409), refused(401)] {
        let error = ended([cut_off(), then]).await;
        let id: Option<TaskRunId> = error.created_id();
        assert_eq!(id, Some("trun_a1b2c3".into()), "{error}");
        assert_eq!((error.carried_out(), error.is_retryable()), (CarriedOut::Yes, true), "{error}");
        assert!(error.to_string().contains("an earlier one was carried out and created `trun_a1b2c3`"), "{error}");
        assert_eq!(error.idempotency_key(), Some("order-42"));
    }
}

#[tokio::test]
async fn a_refusal_does_not_hide_an_attempt_that_may_have_been_carried_out() {
    for status in [409, 404, 401] {
        let error = ended([Answer::closed(), refused(status)]).await;
        assert_eq!((error.status().unwrap().as_u16(), error.attempts().len()), (status, 2));
        assert_eq!((error.carried_out(), error.is_retryable()), (CarriedOut::Unknown, true), "{error}");
        assert!(error.to_string().contains("an earlier one may have been carried out"), "{error}");
    }
    let error = ended([refused(409)]).await;
    assert_eq!((error.carried_out(), error.is_retryable()), (CarriedOut::No, false), "{error}");
}

#[tokio::test]
async fn a_call_counts_as_not_sent_only_if_no_attempt_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || assert!(listener.accept().unwrap().0.read(&mut [0; 4096]).unwrap() > 0));
    let builder = Client::builder().api_key(KEY).base_url(&url).timer(SkippingTimer::default());
    let client = builder.build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    server.join().unwrap();
    assert!(matches!(error, Error::Connect(_)) && !error.is_connect(), "{error}");
    assert_eq!((error.carried_out(), error.is_retryable()), (CarriedOut::Unknown, true));
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable(), "{error}");
    assert_eq!(error.carried_out(), CarriedOut::No);
}

#[tokio::test]
async fn each_attempt_records_its_request_and_its_outcome() {
    let error = ended([refused(503), Answer::closed(), cut_off(), refused(404)]).await;
    let attempts = error.attempts();
    let statuses: Vec<Option<u16>> = attempts.iter().map(|attempt| attempt.status().map(|status| status.as_u16())).collect();
    assert_eq!(statuses, [Some(503), None, Some(201), Some(404)]);
    let carried_out: Vec<CarriedOut> = attempts.iter().map(deck_api::Attempt::carried_out).collect();
    assert_eq!(carried_out, [CarriedOut::Unknown, CarriedOut::Unknown, CarriedOut::Yes, CarriedOut::No]);
    assert_eq!((attempts[0].request_id(), attempts[1].request_id()), (Some("req_2"), None));
    assert_eq!((attempts[2].created_id(), attempts[3].created_id()), (Some("trun_a1b2c3"), None));
    assert!(attempts.windows(2).all(|pair| pair[0].start() + pair[0].duration() <= pair[1].start()), "{attempts:?}");
    for attempt in attempts {
        assert!(attempt.method() == "POST" && attempt.url().ends_with("/v2/tasks/{task_id}/run"), "{attempt:?}");
    }
    assert!(attempts[0].cause().starts_with("503"), "{}", attempts[0]);
    assert!(error.to_string().contains("this was the last of 4 attempts"), "{error}");
}

#[tokio::test]
async fn an_error_has_the_random_idempotency_key_of_its_call() {
    let fake = Fake::start();
    fake.server.answer("runTask", refused(404));
    let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!(error.idempotency_key(), fake.server.requests()[0].header("idempotency-key"));
    let invalid = fake.client.run_task().send().await.unwrap_err();
    assert_eq!((invalid.attempts().len(), invalid.is_retryable(), invalid.carried_out()), (0, false, CarriedOut::No));
}

#[tokio::test]
async fn a_call_timeout_ends_an_attempt_or_a_wait_and_keeps_the_history() {
    let (fake, clock) = (Fake::start(), VirtualClock::default());
    fake.server.answer("runTask", cut_off());
    let told = clock.clone();
    fake.server.answer_with("runTask", move |_| Some(told.stall()));
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(Virtual(clock.clone()));
    let client = builder.call_timeout(Duration::from_secs(600)).build().unwrap();
    {
        let _call = clock.begin();
        let call = client.run_task().task_id("task_1").with_call_timeout(Duration::from_secs(10));
        let error = call.send().await.unwrap_err();
        assert!(error.is_timeout() && error.to_string().contains("with_call_timeout"), "{error}");
        assert_eq!((error.attempts().len(), error.created_id()), (2, Some("trun_a1b2c3".into())));
        assert!((10..=11).contains(&clock.now().as_secs()), "{:?}", clock.now());
    }
    // The client does not begin a wait that would exceed the timeout of the call.
    fake.server.answer("runTask", Answer::empty(429).header("retry-after", "50"));
    let before = clock.now();
    let call = client.run_task().task_id("task_1").with_call_timeout(Duration::from_secs(40));
    let error = call.send().await.unwrap_err();
    assert!(error.is_rate_limited() && error.attempts().len() == 1 && clock.now() == before, "{error}");
}

#[tokio::test]
async fn a_single_attempt_is_as_retryable_as_the_table_says() {
    let once = RetryPolicy::default().with_backoff(Backoff::immediate(1)).with_capacity_backoff(Backoff::immediate(1));
    let cases = [
        (cut_off(), CarriedOut::Yes, true),
        (Answer::html(201, "<html>"), CarriedOut::Yes, false),
        (Answer::closed(), CarriedOut::Unknown, true),
        (refused(408), CarriedOut::Unknown, true),
        (refused(500), CarriedOut::Unknown, true),
        (refused(429), CarriedOut::No, true),
        (refused(422), CarriedOut::No, false),
    ];
    for (answer, carried_out, is_retryable) in cases {
        let fake = Fake::start();
        fake.server.answer("runTask", answer);
        let call = fake.client.run_task().task_id("task_1").with_retry(once.clone());
        let error = call.send().await.unwrap_err();
        assert_eq!((error.carried_out(), error.is_retryable()), (carried_out, is_retryable), "{error}");
        let error = error.untyped();
        assert_eq!((error.carried_out(), error.attempts().len()), (carried_out, 1), "{error}");
    }
}
