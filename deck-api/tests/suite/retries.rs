//! Calls are retried with the same key where that cannot start a run twice, at the right time, and not forever.

use crate::common::{Fake, KEY, SkippingTimer, Virtual, envelope, run};
use deck_api::{Backoff, CarriedOut, Client, RetryPolicy};
use deck_api_testkit::{Answer, VirtualClock};
use serde_json::json;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

/// A fake server, a client with the default policy, and its clock.
fn start() -> (Fake, SkippingTimer) {
    let timer = SkippingTimer::default();
    let mut fake = Fake::start();
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(timer.clone());
    fake.client = builder.build().unwrap();
    (fake, timer)
}

fn keys(fake: &Fake) -> Vec<String> {
    fake.server.requests().iter().map(|request| request.header("idempotency-key").unwrap().to_owned()).collect()
}

fn failures() -> Vec<(&'static str, Answer)> {
    let whole = run().to_string();
    let cut = |bytes: usize| Answer::body(201, "application/json", &whole.as_bytes()[..bytes]);
    let mut failures = vec![
        ("closed before the response", Answer::closed()),
        ("reset before the response", Answer::reset()),
        ("reset inside the response", Answer::json(201, &run()).reset_after(40)),
        ("closed inside the response", Answer::json(201, &run()).cut_after(40)),
        ("a success with half of its body", cut(40)),
    ];
    failures.extend([408, 429, 500, 502, 503, 504].map(|status| ("a status", Answer::json(status, &envelope("api", "any")))));
    failures
}

#[tokio::test]
async fn transient_failures_are_retried_with_the_same_key_and_body() {
    for (what, failure) in failures() {
        let (fake, timer) = start();
        fake.server.answer("runTask", failure.clone());
        fake.server.answer("runTask", failure);
        let call = fake.client.run_task().task_id("task_1").input(json!({ "n": 1 }));
        let answer = call.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(answer.http().status(), 201, "{what}");
        let requests = fake.server.requests();
        assert_eq!((requests.len(), timer.waits().len()), (3, 2), "{what}");
        assert!(requests.iter().all(|request| request.raw == requests[0].raw), "{what}: the attempts differ");
        assert!(fake.server.violations().is_empty(), "{:?}", fake.server.violations());
    }
}

/// A client for the fake server, with a clock that advances only while an attempt gets no response.
fn on_a_virtual_clock(fake: &Fake, clock: &VirtualClock) -> Client {
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url());
    builder.timer(Virtual(clock.clone())).build().unwrap()
}

#[tokio::test]
async fn an_attempt_without_a_response_times_out_and_is_retried_with_its_key() {
    let (fake, clock) = (Fake::start(), VirtualClock::default());
    let (told, mut attempts) = (clock.clone(), 0);
    fake.server.answer_with("runTask", move |_| {
        attempts += 1;
        (attempts <= 2).then(|| told.stall())
    });
    let _call = clock.begin();
    on_a_virtual_clock(&fake, &clock).run_task().task_id("task_1").send().await.unwrap();
    assert_eq!((fake.server.requests().len(), keys(&fake).into_iter().collect::<BTreeSet<_>>().len()), (3, 1));
    // Two timeouts of 30 s, and delays of at most 1 s and 2 s.
    assert!((60..=64).contains(&clock.now().as_secs()), "{:?}", clock.now());
}

#[tokio::test]
async fn only_the_first_attempt_may_exceed_the_deadline_of_all_attempts() {
    let (fake, clock) = (Fake::start(), VirtualClock::default());
    fake.server.answer("runTask", Answer::empty(429).header("retry-after", "50"));
    let told = clock.clone();
    fake.server.answer_with("runTask", move |_| Some(told.stall()));
    let _call = clock.begin();
    let call = on_a_virtual_clock(&fake, &clock).run_task().task_id("task_1").with_timeout(Duration::from_secs(100));
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error}");
    assert_eq!((fake.server.requests().len(), clock.now().as_secs()), (2, 120));
}

