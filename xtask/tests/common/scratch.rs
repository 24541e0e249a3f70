//! A minimal workspace for the commands, with a transcript of their output.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

pub const DOCUMENT: &str = r#"{
  "openapi": "3.1.1",
  "info": { "title": "Small API", "version": "1.0" },
  "servers": [{ "url": "https://api.example.com" }],
  "paths": {},
  "components": { "schemas": { "Thing": { "type": "object", "properties": { "name": { "type": ["null", "string"] } } } } }
}
"#;

/// Two operations, and a schema that both of them respond with.
pub const THINGS: &str = r##"{
  "openapi": "3.1.1",
  "info": { "title": "Thing API", "version": "1.0" },
  "servers": [{ "url": "https://api.example.com" }],
  "paths": {
    "/things/{thing_id}": {
      "parameters": [{ "name": "thing_id", "in": "path", "required": true, "schema": { "type": "string" } }],
      "get": { "operationId": "getThing", "responses": { "200": { "$ref": "#/components/responses/Thing" } } },
      "delete": { "operationId": "deleteThing", "responses": { "200": { "$ref": "#/components/responses/Thing" } } }
    }
  },
  "components": {
    "responses": {
      "Thing": {
        "description": "The thing.",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } }
      }
    },
    "schemas": {
      "Thing": {
        "type": "object",
        "required": ["id", "size"],
        "properties": { "id": { "type": "string" }, "size": { "type": "integer" }, "note": { "type": "string" } }
      }
    }
  }
}
"##;

/// A crate with its own runtime, so that only its modules are generated.
pub const MANIFEST: &str = r#"[package]
name = "deck-api"
version = "0.1.0"

[package.metadata.openapi]
document = "../spec/deck-v2.json"
overlay = "../spec/overlay.yaml"
selection = "../spec/selection.txt"
own-runtime = true
"#;

pub const OVERLAY: &str =
    "overlay: 1.1.0\ninfo: { title: Overlay, version: '1' }\nactions:\n  - target: $.info\n    update: { x-fact: 1 }\n";

/// Runs git with a fixed author, independent of the configuration of this machine.
pub fn git(folder: &Path, arguments: &str) -> std::process::Output {
    let mut command = Command::new("git");
    command.args(arguments.split_whitespace()).current_dir(folder);
    for (name, value) in GIT {
        command.env(name, value);
    }
    command.output().unwrap()
}

pub const GIT: [(&str, &str); 10] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "Ann"),
    ("GIT_AUTHOR_EMAIL", "ann@example.com"),
    ("GIT_COMMITTER_NAME", "Ann"),
    ("GIT_COMMITTER_EMAIL", "ann@example.com"),
    // Disables the sample hooks in each repository, and the maintenance process after each commit.
    ("GIT_TEMPLATE_DIR", ""),
    ("GIT_CONFIG_COUNT", "1"),
    ("GIT_CONFIG_KEY_0", "maintenance.auto"),
    ("GIT_CONFIG_VALUE_0", "false"),
];

pub struct Scratch {
    folder: tempfile::TempDir,
    pub transcript: String,
}

impl Scratch {
    pub fn new() -> Self {
        let scratch = Self { folder: tempfile::tempdir().unwrap(), transcript: String::new() };
        scratch.write("spec/deck-v2.json", DOCUMENT);
        scratch.write("spec/overlay.yaml", OVERLAY);
        let package = |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        scratch.write("Cargo.lock", &[package("deck-api", "0.1.0"), package("progenitor", "0.15.1")].join("\n"));
        scratch.write("Cargo.toml", "[workspace]\nmembers = [\"deck-api\"]\n");
        scratch.write("deck-api/Cargo.toml", MANIFEST);
        scratch.write("deck-api/CHANGELOG.md", "# Changelog\n\n## 0.1.0\n\nFirst.\n");
        scratch
    }

    /// A workspace with this document, generated and committed.
    pub fn committed(document: &str) -> Self {
        let scratch = Self::new();
        scratch.commit_as_generated(document);
        scratch
    }

    pub fn commit_as_generated(&self, document: &str) {
        self.write("spec/deck-v2.json", document);
        self.write(".gitignore", "/.xtask-journal\n");
        let output = self.command("generate").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.git("init --quiet --initial-branch main");
        self.commit();
    }

    pub fn commit(&self) {
        self.git("add --all");
        self.git("commit --quiet --message change");
    }

    /// Runs git, asserts that it succeeds, and returns its output.
    pub fn git(&self, arguments: &str) -> String {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn try_git(&self, arguments: &str) -> std::process::Output {
        git(self.root(), arguments)
    }

    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.root().join(file)).unwrap()
    }

    pub fn edit(&mut self, what: &str, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} does not contain {from}");
        self.write(file, &text.replace(from, to));
        if !what.is_empty() {
            writeln!(self.transcript, "\n# {what}").unwrap();
        }
    }

    /// Adds the content of a file to the transcript.
    pub fn show(&mut self, file: &str) {
        let text = self.read(file);
        writeln!(self.transcript, "\n$ cat {file}\n{}", text.trim_end()).unwrap();
    }

    /// A command of xtask that runs in this workspace.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments.split_whitespace()).env("CARGO_MANIFEST_DIR", self.root().join("xtask")).current_dir(self.root());
        command
    }

    pub fn run(&mut self, arguments: &str) {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (out, err, code) = (text(&output.stdout), text(&output.stderr), output.status.code());
        writeln!(self.transcript, "\n$ cargo xtask {arguments}\n{out}{err}[exit code {}]", code.unwrap()).unwrap();
    }

    pub fn expect(&self, name: &str) {
        super::expect(&super::home().join("tests/transcripts").join(name), &self.transcript);
    }

    /// Every file and its content, without the files of git.
    pub fn files(&self) -> std::collections::BTreeMap<String, String> {
        super::files(self.root())
    }
}
