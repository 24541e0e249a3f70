//! Small documents, one idea each: what is generated from them, or why they are refused.
//!
//! A case is `cases/NAME.yaml`, with `NAME.overlay.yaml` and `NAME.select` beside it where there are such, and its outcome in
//! `NAME.out`. `UPDATE=1 cargo test -p xtask --test generator cases` writes the outcomes anew.

use crate::common::{Case, cases, expect, extent, outcome};
use std::sync::OnceLock;

/// Every case with its outcome, generated once for all tests.
fn outcomes() -> &'static [(Case, Result<String, String>)] {
    static OUTCOMES: OnceLock<Vec<(Case, Result<String, String>)>> = OnceLock::new();
    OUTCOMES.get_or_init(|| cases().into_iter().map(|case| (case.clone(), outcome(&case))).collect())
}

#[test]
fn every_case_has_the_outcome_that_is_written_beside_it() {
    assert!(outcomes().len() > 20, "the cases are gone");
    for (case, outcome) in outcomes() {
        let (Ok(text) | Err(text)) = outcome;
        expect(&case.path.with_extension("out"), text);
    }
}

#[test]
fn generating_twice_gives_the_same_bytes_whatever_the_line_ends() {
    for (case, once) in outcomes().iter().step_by(extent(3, 1)) {
        let mut windows = case.clone();
        windows.input.published.text = case.input.published.text.replace('\n', "\r\n");
        assert_eq!(once, &outcome(case), "{}", case.name);
        if once.is_ok() {
            assert_eq!(once, &outcome(&windows), "{}", case.name);
        }
    }
}

#[test]
fn a_file_beside_the_document_counts_for_the_fingerprint() {
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
fn every_refusal_names_a_place_and_a_way_out() {
    for (case, outcome) in outcomes() {
        let Err(text) = outcome else { continue };
        let problems = text.lines().filter(|line| line.starts_with("problem: ")).count();
        assert!(problems > 0, "{}: {text}", case.name);
        assert_eq!(text.lines().filter(|line| line.starts_with("fix: ")).count(), problems, "{}: {text}", case.name);
        assert!(text.lines().filter(|line| line.starts_with("problem: ")).all(|line| line.contains(" #")), "{text}");
    }
}

#[test]
fn what_is_generated_has_neither_the_generators_client_nor_an_undeclared_header() {
    for (case, outcome) in outcomes() {
        let Ok(code) = outcome else { continue };
        for word in ["progenitor", "api-version", "ByteStream", "deny_unknown_fields"] {
            assert!(!code.contains(word), "{}: {word}", case.name);
        }
    }
}

#[test]
fn a_document_all_of_whose_operations_are_left_out_is_refused() {
    let mut case = cases().into_iter().find(|case| case.name == "multipart").unwrap();
    case.input.skip_refused = true;
    let text = outcome(&case).unwrap_err();
    assert!(text.starts_with("problem: multipart.yaml #/paths: every operation is refused"), "{text}");
    assert!(text.contains("multipart/form-data"), "{text}");
}

#[test]
fn a_discriminator_tells_schemas_of_other_files_by_their_own_names() {
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
