//! Credentials of security schemes: where they are sent, and which calls are refused before a request is sent.

mod support;

use deck_api_testkit::Answer;
use std::sync::{Arc, Mutex};
use support::{Fake, block_on};
use wire_api::{
    AttemptRequest, CarriedOut, Client, ClientBuilder, CredentialFuture, CredentialProvider, Credentials, Error, Hook, HookError,
    RetryPolicy,
};

/// Calls the operation with this name, and erases the type of its errors.
fn call(client: &Client, operation: &str, credentials: Option<Credentials>) -> Result<(), Error> {
    macro_rules! calls {
        ($($name:ident),*) => {
            match operation {
                $(stringify!($name) => {
                    let call = client.$name();
                    let call = match credentials {
                        Some(credentials) => call.with_credentials(credentials),
                        None => call,
                    };
                    block_on(call.send()).map(drop).map_err(Error::untyped)
                })*
                _ => panic!("unknown operation {operation}"),
            }
        };
    }
    calls!(two, query, cookie, prefixed, basic, token, other, login, identity, alias, certificate, clash, either, optional, open)
}

fn builder(fake: &Fake) -> ClientBuilder {
    Client::builder().base_url(fake.server.base_url()).retry(RetryPolicy::none())
}

/// The credentials in the last request.
fn shown(fake: &Fake) -> String {
    fake.carried(&["authorization", "x-app-id", "x-api-key", "x-timeout", "cookie"])
}

type Set = fn(Credentials) -> Credentials;

/// Each operation, its credentials, the part of the request that carries them, and the error without them.
const TABLE: [(&str, Set, &str, &str); 16] = [
    (
        "two",
        |all| all.app("app-1").key("key-1"),
        "x-app-id: app-1, x-api-key: key-1",
        "`app` or WIRE_SECURITY_APP together with `key` or WIRE_SECURITY_KEY",
    ),
    ("query", |all| all.in_query("a b&c"), "?api%20key=a%20b%26c", "`in_query` or WIRE_SECURITY_IN_QUERY"),
    ("cookie", |all| all.in_cookie("abcd"), "cookie: session=abcd", "`in_cookie` or WIRE_SECURITY_IN_COOKIE"),
    ("prefixed", |all| all.prefixed("Token abcd"), "authorization: Token abcd", "`prefixed` or WIRE_SECURITY_PREFIXED"),
    (
        "basic",
        |all| all.basic_auth("me", "p:w"),
        "authorization: Basic bWU6cDp3",
        "`basic_auth` or WIRE_SECURITY_USERNAME and WIRE_SECURITY_PASSWORD",
    ),
    ("token", |all| all.token("abcd"), "authorization: Bearer abcd", "`token` or WIRE_SECURITY_TOKEN"),
    ("other", |all| all.other("nonce=1"), "authorization: Digest nonce=1", "`other` or WIRE_SECURITY_OTHER"),
    ("login", |all| all.login("abcd"), "authorization: Bearer abcd", "`login` or WIRE_SECURITY_LOGIN"),
    ("identity", |all| all.identity("abcd"), "authorization: Bearer abcd", "`identity` or WIRE_SECURITY_IDENTITY"),
    ("alias", |all| all.alias("abcd"), "authorization: Bearer abcd", "`alias` or WIRE_SECURITY_ALIAS"),
    (
        "clash",
        |all| all.timeout_credential("abcd"),
        "x-timeout: abcd",
        "`timeout_credential` or WIRE_SECURITY_TIMEOUT_CREDENTIAL",
    ),
    ("either", |all| all.token("abcd"), "authorization: Bearer abcd", ", or `token` or WIRE_SECURITY_TOKEN"),
    ("either", |all| all.token("abcd").basic("me", "pw"), "authorization: Basic bWU6cHc=", "`basic_auth` or"),
    ("optional", |all| all.token("abcd"), "authorization: Bearer abcd", ""),
    ("optional", |all| all.key("abcd"), "", ""),
    ("open", |all| all.token("abcd").key("key-1"), "", ""),
];

#[test]
fn credentials_are_sent_as_documented_and_missing_ones_are_an_error() {
    let fake = Fake::start();
    for (operation, set, sent, missing) in TABLE {
        let client = builder(&fake).credentials(set(Credentials::new())).build().unwrap();
        call(&client, operation, None).unwrap();
        assert_eq!(shown(&fake), sent, "{operation}");
        // The same credentials for one call of a client without credentials.
        let requests = fake.server.requests().len();
        call(&fake.client, operation, Some(set(Credentials::new()))).unwrap();
        assert_eq!(shown(&fake), sent, "{operation}");
        let outcome = call(&fake.client, operation, None);
        if missing.is_empty() {
            outcome.unwrap();
            assert_eq!(shown(&fake), "", "{operation}");
            continue;
        }
        let error = outcome.unwrap_err();
        assert!(error.to_string().contains(missing), "{operation}: {error}");
        assert_eq!((error.carried_out(), fake.server.requests().len()), (CarriedOut::No, requests + 1));
    }
    assert_eq!(fake.server.violations(), Vec::<String>::new());
}

#[test]
fn one_key_of_two_is_not_enough() {
    let fake = Fake::start();
    let client = builder(&fake).app("app-1").build().unwrap();
    let error = call(&client, "two", None).unwrap_err().to_string();
    assert!(error.contains("together with `key`") && fake.server.requests().is_empty(), "{error}");
    // One key is set on the client, the other on the call.
    call(&client, "two", Some(Credentials::new().key("key-1"))).unwrap();
    assert_eq!(shown(&fake), "x-app-id: app-1, x-api-key: key-1");
}

