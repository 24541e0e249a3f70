//! A whole crate for any document: the same runtime and the same facade as deck-api, with code of its own.

use crate::emit::{self, Change};
use crate::journal::{Fault, Tree};
use crate::{Generated, workspace};
use anyhow::{Context, bail};
use indexmap::IndexMap;
use std::path::Path;
use std::process::{Command, Output};

/// Whether the crate stands alone or may be a member of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// A workspace of its own, below the folder of another.
    Alone,
    /// Whatever it is put into.
    Free,
}

/// Checks the name of a crate before it becomes part of paths and code.
///
/// # Errors
/// Where cargo would not take it.
pub fn check_name(name: &str) -> anyhow::Result<()> {
    let good = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !good || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        bail!("`{name}` is no name for a crate: use letters, digits, `-` and `_`, as in `--crate petstore-api`");
    }
    Ok(())
}

/// The files of the crate, by their path below it.
///
/// # Errors
/// Where deck-api's own files cannot be read.
pub fn crate_files(
    root: &Path,
    name: &str,
    generated: &Generated,
    membership: Membership,
) -> anyhow::Result<IndexMap<String, String>> {
    let home = root.join(workspace::CRATE);
    let mut files = IndexMap::new();
    files.insert("Cargo.toml".to_owned(), manifest(&read(&home.join("Cargo.toml"))?, name, membership));
    files.insert("src/lib.rs".to_owned(), library(generated));
    for file in ["client.rs", "generated.rs"] {
        files.insert(format!("src/{file}"), read(&home.join("src").join(file))?);
    }
    let runtime = home.join("src/runtime");
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(&runtime).with_context(|| format!("cannot list {}", runtime.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for file in names.iter().filter(|file| Path::new(file).extension().is_some_and(|extension| extension == "rs")) {
        files.insert(format!("src/runtime/{file}"), read(&runtime.join(file))?);
    }
    files.extend(generated.files.iter().map(|(file, text)| (format!("src/generated/{file}"), text.clone())));
    Ok(files)
}

/// Writes the crate's files; generated ones that are not made any more go.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(out: &Path, files: &IndexMap<String, String>) -> anyhow::Result<Vec<(String, Change)>> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let (tree, _) = Tree::open(out, &mut Fault::none())?;
    emit::write(&tree, "src/generated", files)
}

/// Runs cargo in a scratch crate, offline. One target directory for all, so that dependencies are compiled once; our own lock,
/// so that they are the ones we test with.
///
/// # Errors
/// Where cargo cannot be started.
pub fn cargo(root: &Path, folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        std::fs::copy(root.join("Cargo.lock"), &lock).context("cannot copy Cargo.lock")?;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).arg("--offline").arg("--target-dir").arg(root.join("target/try/target")).current_dir(folder);
    command.env_remove("CARGO_TARGET_DIR").env_remove("RUSTC_WORKSPACE_WRAPPER");
    command.output().context("cannot start cargo")
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// deck-api's dependencies, features and lints under another name.
fn manifest(home: &str, name: &str, membership: Membership) -> String {
    let mut text = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\n");
    if membership == Membership::Alone {
        text.push_str("publish = false\n\n[workspace]\n");
    }
    let mut wanted = false;
    for line in home.lines() {
        if line.starts_with('[') {
            wanted = ["[features]", "[dependencies]"].contains(&line.trim())
                || line.starts_with("[dependencies.")
                || line.starts_with("[lints");
            if wanted {
                text.push('\n');
            }
        }
        if wanted && !line.trim().is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn library(generated: &Generated) -> String {
    let operations = if generated.files.contains_key("operations.rs") { ", operations" } else { "" };
    let builder = if generated.files.contains_key("builder.rs") { ", builder" } else { "" };
    format!(
        "//! Client for {}, generated from its OpenAPI document.\n\n\
         #![forbid(unsafe_code)]\n\n\
         mod client;\n#[path = \"generated.rs\"]\nmod generated;\npub mod runtime;\n\n\
         pub use client::{{Client, ClientBuilder, ConfigError}};\n\
         pub use generated::{{API, types{builder}{operations}}};\n\
         pub use runtime::{{Backoff, Error, ErrorItem, Null, Response, RetryPolicy, Timer}};\n",
        generated.prepared.document.label(),
    )
}
