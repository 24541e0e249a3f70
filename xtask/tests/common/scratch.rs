//! A workspace with nothing in it but what the commands read, and what they print, word by word.

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

pub const OVERLAY: &str =
    "overlay: 1.1.0\ninfo: { title: Overlay, version: '1' }\nactions:\n  - target: $.info\n    update: { x-fact: 1 }\n";

pub struct Scratch {
    folder: tempfile::TempDir,
    pub transcript: String,
}

impl Scratch {
    pub fn new() -> Self {
        let scratch = Self { folder: tempfile::tempdir().unwrap(), transcript: String::new() };
        scratch.write("spec/deck-v2.json", DOCUMENT);
        scratch.write("spec/overlay.yaml", OVERLAY);
        scratch.write("Cargo.lock", "[[package]]\nname = \"progenitor\"\nversion = \"0.15.1\"\n");
        scratch
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
        writeln!(self.transcript, "\n# {what}").unwrap();
    }

    /// The command, in this workspace instead of ours.
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

    /// Every file and its text, but for git's own.
    pub fn files(&self) -> std::collections::BTreeMap<String, String> {
        let mut open = vec![self.root().to_owned()];
        let mut found = std::collections::BTreeMap::new();
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.root()).unwrap().to_string_lossy().replace('\\', "/");
                if path.is_dir() && name != ".git" {
                    open.push(path);
                } else if path.is_file() {
                    found.insert(name, std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        found
    }
}
