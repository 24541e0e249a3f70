//! Crates of the documents in `cases/` compile without warnings, and no code in the prose of a document runs.

use crate::cargo::errors;
use crate::common::{Case, cases, extent, outcome};
use crate::crates::{Crate, crates as built, testkit};
use crate::examples;

/// The case whose documentation tests run.
const HOSTILE: &str = "hostile-prose";

fn package(case: &Case) -> String {
    format!("case-{}", case.name)
}

fn generated() -> Vec<Case> {
    let generated: Vec<Case> = cases().into_iter().filter(|case| outcome(case).is_ok()).collect();
    assert!(generated.len() > 8, "too few cases");
    let is_selected = |(number, case): &(usize, Case)| number.is_multiple_of(extent(24, 1)) || case.name == HOSTILE;
    generated.into_iter().enumerate().filter(is_selected).map(|(_, case)| case).collect()
}

/// A crate for each accepted document, with the feature `schemars`.
pub fn crates() -> Vec<Crate> {
    let member = |mut case: Case| {
        case.input.crate_name = package(&case);
        let dependencies = format!("\n[dev-dependencies]\n{}tokio = {{ version = \"1\", features = [\"rt\"] }}\n", testkit());
        let manifest = |text: &str| text.replace("\ndefault = []\n", "\ndefault = [\"schemars\"]\n") + &dependencies;
        let member = Crate::of(&case.input).manifest(manifest);
        if !has_examples(&case) {
            return member;
        }
        let overlay = case.input.overlay.iter().map(|overlay| ("overlay.yaml", overlay.text.clone()));
        let files = overlay.chain([("document.yaml", case.input.published.text.clone())]);
        let member = files.fold(member, |member, (file, text)| member.with(file, text));
        examples::with_test(member, "")
    };
    generated().into_iter().map(member).collect()
}

/// Whether the examples of a case can run. Other examples need credentials, or files beside the document.
fn has_examples(case: &Case) -> bool {
    let text = &case.input.published.text;
    case.input.beside.is_empty() && text.contains("operationId") && !text.contains("securitySchemes")
}

#[test]
fn examples_of_other_documents_are_accepted_by_the_fake() {
    for case in generated().iter().filter(|case| has_examples(case)) {
        examples::assert_accepted(&package(case));
    }
}

#[test]
fn crates_of_other_documents_compile_without_a_warning() {
    let crates = built();
    for case in generated() {
        assert!(crates.messages_of(&package(&case)).is_empty(), "{}", crates.messages_of(&package(&case)).join("\n"));
    }
}

#[test]
fn no_code_in_the_prose_of_a_document_runs() {
    let tests = built().cargo(&["test", "--offline", "--doc", "-p", &format!("case-{HOSTILE}")]);
    let out = String::from_utf8_lossy(&tests.stdout).into_owned();
    assert!(tests.status.success(), "{out}{}", errors(&tests));
    assert!(out.contains("running 2 tests\n") && out.contains("do_thing") && out.contains("like_placeholders"), "{out}");
}
