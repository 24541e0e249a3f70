//! OAuth 2.0 client credentials: when a token is fetched, how long it is kept, and how failures are reported.

mod support;

use deck_api_testkit::{Answer, Request};
use std::io::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;
use support::{Fake, block_on};
use wire_api::runtime::Sleep;
use wire_api::{CarriedOut, Client, ClientBuilder, Credentials, Error, RetryPolicy, Timer};

const SECRET: &str = "s3cret/ABC+1";

fn builder(fake: &Fake) -> ClientBuilder {
    let url = fake.server.token_url().unwrap();
    Client::builder().base_url(fake.server.base_url()).token_url(url).retry(RetryPolicy::none())
}

fn client(fake: &Fake) -> Client {
    builder(fake).client_credentials("my id", SECRET).build().unwrap()
}

fn body(request: &Request) -> &str {
    std::str::from_utf8(&request.body).unwrap()
}

fn sent(fake: &Fake) -> String {
    fake.request().header("authorization").unwrap_or_default().to_owned()
}

#[test]
fn a_token_is_fetched_once_for_the_scopes_that_an_operation_needs() {
    let fake = Fake::start();
    let client = client(&fake);
    for (call, expected) in [(0, "1"), (0, "1"), (1, "2"), (1, "2"), (2, "3"), (0, "1")] {
        match call {
            0 => drop(block_on(client.read().send()).unwrap()),
            1 => drop(block_on(client.write().send()).unwrap()),
            _ => drop(block_on(client.any().send()).unwrap()),
        }
        assert_eq!(sent(&fake), format!("Bearer fake-access-token-{expected}"));
    }
    let requests = fake.server.token_requests();
    let bodies: Vec<&str> = requests.iter().map(body).collect();
    let grant = "grant_type=client_credentials";
    assert_eq!(bodies, [format!("{grant}&scope=read"), format!("{grant}&scope=read%20write%3Aall"), grant.to_owned()]);
    // `my%20id:s3cret%2FABC%2B1`: both are escaped before they are encoded.
    let basic = "Basic bXklMjBpZDpzM2NyZXQlMkZBQkMlMkIx";
    assert!(requests.iter().all(|request| request.header("authorization") == Some(basic)));
    assert_eq!(fake.server.violations(), Vec::<String>::new());
}

#[test]
fn the_secret_is_sent_in_the_body_where_the_caller_says_so() {
    let fake = Fake::start();
    let client = builder(&fake).client_credentials("me", SECRET).client_secret_in_body().build().unwrap();
    block_on(client.any().send()).unwrap();
    let request = fake.server.token_requests().pop().unwrap();
    assert_eq!(body(&request), "grant_type=client_credentials&client_id=me&client_secret=s3cret%2FABC%2B1");
    assert_eq!((request.header("authorization"), fake.server.violations()), (None, Vec::new()));
}

#[test]
fn operations_without_the_scheme_fetch_no_token_and_two_schemes_combine() {
    let fake = Fake::start();
    let client = builder(&fake).client_credentials("me", SECRET).api_key("key-1").build().unwrap();
    block_on(client.open().send()).unwrap();
    assert!(fake.server.token_requests().is_empty());
    block_on(client.both().send()).unwrap();
    assert_eq!((sent(&fake).as_str(), fake.request().header("x-api-key")), ("Bearer fake-access-token-1", Some("key-1")));
}

#[test]
fn a_thousand_concurrent_calls_fetch_one_token() {
    let fake = Fake::start();
    let client = client(&fake);
    block_on(async {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..1_000 {
            let call = client.read().send();
            calls.spawn(async move { call.await.map(drop) });
        }
        while let Some(outcome) = calls.join_next().await {
            outcome.unwrap().unwrap();
        }
    });
    assert_eq!((fake.server.token_requests().len(), fake.server.requests().len()), (1, 1_000));
}

#[test]
fn a_fetch_goes_on_when_the_call_that_began_it_is_dropped() {
    let fake = Fake::start();
    let client = client(&fake);
    block_on(async {
        let mut dropped = Box::pin(client.read().send());
        let first = std::future::poll_fn(|context| Poll::Ready(dropped.as_mut().poll(context).is_pending())).await;
        assert!(first, "the call waits for its token");
        drop(dropped);
        client.read().send().await.unwrap();
    });
    assert_eq!((fake.server.token_requests().len(), fake.server.requests().len()), (1, 1));
}

