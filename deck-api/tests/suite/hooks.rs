//! Hooks, and other options of a client: timeouts, proxies, certificates.

use crate::common::{Fake, KEY, SkippingTimer, Virtual, run};
use deck_api::{AttemptRequest, AttemptResponse, Client, ClientBuilder, Error, Hook, HookError, RetryPolicy};
use deck_api_testkit::{Answer, VirtualClock};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A hook that records attempts and responses, adds a header, and forbids one attempt by its number.
#[derive(Debug, Default)]
struct Watch {
    seen: Mutex<Vec<String>>,
    forbidden: Option<u32>,
}

#[derive(Debug, Clone)]
struct Shared(Arc<Watch>);

impl Hook for Shared {
    fn before_attempt(&self, attempt: &mut AttemptRequest<'_>) -> Result<(), HookError> {
        let body = String::from_utf8(attempt.body().to_vec())?;
        let line = format!("{} {} {} {body}", attempt.number(), attempt.method(), attempt.url().path());
        self.0.seen.lock().unwrap().push(line);
        // The hook runs after authentication, but no debug output shows the key.
        assert_eq!(attempt.headers()["authorization"], format!("Bearer {KEY}").as_str());
        assert!(!format!("{attempt:?} {:?}", attempt.headers()).contains("TOPSECRET"));
        if self.0.forbidden == Some(attempt.number()) {
            return Err("the budget is spent".into());
        }
        assert!(attempt.add_header("content-length", "3").is_err());
        Ok(attempt.add_header("x-attempt", &attempt.number().to_string())?)
    }

    fn after_response(&self, response: &AttemptResponse<'_>) {
        let (number, status, whole) = (response.number(), response.http().status(), response.is_complete());
        self.0.seen.lock().unwrap().push(format!("{number} {} {} {whole}", response.operation_id(), status.as_u16()));
    }
}

fn builder(fake: &Fake) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(SkippingTimer::default())
}

#[tokio::test]
async fn a_hook_sees_each_attempt_and_each_response() {
    let (fake, watch) = (Fake::start(), Arc::new(Watch::default()));
    fake.server.answer("runTask", Answer::json(503, &run()));
    fake.server.answer("runTask", Answer::json(201, &run()).cut_after(20));
    let client = builder(&fake).hook(Shared(watch.clone())).build().unwrap();
    client.run_task().task_id("task_1").input(5).send().await.unwrap();
    let sent = "POST /v2/tasks/task_1/run {\"input\":5}";
    let expected = [
        &format!("1 {sent}"),
        "1 runTask 503 true",
        &format!("2 {sent}"),
        "2 runTask 201 false",
        &format!("3 {sent}"),
        "3 runTask 201 true",
    ];
    assert_eq!(*watch.seen.lock().unwrap(), expected);
    let attempts: Vec<_> = fake.server.requests().iter().map(|request| request.header("x-attempt").unwrap().to_owned()).collect();
    assert_eq!(attempts, ["1", "2", "3"]);
}

#[tokio::test]
async fn an_error_of_a_hook_ends_the_call_before_it_is_sent() {
    let (fake, watch) = (Fake::start(), Arc::new(Watch { forbidden: Some(1), ..Watch::default() }));
    let client = builder(&fake).hook(Shared(watch)).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)) && error.to_string().contains("the budget is spent"), "{error}");
    assert!(fake.server.requests().is_empty());
}

#[tokio::test]
async fn a_response_that_stalls_fails_after_the_read_timeout() {
    let fake = Fake::start();
    let clock = VirtualClock::default();
    let stalls = clock.clone();
    fake.server.answer_with("runTask", move |_| Some(stalls.stall()));
    let timer = Virtual(clock.clone());
    let builder = Client::builder().api_key(KEY).base_url(fake.server.base_url()).timer(timer).retry(RetryPolicy::none());
    let client = builder.timeout(Duration::from_secs(600)).read_timeout(Duration::from_secs(60)).build().unwrap();
    for (limit, expected) in [(None, 60), (Some(5), 5)] {
        let (_call, before) = (clock.begin(), clock.now());
        let mut call = client.run_task().task_id("task_1");
        if let Some(limit) = limit {
            call = call.with_read_timeout(Duration::from_secs(limit));
        }
        let error = call.send().await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(clock.now().saturating_sub(before).as_secs(), expected);
    }
}

#[tokio::test]
async fn a_proxy_of_the_builder_is_used_for_loopback_too() {
    let (fake, proxy) = (Fake::start(), Fake::start());
    let address = proxy.server.base_url();
    let client = builder(&fake).proxy(reqwest::Proxy::all(address.trim_end_matches("/v2")).unwrap()).build().unwrap();
    let _ = client.run_task().task_id("task_1").with_retry(RetryPolicy::none()).send().await;
    assert!(fake.server.requests().is_empty());
    assert_eq!(proxy.server.requests().len(), 1);
}

#[test]
fn settings_that_a_custom_http_client_would_ignore_are_refused() {
    let own = || {
        // This client installs the crypto provider.
        Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
        Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").http_client(reqwest::Client::new())
    };
    assert!(own().build().is_ok());
    let proxied = own().proxy(reqwest::Proxy::all("http://127.0.0.1:2").unwrap()).build();
    assert!(proxied.unwrap_err().to_string().contains("`proxy`"));
}