#[tokio::test]
async fn a_refused_connection_is_retried_until_a_server_listens() {
    /// A timer that opens the port while the call waits.
    #[derive(Debug)]
    struct Opening(SocketAddr);
    impl deck_api::Timer for Opening {
        fn now(&self) -> Duration {
            Duration::ZERO
        }
        fn sleep(&self, _: Duration) -> deck_api::runtime::Sleep {
            let listener = TcpListener::bind(self.0).unwrap();
            std::thread::spawn(move || {
                let (mut connection, body) = (listener.accept().unwrap().0, run().to_string());
                assert!(connection.read(&mut [0; 4096]).unwrap() > 0);
                write!(connection, "HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
            });
            Box::pin(std::future::ready(()))
        }
        fn limit(&self, _: Duration) -> deck_api::runtime::Sleep {
            Box::pin(std::future::pending())
        }
    }
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let builder = Client::builder().api_key(KEY).base_url(format!("http://{address}")).timer(Opening(address));
    let run = builder.build().unwrap().run_task().task_id("task_1").send().await.unwrap();
    assert_eq!(run.id, "trun_a1b2c3");
}

#[tokio::test]
async fn failures_that_would_repeat_are_attempted_once() {
    let refused = [400, 401, 403, 404, 409, 422].map(|status| Answer::json(status, &envelope("request", "any")));
    for answer in refused.into_iter().chain(complete_but_unusable()) {
        let (fake, timer) = start();
        fake.server.answer("runTask", answer);
        let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
        assert_eq!((fake.server.requests().len(), timer.waits().len()), (1, 0), "{error}");
        assert!(!error.is_retryable(), "{error}");
    }
    // It is unknown whether these were carried out, so the caller may retry them with the same key.
    for answer in [Answer::json(501, &envelope("request", "any")), Answer::redirect("https://example.com")] {
        let (fake, timer) = start();
        fake.server.answer("runTask", answer);
        let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
        assert_eq!((fake.server.requests().len(), timer.waits().len()), (1, 0), "{error}");
        assert!(error.is_retryable() && error.carried_out() == CarriedOut::Unknown, "{error}");
    }
}

/// Responses that arrived completely, so a retry would have the same result.
fn complete_but_unusable() -> Vec<Answer> {
    let json = |text: &str| Answer::body(201, "application/json", text.as_bytes());
    let mut misfit = run();
    misfit["status"] = json!(null);
    let output = |text: &str| run().to_string().replace("\"output\":null", &format!("\"output\":{text}"));
    let mut bad_utf8 = run().to_string().into_bytes();
    let at = bad_utf8.windows(6).position(|window| window == b"queued").unwrap();
    bad_utf8[at] = 0xff;
    vec![
        Answer::json(201, &misfit),
        Answer::empty(204),
        Answer::empty(201),
        Answer::html(200, "<html>sign in</html>"),
        json(&output("NaN")),
        json(&format!("{}x", run())),
        Answer::body(201, "application/json", bad_utf8),
    ]
}

#[tokio::test]
async fn a_byte_order_mark_before_json_is_skipped() {
    let (fake, _) = start();
    fake.server.answer("runTask", Answer::body(201, "application/json", format!("\u{feff}{}", run()).as_bytes()));
    assert_eq!(fake.client.run_task().task_id("task_1").send().await.unwrap().id, "trun_a1b2c3");
    let refusal = format!("\u{feff}{}", envelope("request", "no_such_task"));
    fake.server.answer("runTask", Answer::body(404, "application/json", refusal.as_bytes()));
    let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(error.typed().is_some() && error.errors().next().unwrap().code() == Some("no_such_task"), "{error}");
    assert_eq!(error.request_id().as_deref(), Some("req_2"));
}

#[tokio::test]
async fn each_call_has_one_random_key_unless_the_caller_sets_one() {
    let (fake, _) = start();
    for _ in 0..3 {
        fake.server.answer("runTask", Answer::closed());
        fake.client.run_task().task_id("task_1").send().await.unwrap();
    }
    let keys_of_calls: Vec<String> = keys(&fake);
    assert_eq!(keys_of_calls.len(), 6);
    assert!(keys_of_calls.chunks(2).all(|attempts| attempts[0] == attempts[1]), "{keys_of_calls:?}");
    assert_eq!(keys_of_calls.iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(keys_of_calls.iter().all(|key| key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit())));
    fake.client.run_task().task_id("task_1").with_idempotency_key("order-42").send().await.unwrap();
    assert_eq!(keys(&fake).pop().unwrap(), "order-42");
}

#[tokio::test]
async fn the_attempts_end_with_the_last_error_and_its_details() {
    let (fake, timer) = start();
    fake.server.answer_always("runTask", Answer::json(503, &envelope("source", "source_not_available")));
    let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.errors().next().unwrap().code()), (503, Some("source_not_available")));
    assert_eq!((fake.server.requests().len(), timer.waits().len()), (5, 4));
    for (wait, bound) in timer.waits().iter().zip([1, 2, 4, 8]) {
        assert!(*wait <= Duration::from_secs(bound), "{wait:?} of {bound} s");
    }
}

