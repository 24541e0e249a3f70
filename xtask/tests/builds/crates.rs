//! Builds all crates that the tests generate as one workspace, with one call of cargo. The next run reuses what has not changed.

use crate::cargo::{SAME_FEATURES, cargo, errors, profiles, same_features, target, write};
use crate::common::root;
use crate::{conform, damages, documents, examples, lints, packaged, verdicts, wire};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;
use xtask::GENERATE;
use xtask::commands::scratch;
use xtask::{Generated, Input};

/// A package of the workspace: its files by their paths.
pub struct Crate {
    pub name: String,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Crate {
    pub fn new(name: &str, manifest: &str) -> Self {
        Self { name: name.to_owned(), files: BTreeMap::new() }.with("Cargo.toml", manifest)
    }

    /// The crate of a document.
    pub fn generated(name: &str, generated: &Generated) -> Self {
        let files = scratch::crate_files(name, generated, GENERATE).unwrap();
        Self { name: name.to_owned(), files: files.into_iter().map(|(file, text)| (file, text.into_bytes())).collect() }
    }

    pub fn of(input: &Input) -> Self {
        let name = &input.crate_name;
        let generated = xtask::generate(input).unwrap_or_else(|error| panic!("{name}: {}", xtask::report::error(&error)));
        Self::generated(name, &generated)
    }

    pub fn with(mut self, file: &str, text: impl Into<Vec<u8>>) -> Self {
        self.files.insert(file.to_owned(), text.into());
        self
    }

    /// Changes the manifest.
    pub fn manifest(self, change: impl FnOnce(&str) -> String) -> Self {
        let text = change(std::str::from_utf8(&self.files["Cargo.toml"]).unwrap());
        self.with("Cargo.toml", text)
    }

    /// A dependency on this package under another name, for a crate in the folder beside it.
    pub fn dependency(&self, name: &str) -> String {
        format!("{name} = {{ package = {0:?}, path = \"../{0}\" }}\n", self.name)
    }
}

/// A dependency on the testkit.
pub fn testkit() -> String {
    let path = root().join("deck-api/testkit").display().to_string();
    format!("deck-api-testkit = {{ path = {path:?} }}\n")
}

/// The built crates.
pub struct Crates {
    folder: PathBuf,
    /// The paths of the executables by package and target.
    executables: BTreeMap<(String, String), PathBuf>,
    /// The messages of the compiler.
    messages: Vec<Message>,
}

/// A message of the compiler.
pub struct Message {
    pub package: String,
    pub level: String,
    pub text: String,
    /// The files that the message points to, relative to the folder of the workspace.
    pub files: Vec<String>,
}

/// The crates, built once for all tests.
pub fn crates() -> &'static Crates {
    static CRATES: OnceLock<Crates> = OnceLock::new();
    CRATES.get_or_init(build)
}

const BUILD: [&str; 5] = ["build", "--offline", "--keep-going", "--message-format", "json"];

fn build() -> Crates {
    let folder = target().join("scratch");
    let mut members = vec![Crate::new(SAME_FEATURES, same_features()).with("src/lib.rs", "//! Features alone.\n")];
    for more in [
        verdicts::crates(),
        wire::crates(),
        documents::crates(),
        conform::crates(),
        damages::crates(),
        lints::crates(),
        packaged::crates(),
        examples::crates(),
    ] {
        members.extend(more);
    }
    for member in &members {
        let home = folder.join(&member.name);
        remove_others(&home, member);
        member.files.iter().for_each(|(file, bytes)| write(&home.join(file), bytes));
    }
    // Nobody debugs these crates, and writing the data of an incremental build takes a third of the time of a new crate.
    let profile = profiles().replace("debug = \"line-tables-only\"", "debug = false\nincremental = false");
    let names: Vec<&String> = members.iter().map(|member| &member.name).collect();
    let workspace = format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n{}{}", profile, lints::LINTS);
    write(&folder.join("Cargo.toml"), workspace.as_bytes());
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let targets = ["--workspace", "--lib", "--bins", "--test", "*"];
    // Clippy compiles these packages, so they are not compiled here.
    let others = lints::PACKAGES.map(|name| ["--exclude", name]);
    let output = cargo(&folder, &[&BUILD[..], &targets, others.as_flattened()].concat());
    let mut crates = Crates { folder, executables: BTreeMap::new(), messages: Vec::new() };
    lines(&output).for_each(|line| crates.note(&line));
    assert!(!crates.executables.is_empty(), "nothing was built: {}", errors(&output));
    crates
}

/// Removes sources that the crate no longer has, because cargo would build them as targets.
fn remove_others(home: &Path, member: &Crate) {
    for folder in ["src/bin", "tests"] {
        for entry in std::fs::read_dir(home.join(folder)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            if path.is_file() && !member.files.contains_key(&name) {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
}

impl Crates {
    fn note(&mut self, line: &Value) {
        let Some(package) = package(line) else { return };
        if let Some(path) = line["executable"].as_str() {
            self.executables.insert((package, line["target"]["name"].as_str().unwrap().to_owned()), path.into());
        } else {
            self.messages.extend(Message::read(line));
        }
    }

    /// Runs a binary or a test of a package.
    pub fn run(&self, package: &str, target: &str) -> Output {
        let path = self.executables.get(&(package.to_owned(), target.to_owned()));
        let path =
            path.unwrap_or_else(|| panic!("{package}: `{target}` was not built: {}", self.messages_of(package).join("\n")));
        std::process::Command::new(path).current_dir(self.folder.join(package)).output().unwrap()
    }

    /// The messages of the compiler about a package.
    pub fn messages_of(&self, package: &str) -> Vec<&str> {
        self.messages.iter().filter(|message| message.package == package).map(|message| message.text.as_str()).collect()
    }

    /// The errors in a package.
    pub fn errors(&self, package: &str) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(move |message| message.package == package && message.level == "error")
    }

    /// The workspace.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file of a package.
    pub fn read(&self, package: &str, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(package).join(file)).unwrap()
    }

    /// Builds a package again with another content of one file, and returns its errors.
    pub fn rebuilt(&self, package: &str, file: &str, text: &str) -> Vec<Message> {
        write(&self.folder.join(package).join(file), text.as_bytes());
        let output = self.cargo(&[&BUILD[..], &["-p", package]].concat());
        lines(&output)
            .filter_map(|line| Message::read(&line))
            .filter(|message| message.package == package && message.level == "error")
            .collect()
    }

    /// Runs cargo in the workspace, for some of its packages.
    pub fn cargo(&self, arguments: &[&str]) -> Output {
        cargo(&self.folder, &[arguments, &["-p", SAME_FEATURES]].concat())
    }
}

impl Message {
    fn read(line: &Value) -> Option<Self> {
        let message = &line["message"];
        let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
        let spans = message["spans"].as_array().into_iter().flatten();
        let files = spans.filter_map(|span| span["file_name"].as_str()).map(|file| file.replace('\\', "/")).collect();
        message.is_object().then(|| Self {
            package: package(line).unwrap_or_default(),
            level: text("level"),
            text: text("rendered"),
            files,
        })
    }
}

/// The package of a message of cargo. It has the name of its folder.
fn package(line: &Value) -> Option<String> {
    Some(Path::new(line["manifest_path"].as_str()?).parent()?.file_name()?.to_string_lossy().into_owned())
}

/// The messages of cargo as JSON.
fn lines(output: &Output) -> impl Iterator<Item = Value> {
    let lines = output.stdout.split(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice(line).ok())
}
