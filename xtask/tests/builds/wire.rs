//! Runs crates of small documents against the fake server: which requests they send, and how they read responses.
//!
//! `wire/NAME.yaml` is a document, `wire/NAME.overlay.yaml` its optional overlay, `wire/NAME.own.rs` optional types of the user,
//! and `wire/NAME.rs` the test of the crate `wire_api` that is generated from the document.

use crate::common::{case, extent, home};
use crate::conform;
use crate::crates::{Crate, crates as built, testkit};
use crate::examples;
use std::path::{Path, PathBuf};

/// The documents of this run, including all documents of [`conform`].
fn documents() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(home().join("tests/wire")).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(".yaml")).collect();
    documents.retain(|path| !path.to_string_lossy().ends_with(".overlay.yaml"));
    documents.sort();
    let is_selected =
        |number: usize, name: &str| number.is_multiple_of(extent(5, 1)) || conform::documents().any(|document| document == name);
    let stem = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    documents.into_iter().enumerate().filter(|(number, path)| is_selected(*number, &stem(path))).map(|(_, path)| path).collect()
}

/// A crate for each document, with its test.
pub fn crates() -> Vec<Crate> {
    documents().into_iter().map(member).collect()
}

fn member(document: PathBuf) -> Crate {
    let read = |path: PathBuf| std::fs::read(path).unwrap();
    let mut case = case(document.clone());
    case.input.crate_name = format!("wire-{}", case.name);
    // The test uses the same name for the package, whatever the package is called.
    let alias = format!("\nextern crate wire_{} as wire_api;\n", case.name.replace('-', "_"));
    let test = [read(document.with_extension("rs")), alias.into_bytes()].concat();
    let blocking = String::from_utf8_lossy(&test).contains("_blocking(");
    let dependencies = format!("\n[dev-dependencies]\n{}tokio = {{ version = \"1\", features = [\"rt\"] }}\n", testkit());
    let overlay = document.with_extension("overlay.yaml");
    let features = if blocking { "default = [\"blocking\"]\n" } else { "default = []\n" };
    let manifest = |text: &str| text.replace("default = []\n", features) + &dependencies;
    let member = Crate::of(&case.input).manifest(manifest);
    // The user's own types are part of the crate.
    let own = document.with_extension("own.rs");
    let member = if own.exists() {
        let library = [&member.files["src/lib.rs"][..], b"pub mod own;\n"].concat();
        member.with("src/lib.rs", library).with("src/own.rs", read(own))
    } else {
        member
    };
    let member = if overlay.exists() { member.with("overlay.yaml", read(overlay)) } else { member };
    let member = member
        .with("document.yaml", read(document.clone()))
        .with(&format!("tests/{}.rs", case.name), test)
        .with("tests/support/mod.rs", read(document.with_file_name("support.rs")));
    if has_examples(&document) { examples::with_test(member, "") } else { member }
}

/// Whether the examples of a document can run. Other examples need credentials.
fn has_examples(document: &Path) -> bool {
    !std::fs::read_to_string(document).unwrap().contains("securitySchemes")
}

#[test]
fn examples_of_small_documents_are_accepted_by_the_fake() {
    for document in documents().iter().filter(|document| has_examples(document)) {
        examples::assert_accepted(&format!("wire-{}", document.file_stem().unwrap().to_str().unwrap()));
    }
}

#[test]
fn crates_of_small_documents_behave_as_their_tests_say() {
    let crates = built();
    let documents = documents();
    assert!(documents.len() > 5, "{documents:?}");
    for document in documents {
        let name = document.file_stem().unwrap().to_str().unwrap().to_owned();
        let package = format!("wire-{name}");
        assert!(crates.messages_of(&package).is_empty(), "{}", crates.messages_of(&package).join("\n"));
        let output = crates.run(&package, &name);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}: {text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("test result: ok.") && !text.contains("running 0 tests"), "{name}: {text}");
    }
}
