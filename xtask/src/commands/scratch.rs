//! Makes a complete crate for any document: the runtime of the generator, and generated code.

use super::{library, manifest};
use crate::emit::{self, Change};
use crate::journal::{Fault, Tree};
use crate::model::names::is_keyword;
use crate::pipeline::Generated;
use crate::workspace;
use anyhow::{Context, bail};
use indexmap::IndexMap;
use std::path::Path;
use std::process::Output;

/// The crates of Rust itself.
const BUILT_IN: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// Checks the name of a crate, before it becomes part of paths and code. `example` shows how to give another one.
///
/// # Errors
/// Returns an error if cargo would refuse the name, or code could not refer to the crate by it.
pub fn check_name(name: &str, example: &str) -> anyhow::Result<()> {
    let good = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !good || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        bail!("`{name}` is not a crate name: use letters, digits, `-` and `_`, as in `{example}`");
    }
    let own = read(&workspace::runtime_home()?.join(manifest::FILE))?;
    let of_code = name.replace('-', "_");
    let is_taken = BUILT_IN.contains(&of_code.as_str())
        || is_keyword(&of_code)
        || manifest::dependencies(&own)?.iter().any(|known| known.replace('-', "_") == of_code);
    if is_taken {
        bail!(
            "a crate cannot be called `{name}`, which is a keyword, a crate of Rust or a dependency; choose another name, as in \
             `{example}`"
        );
    }
    Ok(())
}

/// The folders of the crate that have generated files only.
pub const FOLDERS: [&str; 3] = ["src/client", "src/generated", "src/runtime"];

/// The files of the crate, by path relative to its folder. `command` is the command that writes them.
///
/// # Errors
/// Returns an error if the files of the runtime cannot be read.
pub fn crate_files(name: &str, generated: &Generated, command: &str) -> anyhow::Result<IndexMap<String, String>> {
    let home = workspace::runtime_home()?;
    let copy = |text: &str, is_root: bool| copied(text, is_root, command);
    let mut files = IndexMap::new();
    let own = read(&home.join(manifest::FILE))?;
    files.insert(manifest::FILE.to_owned(), manifest::new(&own, name, &generated.prepared.model.choices));
    files.insert(
        "src/lib.rs".to_owned(),
        library::text(&read(&home.join("src/lib.rs"))?, name, generated, &manifest::features(&own), command)?,
    );
    files.insert("src/client.rs".to_owned(), copy(&read(&home.join("src/client.rs"))?, true));
    files.insert("src/generated.rs".to_owned(), copy(FACADE, true));
    let mut sources = Vec::new();
    list_sources(&home, "src/client", &mut sources)?;
    list_sources(&home, "src/runtime", &mut sources)?;
    for path in sources {
        let text = copy(&read(&home.join(&path))?, path == "src/runtime/mod.rs");
        files.insert(path, text);
    }
    files.extend(generated.files.iter().map(|(file, text)| (format!("src/generated/{file}"), text.clone())));
    Ok(files)
}

/// The files of an API crate in a workspace: those of [`crate_files`], and a build script that regenerates outdated modules.
///
/// # Errors
/// Fails like [`crate_files`].
pub fn member_files(name: &str, generated: &Generated, command: &str) -> anyhow::Result<IndexMap<String, String>> {
    let mut files = crate_files(name, generated, command)?;
    files.insert("src/generated.rs".to_owned(), copied(&following_facade()?, true, command));
    files.insert("build.rs".to_owned(), copied(&build_script()?, true, command));
    Ok(files)
}

/// The variant of [`FACADE`] that includes modules made by a build script. It is taken from the crate that owns the runtime.
fn following_facade() -> anyhow::Result<String> {
    let own = read(&workspace::runtime_home()?.join("src/generated.rs"))?;
    let modules =
        own.find("#[cfg(not(").context("the file src/generated.rs of the runtime has no modules; this is a bug of xtask")?;
    Ok(format!("//! The generated code: the modules beside this file, or newer ones of the build script.\n\n{}", &own[modules..]))
}