#[test]
fn a_fetch_that_failed_is_not_kept_and_nothing_was_sent_to_the_api() {
    let fake = Fake::start();
    let client = client(&fake);
    fake.server.answer_token(Answer::empty(503).header("retry-after", "7"));
    let error = block_on(client.read().send()).unwrap_err();
    assert!(matches!(error, Error::Credential(_)), "{error:?}");
    assert_eq!(
        (error.carried_out(), error.attempts().len(), error.retry_after()),
        (CarriedOut::No, 0, Some(Duration::from_secs(7)))
    );
    assert!(error.is_retryable() && fake.server.requests().is_empty());
    block_on(client.read().send()).unwrap();
    assert_eq!(fake.server.token_requests().len(), 2);
}

#[test]
fn errors_name_the_token_url_and_its_response_but_not_the_secret() {
    let fake = Fake::start();
    let client = builder(&fake).token_url(fake.server.token_url().unwrap()).client_credentials("me", SECRET).build().unwrap();
    for (answer, expected) in [
        (
            Answer::json(
                401,
                &serde_json::json!({ "error": "invalid_client", "error_description": format!("{SECRET} is wrong") }),
            ),
            "responded 401 Unauthorized: invalid_client ([redacted] is wrong)",
        ),
        (
            Answer::body(400, "text/plain", "no s3cret%2FABC%2B1 bWU6czNjcmV0JTJGQUJDJTJCMQ=="),
            "responded 400 Bad Request: no [redacted] [redacted]",
        ),
        (Answer::json(200, &serde_json::json!({ "token": SECRET })), "responded without an `access_token`"),
        (Answer::redirect("https://elsewhere.example.com/token"), "responded 307 Temporary Redirect"),
    ] {
        fake.server.answer_token(answer);
        let error = block_on(client.read().send()).unwrap_err();
        let expected = format!("no credential for `login`: {} {expected}", fake.server.token_url().unwrap());
        assert!(error.to_string().contains(&expected), "{error}\n{expected}");
        let printed = format!("{error} {error:?} {client:?} {:?}", Credentials::new().client_credentials("me", SECRET));
        assert!(!printed.contains(SECRET) && !printed.contains("s3cret"), "{printed}");
        assert!(!error.is_retryable());
    }
}

#[test]
fn a_refused_token_is_fetched_again_and_the_call_is_attempted_once_more() {
    let fake = Fake::start();
    let client = client(&fake);
    block_on(client.write().send()).unwrap();
    fake.server.revoke_tokens();
    block_on(client.write().send()).unwrap();
    assert_eq!(sent(&fake), "Bearer fake-access-token-2");
    assert_eq!((fake.server.token_requests().len(), fake.server.requests().len()), (2, 3));
    // If the new token is refused too, the call fails, and its history has both attempts.
    fake.server.answer_always("write", Answer::body(401, "text/plain", "fake-access-token-3 is unknown"));
    let error = block_on(client.write().send()).unwrap_err();
    let statuses: Vec<u16> = error.attempts().iter().filter_map(|attempt| Some(attempt.status()?.as_u16())).collect();
    assert_eq!((statuses, fake.server.token_requests().len()), (vec![401, 401], 3));
    assert_eq!((error.carried_out(), error.body_text().as_deref()), (CarriedOut::No, Some("[redacted] is unknown")));
}

#[test]
fn a_refusal_of_many_calls_at_a_time_fetches_one_new_token() {
    let fake = Fake::start();
    let client = client(&fake);
    block_on(client.read().send()).unwrap();
    fake.server.revoke_tokens();
    block_on(async {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let call = client.read().send();
            calls.spawn(async move { call.await.map(drop) });
        }
        while let Some(outcome) = calls.join_next().await {
            outcome.unwrap().unwrap();
        }
    });
    assert_eq!(fake.server.token_requests().len(), 2);
}

/// A clock that a test sets. Its timeouts never elapse.
#[derive(Clone, Debug, Default)]
struct Clock(Arc<Mutex<Duration>>);

