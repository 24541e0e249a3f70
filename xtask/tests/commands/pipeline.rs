//! Runs the scripts of the scheduled workflow against a server on loopback, with a local remote and a fake `gh`.
#![cfg(unix)]

use crate::common::loopback::{Loopback, Response, page, status};
use crate::common::scratch::{GIT, Scratch, THINGS, git};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A clone with the scripts of the workflow, and a remote.
struct Pipeline {
    scratch: Scratch,
    outside: tempfile::TempDir,
}

/// A fake `gh` that logs its arguments and saves the body. Its output for `pr list` is the content of the file `open`.
const GH: &str = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n\
    if [ \"$2\" = list ]; then cat open; exit; fi\n\
    echo \"$@\" >> calls\n\
    while [ $# -gt 0 ]; do [ \"$1\" = --body-file ] && cat \"$2\" > body; shift; done\n";

impl Pipeline {
    fn new() -> Self {
        let scratch = Scratch::committed(THINGS);
        let outside = tempfile::tempdir().unwrap();
        for script in [".github/api-changes.sh", ".github/document-preview.sh"] {
            scratch.write(script, &std::fs::read_to_string(crate::common::root().join(script)).unwrap());
        }
        scratch.commit();
        let pipeline = Self { scratch, outside };
        pipeline.executable("gh", GH);
        let xtask = format!(
            "#!/bin/sh\nexport CARGO_MANIFEST_DIR='{}/xtask'\nexec '{}' \"$@\"\n",
            pipeline.scratch.root().display(),
            env!("CARGO_BIN_EXE_xtask")
        );
        pipeline.executable("xtask", &xtask);
        std::fs::write(pipeline.path("open"), "").unwrap();
        assert!(git(pipeline.outside.path(), "init --quiet --bare remote.git").status.success());
        pipeline.scratch.git(&format!("remote add origin {}", pipeline.path("remote.git").display()));
        pipeline.scratch.git("push --quiet origin main");
        pipeline
    }

    fn path(&self, name: &str) -> PathBuf {
        self.outside.path().join(name)
    }

    fn executable(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, url: &str, tests: &str) -> Output {
        let mut command = Command::new("bash");
        command.arg(self.scratch.root().join(".github/api-changes.sh")).current_dir(self.outside.path());
        command.env("API_DOCUMENT_URL", url).env("API_CHANGES_TESTS", tests).env("TMPDIR", self.outside.path());
        command.env("XTASK", self.path("xtask")).env("GH", self.path("gh")).env_remove("API_CHANGES_BRANCH");
        command.envs(GIT);
        let output = command.output().unwrap();
        assert_eq!(self.scratch.git("rev-parse --abbrev-ref HEAD"), "main\n", "the script ends on the branch where it began");
        assert_eq!(self.scratch.git("status --porcelain"), "");
        output
    }

    /// The calls of `gh` so far, except `pr list`.
    fn calls(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path("calls")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn remote(&self, arguments: &str) -> Output {
        git(&self.path("remote.git"), arguments)
    }
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn serve(document: String) -> Loopback {
    Loopback::start(move |_| page("application/json", &document))
}

const TITLE: &str = "deck-api: 0.2.0 for Thing API 1.0, 1 breaking change";

fn without_note() -> String {
    THINGS.replace(", \"note\": { \"type\": \"string\" }", "")
}

#[test]
fn a_changed_document_opens_a_pull_request_with_the_report() {
    let pipeline = Pipeline::new();
    let server = serve(without_note());
    let output = pipeline.run(&server.url("/v2.json"), "true");
    assert!(output.status.success(), "{}", printed(&output));
    let calls = pipeline.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(calls[0].starts_with(&format!("pr create --head api-changes --base main --title {TITLE} --body-file ")), "{calls:?}");
    let body = std::fs::read_to_string(pipeline.path("body")).unwrap();
    assert!(body.starts_with("Version 0.1.0 becomes 0.2.0") && body.contains("## To look at"), "{body}");
    assert!(body.contains("note") && body.ends_with("Tests: `true` passed.\n"), "{body}");
    let pushed = |file: &str| String::from_utf8(pipeline.remote(&format!("show api-changes:{file}")).stdout).unwrap();
    assert_eq!(pushed("spec/deck-v2.json"), without_note());
    assert!(pushed("deck-api/CHANGELOG.md").contains("## 0.2.0"));
    let log = pipeline.remote("log --format=%s main..api-changes");
    assert_eq!(String::from_utf8(log.stdout).unwrap(), format!("{TITLE}\n"));

    // The next day: the same document, then another one.
    std::fs::write(pipeline.path("open"), "7\n").unwrap();
    let output = pipeline.run(&server.url("/v2.json"), "true");
    assert!(output.status.success() && printed(&output).contains("the pull request is up to date"), "{}", printed(&output));
    assert_eq!(pipeline.calls().len(), 1);
    let output = pipeline.run(&serve(without_note().replace("\"1.0\"", "\"1.1\"")).url("/"), "true");
    assert!(output.status.success(), "{}", printed(&output));
    let calls = pipeline.calls();
    assert!(calls.len() == 2 && calls[1].starts_with("pr edit 7 --title deck-api: 0.2.0 for Thing API 1.1"), "{calls:?}");
}

#[test]
fn an_unchanged_document_has_no_effect() {
    let pipeline = Pipeline::new();
    let output = pipeline.run(&serve(THINGS.to_owned()).url("/"), "false");
    assert!(output.status.success() && printed(&output).contains("nothing has changed"), "{}", printed(&output));
    assert!(pipeline.calls().is_empty());
    assert!(!pipeline.remote("rev-parse --verify --quiet api-changes").status.success());
}

#[test]
fn failed_tests_show_in_the_pull_request_and_in_the_exit_code() {
    let pipeline = Pipeline::new();
    pipeline.executable("tests", "#!/bin/sh\necho 'test a ... FAILED'\nexit 101\n");
    let tests = pipeline.path("tests").display().to_string();
    let output = pipeline.run(&serve(without_note()).url("/"), &tests);
    assert_eq!(output.status.code(), Some(101), "{}", printed(&output));
    assert_eq!(pipeline.calls().len(), 1);
    let body = std::fs::read_to_string(pipeline.path("body")).unwrap();
    assert!(body.contains("**failed**") && body.ends_with("    test a ... FAILED\n"), "{body}");
}

#[test]
fn a_refused_or_missing_document_fails_and_changes_nothing() {
    let pipeline = Pipeline::new();
    let responses: [fn() -> Response; 3] = [
        || status("404 Not Found", ""),
        || page("text/html", "<!doctype html>"),
        || page("application/json", &THINGS.replace("\"delete\":", "\"x-delete\":")),
    ];
    for response in responses {
        let output = pipeline.run(&Loopback::start(move |_| response()).url("/"), "true");
        assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
        assert!(printed(&output).contains("problem: http://127.0.0.1:"), "{}", printed(&output));
    }
    assert!(pipeline.calls().is_empty());
    assert!(!pipeline.remote("rev-parse --verify --quiet api-changes").status.success());
}

#[test]
fn uncommitted_changes_do_not_become_part_of_an_update() {
    let pipeline = Pipeline::new();
    pipeline.scratch.write("notes.txt", "mine\n");
    let mut command = Command::new("bash");
    let output = command.arg(pipeline.scratch.root().join(".github/api-changes.sh")).envs(GIT).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("the working tree has uncommitted changes"), "{}", printed(&output));
    assert_eq!(pipeline.scratch.read("notes.txt"), "mine\n");
}

/// Adds a commit to the branch of the pull request, as a person would.
fn add_by_hand(pipeline: &Pipeline, file: &str, text: &str) {
    pipeline.scratch.git("fetch --quiet origin");
    pipeline.scratch.git("switch --quiet --force-create mine origin/api-changes");
    pipeline.scratch.write(file, text);
    pipeline.scratch.commit();
    pipeline.scratch.git("push --quiet origin HEAD:api-changes");
    pipeline.scratch.git("switch --quiet main");
}

#[test]
fn commits_of_people_stay_while_the_pull_request_follows_its_base() {
    let pipeline = Pipeline::new();
    let server = serve(without_note());
    assert!(pipeline.run(&server.url("/v2.json"), "true").status.success());
    std::fs::write(pipeline.path("open"), "7\n").unwrap();
    add_by_hand(&pipeline, "deck-api/src/mine.rs", "//! Mine.\n");
    let shown = |file: &str| String::from_utf8(pipeline.remote(&format!("show api-changes:{file}")).stdout).unwrap();

    // Meanwhile the base took another document: code, version, lock file and changelog conflict.
    let other = THINGS.replace("\"size\": {", "\"colour\": { \"type\": \"string\" }, \"size\": {");
    std::fs::write(pipeline.path("other.json"), &other).unwrap();
    let update = format!("update {}", pipeline.path("other.json").display());
    assert!(pipeline.scratch.command(&update).output().unwrap().status.success());
    pipeline.scratch.commit();
    pipeline.scratch.git("push --quiet origin main");
    let output = pipeline.run(&server.url("/v2.json"), "true");
    assert!(output.status.success() && printed(&output).contains("the pull request now includes main"), "{}", printed(&output));
    assert_eq!(shown("deck-api/src/mine.rs"), "//! Mine.\n");
    assert_eq!(pipeline.remote("merge-base --is-ancestor main api-changes").status.code(), Some(0), "it can be merged");
    let (types, changelog) = (shown("deck-api/src/generated/types.rs"), shown("deck-api/CHANGELOG.md"));
    assert!(!types.contains("<<<<<<<") && !types.contains("note:"), "{types}");
    assert!(changelog.contains("## 0.2.0") && changelog.contains("## 0.1.1") && !changelog.contains("<<<<<<<"), "{changelog}");
    assert!(shown("deck-api/Cargo.toml").contains("version = \"0.2.0\""));
    let output = pipeline.run(&server.url("/v2.json"), "true");
    assert!(output.status.success() && printed(&output).contains("the pull request is up to date"), "{}", printed(&output));

    // Then the base gets a higher version, and the document changes there without a conflict.
    let far = other.replace("\"1.0\"", "\"1.7\"");
    std::fs::write(pipeline.path("other.json"), &far).unwrap();
    assert!(pipeline.scratch.command(&format!("{update} --set-version 0.5.0")).output().unwrap().status.success());
    pipeline.scratch.commit();
    let output = pipeline.run(&server.url("/v2.json"), "true");
    assert!(output.status.success() && printed(&output).contains("the pull request now includes main"), "{}", printed(&output));
    assert_eq!(shown("spec/deck-v2.json"), without_note(), "the document of the branch, without changes of the base");
    assert!(shown("deck-api/Cargo.toml").contains("version = \"0.5.0\""));
    assert!(shown("Cargo.lock").contains("name = \"deck-api\"\nversion = \"0.5.0\""), "{}", shown("Cargo.lock"));
}

#[test]
fn a_conflict_that_only_people_can_resolve_is_named_and_nothing_is_pushed() {
    let pipeline = Pipeline::new();
    let server = serve(without_note());
    assert!(pipeline.run(&server.url("/v2.json"), "true").status.success());
    let overlay = |title: &str| format!("overlay: 1.0.0\ninfo: {{ title: {title}, version: '1' }}\nactions: []\n");
    add_by_hand(&pipeline, "notes.txt", "theirs\n");
    add_by_hand(&pipeline, "spec/other.overlay.yaml", &overlay("Theirs"));
    pipeline.scratch.write("notes.txt", "ours\n");
    pipeline.scratch.write("spec/other.overlay.yaml", &overlay("Ours"));
    pipeline.scratch.commit();
    let before = pipeline.remote("rev-parse api-changes").stdout;
    let refused = |expected: &str| {
        let output = pipeline.run(&server.url("/v2.json"), "true");
        assert!(output.status.code() == Some(1) && printed(&output).contains(expected), "{}", printed(&output));
        assert_eq!(pipeline.remote("rev-parse api-changes").stdout, before);
    };
    // Nobody reviews a branch without a pull request.
    refused("api-changes has commits that people added, but no open pull request");
    std::fs::write(pipeline.path("open"), "7\n").unwrap();
    refused("conflict in notes.txt spec/other.overlay.yaml: merge main into api-changes");
}

#[test]
fn a_pull_request_for_the_document_gets_a_comment_about_the_client() {
    let pipeline = Pipeline::new();
    // Simulates the output of cargo while it compiles xtask.
    let noise = "[ \"$CARGO_TERM_QUIET\" = true ] || seq 20000 >&2\n";
    let program = std::fs::read_to_string(pipeline.path("xtask")).unwrap();
    pipeline.executable("xtask", &program.replacen('\n', &format!("\n{noise}"), 1));
    let preview = |document: &str| {
        std::fs::write(pipeline.path("openapi.json"), document).unwrap();
        let mut command = Command::new("bash");
        command.arg(pipeline.scratch.root().join(".github/document-preview.sh")).current_dir(pipeline.outside.path());
        command.env("DOCUMENT", "openapi.json").env("PULL_REQUEST", "https://example.com/pull/3").env("PACKAGE", "deck-api");
        command.env("XTASK", pipeline.path("xtask")).env("GH", pipeline.path("gh")).envs(GIT);
        let output = command.output().unwrap();
        assert_eq!(pipeline.scratch.git("status --porcelain"), "", "the preview changes no file");
        (output.status.code(), std::fs::read_to_string(pipeline.path("body")).unwrap() + &printed(&output))
    };
    let (code, body) = preview(&without_note());
    assert!(code == Some(0) && body.starts_with(&format!("# {TITLE}\n\nVersion 0.1.0 becomes 0.2.0")), "{body}");
    assert!(pipeline.calls()[0].starts_with("pr comment https://example.com/pull/3 --edit-last --create-if-none"));
    let (code, body) = preview(THINGS);
    assert!(code == Some(0) && body.starts_with("Nothing changes for the client."), "{body}");
    let (code, body) = preview(&THINGS.replace("\"delete\":", "\"x-delete\":"));
    assert!(code == Some(1) && body.starts_with("**The client cannot be generated from this document as it is.**"), "{body}");
    assert!(body.contains("problem: ") && body.contains("deleteThing"), "{body}");
}

#[test]
fn the_workflow_passes_values_to_the_script_only_by_environment() {
    let workflow = std::fs::read_to_string(crate::common::root().join(".github/workflows/api-changes.yml")).unwrap();
    assert!(workflow.contains("bash .github/api-changes.sh"));
    let ci = std::fs::read_to_string(crate::common::root().join(".github/workflows/ci.yml")).unwrap();
    for uses in workflow.lines().filter(|line| line.contains("uses:")) {
        assert!(ci.contains(uses.trim()), "{uses}");
    }
    assert!(workflow.contains("    branches: [main]"), "the pull request follows its base");
    let expressions = workflow.lines().filter(|line| line.contains("${{"));
    assert!(expressions.map(str::trim).all(|line| line.starts_with("API_DOCUMENT_URL: ") || line.starts_with("GH_TOKEN: ")));
}
