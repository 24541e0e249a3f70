//! Configures and runs progenitor. No other module does.

mod render;

use crate::document::pointer::Pointer;
use crate::model::api::Model;
use crate::model::operations::Operation;
use crate::model::types::{Shape, Type, TypeUse};
use crate::problem::{Problem, Refused, leave_out};
pub use render::alternative;

use indexmap::IndexSet;
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use render::Rendered;
use schemars::schema::{InstanceType, SchemaObject};
use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Generates Rust code from a model.
///
/// # Errors
/// Returns an error if progenitor or typify refuses the document or panics. It names the responsible operations or schemas.
pub fn generate(model: &Model) -> Result<TokenStream, Refused> {
    attempt(model, &document(model)).map_err(|reason| Refused(explain(model, &reason)))
}

/// The document for progenitor.
#[must_use]
pub fn document(model: &Model) -> OpenAPI {
    render::document(&model.api, &all(model), &model.operations)
}

fn all(model: &Model) -> Vec<Rendered<'_>> {
    model.types.iter().map(|(name, def)| (name.as_str(), Some(def))).collect()
}

fn attempt(model: &Model, document: &OpenAPI) -> Result<TokenStream, String> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    settings.with_derive("PartialEq");
    // A map with a deterministic order.
    settings.with_map_type("::std::collections::BTreeMap");
    for (schema, rust) in conversions(model) {
        settings.with_conversion(schema, rust, std::iter::empty());
    }
    let outcome = quietly(|| Generator::new(&settings).generate_tokens(document));
    outcome?.map_err(|error| error.to_string())
}

/// The types that typify does not know, with the schemas that stand for them.
fn conversions(model: &Model) -> Vec<(SchemaObject, String)> {
    let scalars: IndexSet<(&str, String)> =
        model.scalars().into_iter().filter(|own| own.built_in().is_none()).map(|own| (own.name, own.rust_type())).collect();
    let custom = model.types.values().filter_map(|def| match &def.shape {
        Shape::Alias(TypeUse { ty: Type::Custom(rust), .. }) => Some(("string", rust.clone())),
        _ => None,
    });
    let conversion = |(name, rust): (&str, String)| {
        let ty = match name {
            "boolean" => InstanceType::Boolean,
            "integer" => InstanceType::Integer,
            "number" => InstanceType::Number,
            _ => InstanceType::String,
        };
        let extensions = [(render::CONVERSION.to_owned(), rust.as_str().into())].into_iter().collect();
        (SchemaObject { instance_type: Some(ty.into()), extensions, ..SchemaObject::default() }, rust)
    };
    scalars.into_iter().chain(custom).collect::<IndexSet<_>>().into_iter().map(conversion).collect()
}

thread_local! {
    /// Whether a panic on this thread is expected, and becomes an error.
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `run`, and turns a panic into an error without printing it.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    // The panic hook belongs to the process. It is installed once, and is silent only for threads that request it.
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

/// The maximum number of culprits to report.
const MAX_CULPRITS: usize = 20;

/// Finds the components that cannot be generated, or else the operations.
fn explain(model: &Model, reason: &str) -> Vec<Problem> {
    let problem = |pointer: &Pointer, reason: &str| Problem {
        file: model.file.clone(),
        pointer: format!("#{pointer}"),
        message: format!("cannot generate: progenitor {reason}"),
        fix: concat!("change it with an action of the overlay, or ", leave_out!()).to_owned(),
    };
    let components = |some: &[&str]| {
        // All other components become any JSON, so that references to them stay valid.
        let some: HashSet<&str> = some.iter().copied().collect();
        let trial: Vec<Rendered<'_>> =
            all(model).into_iter().map(|(name, def)| (name, def.filter(|_| some.contains(name)))).collect();
        attempt(model, &render::document(&model.api, &trial, &[])).err()
    };
    let operations = |some: &[&Operation]| attempt(model, &render::document(&model.api, &all(model), some.iter().copied())).err();
    let mut found = Vec::new();
    at_fault(&model.types.keys().map(String::as_str).collect::<Vec<_>>(), &components, &mut found);
    let mut problems: Vec<Problem> =
        found.into_iter().map(|(name, reason)| problem(&model.types[name].origin.pointer(), &reason)).collect();
    if problems.is_empty() {
        let mut found = Vec::new();
        at_fault(&model.operations.iter().collect::<Vec<_>>(), &operations, &mut found);
        problems.extend(found.into_iter().map(|(operation, reason)| problem(&operation.pointer, &reason)));
    }
    if problems.is_empty() {
        problems.push(problem(&Pointer::default(), reason));
    }
    problems
}

/// Finds the elements of `all` for which `attempt` fails, with the reasons, by bisection. If several fail only together, the
/// last is reported.
fn at_fault<T: Copy>(all: &[T], attempt: &impl Fn(&[T]) -> Option<String>, found: &mut Vec<(T, String)>) {
    let Some((last, rest)) = all.split_last().filter(|_| found.len() < MAX_CULPRITS) else { return };
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
