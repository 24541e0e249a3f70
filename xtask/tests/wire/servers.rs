//! Which server and URL a call uses, and which server gets the credentials.

mod support;

use std::sync::{Arc, Mutex};
use support::{Fake, block_on};
use wire_api::{AttemptRequest, Client, ClientBuilder, Hook, HookError, RetryPolicy};

fn builder() -> ClientBuilder {
    Client::builder().bearer_token("token-1").retry(RetryPolicy::none())
}

fn refused(builder: ClientBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

#[test]
fn server_variables_have_defaults_and_methods_with_their_names() {
    assert_eq!(builder().build().unwrap().base_url(), "https://demo.example.com:8443/v2");
    // A security scheme is called `tenant` too.
    let client = builder().tenant_variable("acme").port("443").build().unwrap();
    assert_eq!(client.base_url(), "https://acme.example.com/v2");
    assert!(refused(builder().port("80")).contains("`port`, a variable of the server"));
}

#[test]
fn no_variable_leads_to_another_host() {
    for value in ["evil.example/", "me@evil.example", "evil.example?", "evil.example#", "evil.example\\", "evil.example:80@x", ""]
    {
        let message = refused(builder().tenant_variable(value));
        assert!(message.contains("`tenant_variable`"), "{value}: {message}");
    }
}

#[test]
fn a_server_is_chosen_by_its_description_or_its_url() {
    assert_eq!(builder().server("europe").build().unwrap().base_url(), "https://eu.example.com");
    assert_eq!(builder().server("https://eu.example.com/").build().unwrap().base_url(), "https://eu.example.com");
    assert_eq!(builder().server("Local").host("127.0.0.1:4010").build().unwrap().base_url(), "http://127.0.0.1:4010/v2");
    let message = refused(builder().server("Asia"));
    assert!(message.contains("no server `Asia`, but `Production`, `Europe`, `Local`"), "{message}");
    let message = refused(builder().server("Europe").port("443"));
    assert!(message.contains("https://eu.example.com has no variable `port`"), "{message}");
    assert!(refused(builder().server("Local").host("api.example.com")).contains("is plain `http`"));
}

#[test]
fn the_base_url_takes_precedence_over_servers_and_variables() {
    let client = builder().server("Europe").port("443").base_url("https://proxy.example.com/v9").build().unwrap();
    assert_eq!(client.base_url(), "https://proxy.example.com/v9");
}

/// Records the URL of each attempt, and stops the attempt.
#[derive(Clone, Debug, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Hook for Seen {
    fn before_attempt(&self, attempt: &mut AttemptRequest<'_>) -> Result<(), HookError> {
        self.0.lock().unwrap().push(attempt.url().to_string());
        Err("seen".into())
    }
}

#[test]
fn operations_are_called_at_their_own_servers_unless_the_base_url_is_set() {
    let called = |builder: ClientBuilder| {
        let seen = Seen::default();
        let client = builder.hook(seen.clone()).build().unwrap();
        drop((block_on(client.a().send()), block_on(client.upload().send()), block_on(client.beside().send())));
        let urls = seen.0.lock().unwrap().clone();
        urls
    };
    let own = [
        "https://demo.example.com:8443/v2/a",
        "https://eu.upload.example.com/upload",
        "https://demo.example.com:8443/other/beside",
    ];
    assert_eq!(called(builder()), own);
    let chosen = ["https://eu.example.com/a", "https://us.upload.example.com/upload", "https://eu.example.com/other/beside"];
    assert_eq!(called(builder().server("Europe").region("us")), chosen);
    let set = ["https://p.example.com/v9/a", "https://p.example.com/v9/upload", "https://p.example.com/v9/beside"];
    assert_eq!(called(builder().base_url("https://p.example.com/v9")), set);
}

#[test]
fn the_server_of_an_operation_is_not_called_by_plain_http() {
    let message = refused(builder().scheme("http"));
    assert!(message.contains("the URL of an operation's server") && message.contains("is plain `http`"), "{message}");
    builder().scheme("http").allow_plain_http().build().unwrap();
}

#[test]
fn a_server_of_the_document_gets_the_credentials() {
    let fake = Fake::start();
    let url = fake.server.base_url();
    let host = url.trim_start_matches("http://").trim_end_matches("/v2");
    let client = builder().server("Local").host(host).build().unwrap();
    block_on(client.a().send()).unwrap();
    assert_eq!(fake.request().header("authorization"), Some("Bearer token-1"));
    assert_eq!(fake.server.violations(), Vec::<String>::new());
}
