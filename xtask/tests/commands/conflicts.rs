//! Two branches that both take a new document: the steps in CONTRIBUTING.md resolve the merge.

use crate::common::scratch::{Scratch, THINGS};

const CHANGELOG: &str = "deck-api/CHANGELOG.md";
const DOCUMENT: &str = "spec/deck-v2.json";
const MANIFEST: &str = "deck-api/Cargo.toml";
const TYPES: &str = "deck-api/src/generated/types.rs";

fn with_property(name: &str) -> String {
    THINGS.replace("\"size\": {", &format!("\"{name}\": {{ \"type\": \"string\" }}, \"size\": {{"))
}

fn update(scratch: &Scratch, document: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.json");
    std::fs::write(&file, document).unwrap();
    let output = scratch.command(&format!("update {}", file.display())).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Updates the document on a new branch, and commits.
fn branch(scratch: &Scratch, name: &str, document: &str) {
    scratch.git("switch --quiet main");
    scratch.git(&format!("switch --quiet --create {name}"));
    update(scratch, document);
    scratch.commit();
}

#[test]
fn conflicts_in_generated_code_are_resolved_by_generating() {
    let scratch = Scratch::committed(THINGS);
    branch(&scratch, "ours", &with_property("colour"));
    branch(&scratch, "theirs", &with_property("weight").replace(", \"note\": { \"type\": \"string\" }", ""));
    scratch.git("switch --quiet ours");
    assert!(!scratch.try_git("merge theirs").status.success());
    let conflicts = scratch.git("diff --name-only --diff-filter=U");
    for file in [MANIFEST, "Cargo.lock", DOCUMENT, TYPES, CHANGELOG] {
        assert!(conflicts.lines().any(|line| line == file), "{conflicts}");
    }
    assert!(scratch.read(TYPES).contains("<<<<<<< HEAD"));

    // As in CONTRIBUTING.md: take manifest, lock file and document of the newer branch, generate, and merge the changelog by hand.
    scratch.git(&format!("checkout --theirs {MANIFEST} Cargo.lock {DOCUMENT}"));
    let output = scratch.command("generate").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = scratch.read(TYPES);
    assert!(text.contains("pub weight: Option<String>") && !text.contains("colour"), "{text}");
    let files = scratch.files();
    let marked = files.iter().filter(|(_, text)| text.contains("<<<<<<<")).map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    assert_eq!(marked, [CHANGELOG]);
    scratch.git(&format!("checkout --theirs {CHANGELOG}"));
    scratch.commit();
    assert_eq!(scratch.command("check").output().unwrap().status.code(), Some(0));
}

#[test]
fn starting_over_from_the_other_branch_gives_the_next_version() {
    let scratch = Scratch::committed(THINGS);
    branch(&scratch, "theirs", &with_property("weight"));
    branch(&scratch, "ours", &with_property("colour"));
    scratch.git("reset --quiet --hard theirs");
    let both = with_property("weight").replace("\"size\": {", "\"colour\": { \"type\": \"string\" }, \"size\": {");
    update(&scratch, &both);
    assert!(scratch.read(CHANGELOG).contains("## 0.1.2\n") && scratch.read(CHANGELOG).contains("## 0.1.1\n"));
}
