//! The generated types are what the published document says: of documents with everything that generators get wrong.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::builds::{errors, one_at_a_time};
use common::home;
use serde_json::Value;
use std::process::Command;

#[test]
fn values_of_small_documents_come_back_the_same() {
    let _guard = one_at_a_time();
    let document = |name: &str| home().join("tests/wire").join(name);
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["try", "--conform", "--format", "json"])
        .args([document("silent.yaml"), document("unions.yaml")])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in text.lines() {
        let trial: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&trial["compiled"], &trial["conforms"]), (&true.into(), &true.into()), "{line}");
    }
    assert_eq!(text.lines().count(), 2, "{text}{}", errors(&output));
    assert!(output.status.success());
}
