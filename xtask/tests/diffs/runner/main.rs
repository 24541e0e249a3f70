//! Runs the programs of fixtures against a fake API with another document, and prints the result of each program.
//!
//! `fixtures.json` beside it has the document of each fixture, and its settings for responses and credentials.

mod programs;

use deck_api_testkit::{Answer, Document, FakeServer};
use fixtures_api::{API, Client, RetryPolicy};
use serde_json::Value;

/// Values are random, so several runs are needed to hit the values that matter.
const RUNS: usize = 25;

fn main() {
    let home = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let text = std::fs::read_to_string(format!("{home}fixtures.json")).unwrap();
    let fixtures: Vec<Value> = serde_json::from_str(&text).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for fixture in &fixtures {
        let name = fixture["name"].as_str().unwrap();
        let document = Document::parse(&fixture["document"].to_string()).unwrap();
        let server = FakeServer::start(document).unwrap();
        // All runs share one client, because building a client reads the certificates of the system.
        let builder = Client::builder().base_url(server.base_url()).retry(RetryPolicy::none());
        let builder = API.schemes.iter().fold(builder, |builder, scheme| builder.credential(scheme.name, "user:password"));
        let outcome = match builder.build() {
            Ok(client) => (0..RUNS).find_map(|_| runtime.block_on(run(name, fixture, &server, &client)).err()),
            Err(error) => Some(error.into()),
        };
        match outcome {
            None => println!("{name}\tworks"),
            Some(error) if server.requests().is_empty() => println!("{name}\tsends nothing: {error}"),
            Some(error) => println!("{name}\tfails: {error}"),
        }
    }
}

async fn run(name: &str, fixture: &Value, server: &FakeServer, client: &Client) -> programs::Outcome {
    if let Some(answer) = fixture["answer-with"].as_object() {
        let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
        server.answer(
            name,
            match (answer.get("body"), answer.get("text")) {
                (Some(body), _) => Answer::json(status, body),
                (None, Some(text)) => Answer::body(status, answer["media"].as_str().unwrap(), text.as_str().unwrap()),
                (None, None) => Answer::empty(status),
            },
        );
    }
    programs::run(name, client).await?;
    if let Some(violation) = server.violations().pop() {
        return Err(violation.into());
    }
    unheld_scope(fixture).map_or(Ok(()), |scope| Err(format!("the client does not hold the scope `{scope}`").into()))
}

/// A scope that the document requires and the fixed token of the client lacks. The fake server does not know its scopes.
fn unheld_scope(fixture: &Value) -> Option<&str> {
    let held = fixture["scopes"].as_array()?;
    let asked = fixture["document"]["security"].as_array()?.iter().filter_map(Value::as_object);
    asked.flat_map(|schemes| schemes.values()).filter_map(Value::as_array).flatten().find(|scope| !held.contains(scope))?.as_str()
}
