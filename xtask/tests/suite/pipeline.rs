//! What the scheduled workflow runs, against a server on loopback, with a remote of its own and a stand-in for `gh`.
#![cfg(unix)]

use crate::common::loopback::{Answer, Loopback, page, status};
use crate::common::scratch::{GIT, Scratch, THINGS, git};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A clone with what the workflow runs in it, and a remote.
struct Pipeline {
    scratch: Scratch,
    outside: tempfile::TempDir,
}

/// Writes down what it is asked, with the body; the answer to `pr list` is what stands in a file.
const GH: &str = "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n\
    if [ \"$2\" = list ]; then cat open; exit; fi\n\
    echo \"$@\" >> asked\n\
    while [ $# -gt 0 ]; do [ \"$1\" = --body-file ] && cat \"$2\" > body; shift; done\n";

impl Pipeline {
    fn new() -> Self {
        let scratch = Scratch::committed(THINGS);
        let outside = tempfile::tempdir().unwrap();
        let script = std::fs::read_to_string(crate::common::root().join(".github/api-changes.sh")).unwrap();
        scratch.write(".github/api-changes.sh", &script);
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
        assert_eq!(self.scratch.git("rev-parse --abbrev-ref HEAD"), "main\n", "it ends where it began");
        assert_eq!(self.scratch.git("status --porcelain"), "");
        output
    }

    /// What `gh` was asked so far, but for lists.
    fn asked(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path("asked")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn remote(&self, arguments: &str) -> Output {
        git(&self.path("remote.git"), arguments)
    }
}

fn said(output: &Output) -> String {
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
    assert!(output.status.success(), "{}", said(&output));
    let asked = pipeline.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with(&format!("pr create --head api-changes --base main --title {TITLE} --body-file ")), "{asked:?}");
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
    assert!(output.status.success() && said(&output).contains("the pull request is up to date"), "{}", said(&output));
    assert_eq!(pipeline.asked().len(), 1);
    let output = pipeline.run(&serve(without_note().replace("\"1.0\"", "\"1.1\"")).url("/"), "true");
    assert!(output.status.success(), "{}", said(&output));
    let asked = pipeline.asked();
    assert!(asked.len() == 2 && asked[1].starts_with("pr edit 7 --title deck-api: 0.2.0 for Thing API 1.1"), "{asked:?}");
}

#[test]
fn nothing_is_done_where_nothing_has_changed() {
    let pipeline = Pipeline::new();
    let output = pipeline.run(&serve(THINGS.to_owned()).url("/"), "false");
    assert!(output.status.success() && said(&output).contains("nothing has changed"), "{}", said(&output));
    assert!(pipeline.asked().is_empty());
    assert!(!pipeline.remote("rev-parse --verify --quiet api-changes").status.success());
}

#[test]
fn tests_that_fail_are_told_in_the_pull_request_and_by_the_exit_code() {
    let pipeline = Pipeline::new();
    pipeline.executable("tests", "#!/bin/sh\necho 'test a ... FAILED'\nexit 101\n");
    let tests = pipeline.path("tests").display().to_string();
    let output = pipeline.run(&serve(without_note()).url("/"), &tests);
    assert_eq!(output.status.code(), Some(101), "{}", said(&output));
    assert_eq!(pipeline.asked().len(), 1);
    let body = std::fs::read_to_string(pipeline.path("body")).unwrap();
    assert!(body.contains("**failed**") && body.ends_with("    test a ... FAILED\n"), "{body}");
}

#[test]
fn a_document_that_is_refused_or_not_there_fails_and_changes_nothing() {
    let pipeline = Pipeline::new();
    let answers: [fn() -> Answer; 3] = [
        || status("404 Not Found", ""),
        || page("text/html", "<!doctype html>"),
        || page("application/json", &THINGS.replace("\"delete\":", "\"x-delete\":")),
    ];
    for answer in answers {
        let output = pipeline.run(&Loopback::start(move |_| answer()).url("/"), "true");
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("problem: http://127.0.0.1:"), "{}", said(&output));
    }
    assert!(pipeline.asked().is_empty());
    assert!(!pipeline.remote("rev-parse --verify --quiet api-changes").status.success());
}

#[test]
fn changes_that_are_not_committed_are_not_swept_into_an_update() {
    let pipeline = Pipeline::new();
    pipeline.scratch.write("notes.txt", "mine\n");
    let mut command = Command::new("bash");
    let output = command.arg(pipeline.scratch.root().join(".github/api-changes.sh")).envs(GIT).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("the working tree has changes of its own"), "{}", said(&output));
    assert_eq!(pipeline.scratch.read("notes.txt"), "mine\n");
}

#[test]
fn the_workflow_runs_that_script_and_hands_nothing_to_a_shell_but_by_environment() {
    let workflow = std::fs::read_to_string(crate::common::root().join(".github/workflows/api-changes.yml")).unwrap();
    assert!(workflow.contains("bash .github/api-changes.sh"));
    let ci = std::fs::read_to_string(crate::common::root().join(".github/workflows/ci.yml")).unwrap();
    for uses in workflow.lines().filter(|line| line.contains("uses:")) {
        assert!(ci.contains(uses.trim()), "{uses}");
    }
    let expressions = workflow.lines().filter(|line| line.contains("${{"));
    assert!(expressions.map(str::trim).all(|line| line.starts_with("API_DOCUMENT_URL: ") || line.starts_with("GH_TOKEN: ")));
}
