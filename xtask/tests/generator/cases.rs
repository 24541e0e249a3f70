//! Small documents that test one idea each: the code that is generated from them, or the reason for a refusal.
//!
//! A case is `cases/NAME.yaml`, with optional `NAME.overlay.yaml` and `NAME.select`, and its outcome in `NAME.out`.
//! `UPDATE=1 cargo test -p xtask --test generator cases` updates the outcomes.

use crate::common::{Case, cases, expect, extent, outcome};
use std::sync::OnceLock;

/// Every case with its outcome, generated once for all tests.
fn outcomes() -> &'static [(Case, Result<String, String>)] {
    static OUTCOMES: OnceLock<Vec<(Case, Result<String, String>)>> = OnceLock::new();
    OUTCOMES.get_or_init(|| cases().into_iter().map(|case| (case.clone(), outcome(&case))).collect())
}

#[test]
fn every_case_has_the_expected_outcome() {
    assert!(outcomes().len() > 20, "too few cases");
    for (case, outcome) in outcomes() {
        let (Ok(text) | Err(text)) = outcome;
        expect(&case.path.with_extension("out"), text);
    }
}

#[test]
fn generating_twice_gives_the_same_bytes_whatever_the_line_endings() {
    for (case, once) in outcomes().iter().step_by(extent(6, 1)) {
        let mut windows = case.clone();
        windows.input.published.text = case.input.published.text.replace('\n', "\r\n");
        assert_eq!(once, &outcome(case), "{}", case.name);
        if once.is_ok() {
            assert_eq!(once, &outcome(&windows), "{}", case.name);
        }
    }
}

#[test]
fn a_file_beside_the_document_changes_the_fingerprint() {
    let case = cases().into_iter().find(|case| case.name == "files-beside").unwrap();
    let inputs = |input: &xtask::Input| {
        let files = xtask::generate(input).unwrap().files;
        xtask::fingerprint::in_header(&files["types.rs"], "Inputs: ").unwrap().to_owned()
    };
    for index in 0..case.input.beside.len() {
        let mut changed = case.input.clone();
        changed.beside[index].text.push('\n');
        assert_ne!(inputs(&changed), inputs(&case.input), "{}", changed.beside[index].file);
    }
    assert_eq!(case.input.beside.len(), 3);
}

#[test]
fn every_refusal_names_a_place_and_a_fix() {
    for (case, outcome) in outcomes() {
        let Err(text) = outcome else { continue };
        let problems = text.lines().filter(|line| line.starts_with("problem: ")).count();
        assert!(problems > 0, "{}: {text}", case.name);
        assert_eq!(text.lines().filter(|line| line.starts_with("fix: ")).count(), problems, "{}: {text}", case.name);
        assert!(text.lines().filter(|line| line.starts_with("problem: ")).all(|line| line.contains(" #")), "{text}");
    }
}

#[test]
fn generated_code_has_no_progenitor_client_and_no_undeclared_header() {
    for (case, outcome) in outcomes() {
        let Ok(code) = outcome else { continue };
        for word in ["progenitor", "api-version", "ByteStream", "deny_unknown_fields"] {
            assert!(!code.contains(word), "{}: {word}", case.name);
        }
    }
}

#[test]
fn a_document_whose_operations_are_all_skipped_is_refused() {
    let mut case = cases().into_iter().find(|case| case.name == "multipart").unwrap();
    case.input.skip_refused = true;
    let text = outcome(&case).unwrap_err();
    assert!(text.starts_with("problem: multipart.yaml #/paths: every operation is refused"), "{text}");
    assert!(text.contains("multipart/mixed"), "{text}");
}

#[test]
fn a_discriminator_uses_the_own_names_of_schemas_in_other_files() {
    let (_, outcome) = outcomes().iter().find(|(case, _)| case.name == "mappings-beside").unwrap();
    let text: String = outcome.as_ref().unwrap().split_whitespace().collect();
    for (union, tags) in [
        ("HolderMapped", [("Cat2", "c"), ("Dog", "d"), ("Bird", "b")].as_slice()),
        ("HolderTwoCats", &[("Cat", "own"), ("Cat2", "other")]),
        ("HolderByNameHere", &[("Hen", "Hen"), ("Bird", "Bird")]),
        ("ByWord", &[("Cat2", "cat"), ("Fish", "fish"), ("Hen", "hen")]),
        ("ByName", &[("Cat2", "Cat"), ("Fish", "Fish"), ("Hen", "Chicken")]),
        ("Vehicle", &[("Car", "car"), ("Truck", "truck"), ("VehicleBase", "Vehicle")]),
        ("Shape", &[("Circle", "round"), ("Square2", "Square"), ("ShapeBase", "Shape")]),
    ] {
        let (_, rest) = text.split_once(&format!("union_of!({union},")).unwrap_or_else(|| panic!("{union}: {text}"));
        let variants = rest.split_once(");").unwrap().0;
        for (variant, tag) in tags {
            let expected = ["kind", "form"].map(|property| format!("{variant}({variant})[\"{property}\"=[\"{tag}\"]]"));
            assert!(expected.iter().any(|expected| variants.contains(expected)), "{union}::{variant}: {variants}");
        }
    }
}
