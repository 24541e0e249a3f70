//! A workspace that `new` laid out: it builds, passes its tests, and follows a new document. Offline, with what is compiled here.

use crate::cargo::{SAME_FEATURES, built, command, one_at_a_time, same_features, target, write};
use crate::common::{extent, home, root};
use crate::regenerated::copy_into;
use std::path::PathBuf;
use std::process::Command;

const NAME: &str = "mailer-api";

/// Always at the same place: what is the same is not compiled again.
fn lay_out() -> PathBuf {
    let (folder, fresh) = (target().join("own-workspace"), tempfile::tempdir().unwrap());
    let mut new = Command::new(env!("CARGO_BIN_EXE_xtask"));
    new.args(["new", NAME, "--workspace", "ws", "--document"]).arg(home().join("tests/own/mailer.json"));
    built(&new.arg("--generator").arg(root()).current_dir(fresh.path()).output().unwrap());
    let ws = fresh.path().join("ws");
    std::fs::copy(home().join("tests/own/mailer.rs"), ws.join(NAME).join("tests/mailer.rs")).unwrap();
    // What the story takes besides, as its author would add it.
    let manifest = std::fs::read_to_string(ws.join(NAME).join("Cargo.toml")).unwrap();
    std::fs::write(
        ws.join(NAME).join("Cargo.toml"),
        manifest.replace("[dev-dependencies]\n", "[dev-dependencies]\nserde_json = \"1\"\n"),
    )
    .unwrap();
    // Every crate as it is compiled for these tests.
    let manifest = std::fs::read_to_string(ws.join("Cargo.toml")).unwrap();
    let members = format!("members = [\"{SAME_FEATURES}\", ");
    std::fs::write(ws.join("Cargo.toml"), manifest.replace("members = [", &members)).unwrap();
    write(&ws.join(SAME_FEATURES).join("Cargo.toml"), same_features().as_bytes());
    write(&ws.join(SAME_FEATURES).join("src/lib.rs"), b"//! Features alone.\n");
    copy_into(&ws, &folder);
    folder
}

#[test]
fn a_workspace_of_its_own_builds_tests_updates_and_builds_again() {
    if extent(0, 1) == 0 {
        return;
    }
    let _one_at_a_time = one_at_a_time();
    let ws = lay_out();
    let cargo = |arguments: &[&str]| built(&command(&ws, arguments).output().unwrap());
    let read = |file: &str| std::fs::read_to_string(ws.join(file)).unwrap();
    let test = ["test", "--offline", "-p", NAME, "-p", SAME_FEATURES, "--test", "*"];

    let said = cargo(&test);
    assert!(!said.contains("warning"), "{said}");
    cargo(&["run", "--offline", "-p", NAME, "--example", "first_call"]);

    // An edit of the document is compiled at once, and the tree stays as it is.
    let document = read("spec/mailer-api.json");
    let with_tag = document
        .replace("\"text\": { \"type\": \"string\" }", "\"text\": { \"type\": \"string\" }, \"tag\": { \"type\": \"string\" }");
    std::fs::write(ws.join("spec/mailer-api.json"), &with_tag).unwrap();
    let said = cargo(&["build", "--offline", "-p", NAME, "-p", SAME_FEATURES]);
    assert!(said.contains("run: cargo xtask generate"), "{said}");
    assert!(!read("mailer-api/src/generated/types.rs").contains("pub tag:"));
    std::fs::write(ws.join("spec/mailer-api.json"), &document).unwrap();

    // A new document becomes code, a version and an entry of the changelog; the owner's code still compiles.
    std::fs::write(ws.join("new.json"), &with_tag).unwrap();
    cargo(&["xtask", "update", "new.json"]);
    assert!(read("mailer-api/src/generated/types.rs").contains("pub tag:"));
    assert!(
        read("mailer-api/Cargo.toml").contains("version = \"0.1.1\"") && read("mailer-api/CHANGELOG.md").contains("## 0.1.1")
    );
    let said = cargo(&test);
    assert!(!said.contains("warning"), "{said}");
    cargo(&["xtask", "check"]);
}
