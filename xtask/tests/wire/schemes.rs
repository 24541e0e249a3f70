//! Every security scheme in every form of a requirement: accepted, or refused before a request is sent.

mod support;

use deck_api_testkit::Answer;
use support::{Fake, block_on};
use wire_api::{CarriedOut, Client, ClientBuilder, Credentials, Error, RetryPolicy};

/// Calls the operation with this name, and erases the type of its errors.
fn call(client: &Client, operation: &str) -> Result<(), Error> {
    macro_rules! calls {
        ($($name:ident),*) => {
            match operation {
                $(stringify!($name) => block_on(client.$name().send()).map(drop).map_err(Error::untyped),)*
                _ => panic!("unknown operation {operation}"),
            }
        };
    }
    calls!(
        global,
        public,
        header_alone,
        header_together,
        header_either,
        header_optional,
        query_alone,
        query_together,
        query_either,
        query_optional,
        cookie_alone,
        cookie_together,
        cookie_either,
        cookie_optional,
        prefixed_alone,
        prefixed_together,
        prefixed_either,
        prefixed_optional,
        basic_alone,
        basic_together,
        basic_either,
        basic_optional,
        bearer_alone,
        bearer_together,
        bearer_either,
        bearer_optional,
        digest_alone,
        digest_together,
        digest_either,
        digest_optional,
        login_alone,
        login_together,
        login_either,
        login_optional,
        client_alone,
        client_together,
        client_either,
        client_optional,
        identity_alone,
        identity_together,
        identity_either,
        identity_optional,
        alias_alone,
        alias_together,
        alias_either,
        alias_optional,
        certificate_alone,
        certificate_together,
        certificate_either,
        certificate_optional
    )
}

type Set = fn(ClientBuilder) -> ClientBuilder;

/// Each scheme, the setter of its credential, the part of the request that carries it, and the error if it is missing.
const SCHEMES: [(&str, Set, &str, &str); 12] = [
    ("header", |all| all.header("secret-1"), "x-key: secret-1", "`header` or WIRE_SCHEMES_HEADER"),
    ("query", |all| all.query("secret-1"), "?key=secret-1", "`query` or WIRE_SCHEMES_QUERY"),
    ("cookie", |all| all.cookie("secret-1"), "cookie: session=secret-1", "`cookie` or WIRE_SCHEMES_COOKIE"),
    ("prefixed", |all| all.prefixed("Token secret-1"), "authorization: Token secret-1", "`prefixed` or WIRE_SCHEMES_PREFIXED"),
    (
        "basic",
        |all| all.basic("me", "secret-1"),
        "authorization: Basic bWU6c2VjcmV0LTE=",
        "`basic_auth` or WIRE_SCHEMES_USERNAME and",
    ),
    ("bearer", |all| all.bearer("secret-1"), "authorization: Bearer secret-1", "`bearer` or WIRE_SCHEMES_BEARER"),
    ("digest", |all| all.digest("nonce=secret-1"), "authorization: Digest nonce=secret-1", "`digest` or WIRE_SCHEMES_DIGEST"),
    ("login", |all| all.login("secret-1"), "authorization: Bearer secret-1", "`login` or WIRE_SCHEMES_LOGIN"),
    (
        "client",
        |all| all.client("me", "secret-1"),
        "authorization: Bearer fake-access-token-",
        "`client_credentials` or WIRE_SCHEMES_CLIENT_ID and",
    ),
    ("identity", |all| all.identity("secret-1"), "authorization: Bearer secret-1", "`identity` or WIRE_SCHEMES_IDENTITY"),
    ("alias", |all| all.alias("secret-1"), "authorization: Bearer secret-1", "`alias` or WIRE_SCHEMES_ALIAS"),
    (
        "certificate",
        |all| all.http_client(wire_api::http_client_builder().build().unwrap()),
        "",
        "`http_client` with a client certificate",
    ),
];

fn with_pair(builder: ClientBuilder) -> ClientBuilder {
    builder.pair("pair-1")
}

