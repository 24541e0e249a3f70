//! A workspace that `new` has created builds, passes its tests, and follows a new document. Its builds are offline, and reuse
//! compiled dependencies.

use crate::cargo::{SAME_FEATURES, built, command, one_at_a_time, same_features, target, write};
use crate::common::scratch::git;
use crate::common::{extent, home, root};
use crate::regenerated::copy_into;
use std::path::{Path, PathBuf};
use std::process::Command;

const NAME: &str = "mailer-api";

/// Creates a workspace for the crate `name`. Its folder is the same in every run, so that unchanged files do not compile again.
fn create_workspace(name: &str, document: &Path, options: &[&str], prepare: impl FnOnce(&Path)) -> PathBuf {
    let (folder, fresh) = (target().join(format!("own-workspace-{name}")), tempfile::tempdir().unwrap());
    let mut new = Command::new(env!("CARGO_BIN_EXE_xtask"));
    new.args(["new", name, "--workspace", "ws", "--document"]).arg(document).args(options);
    built(&new.arg("--generator").arg(root()).current_dir(fresh.path()).output().unwrap());
    let ws = fresh.path().join("ws");
    prepare(&ws.join(name));
    // Compiles every dependency with the features of these tests.
    let manifest = std::fs::read_to_string(ws.join("Cargo.toml")).unwrap();
    let members = format!("members = [\"{SAME_FEATURES}\", ");
    std::fs::write(ws.join("Cargo.toml"), manifest.replace("members = [", &members)).unwrap();
    write(&ws.join(SAME_FEATURES).join("Cargo.toml"), same_features().as_bytes());
    write(&ws.join(SAME_FEATURES).join("src/lib.rs"), b"//! Features alone.\n");
    copy_into(&ws, &folder);
    folder
}

/// Adds the test of a mailer and its dependency, as the author of the crate would.
fn add_mailer_test(home_of_crate: &Path) {
    std::fs::copy(home().join("tests/own/mailer.rs"), home_of_crate.join("tests/mailer.rs")).unwrap();
    let file = home_of_crate.join("Cargo.toml");
    let manifest = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, manifest.replace("[dev-dependencies]\n", "[dev-dependencies]\nserde_json = \"1\"\n")).unwrap();
}

/// An old document and its next version. They come from the folder in the variable `PAIR`, or else from `tests/own`, where
/// parameters and servers change.
fn pair() -> [PathBuf; 2] {
    let folder = std::env::var_os("PAIR").map(PathBuf::from);
    ["old", "new"].map(|side| match &folder {
        Some(folder) => {
            let mut files = ["yaml", "json"].map(|extension| folder.join(format!("{side}.{extension}"))).into_iter();
            files.find(|file| file.exists()).unwrap_or_else(|| panic!("{} has no {side} document", folder.display()))
        }
        None => home().join(format!("tests/own/ferries-{side}.yaml")),
    })
}

#[test]
fn a_workspace_takes_the_next_version_of_its_document_and_builds_again() {
    if extent(0, 1) == 0 {
        return;
    }
    let _one_at_a_time = one_at_a_time();
    let ([old, new], name) = (pair(), "paired-api");
    let ws = create_workspace(name, &old, &["--skip-refused"], |_| {});
    let cargo = |arguments: &[&str]| built(&command(&ws, arguments).output().unwrap());
    let test = ["test", "--offline", "-p", name, "-p", SAME_FEATURES, "--test", "*"];
    cargo(&["build", "--offline", "-p", name, "-p", SAME_FEATURES]);
    cargo(&test);
    cargo(&["xtask", "update", new.to_str().unwrap(), "--allow-removed"]);
    let document =
        ["json", "yaml"].map(|extension| ws.join(format!("spec/{name}.{extension}"))).into_iter().find(|file| file.exists());
    assert_eq!(std::fs::read(document.unwrap()).unwrap(), std::fs::read(&new).unwrap(), "the new document is kept byte for byte");
    assert!(std::fs::read_to_string(ws.join(name).join("CHANGELOG.md")).unwrap().contains("\n## "));
    cargo(&["build", "--offline", "-p", name, "-p", SAME_FEATURES]);
    cargo(&test);
    cargo(&["xtask", "check"]);
}

