//! Starts a run, waits for it, asks for the security code, and prints the result.
//!
//! ```sh
//! DECK_API_KEY=sk_live_... cargo run --example invoice task_a1b2c3
//! ```
//!
//! To use the fake API server, in two terminals:
//!
//! ```sh
//! cargo run -p deck-api-testkit -- --port 4010 --state queued --state interaction_required --state 'completed={"output":{"total":12}}'
//! DECK_API_KEY=sk_fake DECK_BASE_URL=http://127.0.0.1:4010/v2 cargo run --example invoice task_a1b2c3
//! ```

use deck_api::{Client, Interaction};
use serde_json::{Value, json};

#[derive(serde::Deserialize)]
struct Invoice {
    total: f64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let task = std::env::args().nth(1).ok_or("name the task to run: cargo run --example invoice task_...")?;
    let wait = Client::from_env()?.run_task().task_id(task).send_and_wait();
    let run = wait.on_interaction(|question| async move { ask(&question) }).await?;
    println!("{} costs {}", run.id, run.output_as::<Invoice>()?.total);
    Ok(())
}

/// Returns `None` if nobody answers: the wait then ends, but the run continues.
fn ask(question: &Interaction) -> Option<Value> {
    println!("{}", question.message().unwrap_or("The website asks for a code."));
    let mut code = String::new();
    let read = std::io::stdin().read_line(&mut code).ok()?;
    (read > 0).then(|| json!({ "code": code.trim() }))
}
