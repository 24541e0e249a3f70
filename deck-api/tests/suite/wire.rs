//! The exact bytes of requests, and requests that are never sent.

use crate::common::{Fake, KEY, client_for};
use deck_api::types::RunTaskRequest;
use deck_api::{Client, Null};
use deck_api_testkit::Answer;
use serde_json::json;

#[tokio::test]
async fn a_call_is_written_as_documented_byte_by_byte() {
    let fake = Fake::start();
    let call = fake.client.run_task().task_id("task_a1b2c3").credential_id("cred_d4e5f6").input(json!({ "nights": 2 }));
    call.with_idempotency_key("order-42").send().await.unwrap();
    let request = fake.server.requests().remove(0);
    let host = fake.server.base_url().trim_start_matches("http://").trim_end_matches("/v2").to_owned();
    let expected = format!(
        "POST /v2/tasks/task_a1b2c3/run HTTP/1.1\r\n\
         accept: application/json\r\n\
         user-agent: deck-api/{version}\r\n\
         authorization: Bearer {key}\r\n\
         content-type: application/json\r\n\
         accept-encoding: identity\r\n\
         idempotency-key: order-42\r\n\
         host: {host}\r\n\
         content-length: 52\r\n\
         \r\n\
         {{\"credential_id\":\"cred_d4e5f6\",\"input\":{{\"nights\":2}}}}",
        version = env!("CARGO_PKG_VERSION"),
        key = KEY,
    );
    assert_eq!(String::from_utf8(request.raw).unwrap(), expected);
    assert!(fake.server.violations().is_empty(), "{:?}", fake.server.violations());
}

#[tokio::test]
async fn only_declared_headers_are_sent() {
    let fake = Fake::start();
    fake.client.run_task().task_id("task_1").send().await.unwrap();
    let names: Vec<String> = fake.server.requests()[0].headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let common = ["accept", "user-agent", "authorization", "content-type", "accept-encoding", "idempotency-key"];
    assert_eq!(names, [common.as_slice(), &["host", "content-length"]].concat());
}

#[tokio::test]
async fn the_four_forms_of_a_property_are_distinct() {
    let fake = Fake::start();
    let call = || fake.client.run_task().task_id("task_1");
    call().send().await.unwrap();
    call().credential_id(Null).input(Null).send().await.unwrap();
    call().credential_id("cred_1").request_id(Some("mine")).send().await.unwrap();
    call().credential_id(None::<&str>).send().await.unwrap();
    call().with_body(RunTaskRequest::builder().session_id("sess_1").build().unwrap()).send().await.unwrap();
    let bodies: Vec<String> = fake.server.requests().iter().map(|r| String::from_utf8(r.body.clone()).unwrap()).collect();
    let expected = [
        "{}",
        r#"{"credential_id":null,"input":null}"#,
        r#"{"credential_id":"cred_1","request_id":"mine"}"#,
        "{}",
        r#"{"session_id":"sess_1"}"#,
    ];
    assert_eq!(bodies, expected);
    assert!(fake.server.violations().is_empty(), "{:?}", fake.server.violations());
}

#[tokio::test]
async fn path_values_that_would_change_the_operation_are_refused_unsent() {
    let fake = Fake::start();
    for task_id in ["", ".", ".."] {
        let error = fake.client.run_task().task_id(task_id).send().await.unwrap_err();
        assert!(error.to_string().contains("`task_id`"), "{error}");
    }
    let error = fake.client.run_task().send().await.unwrap_err();
    assert!(error.to_string().contains("`task_id` is required"), "{error}");
    assert!(fake.server.requests().is_empty());
}

#[tokio::test]
async fn path_values_are_escaped_completely() {
    let fake = Fake::start();
    for (task_id, path) in [
        ("a/../b", "/v2/tasks/a%2F..%2Fb/run"),
        ("%2e%2e", "/v2/tasks/%252e%252e/run"),
        ("ä ?#", "/v2/tasks/%C3%A4%20%3F%23/run"),
    ] {
        fake.client.run_task().task_id(task_id).send().await.unwrap();
        assert_eq!(fake.server.requests().pop().unwrap().path, path);
    }
}