#[tokio::test]
async fn a_response_that_is_always_cut_off_has_the_id_of_the_run() {
    let (fake, _) = start();
    fake.server.answer_always("runTask", Answer::json(201, &run()).cut_after(40));
    let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!((error.created_id(), fake.server.requests().len()), (Some("trun_a1b2c3".into()), 5));
    assert_eq!(keys(&fake).into_iter().collect::<BTreeSet<_>>().len(), 1);
}

#[tokio::test]
async fn retry_after_is_obeyed_in_seconds_and_as_a_date() {
    let limited = || Answer::json(429, &envelope("rate_limit", "rate_limit_exceeded"));
    let (fake, timer) = start();
    fake.server.answer("runTask", limited().header("retry-after", "7"));
    let now = limited().header("date", "Tue, 10 Mar 2026 14:00:00 GMT");
    fake.server.answer("runTask", now.header("retry-after", "Tue, 10 Mar 2026 14:00:09 GMT"));
    fake.client.run_task().task_id("task_1").send().await.unwrap();
    for (wait, asked) in timer.waits().iter().zip([7, 9]) {
        // Jitter is added, never subtracted.
        assert!((asked..=asked + 1).contains(&wait.as_secs()), "{wait:?} of {asked} s");
    }
    // A longer time than the ceiling is an error.
    fake.server.answer("runTask", limited().header("retry-after", "3600"));
    let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(timer.waits().len(), 2);
}

#[tokio::test]
async fn waiting_for_capacity_takes_more_attempts_than_other_retries() {
    let (fake, timer) = start();
    for _ in 0..12 {
        fake.server.answer("runTask", Answer::json(429, &envelope("rate_limit", "session_limit_exceeded")));
    }
    fake.client.run_task().task_id("task_1").send().await.unwrap();
    assert_eq!((fake.server.requests().len(), timer.waits().len()), (13, 12));
}

#[tokio::test]
async fn retries_can_be_set_and_disabled_for_a_client_and_for_a_call() {
    let (fake, timer) = start();
    fake.server.answer_always("runTask", Answer::empty(503));
    let two = Backoff::immediate(2);
    let call = || fake.client.run_task().task_id("task_1");
    call().with_retry(RetryPolicy::none()).send().await.unwrap_err();
    assert_eq!(fake.server.requests().len(), 1);
    call().with_retry(RetryPolicy::default().with_backoff(two)).send().await.unwrap_err();
    assert_eq!(fake.server.requests().len(), 3);
    assert!(timer.waits().is_empty());
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_is_not_retried() {
    #[derive(Debug)]
    struct Never;
    impl deck_api::Timer for Never {
        fn now(&self) -> Duration {
            Duration::ZERO
        }
        fn sleep(&self, _: Duration) -> deck_api::runtime::Sleep {
            Box::pin(std::future::pending())
        }
    }
    let fake = Fake::start();
    fake.server.answer_always("runTask", Answer::empty(503));
    let client = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(Never).build().unwrap();
    let call = tokio::spawn(client.run_task().task_id("task_1").send());
    while fake.server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(fake.server.requests().len(), 1);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_an_error_with_the_id_and_without_a_retry() {
    let (fake, timer) = start();
    let mut large = run();
    large["output"] = json!("x".repeat(100_000));
    fake.server.answer("runTask", Answer::json(201, &large));
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(timer.clone());
    let client = builder.max_body_bytes(99_999).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(error.to_string().contains("larger than 99999 bytes"), "{error}");
    assert_eq!(error.created_id(), Some("trun_a1b2c3".into()));
    assert!(error.body().unwrap().len() <= 99_999);
    assert_eq!((error.status().unwrap().as_u16(), fake.server.requests().len()), (201, 1));
}
