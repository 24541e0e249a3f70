//! Checks for any input: the outcome is code that parses, or a refusal with a pointer, and never a panic or another error.
//!
//! The tests and the fuzz targets share these functions.

use serde_json::Value;
use xtask::document::pointer::{Pointer, decode};
use xtask::{Input, Source, problem::Refused};

/// Checks all stages before progenitor.
pub fn prepared(text: &str) -> Result<(), Refused> {
    refusal(text, xtask::on_big_stack(|| xtask::prepare(&input(text, false))).and_then(|outcome| outcome)).map(drop)
}

/// Checks all stages. The generated code must parse.
pub fn generated(text: &str, skip_refused: bool) -> Result<(), Refused> {
    let generated = refusal(text, xtask::generate(&input(text, skip_refused)))?;
    for (file, code) in xtask::emit::modules(&generated.files) {
        assert!(
            ["mod.rs", "credentials.rs", "servers.rs", "types.rs", "builder.rs", "operations.rs"].contains(&file.as_str()),
            "{file}"
        );
        if let Err(error) = syn::parse_file(code) {
            panic!("{file} does not parse: {error}\n{code}");
        }
    }
    for skipped in &generated.prepared.skipped {
        assert!(skipped.problem.pointer.starts_with("#/"), "{} was left out without a pointer", skipped.operation);
    }
    Ok(())
}

/// Checks the comparison with a document that differs only by an unused field. The generator may refuse both documents.
pub fn compared(text: &str) {
    let Ok(read) = xtask::read(&input(text, false)) else { return };
    let old = read.document;
    let mut new = old.clone();
    new.value["x-differs"] = Value::Bool(true);
    let comparison = xtask::on_big_stack(|| xtask::compare::documents(&old, &new)).unwrap();
    assert_eq!(comparison.facts, [], "nothing changed");
}

fn input(text: &str, skip_refused: bool) -> Input {
    let published = Source { file: "any.yaml".to_owned(), text: text.to_owned() };
    Input { published, crate_name: "any-api".to_owned(), skip_refused, ..Input::default() }
}

/// Returns the outcome, and asserts that each problem of a refusal has a pointer, a message and a fix.
fn refusal<T>(text: &str, outcome: anyhow::Result<T>) -> Result<T, Refused> {
    let error = match outcome {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let refused = error.downcast::<Refused>().unwrap_or_else(|error| panic!("an error without a place: {error:#}"));
    assert!(!refused.0.is_empty(), "refused without a problem");
    let document = xtask::document::parse("any.yaml", text).ok();
    for problem in &refused.0 {
        let pointer = problem.pointer.strip_prefix('#').unwrap_or_else(|| panic!("no pointer: {problem}"));
        assert!(!problem.message.is_empty() && !problem.fix.is_empty(), "{problem}");
        if let Some(document) = &document {
            assert!(leads_somewhere(&document.value, pointer), "the pointer leads nowhere: {problem}");
            assert!(!pointer.is_empty() || !problem.message.contains("progenitor"), "{problem}");
        }
    }
    Err(refused)
}

/// Whether a pointer leads to something. It may pass through references, because path items and parameters are inlined. Its last
/// two segments may be missing, because a problem names the place where a missing value should be.
fn leads_somewhere(document: &Value, pointer: &str) -> bool {
    let parent = pointer.rsplitn(3, '/').nth(2).unwrap_or_default();
    let mut current = document;
    for segment in Pointer::parse(parent).segments() {
        for _ in 0..64 {
            if get(current, &segment).is_none() {
                current = target(document, current).unwrap_or(current);
            }
        }
        current = match get(current, &segment) {
            Some(below) => below,
            None => return false,
        };
    }
    true
}

/// The target of a reference, which may name the file of the document itself.
fn target<'a>(document: &'a Value, value: &Value) -> Option<&'a Value> {
    let reference = value.get("$ref")?.as_str()?;
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    document.pointer(&decode(pointer)).filter(|_| file.is_empty() || file.ends_with("any.yaml"))
}

fn get<'a>(value: &'a Value, segment: &str) -> Option<&'a Value> {
    match value {
        Value::Array(list) => list.get(segment.parse::<usize>().ok()?),
        _ => value.get(segment),
    }
}