#[tokio::test]
async fn values_that_cannot_be_sent_are_refused_unsent() {
    let fake = Fake::start();
    let call = || fake.client.run_task().task_id("task_1");
    let long = "k".repeat(257);
    let errors = [
        call().with_idempotency_key("").send().await.unwrap_err(),
        call().with_idempotency_key(" \t").send().await.unwrap_err(),
        call().with_idempotency_key("a ").send().await.unwrap_err(),
        call().with_header("content-length", "3").send().await.unwrap_err(),
        call().with_header("Transfer-Encoding", "chunked").send().await.unwrap_err(),
        call().with_header("Host", "example.com").send().await.unwrap_err(),
        call().input([1.0, f64::NAN]).send().await.unwrap_err(),
        call().with_idempotency_key(&long).send().await.unwrap_err(),
        call().with_idempotency_key("a\nb").send().await.unwrap_err(),
        call().with_header("Idempotency-Key", &long).send().await.unwrap_err(),
        call().with_header("bad name", "x").send().await.unwrap_err(),
        call().with_header("x-trace", "a\r\nb: c").send().await.unwrap_err(),
        call().input(std::collections::BTreeMap::from([((1, 2), 3)])).send().await.unwrap_err(),
    ];
    for error in errors {
        assert!(error.to_string().starts_with("the request is invalid and was not sent: "), "{error}");
        assert_eq!(error.status(), None);
    }
    assert!(fake.server.requests().is_empty());
}

#[tokio::test]
async fn redirects_are_not_followed_with_the_key() {
    let (fake, other) = (Fake::start(), Fake::start());
    fake.server.answer("runTask", Answer::redirect(&other.server.base_url()));
    let error = fake.client.run_task().task_id("task_1").send().await.unwrap_err();
    assert_eq!(error.status().unwrap(), 307);
    assert!(error.to_string().contains(&other.server.base_url()), "{error}");
    assert!(other.server.requests().is_empty());
}

#[test]
fn configurations_that_are_invalid_or_would_leak_the_key_are_refused() {
    let build = |url: &str, key: &str| Client::builder().base_url(url).api_key(key).build().unwrap_err().to_string();
    for (url, key, part) in [
        ("https://api.example.com", "", "is empty"),
        ("https://api.example.com", "SECRET\nx: y", "line break"),
        ("https://api.example.com", "SECRET KEY", "whitespace"),
        ("nonsense", "SECRET", "is not valid"),
        ("http://api.example.com", "SECRET", "plain `http`"),
        ("ftp://api.example.com", "SECRET", "`ftp`"),
        ("https://me:pw@api.example.com", "SECRET", "user name"),
        ("https://api.example.com?x=1", "SECRET", "query"),
        ("https://api.example.com#x", "SECRET", "fragment"),
    ] {
        let message = build(url, key);
        assert!(message.contains(part), "{url}: {message}");
        assert!(!message.contains("SECRET"), "{message}");
    }
    let missing = Client::builder().build().unwrap_err().to_string();
    assert!(missing.contains("DECK_API_KEY"), "{missing}");
}

#[test]
fn base_urls_keep_their_path_and_loopback_may_be_plain() {
    for (url, expected) in [
        ("http://127.0.0.1:1/v2/", "http://127.0.0.1:1/v2"),
        ("http://[::1]:1", "http://[::1]:1"),
        ("http://localhost/a/b", "http://localhost/a/b"),
        ("https://api.example.com/v2", "https://api.example.com/v2"),
    ] {
        assert_eq!(client_for(url).base_url(), expected);
    }
    let plain = Client::builder().api_key("k").base_url("http://api.example.com").allow_plain_http().build();
    assert!(plain.is_ok());
}

#[test]
fn a_call_can_be_sent_from_another_task() {
    fn is_send_and_static<T: Send + 'static>(_: T) {}
    let client = client_for("http://127.0.0.1:1");
    is_send_and_static(client.run_task().task_id("task_1").send());
}
