//! Starts a run and waits for its result, with an embedded fake API server or with the real API.
//!
//! ```sh
//! cargo xtask demo
//! DECK_API_KEY=sk_live_... DECK_TASK_ID=task_... cargo xtask demo
//! ```

mod fake;
mod person;
mod progress;
mod verifier;

use deck_api::types::GetTaskRunResponse;
use deck_api::{Client, Response, Step, WaitError, WaitPolicy};
use deck_api_testkit::FakeServer;
use person::Person;
use progress::Progress;
use serde_json::{Value, json};
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use verifier::Verifier;

/// The output of the fake server's task.
#[derive(Debug, serde::Deserialize)]
struct Reservation {
    hotel: String,
    nights: u32,
    total: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match (std::env::var("DECK_API_KEY"), std::env::var("DECK_TASK_ID")) {
        (Ok(key), Ok(task)) => against_the_api(key, task).await,
        (Ok(_), Err(_)) => Err("DECK_API_KEY is set, but DECK_TASK_ID is not: set it to the ID of the task to run, \
             or unset DECK_API_KEY to see the demo without the API"
            .into()),
        (Err(_), _) => against_a_fake().await,
    };
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

async fn against_the_api(key: String, task: String) -> Result<(), Box<dyn Error>> {
    println!("DECK_API_KEY and DECK_TASK_ID are set, so the real API runs `{task}` and bills the run\n");
    let verifier = Verifier::new()?;
    let builder = Client::builder().api_key(key).hook(verifier.clone());
    let client = match std::env::var("DECK_BASE_URL") {
        Ok(url) => builder.base_url(url).build()?,
        Err(_) => builder.build()?,
    };
    let run = run(&client, &task, None, WaitPolicy::default(), &Person::at_the_terminal()).await;
    if let Ok(run) = &run {
        println!("output: {:#}", run.output.clone().unwrap_or_default());
        print_files(run);
    }
    // Both report a response that cannot be decoded.
    let verdict = verifier.report();
    run?;
    verdict
}

async fn against_a_fake() -> Result<(), Box<dyn Error>> {
    let server: FakeServer = fake::start()?;
    println!("DECK_API_KEY is not set, so the demo uses a fake API server at {}\n", server.base_url());
    let verifier = Verifier::new()?;
    let client = Client::builder().api_key("sk_fake").base_url(server.base_url()).hook(verifier.clone()).build()?;
    let input = Some(json!({ "check_in_date": "2026-12-01" }));
    let policy = WaitPolicy::default().with_intervals(Duration::from_millis(300), Duration::from_millis(600));
    let run = run(&client, "task_a1b2c3", input, policy, &Person::who_knows("123456")).await?;
    let Reservation { hotel, nights, total } = run.output_as()?;
    println!("result, as a struct: {nights} nights in {hotel} cost {total}");
    print_files(&run);
    verifier.report()
}

/// Starts a run and waits for it.
async fn run(
    client: &Client,
    task: &str,
    input: Option<Value>,
    policy: WaitPolicy,
    person: &Person,
) -> Result<Response<GetTaskRunResponse>, WaitError<GetTaskRunResponse>> {
    let call = client.run_task().task_id(task);
    let call = if let Some(input) = input { call.input(input) } else { call };
    let started = call.send().await.map_err(|error| WaitError::Start(error.untyped()))?;
    println!("{} is started ({}, request {})", started.id, started.http().status(), started.request_id);
    let mut progress = Progress::default();
    let mut wait = client.get_task_run().run_id(started.id.clone()).include("storage").wait().with_policy(policy);
    while let Some(step) = wait.next().await? {
        match step {
            Step::State(run) => progress.show(&format!("{} is {}", run.id, run.status)),
            Step::Interaction(question) => {
                progress.end();
                match person.answer(&question) {
                    Some(answer) => wait.answer(answer).await?,
                    None => return Err(WaitError::NeedsInput(Box::new(question))),
                }
            }
            Step::Done(run) => {
                progress.end();
                println!("{} is {}\n", run.id, run.status);
                return Ok(run);
            }
            _ => {}
        }
    }
    wait.finish().await
}

fn print_files(run: &GetTaskRunResponse) {
    let files = run.storage.as_deref().unwrap_or_default();
    println!("captured files: {}", files.len());
    for file in files {
        println!("  {} ({}, {} bytes)", file.file_name, file.file_type, file.file_size);
    }
}