impl Timer for Clock {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, time: Duration) -> Sleep {
        *self.0.lock().unwrap() += time;
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, _: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_token_is_kept_until_shortly_before_it_expires() {
    let (fake, clock) = (Fake::start(), Clock::default());
    let client = builder(&fake).client_credentials("me", SECRET).timer(clock.clone()).build().unwrap();
    for (lifetime, second, requests) in [
        (Some(3600), 0, 1),
        (Some(3600), 3569, 1),
        (Some(10), 3570, 2),
        (Some(0), 3578, 2),
        (Some(0), 3579, 3),
        (None, 3579, 4),
        (None, 1 << 40, 4),
    ] {
        fake.server.set_token_lifetime(lifetime);
        *clock.0.lock().unwrap() = Duration::from_secs(second);
        block_on(client.read().send()).unwrap();
        assert_eq!(fake.server.token_requests().len(), requests, "{second} s");
    }
}

#[test]
fn each_tenant_has_tokens_of_its_own_which_outlive_the_call() {
    let fake = Fake::start();
    let shared = builder(&fake).credentials_by_call().build().unwrap();
    for (tenant, expected) in [("one", "1"), ("two", "2"), ("one", "1")] {
        let credentials = Credentials::new().client_credentials(tenant, SECRET);
        block_on(shared.read().with_credentials(credentials).send()).unwrap();
        assert_eq!(sent(&fake), format!("Bearer fake-access-token-{expected}"));
    }
    // One tenant may fetch its token elsewhere.
    let elsewhere = Credentials::new().client_credentials("one", SECRET).token_url("http://127.0.0.1:1/token");
    let error = block_on(shared.read().with_credentials(elsewhere).send()).unwrap_err();
    assert!(error.to_string().contains("http://127.0.0.1:1/token cannot be reached"), "{error}");
}

#[test]
fn a_token_of_the_callers_own_and_a_header_set_by_hand_need_no_fetch() {
    let fake = Fake::start();
    let own = builder(&fake).bearer_token("mine").build().unwrap();
    block_on(own.read().send()).unwrap();
    assert_eq!(sent(&fake), "Bearer mine");
    block_on(client(&fake).read().with_header("authorization", "Bearer by-hand").send()).unwrap();
    assert_eq!((sent(&fake).as_str(), fake.server.token_requests().len()), ("Bearer by-hand", 0));
}

#[test]
fn blocking_calls_fetch_tokens_too() {
    let fake = Fake::start();
    let client = client(&fake);
    client.read().send_blocking().unwrap();
    client.read().send_blocking().unwrap();
    assert_eq!((fake.server.token_requests().len(), fake.server.requests().len()), (1, 2));
}

#[test]
fn the_token_url_is_a_url_by_https_and_may_be_relative_to_the_base_url() {
    let fake = Fake::start();
    let built = |url: &str| builder(&fake).client_credentials("me", SECRET).token_url(url).build();
    for (url, expected) in [
        ("http://auth.example.com/token", "the token URL of `login` does not begin with `https`"),
        ("https://me:pw@auth.example.com", "contains a user name, a password or a fragment"),
        ("https://[", "is not valid"),
    ] {
        let error = built(url).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("`token_url`") && !error.contains("pw"), "{error}");
    }
    block_on(built("/oauth/token").unwrap().read().send()).unwrap();
    assert_eq!(fake.server.token_requests().len(), 1);
    let missing = builder(&fake).client_credentials("me", " ").build().unwrap_err().to_string();
    assert!(missing.contains("the client secret of `login` is empty") && missing.contains("WIRE_TOKENS_CLIENT_ID"), "{missing}");
}

#[test]
fn a_call_without_credentials_names_the_methods_and_the_variables() {
    let fake = Fake::start();
    let error = block_on(fake.client.read().send()).unwrap_err().to_string();
    assert!(error.contains("`client_credentials` or WIRE_TOKENS_CLIENT_ID and WIRE_TOKENS_CLIENT_SECRET"), "{error}");
    assert!(Client::new("me", SECRET).is_ok());
}

/// A clock whose timeouts elapse at once.
#[derive(Debug)]
struct Impatient;

impl Timer for Impatient {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn a_token_url_that_never_responds_fails_with_the_attempt_timeout() {
    let fake = Fake::start();
    let client = builder(&fake).client_credentials("me", SECRET).timer(Impatient).build().unwrap();
    fake.server.answer_token(Answer::stalled());
    let error = block_on(client.read().send()).unwrap_err();
    let expected = format!("{} did not respond within the time limit", fake.server.token_url().unwrap());
    assert!(error.to_string().contains(&expected), "{error}");
    assert_eq!((error.carried_out(), fake.server.requests().len()), (CarriedOut::No, 0));
}

#[test]
fn a_fetch_whose_runtime_is_gone_is_begun_again() {
    let fake = Fake::start();
    let client = client(&fake);
    let gone = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut call = Box::pin(client.read().send());
    let waits = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending()));
    assert!(gone.block_on(waits), "the call waits for its token");
    drop(gone);
    block_on(client.read().send()).unwrap();
    assert_eq!(fake.server.requests().len(), 1);
}

#[test]
fn a_tls_failure_at_the_token_url_is_final() {
    let fake = Fake::start();
    let plain_http = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/token", plain_http.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut connection in plain_http.incoming().flatten() {
            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let failure = |url: &str| {
        let client = builder(&fake).client_credentials("me", SECRET).token_url(url).build().unwrap();
        block_on(client.read().send()).unwrap_err()
    };
    let error = failure(&url);
    assert!(error.to_string().contains(&format!("{url} cannot be reached")), "{error}");
    assert!(!error.is_retryable(), "{error}");
    // Nothing listens there, but that may change.
    assert!(failure("http://127.0.0.1:1/token").is_retryable());
}
