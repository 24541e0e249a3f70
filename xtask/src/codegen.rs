//! The one place that configures and runs progenitor.

use crate::fit::Fitted;
use crate::problem::{Problem, Refused};
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Value, json};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Generates Rust from a fitted document.
///
/// # Errors
/// Where progenitor or typify refuses the document, or panics on it: with the operation or schema that it stumbles over.
pub fn generate(fitted: &Fitted) -> Result<syn::File, Refused> {
    attempt(&fitted.document.value).map_err(|reason| Refused::one(explain(fitted, &reason)))
}

fn attempt(document: &Value) -> Result<syn::File, String> {
    let parsed: OpenAPI =
        serde_json::from_value(document.clone()).map_err(|error| format!("openapiv3 cannot read it: {error}"))?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    settings.with_derive("PartialEq");
    // A map whose order does not change from run to run.
    settings.with_map_type("::std::collections::BTreeMap");
    let outcome = quietly(|| Generator::new(&settings).generate_tokens(&parsed));
    let tokens = outcome?.map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| format!("what progenitor emitted is no Rust: {error}"))
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
                usual(panic)
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

/// Finds the operation or schema without which the rest can be generated.
fn explain(fitted: &Fitted, reason: &str) -> Problem {
    let document = &fitted.document.value;
    let alone = |key: &str| {
        let mut alone = document.clone();
        alone[key] = json!({});
        alone
    };
    let culprit = match attempt(&alone("paths")) {
        // The components are at fault: which one, taken out, changes the reason?
        Err(_) => components_at_fault(document),
        Ok(_) => fitted.operations.iter().find_map(|operation| {
            let mut single = alone("paths");
            let paths = document.get("paths").and_then(Value::as_object)?;
            let (path, item) = paths
                .iter()
                .find(|(_, item)| item.to_string().contains(&format!("\"operationId\":\"{}\"", operation.method_name)))?;
            single["paths"] = json!({ path.as_str(): item });
            attempt(&single).err().map(|_| operation.pointer.to_string())
        }),
    };
    Problem {
        file: fitted.document.file.clone(),
        pointer: format!("#{}", culprit.unwrap_or_default()),
        message: format!("cannot generate: progenitor {reason}"),
        fix: "leave it out with `--select`, or change it with an action of the overlay".to_owned(),
    }
}

/// The last component that is needed for the failure, by adding them one after the other.
fn components_at_fault(document: &Value) -> Option<String> {
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    schemas.iter().find_map(|(name, schema)| {
        let mut trial = document.clone();
        trial["paths"] = json!({});
        // Every other component becomes any JSON, so that references keep their targets.
        let blank = schemas.keys().map(|other| (other.clone(), if other == name { schema.clone() } else { json!({}) }));
        trial["components"]["schemas"] = Value::Object(blank.collect());
        let at = schema.get("x-published-at").and_then(Value::as_str).map(|at| at.trim_start_matches('#').to_owned());
        let published = schema.get("x-published-name").and_then(Value::as_str).unwrap_or(name);
        attempt(&trial).err().map(|_| at.unwrap_or_else(|| format!("/components/schemas/{published}")))
    })
}
