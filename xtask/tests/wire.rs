//! Crates of small documents, run against the fake server: what is sent, what becomes of answers, and what is never lost.
//!
//! `wire/NAME.yaml` is a document, `wire/NAME.rs` the test of the crate `wire_api` that is generated from it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::builds::{built, cargo, errors, one_at_a_time};
use common::{home, root};
use std::path::Path;
use std::process::Command;

#[test]
fn crates_of_small_documents_behave_as_their_tests_say() {
    let _guard = one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let mut members = Vec::new();
    for entry in std::fs::read_dir(home().join("tests/wire")).unwrap() {
        let document = entry.unwrap().path();
        if document.extension().is_some_and(|extension| extension == "yaml") {
            members.push(member(folder.path(), &document));
        }
    }
    assert!(members.len() > 5, "{members:?}");
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    std::fs::write(folder.path().join("Cargo.toml"), workspace).unwrap();
    std::fs::copy(root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let output = cargo(folder.path(), &["test", "--offline", "--workspace", "--tests", "--no-fail-fast"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", errors(&output));
    assert!(!built(&output).contains("warning"), "{}", errors(&output));
    // Every crate has run its tests.
    assert_eq!(text.matches("test result: ok.").count(), 2 * members.len(), "{text}");
}

/// Generates the crate of a document and puts its test beside it.
fn member(folder: &Path, document: &Path) -> String {
    let name = document.file_stem().unwrap().to_str().unwrap().to_owned();
    let out = folder.join(&name);
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["generate", "--crate", "wire-api", "--document"])
        .arg(document)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(output.status.success(), "{name}: {}", errors(&output));
    let manifest = out.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).unwrap().replace("\"wire-api\"", &format!("{:?}", format!("wire-{name}")));
    let testkit = root().join("deck-api/testkit").to_str().unwrap().to_owned();
    let tests = format!(
        "\n[lib]\nname = \"wire_api\"\n\n[dev-dependencies]\ndeck-api-testkit = {{ path = {testkit:?} }}\n\
         tokio = {{ version = \"1\", features = [\"rt\"] }}\n"
    );
    std::fs::write(&manifest, text + &tests).unwrap();
    std::fs::create_dir_all(out.join("tests/support")).unwrap();
    std::fs::copy(document, out.join("document.yaml")).unwrap();
    std::fs::copy(document.with_extension("rs"), out.join("tests").join(format!("{name}.rs"))).unwrap();
    std::fs::copy(document.with_file_name("support.rs"), out.join("tests/support/mod.rs")).unwrap();
    name
}