/// The outcome of a call: the credentials in its request, or the error that refused it before a request was sent.
fn outcome(fake: &Fake, operation: &str, set: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<String, String> {
    let builder = Client::builder().base_url(fake.server.base_url()).token_url(fake.server.token_url().unwrap());
    let client = set(builder.retry(RetryPolicy::none())).build().unwrap();
    let before = fake.server.requests().len();
    let outcome = call(&client, operation);
    let sent = fake.server.requests().len() - before;
    match outcome {
        Ok(()) => {
            assert_eq!((sent, fake.server.violations()), (1, Vec::new()), "{operation}");
            Ok(fake.carried(&["authorization", "x-key", "x-pair", "cookie"]))
        }
        Err(error) => {
            assert_eq!((sent, error.carried_out()), (0, CarriedOut::No), "{operation}: {error}");
            Err(error.to_string())
        }
    }
}

#[test]
fn every_scheme_is_accepted_or_refused_in_every_form_of_a_requirement() {
    let fake = Fake::start();
    let none: Set = |all| all;
    println!("| scheme | alone | together | either | optional | without it |");
    for (scheme, set, carried, missing) in SCHEMES {
        let of = |form: &str, set: &dyn Fn(ClientBuilder) -> ClientBuilder| outcome(&fake, &format!("{scheme}_{form}"), set);
        let is_sent = |outcome: Result<String, String>, pair: &str| {
            let sent = outcome.unwrap_or_else(|error| panic!("{scheme}: {error}"));
            assert!(
                sent.contains(carried) && sent.contains(pair) && sent.contains("x-pair") != pair.is_empty(),
                "{scheme}: {sent}"
            );
        };
        let is_refused = |outcome: Result<String, String>, part: &str| {
            let error = outcome.expect_err(scheme);
            assert!(error.contains("needs a credential that is not set") && error.contains(part), "{scheme}: {error}");
        };
        is_sent(of("alone", &set), "");
        is_refused(of("alone", &none), missing);
        is_sent(of("together", &|all| with_pair(set(all))), "x-pair: pair-1");
        is_refused(of("together", &set), "together with `pair` or WIRE_SCHEMES_PAIR");
        is_refused(of("together", &with_pair), missing);
        is_refused(of("together", &none), missing);
        is_sent(of("either", &set), "");
        is_sent(of("either", &|all| with_pair(set(all))), "");
        assert_eq!(of("either", &with_pair).as_deref(), Ok("x-pair: pair-1"), "{scheme}");
        is_refused(of("either", &none), missing);
        is_sent(of("optional", &set), "");
        assert_eq!(of("optional", &none).as_deref(), Ok(""), "{scheme}");
        assert_eq!(outcome(&fake, "public", set).as_deref(), Ok(""), "{scheme}");
        println!("| {scheme} | accepted | accepted | accepted | accepted | refused, but for optional |");
    }
    assert_eq!(outcome(&fake, "global", SCHEMES[0].1).as_deref(), Ok("x-key: secret-1"));
    is_global_refused(&fake);
}

fn is_global_refused(fake: &Fake) {
    let error = outcome(fake, "global", with_pair).unwrap_err();
    assert!(error.contains("`header` or WIRE_SCHEMES_HEADER"), "{error}");
}

/// Sets a credential of each kind, with a part that must not be printed.
fn with_every_secret(all: ClientBuilder) -> ClientBuilder {
    let all = all.pair("pair-SECRET").header("header-SECRET").query("query-SECRET").cookie("cookie-SECRET");
    let all = all.prefixed("Token prefixed-SECRET").basic("me", "basic-SECRET").bearer_provider("bearer-SECRET");
    all.digest("nonce=digest-SECRET")
        .login("login-SECRET")
        .client("me", "client-SECRET")
        .identity("identity-SECRET")
        .alias("alias-SECRET")
}

#[test]
fn no_secret_of_any_kind_is_printed() {
    let fake = Fake::start();
    let url = fake.server.token_url().unwrap();
    let kinds =
        ["pair", "header", "query", "cookie", "prefixed", "basic", "bearer", "digest", "login", "client", "identity", "alias"];
    let echo: Vec<String> = kinds.into_iter().map(|kind| format!("{kind}-SECRET")).collect();
    // `me:basic-SECRET` and `me:client-SECRET`, as they are sent, and the token that is fetched.
    let echo = format!("{} bWU6YmFzaWMtU0VDUkVU bWU6Y2xpZW50LVNFQ1JFVA== fake-access-token-1", echo.join(" "));
    let builder = with_every_secret(Client::builder().base_url(fake.server.base_url()).token_url(url));
    let debug = format!("{builder:?} {:?}", Credentials::new().client("me", "client-SECRET").header("header-SECRET"));
    let client = builder.retry(RetryPolicy::none()).build().unwrap();
    // From now on, the client knows the credential of the provider and the fetched token.
    call(&client, "bearer_alone").unwrap();
    call(&client, "client_alone").unwrap();
    let mut printed = format!("{debug} {client:?}");
    for (scheme, ..) in SCHEMES.into_iter().filter(|(scheme, ..)| *scheme != "certificate") {
        for (form, status) in [("alone", 403), ("together", 500), ("either", 400), ("optional", 307)] {
            let operation = format!("{scheme}_{form}");
            fake.server.answer(&operation, Answer::body(status, "text/plain", echo.as_str()).header("x-request-id", &echo));
            let error = call(&client, &operation).unwrap_err();
            printed.push_str(&format!("{error} {error:?} {:?} {:?}", error.attempts(), error.body_text()));
        }
    }
    fake.server.answer_always("client_alone", Answer::body(401, "text/plain", echo.as_str()));
    let error = call(&client, "client_alone").unwrap_err();
    printed.push_str(&format!("{error} {error:?} {:?} {:?}", error.attempts(), error.body_text()));
    fake.server.answer_token(Answer::body(401, "text/plain", echo.as_str()));
    let error = call(&client, "client_alone").unwrap_err();
    printed.push_str(&format!("{error} {error:?}"));
    assert!(printed.contains("[redacted]"), "{printed}");
    for secret in ["-SECRET", "U0VDUkVU", "bWU6Y2xpZW50", "fake-access-token"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