#[test]
fn a_new_workspace_builds_tests_updates_and_builds_again() {
    if extent(0, 1) == 0 {
        return;
    }
    let _one_at_a_time = one_at_a_time();
    let ws = create_workspace(NAME, &home().join("tests/own/mailer.json"), &[], add_mailer_test);
    let cargo = |arguments: &[&str]| built(&command(&ws, arguments).output().unwrap());
    let read = |file: &str| std::fs::read_to_string(ws.join(file)).unwrap();
    let test = ["test", "--offline", "-p", NAME, "-p", SAME_FEATURES, "--test", "*"];

    let output = cargo(&test);
    assert!(!output.contains("warning"), "{output}");
    cargo(&["run", "--offline", "-p", NAME, "--example", "first_call"]);

    // A build compiles an edited document, and changes no file in the tree.
    let document = read("spec/mailer-api.json");
    let with_tag = document
        .replace("\"text\": { \"type\": \"string\" }", "\"text\": { \"type\": \"string\" }, \"tag\": { \"type\": \"string\" }");
    std::fs::write(ws.join("spec/mailer-api.json"), &with_tag).unwrap();
    let output = cargo(&["build", "--offline", "-p", NAME, "-p", SAME_FEATURES]);
    assert!(output.contains("run: cargo xtask generate"), "{output}");
    assert!(!read("mailer-api/src/generated/types.rs").contains("pub tag:"));
    std::fs::write(ws.join("spec/mailer-api.json"), &document).unwrap();

    // An update turns a new document into code, a version and a changelog entry. The owner's code still compiles.
    std::fs::write(ws.join("new.json"), &with_tag).unwrap();
    cargo(&["xtask", "update", "new.json"]);
    assert!(read("mailer-api/src/generated/types.rs").contains("pub tag:"));
    assert!(
        read("mailer-api/Cargo.toml").contains("version = \"0.1.1\"") && read("mailer-api/CHANGELOG.md").contains("## 0.1.1")
    );
    let output = cargo(&test);
    assert!(!output.contains("warning"), "{output}");
    cargo(&["xtask", "check"]);
}

#[test]
fn a_release_lists_the_packaged_files_or_says_why_there_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut new = Command::new(env!("CARGO_BIN_EXE_xtask"));
    new.args(["new", NAME, "--workspace", "ws", "--document"]).arg(home().join("tests/own/mailer.json"));
    built(&new.arg("--generator").arg(root()).current_dir(folder.path()).output().unwrap());
    let ws = folder.path().join("ws");
    std::fs::write(ws.join(NAME).join("CHANGELOG.md"), "# Changelog\n\n## 0.1.0\n\nFirst.\n").unwrap();
    let commit = || {
        for arguments in ["init --quiet", "add --all", "commit --quiet --message change"] {
            assert!(git(&ws, arguments).status.success(), "git {arguments}");
        }
    };
    let release = || {
        commit();
        let mut release = Command::new(env!("CARGO_BIN_EXE_xtask"));
        release.args(["release", "--dry-run"]).env("CARGO_MANIFEST_DIR", ws.join("xtask")).current_dir(&ws);
        let output = release.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, output) = release();
    let files = output.lines().find_map(|line| line.trim().strip_prefix("Package ")?.strip_suffix(" them"));
    assert!(code == Some(0) && files.is_some_and(|files| files.contains("cargo package --list -p mailer-api")), "{output}");
    assert!(
        output.contains("[mailer-api is ready; without `--dry-run` this command makes the tag mailer-api-v0.1.0]"),
        "{output}"
    );
    // Only cargo detects this error.
    let manifest = ws.join(NAME).join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replacen("[package]\n", "[package]\nreadme = \"GONE.md\"\n", 1)).unwrap();
    let (code, output) = release();
    assert!(code == Some(4) && output.contains("not ready: cargo cannot package it: readme `GONE.md` does not"), "{output}");
}
