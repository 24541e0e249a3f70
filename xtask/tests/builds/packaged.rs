//! The published package builds by itself, and contains nothing else of the workspace.

use crate::cargo::{built, cargo, target};
use crate::common::root;
use crate::crates::{Crate, crates as all};
use std::collections::BTreeMap;
use std::path::Path;

const PACKAGE: [&str; 5] = ["package", "--offline", "--allow-dirty", "-p", "deck-api"];

/// The unpacked package.
pub fn crates() -> Vec<Crate> {
    let output = built(&cargo(&root(), &[&PACKAGE[..], &["--no-verify"]].concat()));
    let warnings: Vec<&str> = output.lines().filter(|line| line.contains("warning") && !expected(line)).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    let manifest = std::fs::read_to_string(root().join("deck-api/Cargo.toml")).unwrap();
    let version = xtask::release::version_of(&manifest).unwrap();
    let archive = target().join(format!("package/deck-api-{version}.crate"));
    let folder = tempfile::tempdir().unwrap();
    let tar = std::process::Command::new("tar").arg("-xzf").arg(archive).current_dir(folder.path()).output().unwrap();
    built(&tar);
    let home = folder.path().join(format!("deck-api-{version}"));
    let mut files = BTreeMap::new();
    read(&home, &home, &mut files);
    vec![Crate { name: "deck-api".to_owned(), files }]
}

/// Whether a warning is expected: the build script is excluded on purpose, and the publisher fills in license and repository.
fn expected(line: &str) -> bool {
    line.contains("build.rs") || line.contains("manifest has no") || line.contains("ignoring")
}

fn read(home: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(home, &path, files);
        } else {
            let name = path.strip_prefix(home).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn the_packaged_crate_builds_by_itself_without_warnings() {
    let messages = all().messages_of("deck-api");
    assert!(messages.is_empty(), "{}", messages.join("\n"));
}

#[test]
fn nothing_of_the_workspace_is_in_the_package() {
    let list = cargo(&root(), &[&PACKAGE[..], &["--list"]].concat());
    built(&list);
    let list = String::from_utf8(list.stdout).unwrap();
    for forbidden in ["build.rs", "testkit", "demo", "spec", "xtask"] {
        assert!(!list.contains(forbidden), "{list}");
    }
    assert!(list.contains("src/generated/types.rs") && list.contains("README.md"), "{list}");
}
