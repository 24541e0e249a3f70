//! The demo without a terminal: with the fake server it answers questions itself, with a key it reports what it needs.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use deck_api_testkit::{Document, FakeServer, Life};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn demo(variables: &[(&str, &str)]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deck-api-demo"));
    command.env_remove("DECK_API_KEY").env_remove("DECK_TASK_ID").env_remove("DECK_BASE_URL");
    let Output { status, stdout, stderr } = command.envs(variables.iter().copied()).stdin(Stdio::null()).output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn without_a_key_and_a_terminal_the_demo_answers_the_question_itself() {
    let (success, output, errors) = demo(&[]);
    assert!(success, "{output}{errors}");
    for part in [
        "trun_1 is started (201 Created",
        "trun_1 is running",
        "trun_1 asks: Enter the 6-digit code sent to your phone",
        "(no terminal, so the demo answers by itself)",
        "trun_1 is completed",
        "result, as a struct: 3 nights in Hilton Vienna cost 412.5",
        "confirmation.pdf (application/pdf, 245678 bytes)",
        "responses, all valid",
    ] {
        assert!(output.contains(part), "{part}: {output}");
    }
    assert!(!output.contains('\r'), "only a terminal rewrites a line");
}

#[test]
fn a_key_alone_is_not_enough_to_start_a_run() {
    let (success, output, errors) = demo(&[("DECK_API_KEY", "sk_live_TOPSECRET")]);
    assert!(!success && output.is_empty(), "{output}");
    assert!(errors.contains("DECK_TASK_ID") && !errors.contains("TOPSECRET"), "{errors}");
}

/// A fake server of the API, whose runs have this life.
fn api(life: Life) -> FakeServer {
    let server = FakeServer::start(Document::overlaid().unwrap()).unwrap();
    server.play(|| Duration::ZERO).unwrap().live("runTask", life.lasting(Duration::ZERO));
    server
}

#[test]
fn with_a_key_and_a_task_the_demo_starts_a_run_after_a_note_about_costs() {
    let server = api(Life::of(["completed"]).with_fields("completed", &serde_json::json!({ "output": { "total": 12 } })));
    let url = server.base_url();
    let (success, output, errors) = demo(&[("DECK_API_KEY", "sk_a"), ("DECK_TASK_ID", "task_9"), ("DECK_BASE_URL", &url)]);
    assert!(success, "{output}{errors}");
    let (before, after) = output.split_once("is started").unwrap();
    assert!(before.contains("bills the run"), "{output}");
    assert!(after.contains("\"total\": 12") && after.contains("all valid"), "{output}");
    assert_eq!(server.requests()[0].path, "/v2/tasks/task_9/run");
}

#[test]
fn with_a_key_and_no_terminal_a_question_ends_the_demo() {
    let server = api(Life::of(["interaction_required"]));
    let url = server.base_url();
    let (success, output, errors) = demo(&[("DECK_API_KEY", "sk_a"), ("DECK_TASK_ID", "task_9"), ("DECK_BASE_URL", &url)]);
    assert!(!success && output.contains("trun_1 asks"), "{output}");
    assert!(errors.contains("`trun_1` asks for input in the state `interaction_required`"), "{errors}");
}
