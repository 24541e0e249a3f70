//! Regenerates the client into `OUT_DIR` where the document has changed since the checked-in code was made.
//!
//! std only. It does nothing where the document does not stand where Cargo.toml says, as in a published package.
//! It never writes to a tracked file: `cargo xtask generate` does.

// Only part of the module is needed here.
#[allow(dead_code)]
#[path = "../xtask/src/fingerprint.rs"]
mod fingerprint;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// Names a generator that was built before: this script then compiles none.
const GENERATOR: &str = "API_GENERATOR";

/// Is there while the xtask writes, and where it was killed over that.
const JOURNAL: &str = ".xtask-journal";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(api_regenerated)");
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo::rerun-if-env-changed={GENERATOR}");
    println!("cargo::rerun-if-changed={}", package.join("Cargo.toml").display());
    let manifest = read(&package.join("Cargo.toml"));
    let place = |key: &str| fingerprint::setting(&manifest, key).map(|path| package.join(path));
    let Some(published) = place("document").filter(|file| file.exists()) else { return };
    let Some(root) = package.ancestors().find(|folder| folder.join("Cargo.lock").exists()) else { return };
    let (overlay, selection, lock) = (place("overlay"), place("selection"), root.join("Cargo.lock"));
    for file in [Some(&published), overlay.as_ref(), selection.as_ref(), Some(&lock)].into_iter().flatten() {
        // A path that does not exist would run this script at every build.
        let watched = if file.exists() { file } else { file.parent().unwrap_or(file) };
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    let checked_in = package.join("src/generated");
    println!("cargo::rerun-if-changed={}", checked_in.display());

    let text = |file: &Option<PathBuf>| file.as_deref().map(read).unwrap_or_default();
    let settings = fingerprint::shaping_settings(&manifest);
    let wanted = fingerprint::of_inputs(&read(&published), &text(&overlay), &text(&selection), &settings, &read(&lock));
    if one_set(&checked_in, &wanted) && !root.join(JOURNAL).exists() {
        return;
    }
    let stale = format!(
        "the generated code of {} is older than its document, overlay, selection, settings or generators, or was written by two runs",
        env::var("CARGO_PKG_NAME").unwrap_or_default()
    );
    match regenerate(root) {
        Ok(()) => {
            println!("cargo::rustc-cfg=api_regenerated");
            println!(
                "cargo::warning={stale}; this build uses code made from them just now. To commit it, run: cargo xtask generate"
            );
        }
        // Never a success with stale types.
        Err(reason) => {
            for line in reason.lines().filter(|line| !line.trim().is_empty()) {
                println!("cargo::error={line}");
            }
            println!("cargo::error={stale}, and cannot be made anew; run: cargo xtask generate");
        }
    }
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

/// Whether every file was generated from these inputs: a run that was killed may have left some of another one.
fn one_set(folder: &Path, wanted: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let paths = entries.flatten().map(|entry| entry.path());
    let texts: Vec<String> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).map(|path| read(&path)).collect();
    !texts.is_empty() && texts.iter().all(|text| fingerprint::in_header(text, "Inputs: ") == Some(wanted))
}

/// Has the modules made in `OUT_DIR`: by the generator that the environment names, or else by the xtask of this workspace.
fn regenerate(root: &Path) -> Result<(), String> {
    if !root.join("xtask/Cargo.toml").exists() {
        return Err("the generator `xtask` does not stand in the workspace of the crate".to_owned());
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let output = match env::var_os(GENERATOR) {
        Some(generator) => built_before(root, &generator, &out)?,
        None => xtask(root, &out)?,
    };
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Runs the generator that the environment names.
fn built_before(root: &Path, generator: &OsStr, out: &Path) -> Result<Output, String> {
    let mut command = Command::new(root.join(generator));
    // As `cargo run` does: the generator works on the workspace in which its package stands.
    command.current_dir(root).env("CARGO_MANIFEST_DIR", root.join("xtask"));
    let output = generate(command, out).output();
    output.map_err(|error| format!("cannot start {}, which {GENERATOR} names: {error}", generator.display()))
}

/// Compiles and runs the xtask of this workspace, in a target directory of its own: in ours it would wait for the build that
/// waits for it.
fn xtask(root: &Path, out: &Path) -> Result<Output, String> {
    // OUT_DIR is `<target>/<profile>/build/<package>/out`; one generator serves all profiles and packages.
    let target = out.ancestors().nth(4).unwrap_or(out).join("xtask");
    let run = |flags: &[&str]| {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // Without what only other commands of the xtask need.
        command
            .current_dir(root)
            .args(["run", "--quiet", "--manifest-path", "xtask/Cargo.toml", "--no-default-features"])
            .args(flags)
            .arg("--target-dir")
            .arg(&target)
            .arg("--");
        let output = generate(command, out).output();
        output.map_err(|error| format!("cannot start cargo to run the generator: {error}"))
    };
    let offline = run(&["--locked", "--offline"])?;
    if needs_network(&offline) { run(&["--locked"]) } else { Ok(offline) }
}

/// Whether cargo, not the xtask, has failed for want of a downloaded package.
fn needs_network(output: &Output) -> bool {
    let text = String::from_utf8_lossy(&output.stderr);
    !output.status.success() && text.contains("--offline")
}

/// Adds what the generator is told.
fn generate(mut command: Command, out: &Path) -> Command {
    command.args(["generate", "--package"]).arg(env::var_os("CARGO_PKG_NAME").unwrap_or_default());
    command.arg("--modules-into").arg(out.join("generated"));
    // What the outer build is told about compilers and flags is not meant for a tool of the host.
    for variable in ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command
}