/// The build script of the crate that owns the runtime, with the module that it includes from the generator.
fn build_script() -> anyhow::Result<String> {
    let home = workspace::runtime_home()?;
    let script = read(&home.join("build.rs"))?;
    let (before, rest) = script.split_once("#[path = \"").context("build.rs takes no module from the generator")?;
    let (path, rest) = rest.split_once("\"]\nmod fingerprint;\n").context("build.rs has no `mod fingerprint`")?;
    let module = read(&home.join(path))?;
    let module: String =
        module.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect();
    Ok(format!("{before}mod fingerprint {{\n{module}}}\n{rest}"))
}

/// The text of a copied file. `is_root` says that it is the root of a module, which carries the lint attributes of the module.
fn copied(text: &str, is_root: bool, command: &str) -> String {
    let text = without_tests(text);
    let code = if is_root { format!("{ALLOWS}\n{text}") } else { text };
    let advice = "Do not edit: that command overwrites it";
    format!("{}\n{code}", emit::marked(command, "", advice, "Runtime of the generator", &code))
}

/// Removes the tests: they run in the crate that owns the runtime.
fn without_tests(text: &str) -> String {
    const TESTS: &str = "\n#[cfg(test)]\nmod tests {\n";
    // rustfmt puts the closing brace of the module on a line of its own.
    let ended = |rest: &str| rest.split_once("\n}\n").map(|(_, behind)| behind.to_owned());
    match text.split_once(TESTS).map(|(before, rest)| (before, ended(rest))) {
        Some((before, Some(behind))) => format!("{before}{behind}"),
        _ => text.to_owned(),
    }
}

/// Lists the Rust files of a folder, recursively.
fn list_sources(home: &Path, folder: &str, found: &mut Vec<String>) -> anyhow::Result<()> {
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(home.join(folder)).with_context(|| format!("cannot list {folder}"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in names {
        let path = format!("{folder}/{name}");
        if home.join(&path).is_dir() {
            list_sources(home, &path, found)?;
        } else if Path::new(&name).extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

/// Lints and formatting of the user's workspace do not apply, since users do not edit this code.
const ALLOWS: &str = r#"#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(
    warnings,
    missing_docs,
    missing_debug_implementations,
    nonstandard_style,
    rust_2018_idioms,
    unreachable_pub,
    unused,
    unused_qualifications,
    unused_results,
    clippy::all,
    clippy::nursery,
    clippy::pedantic,
    clippy::restriction,
    rustdoc::all,
    reason = "generated: the document and the generator decide, not the crate"
)]
"#;

/// This module lies beside the folder of generated code, which contains nothing but generated modules.
const FACADE: &str = r#"//! The generated code.

#[rustfmt::skip]
#[path = "generated/mod.rs"]
mod code;

pub use code::*;
"#;

/// Writes the files of the crate, and removes generated files that are no longer generated.
///
/// # Errors
/// Returns an error if a file cannot be written.
pub fn write(out: &Path, files: &IndexMap<String, String>) -> anyhow::Result<Vec<(String, Change)>> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let (tree, _) = Tree::open(out, &mut Fault::none())?;
    emit::write(&tree, "src/generated", files)
}

/// Runs cargo offline in a scratch crate. All scratch crates share a target directory, so that dependencies are compiled once.
/// They use the Cargo.lock of the generator, whose versions are tested.
///
/// # Errors
/// Returns an error if cargo cannot be started.
pub fn cargo(root: &Path, folder: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    let lock = folder.join("Cargo.lock");
    if !lock.exists() {
        std::fs::copy(root.join("Cargo.lock"), &lock).context("cannot copy Cargo.lock")?;
    }
    let mut command = super::cargo::command();
    command.args(arguments).arg("--offline").arg("--target-dir").arg(root.join("target/try/target")).current_dir(folder);
    command.env_remove("CARGO_TARGET_DIR").env_remove("RUSTC_WORKSPACE_WRAPPER");
    // These crates are rarely built twice, and the incremental data of a large one takes over a gigabyte.
    command.env("CARGO_INCREMENTAL", "0");
    command.output().context("cannot start cargo")
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
