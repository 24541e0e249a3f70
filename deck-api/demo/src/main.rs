//! Runs a task: against an embedded fake of the API, or against the real one.
//!
//! ```sh
//! cargo run --package deck-api-demo
//! DECK_API_KEY=sk_live_... cargo run --package deck-api-demo -- task_a1b2c3
//! ```

use deck_api::Client;
use deck_api_testkit::{Document, FakeServer, Judge};
use serde_json::json;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = if std::env::var_os("DECK_API_KEY").is_some() { against_the_api().await } else { against_a_fake().await };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// Starts a run for real: it costs what a run costs.
async fn against_the_api() -> Result<(), Box<dyn Error>> {
    let task_id = std::env::args().nth(1).or_else(|| std::env::var("DECK_TASK_ID").ok());
    let task_id = task_id.ok_or("DECK_API_KEY is set, so name the task to run: as an argument, or in DECK_TASK_ID")?;
    let run = Client::from_env()?.run_task().task_id(task_id).send().await?;
    println!("{} is {} ({}, request {})", run.id, run.status, run.http().status(), run.request_id);
    Ok(())
}

/// The fake checks the request against the published document and answers with a value that is valid under it.
async fn against_a_fake() -> Result<(), Box<dyn Error>> {
    let overlaid = Document::overlaid()?;
    let server = FakeServer::start_with(Document::published()?, overlaid.clone())?;
    println!("no DECK_API_KEY, so a fake of the API answers at {}\n", server.base_url());

    let client = Client::builder().api_key("sk_fake").base_url(server.base_url()).build()?;
    let run = client
        .run_task()
        .task_id("task_a1b2c3")
        .credential_id("cred_d4e5f6")
        .input(json!({ "check_in_date": "2026-12-01" }))
        .with_idempotency_key("demo-1")
        .send()
        .await
        .map_err(|error| format!("{error}: {}", server.violations().join("; ")))?;

    for request in server.requests() {
        println!("> {} {}", request.method, request.path);
        println!("> {}", String::from_utf8_lossy(&request.body));
    }
    println!("< {}", run.http().status());
    println!("{} is {}, created at {}", run.id, run.status, run.created_at);

    let violations = server.violations();
    let answer = serde_json::to_value(&*run)?;
    let problems = Judge::new(Arc::new(overlaid)).problems("/components/schemas/RunTaskResponse", &answer)?;
    println!("\nverified against spec/deck-v2.json, by a JSON Schema validator that knows nothing of the client:");
    println!("  the request: {}", verdict(&violations));
    println!("  the run, decoded and encoded again: {}", verdict(&problems));
    if violations.is_empty() && problems.is_empty() { Ok(()) } else { Err("the client does not keep to the document".into()) }
}

fn verdict(problems: &[String]) -> String {
    if problems.is_empty() { "valid".to_owned() } else { problems.join("; ") }
}