#[test]
fn a_credential_of_the_call_takes_precedence_over_the_clients() {
    let fake = Fake::start();
    let client = builder(&fake).basic("me", "pw").build().unwrap();
    // The client's would meet the requirement that the document lists first.
    call(&client, "either", Some(Credentials::new().token("tenant"))).unwrap();
    assert_eq!(shown(&fake), "authorization: Bearer tenant");
    call(&client, "either", None).unwrap();
    assert_eq!(shown(&fake), "authorization: Basic bWU6cHc=");
}

#[test]
fn a_client_certificate_is_set_on_the_http_client() {
    let fake = Fake::start();
    let error = call(&fake.client, "certificate", None).unwrap_err().to_string();
    assert!(error.contains("`http_client` with a client certificate"), "{error}");
    let client = builder(&fake).http_client(wire_api::http_client_builder().build().unwrap()).build().unwrap();
    call(&client, "certificate", None).unwrap();
}

#[test]
fn a_header_set_by_hand_replaces_its_credential() {
    let fake = Fake::start();
    block_on(fake.client.token().with_header("authorization", "Bearer mine").send()).unwrap();
    assert_eq!(shown(&fake), "authorization: Bearer mine");
    let client = builder(&fake).in_cookie("abcd").token("abcd").build().unwrap();
    block_on(client.token().with_header("authorization", "Bearer mine").send()).unwrap();
    assert_eq!(shown(&fake), "authorization: Bearer mine");
    block_on(client.cookie().with_header("cookie", "a=1").send()).unwrap();
    assert_eq!(shown(&fake), "cookie: a=1; session=abcd");
    // Another cookie is not the credential.
    let error = block_on(fake.client.cookie().with_header("cookie", "a=1").send()).unwrap_err();
    assert!(error.to_string().contains("needs a credential"), "{error}");
    block_on(fake.client.cookie().with_header("cookie", "a=1; session=mine").send()).unwrap();
    assert_eq!(shown(&fake), "cookie: a=1; session=mine");
}

/// Returns a new token each time, and fails the third time.
struct Rotating(Mutex<u32>);

impl CredentialProvider for Rotating {
    fn credential(&self) -> CredentialFuture<'_> {
        Box::pin(async {
            let mut number = self.0.lock().unwrap();
            *number += 1;
            if *number > 2 { Err("the vault is sealed".into()) } else { Ok(format!("rotated-{number}")) }
        })
    }
}

#[test]
fn a_provider_is_called_for_each_attempt_and_its_error_fails_the_call() {
    let fake = Fake::start();
    let client = builder(&fake).token_provider(Rotating(Mutex::default())).build().unwrap();
    for expected in ["authorization: Bearer rotated-1", "authorization: Bearer rotated-2"] {
        call(&client, "token", None).unwrap();
        assert_eq!(shown(&fake), expected);
    }
    let error = call(&client, "token", None).unwrap_err();
    assert!(matches!(error, Error::Credential(_)) && error.to_string().contains("`token`: the vault is sealed"), "{error}");
    assert_eq!((error.carried_out(), error.attempts().len(), fake.server.requests().len()), (CarriedOut::No, 0, 2));
}

/// Records the URLs of attempts.
#[derive(Clone, Debug, Default)]
struct Urls(Arc<Mutex<Vec<String>>>);

impl Hook for Urls {
    fn before_attempt(&self, attempt: &mut AttemptRequest<'_>) -> Result<(), HookError> {
        self.0.lock().unwrap().push(attempt.url().to_string());
        Ok(())
    }
}

#[test]
fn a_key_in_the_query_is_the_last_pair_and_stays_out_of_hooks_and_errors() {
    let fake = Fake::start();
    let urls = Urls::default();
    let client = builder(&fake).in_query("SECRET/1").hook(urls.clone()).build().unwrap();
    fake.server.answer("query", Answer::body(403, "text/plain", "SECRET/1 and SECRET%2F1 are unknown"));
    let error = block_on(client.query().q("x").send()).unwrap_err();
    assert_eq!(fake.target(), "/v1/query?q=x&api%20key=SECRET%2F1");
    assert!(urls.0.lock().unwrap().iter().all(|url| url.ends_with("/v1/query?q=x")));
    let printed = format!("{error} {error:?} {:?} {:?} {client:?}", error.attempts(), error.body_text());
    assert!(printed.contains("[redacted] and [redacted] are unknown") && !printed.contains("SECRET"), "{printed}");
    let unreachable = Client::builder().in_query("SECRET/1").base_url("http://127.0.0.1:1").retry(RetryPolicy::none()).build();
    let error = call(&unreachable.unwrap(), "query", None).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
}

#[test]
fn credentials_that_cannot_be_sent_are_refused_without_being_printed() {
    let refused = |set: Set| Client::builder().credentials(set(Credentials::new())).build().unwrap_err().to_string();
    for (set, part) in [
        ((|all| all.token("SECRET 1")) as Set, "contains whitespace"),
        (|all| all.key(" SECRET"), "starts or ends with whitespace"),
        (|all| all.key("SECRET\n"), "a line break"),
        (|all| all.in_cookie("SECRET;a=1"), "not allowed in a cookie"),
        (|all| all.key(""), "is empty"),
        (|all| all.basic("SECRET:me", "pw"), "a user name with a colon"),
    ] {
        let message = refused(set);
        assert!(message.contains(part) && message.contains("WIRE_SECURITY_") && !message.contains("SECRET;"), "{message}");
        assert!(!message.replace("WIRE_SECURITY", "").contains("SECRET"), "{message}");
    }
}

#[test]
fn client_new_takes_the_credentials_of_the_first_requirement() {
    assert!(Client::new("app-1", "key-1").is_ok());
}
