//! Regenerates the client into `OUT_DIR` where the document has changed since the checked-in code was made.
//!
//! std only. It is not part of the published package, and does nothing where there is no document beside the crate.
//! It never writes to a tracked file: `cargo xtask generate` does.

// Only part of the module is needed here.
#[allow(dead_code)]
#[path = "../xtask/src/fingerprint.rs"]
mod fingerprint;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const PUBLISHED: &str = "spec/deck-v2.json";
/// Besides the document: what else the generated code depends on. The selection need not exist.
const OTHERS: [&str; 3] = ["spec/overlay.yaml", "spec/selection.txt", "Cargo.lock"];

/// Is there while the xtask writes, and where it was killed over that.
const JOURNAL: &str = ".xtask-journal";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(api_regenerated)");
    let package = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let Some(root) = package.parent().filter(|root| root.join(PUBLISHED).exists()) else { return };
    // A path that does not exist would run this script at every build.
    for file in [PUBLISHED].iter().chain(&OTHERS).filter(|file| root.join(file).exists()) {
        println!("cargo::rerun-if-changed={}", root.join(file).display());
    }
    println!("cargo::rerun-if-changed={}", root.join("spec").display());
    let checked_in = package.join("src/generated");
    println!("cargo::rerun-if-changed={}", checked_in.display());

    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap_or_default();
    let [overlay, selection, lock] = OTHERS.map(read);
    let wanted = fingerprint::of_inputs(&read(PUBLISHED), &overlay, &selection, &lock);
    if one_set(&checked_in, &wanted) && !root.join(JOURNAL).exists() {
        return;
    }
    match regenerate(root) {
        Ok(()) => {
            println!("cargo::rustc-cfg=api_regenerated");
            println!(
                "cargo::warning=deck-api/src/generated is older than {PUBLISHED}, its overlay, selection or generators, or was written by two runs; \
                 this build uses code made from them just now. To commit it, run: cargo xtask generate"
            );
        }
        // Never a success with stale types.
        Err(reason) => {
            for line in reason.lines().filter(|line| !line.trim().is_empty()) {
                println!("cargo::error={line}");
            }
            println!(
                "cargo::error=deck-api/src/generated is older than {PUBLISHED}, or was written by two runs, and cannot be made anew; run: cargo xtask generate"
            );
        }
    }
}

/// Whether every file was generated from these inputs: a run that was killed may have left some of another one.
fn one_set(folder: &Path, wanted: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let paths = entries.flatten().map(|entry| entry.path());
    let texts: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| fs::read_to_string(path).unwrap_or_default())
        .collect();
    !texts.is_empty() && texts.iter().all(|text| fingerprint::in_header(text, "Inputs: ") == Some(wanted))
}

/// Runs the xtask of this workspace in a target directory of its own: in ours it would wait for the build that waits for it.
fn regenerate(root: &Path) -> Result<(), String> {
    if !root.join("xtask/Cargo.toml").exists() {
        return Err("the generator `xtask` does not stand beside the crate".to_owned());
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    // OUT_DIR is `<target>/<profile>/build/<package>/out`; one generator serves all profiles and packages.
    let target = out.ancestors().nth(4).unwrap_or(&out).join("xtask");
    let modules = out.join("generated");
    let offline = xtask(root, &target, &modules, &["--locked", "--offline"])?;
    let output = if needs_network(&offline) { xtask(root, &target, &modules, &["--locked"])? } else { offline };
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Whether cargo, not the xtask, has failed for want of a downloaded package.
fn needs_network(output: &Output) -> bool {
    let text = String::from_utf8_lossy(&output.stderr);
    !output.status.success() && text.contains("--offline")
}

fn xtask(root: &Path, target: &Path, modules: &Path, flags: &[&str]) -> Result<Output, String> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Without what only other commands of the xtask need.
    command.current_dir(root).args(["run", "--quiet", "--package", "xtask", "--no-default-features"]).args(flags);
    command.arg("--target-dir").arg(target).args(["--", "generate", "--modules-into"]).arg(modules);
    // What the outer build is told about compilers and flags is not meant for a tool of the host.
    for variable in ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command.output().map_err(|error| format!("cannot start cargo to run the generator: {error}"))
}
