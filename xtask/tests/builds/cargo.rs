//! Runs cargo within tests, in the target directory of the test itself, so that no dependency compiles a second time.

use crate::common::root;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Limits the tests to one build at a time, because CI machines have two cores.
static BUILDS: Mutex<()> = Mutex::new(());

pub fn one_at_a_time() -> MutexGuard<'static, ()> {
    BUILDS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The target directory of this test, which the builds of the tests share.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_xtask")).ancestors().nth(2).unwrap().to_owned()
}

/// Runs cargo as a user would from a shell. Each caller passes `--offline` itself.
pub fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// The command that [`cargo`] runs, for a caller that sets more options.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = xtask::commands::cargo::command();
    command.args(arguments).current_dir(folder);
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_TARGET"] {
        command.env_remove(name);
    }
    command.env("CARGO_TARGET_DIR", target());
    command
}

/// The standard error of a command.
pub fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that a command succeeded, and returns its standard error.
pub fn built(output: &Output) -> String {
    let text = errors(output);
    assert!(output.status.success(), "{text}");
    text
}

/// Writes a file only if it is missing or different, because cargo compares modification times.
pub fn write(path: &Path, bytes: &[u8]) {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return;
    }
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The name of the package that [`same_features`] describes.
pub const SAME_FEATURES: &str = "same-features";

/// The manifest of a package without code, for a workspace of scratch crates. It depends on every dependency of this workspace,
/// in the version and with the features that `cargo test --workspace` compiles, including those of macros. Packages that are
/// built together with it reuse the compiled dependencies.
pub fn same_features() -> &'static str {
    static MANIFEST: OnceLock<String> = OnceLock::new();
    MANIFEST.get_or_init(features_of_the_workspace)
}

fn features_of_the_workspace() -> String {
    let dependencies = |edges: &str, depth: &str| {
        let arguments = ["tree", "--workspace", "--offline", "--locked", "--prefix", "none", "-f", "{p}|{f}", "-e", edges];
        let output = cargo(&root(), &[&arguments[..], &["--depth", depth]].concat());
        built(&output);
        let tree = String::from_utf8(output.stdout).unwrap();
        let lines: BTreeSet<String> = tree.lines().filter_map(dependency).collect();
        lines.into_iter().fold(String::new(), |text, line| text + &line + "\n")
    };
    format!(
        "[package]\nname = \"{SAME_FEATURES}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{}\n[build-dependencies]\n{}",
        dependencies("normal,dev,no-proc-macro", "99"),
        dependencies("build", "1"),
    )
}

/// Turns a line of `cargo tree` into a dependency. Returns `None` for a package of this workspace.
fn dependency(line: &str) -> Option<String> {
    let (package, features) = line.trim_end_matches(" (*)").split_once('|')?;
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
    if words.any(|word| word.starts_with("(/") || word.contains(":\\")) {
        return None;
    }
    let features: Vec<&str> = features.split(',').filter(|name| !name.is_empty()).collect();
    // Build metadata after the `+` does not distinguish versions.
    let version = version.split('+').next()?;
    let key = format!("{name}-{}", version.replace('.', "-"));
    Some(format!(
        "{key} = {{ package = \"{name}\", version = \"={version}\", default-features = false, features = {features:?} }}"
    ))
}

/// The profiles of this workspace. With other profiles, cargo would compile the dependencies again.
pub fn profiles() -> String {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let sections = manifest.split("\n[").filter(|section| section.starts_with("profile."));
    sections.flat_map(|section| ["\n[", section, "\n"]).collect()
}
