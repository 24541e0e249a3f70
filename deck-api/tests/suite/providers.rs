//! Credentials from a provider: they are never printed, and a slow or failing provider counts as a failed attempt.

use crate::common::{SkippingTimer, Virtual, envelope, overlaid, run};
use deck_api::runtime::{CredentialFuture, CredentialProvider};
use deck_api::{CarriedOut, Client, ClientBuilder, Error, RetryPolicy};
use deck_api_testkit::{Answer, FakeServer, VirtualClock};
use std::sync::Mutex;
use std::time::Duration;

/// A provider that returns these results in order: a token, or the text of an error.
struct Script(Mutex<Vec<Result<&'static str, &'static str>>>);

impl Script {
    fn new(steps: &[Result<&'static str, &'static str>]) -> Self {
        Self(Mutex::new(steps.iter().rev().copied().collect()))
    }
}

impl CredentialProvider for Script {
    fn credential(&self) -> CredentialFuture<'_> {
        let step = self.0.lock().unwrap().pop().unwrap();
        Box::pin(std::future::ready(step.map(str::to_owned).map_err(Into::into)))
    }
}

/// A provider that never returns.
struct Silent;

impl CredentialProvider for Silent {
    fn credential(&self) -> CredentialFuture<'_> {
        Box::pin(std::future::pending())
    }
}

fn builder(server: &FakeServer, provider: impl CredentialProvider + 'static) -> ClientBuilder {
    Client::builder().api_key_provider(provider).base_url(server.base_url()).timer(SkippingTimer::default())
}

#[tokio::test]
async fn credentials_from_a_provider_are_not_printed() {
    let server = FakeServer::start(overlaid()).unwrap();
    server.answer("runTask", Answer::json(503, &envelope("api", "down")));
    server.answer("runTask", Answer::body(401, "text/plain", "first-SECRET and second-SECRET are unknown"));
    let client = builder(&server, Script::new(&[Ok("first-SECRET"), Ok("second-SECRET")])).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!(error.attempts().len(), 2);
    let printed = format!("{error} {error:?} {:?} {:?}", error.attempts(), error.body_text());
    assert!(printed.contains("[redacted] and [redacted] are unknown") && !printed.contains("SECRET"), "{printed}");
}

#[tokio::test]
async fn a_providers_error_is_printed_without_known_credentials() {
    let server = FakeServer::start(overlaid()).unwrap();
    server.answer("runTask", Answer::json(503, &envelope("api", "down")));
    let steps = [Ok("first-SECRET"), Err("cannot renew first-SECRET: the vault is sealed")];
    let policy = RetryPolicy::default().with_backoff(deck_api::Backoff::default().with_attempts(2));
    let client = builder(&server, Script::new(&steps)).retry(policy).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(matches!(error, Error::Credential(_)), "{error:?}");
    // The first attempt was sent.
    assert_eq!((error.attempts().len(), error.carried_out()), (1, CarriedOut::Unknown));
    let printed = format!("{error} {error:?}");
    assert!(printed.contains("cannot renew [redacted]: the vault is sealed") && !printed.contains("SECRET"), "{printed}");
}

#[tokio::test]
async fn a_provider_that_fails_once_is_called_again() {
    let server = FakeServer::start(overlaid()).unwrap();
    server.answer("runTask", Answer::json(201, &run()));
    let client = builder(&server, Script::new(&[Err("not yet"), Ok("abcd-efgh")])).build().unwrap();
    client.run_task().task_id("task_1").send().await.unwrap();
    assert_eq!(server.requests().len(), 1);
    assert_eq!(server.requests()[0].header("authorization"), Some("Bearer abcd-efgh"));
}

#[tokio::test]
async fn a_provider_that_never_returns_fails_with_the_attempt_timeout() {
    let (server, clock) = (FakeServer::start(overlaid()).unwrap(), VirtualClock::default());
    let client = builder(&server, Silent).timer(Virtual(clock.clone())).retry(RetryPolicy::none());
    let client = client.timeout(Duration::from_secs(7)).build().unwrap();
    let call = clock.begin();
    // Lets the clock advance, although the client waits for no server.
    let _ = clock.stall();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    drop(call);
    assert!(error.to_string().contains("did not return within the time limit"), "{error}");
    assert_eq!((clock.now().as_secs(), server.requests().len(), error.carried_out()), (7, 0, CarriedOut::No));
}
