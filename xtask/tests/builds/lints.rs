//! Clippy reports nothing for a generated crate, neither with its default lints nor with the lints of a strict workspace.

use crate::cargo::{SAME_FEATURES, command, errors, target};
use crate::common::{case, home};
use crate::crates::{Crate, crates as built};
use serde_json::Value;
use std::process::Command;

/// The lints of a strict workspace. The crates of other tests do not inherit them.
pub const LINTS: &str = "\n[workspace.lints.rust]\nmissing_debug_implementations = \"warn\"\nmissing_docs = \"warn\"\n\
    rust_2018_idioms = { level = \"warn\", priority = -1 }\nsingle_use_lifetimes = \"warn\"\ntrivial_casts = \"warn\"\n\
    unreachable_pub = \"warn\"\nunused_qualifications = \"deny\"\nunused_results = \"warn\"\n\n\
    [workspace.lints.clippy]\nall = { level = \"deny\", priority = -1 }\ncargo = { level = \"allow\", priority = -1 }\n\
    nursery = { level = \"warn\", priority = -1 }\npedantic = { level = \"warn\", priority = -1 }\n\
    expect_used = \"deny\"\nindexing_slicing = \"warn\"\nstd_instead_of_core = \"warn\"\n";

pub const PACKAGES: [&str; 2] = ["own-default", "own-strict"];

/// A crate without its own lints, and a crate that inherits the lints of its workspace.
pub fn crates() -> Vec<Crate> {
    let member = |name: &str, document: &str| {
        let mut input = case(home().join(document)).input;
        name.clone_into(&mut input.crate_name);
        Crate::of(&input)
    };
    let features = |text: &str| text.replace("\ndefault = []\n", "\ndefault = [\"blocking\", \"schemars\", \"tracing\"]\n");
    vec![
        member(PACKAGES[0], "tests/wire/parameters.yaml"),
        member(PACKAGES[1], "tests/cases/hostile-prose.yaml")
            .manifest(|text| format!("{}\n[lints]\nworkspace = true\n", features(text))),
    ]
}

#[test]
fn clippy_reports_nothing_for_a_generated_crate() {
    built();
    let found = Command::new("clippy-driver").arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("CI").is_none(), "clippy is missing");
    if !found {
        return;
    }
    // Does what `cargo clippy` does, but reuses the finished build. The empty folder hides the clippy.toml of this workspace. Its
    // path is always the same, because cargo compiles again if a variable that clippy reads has changed.
    let settings = target().join("no-clippy-configuration");
    std::fs::create_dir_all(&settings).unwrap();
    let arguments = ["build", "--offline", "--message-format", "json", "-p", SAME_FEATURES, "-p", PACKAGES[0], "-p", PACKAGES[1]];
    let mut command = command(&target().join("scratch"), &arguments);
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_CONF_DIR", &settings);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let compiled = |package: &&str| lines.iter().any(|line| line["target"]["name"] == package.replace('-', "_"));
    assert!(PACKAGES.iter().all(compiled), "{lines:?}");
    let messages: Vec<&str> = lines.iter().filter_map(|line| line["message"]["rendered"].as_str()).collect();
    assert!(messages.is_empty(), "{}", messages.join("\n"));
}
