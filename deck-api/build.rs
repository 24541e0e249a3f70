//! Regenerates the client into `OUT_DIR` if the document has changed since the checked-in code was generated.
//!
//! It uses only std. It does nothing if the document that Cargo.toml names does not exist, as in a published package. It never
//! writes to a tracked file: `cargo xtask generate` does.

// Only part of the module is needed here.
#[allow(dead_code)]
#[path = "../xtask/src/fingerprint.rs"]
mod fingerprint;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// The path of an existing generator; if it is set, this script does not compile one.
const GENERATOR: &str = "API_GENERATOR";

/// Exists while the xtask writes files, and after it was killed during that.
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
        // If a watched path does not exist, cargo runs this script in every build.
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
            println!("cargo::warning={stale}; this build uses newly generated code. To commit it, run: cargo xtask generate");
        }
        // The build must not succeed with stale types.
        Err(reason) => {
            for line in reason.lines().filter(|line| !line.trim().is_empty()) {
                println!("cargo::error={line}");
            }
            println!("cargo::error={stale}, and cannot be regenerated; run: cargo xtask generate");
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

/// Generates the modules into `OUT_DIR`, with the generator that the environment names, or else with the xtask of this workspace.
fn regenerate(root: &Path) -> Result<(), String> {
    if !root.join("xtask/Cargo.toml").exists() {
        return Err("the workspace of the crate does not contain the generator `xtask`".to_owned());
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
    // As `cargo run` does: the generator works on the workspace that contains its package.
    command.current_dir(root).env("CARGO_MANIFEST_DIR", root.join("xtask"));
    let output = generate(command, out).output();
    output.map_err(|error| format!("cannot start {}, which {GENERATOR} names: {error}", generator.display()))
}

/// Compiles and runs the xtask of this workspace, in a separate target directory: in that of the build, it would wait for the
/// build, which waits for it.
fn xtask(root: &Path, out: &Path) -> Result<Output, String> {
    // OUT_DIR is `<target>/<profile>/build/<package>/out`; one generator serves all profiles and packages.
    let target = out.ancestors().nth(4).unwrap_or(out).join("xtask");
    let run = |flags: &[&str]| {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // Without the features that only other commands of the xtask need.
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

/// Whether cargo, not the xtask, failed because a package is not downloaded.
fn needs_network(output: &Output) -> bool {
    let text = String::from_utf8_lossy(&output.stderr);
    !output.status.success() && text.contains("--offline")
}

/// Adds the arguments of the generator.
fn generate(mut command: Command, out: &Path) -> Command {
    command.args(["generate", "--package"]).arg(env::var_os("CARGO_PKG_NAME").unwrap_or_default());
    command.arg("--modules-into").arg(out.join("generated"));
    // Settings of the outer build for compilers and flags do not apply to a tool that runs on the host.
    for variable in ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command
}
