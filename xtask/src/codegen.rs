//! The one place that configures and runs progenitor.

use crate::document::pointer::Pointer;
use crate::fit::{Fitted, Operation};
use crate::problem::{Problem, Refused};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Generates Rust from a fitted document.
///
/// # Errors
/// Where progenitor or typify refuses the document, or panics on it: with the operation or schema that it stumbles over.
pub fn generate(fitted: &Fitted) -> Result<TokenStream, Refused> {
    attempt(&fitted.document.value).map_err(|reason| Refused(explain(fitted, &reason)))
}

fn attempt(document: &Value) -> Result<TokenStream, String> {
    let parsed: OpenAPI = OpenAPI::deserialize(document).map_err(|error| format!("openapiv3 cannot read it: {error}"))?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    settings.with_derive("PartialEq");
    // A map whose order does not change from run to run.
    settings.with_map_type("::std::collections::BTreeMap");
    let outcome = quietly(|| Generator::new(&settings).generate_tokens(&parsed));
    outcome?.map_err(|error| error.to_string())
}

thread_local! {
    /// Whether a panic of this thread is expected and becomes an error.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Turns a panic into its message, without printing it.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    // The hook is the process's: it is set once, and silent only for the thread that asks for it.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !EXPECTED.get() {
                usual(panic);
            }
        }));
    });
    EXPECTED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(run));
    EXPECTED.set(false);
    outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        format!("panicked: {}", text.unwrap_or("without a message").lines().next().unwrap_or_default())
    })
}

/// As many culprits are named at once.
const MOST: usize = 20;

/// The components that cannot be generated, or else the operations.
fn explain(fitted: &Fitted, reason: &str) -> Vec<Problem> {
    let problem = |pointer: &str, reason: &str| Problem {
        file: fitted.document.file.clone(),
        pointer: format!("#{pointer}"),
        message: format!("cannot generate: progenitor {reason}"),
        fix: "leave it out with `--select`, or change it with an action of the overlay".to_owned(),
    };
    let document = &fitted.document.value;
    let nothing = Map::new();
    let of = |pointer: &str| document.pointer(pointer).and_then(Value::as_object).unwrap_or(&nothing);
    let (schemas, paths) = (of("/components/schemas"), of("/paths"));
    let with = |paths: Map<String, Value>, schemas: Map<String, Value>| {
        let components = json!({ "schemas": schemas });
        attempt(&json!({ "openapi": "3.0.3", "info": document["info"], "paths": paths, "components": components })).err()
    };
    // Every other component becomes any JSON, so that references keep their targets.
    let blank: Map<String, Value> = schemas.keys().map(|name| (name.clone(), json!({}))).collect();
    let components = |some: &[(&String, &Value)]| {
        let mut trial = blank.clone();
        trial.extend(some.iter().map(|(name, schema)| ((*name).clone(), (*schema).clone())));
        with(Map::new(), trial)
    };
    let operations = |some: &[&Operation]| {
        let key = |operation: &&Operation| format!("/{}", operation.method_name);
        let trial = some.iter().map(key).filter_map(|path| paths.get(&path).map(|item| (path, item.clone())));
        with(trial.collect(), schemas.clone())
    };
    let mut found = Vec::new();
    at_fault(&schemas.iter().collect::<Vec<_>>(), &components, &mut found);
    let mut problems: Vec<Problem> =
        found.into_iter().map(|((name, schema), reason)| problem(&published(name, schema), &reason)).collect();
    if problems.is_empty() {
        let mut found = Vec::new();
        at_fault(&fitted.operations.iter().collect::<Vec<_>>(), &operations, &mut found);
        problems.extend(found.into_iter().map(|(operation, reason)| problem(operation.pointer.as_str(), &reason)));
    }
    if problems.is_empty() {
        problems.push(problem("", reason));
    }
    problems
}

/// Those of `all` with which `attempt` fails, each with the reason, by halves; of several that fail only together the last.
fn at_fault<T: Copy>(all: &[T], attempt: &impl Fn(&[T]) -> Option<String>, found: &mut Vec<(T, String)>) {
    let Some((last, rest)) = all.split_last().filter(|_| found.len() < MOST) else { return };
    let Some(reason) = attempt(all) else { return };
    let before = found.len();
    if !rest.is_empty() {
        let (first, second) = all.split_at(all.len() / 2);
        at_fault(first, attempt, found);
        at_fault(second, attempt, found);
    }
    if found.len() == before {
        found.push((*last, reason));
    }
}

/// Where the published document has a component.
fn published(name: &str, schema: &Value) -> String {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let component = || Pointer::parse("/components/schemas").at(text("x-published-name").unwrap_or(name)).to_string();
    text("x-published-at").map_or_else(component, |at| at.trim_start_matches('#').to_owned())
}
