//! The pipeline from the text of a document to the text of Rust files.

use crate::account::Account;
use crate::document::pointer::Pointer;
use crate::document::{self, Applied, Document, Skipped};
use crate::fit;
use crate::input::Input;
use crate::model::api::Model;
use crate::model::type_choices::{self, TYPES};
use crate::polish::Module;
use crate::problem::{Problem, Refused};
use crate::public_api::PublicApi;
use crate::sample::Samples;
use crate::stack::on_big_stack;
use crate::{codegen, emit, lower, model, polish};
use anyhow::Context;
use indexmap::{IndexMap, IndexSet};

/// A document that is ready for progenitor.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The document after overlay and selection.
    pub document: Document,
    /// The actions of the overlay that were applied.
    pub applied: Option<Applied>,
    /// The number of operations that were not selected.
    pub left_out: usize,
    /// The user's own types that were left out, because the crate must compile on its own.
    pub without: Vec<String>,
    /// The operations that were left out because they are refused.
    pub skipped: Vec<Skipped>,
    /// The changes that lowering made.
    pub lowering: Account,
    /// The model, from which code is generated.
    pub model: Model,
    /// The changes that fitting made.
    pub fitting: Account,
}

/// Generated code.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The document and its model.
    pub prepared: Prepared,
    /// The public API of the code.
    pub api: PublicApi,
    /// The files, by name in the folder of generated code.
    pub files: IndexMap<String, String>,
}

/// Runs the stages before progenitor.
///
/// # Errors
/// Returns an error if the document or the overlay is refused.
pub fn prepare(input: &Input) -> anyhow::Result<Prepared> {
    let (prepared, ()) = prepare_for(input, |_| Ok(()))?;
    Ok(prepared)
}

/// Prepares the document, and runs a `next` stage that can refuse it as well. If the input says so, refused operations are left
/// out.
fn prepare_for<T>(input: &Input, next: impl Fn(&Model) -> Result<T, Refused>) -> anyhow::Result<(Prepared, T)> {
    let Read { mut document, applied, left_out, without } = read(input)?;
    let mut skipped: Vec<Skipped> = Vec::new();
    loop {
        let (mut lowering, mut fitting) = (Account::default(), Account::default());
        let outcome = lower::lower(&document, &mut lowering).and_then(|lowered| {
            fitting = Account::after(&lowering);
            let model = fit::fit(&lowered, &mut fitting)?;
            let next = next(&model)?;
            Ok((model, next))
        });
        match outcome {
            // A client without operations is useless, so this is an error.
            Ok((model, _)) if !skipped.is_empty() && model.operations.is_empty() => {
                return Err(nothing_left(document.file, skipped).into());
            }
            Ok((model, next)) => {
                let prepared = Prepared { document, applied, left_out, without, skipped, lowering, model, fitting };
                return Ok((prepared, next));
            }
            // Each round removes at least one operation or component, so that the loop ends.
            Err(refused) if input.skip_refused => skipped.extend(document::skip(&mut document, refused)?),
            Err(refused) => return Err(refused.into()),
        }
    }
}

/// The error for a document whose operations are all refused.
fn nothing_left(file: String, skipped: Vec<Skipped>) -> Refused {
    let all = Problem {
        file,
        pointer: "#/paths".to_owned(),
        message: "every operation is refused, so there is nothing left to generate".to_owned(),
        fix: "correct the places below, or select other operations".to_owned(),
    };
    let problems: IndexSet<Problem> = std::iter::once(all).chain(skipped.into_iter().map(|skipped| skipped.problem)).collect();
    Refused(problems.into_iter().collect())
}

/// A document after overlay and selection.
#[derive(Clone, Debug)]
pub struct Read {
    pub document: Document,
    pub applied: Option<Applied>,
    pub left_out: usize,
    /// The user's own types that were left out, because the crate must compile on its own.
    pub without: Vec<String>,
}

/// Loads the document, and applies overlay and selection.
///
/// # Errors
/// Returns an error if the document, the overlay or the selection is refused.
pub fn read(input: &Input) -> anyhow::Result<Read> {
    let mut document = document::parse(&input.published.file, &input.published.text)?;
    document::bundle(&mut document, &mut |file| {
        let found = input.beside.iter().find(|source| source.file == file);
        found.map(|source| source.text.clone()).ok_or_else(|| "the crate is made from one document".to_owned())
    })?;
    let applied = match &input.overlay {
        Some(overlay) => Some(document::apply(&mut document, &overlay.file, &overlay.text)?),
        None => None,
    };
    document::inline_path_items(&mut document)?;
    document::reserved::remove(&mut document.value);
    check_types(&document, input)?;
    put_choices(&mut document, input);
    let without = if input.stands_alone { type_choices::drop_own_types(&mut document.value) } else { Vec::new() };
    let left_out = document::select(&mut document, &input.selection)?;
    Ok(Read { document, applied, left_out, without })
}

/// Refuses invalid type choices. This has to happen before the selection removes components that they refer to.
fn check_types(document: &Document, input: &Input) -> Result<(), Refused> {
    let overlaid = document.value.get(TYPES).and_then(serde_json::Value::as_object).into_iter().flatten();
    let overlaid = overlaid.map(|(key, rust)| (key, rust.as_str()));
    let file = input.overlay.as_ref().map_or(&document.file, |overlay| &overlay.file);
    let mut problems = type_choices::check(overlaid, &document.value, (file, Some(&Pointer::default().at(TYPES))));
    let table = Pointer::parse("/package/metadata/openapi/types");
    let is_option = input.types_file.is_empty();
    let place = if is_option { ("--type", None) } else { (input.types_file.as_str(), Some(&table)) };
    let chosen = input.types.iter().map(|(key, rust)| (key, Some(rust.as_str())));
    problems.extend(type_choices::check(chosen, &document.value, place));
    if problems.is_empty() { Ok(()) } else { Err(Refused(problems)) }
}

/// Adds the settings of the caller to the document. They take precedence over those of the overlay.
pub fn put_choices(document: &mut Document, input: &Input) {
    if let (Some(url), Some(root)) = (&input.document_url, document.value.as_object_mut()) {
        root.insert(model::servers::DOCUMENT_URL.to_owned(), url.as_str().into());
    }
    type_choices::choose(&mut document.value, &input.types, &input.lenient);
}

/// Runs the whole pipeline.
///
/// # Errors
/// Returns an error if any stage or progenitor refuses the document.
pub fn generate(input: &Input) -> anyhow::Result<Generated> {
    on_big_stack(|| {
        let (prepared, modules) = modules(input)?;
        let api = PublicApi::of_modules(&modules);
        let files = emit::render(modules, &api, input, &prepared.document);
        Ok(Generated { prepared, api, files })
    })?
}

/// The public API of the code that [`generate`] makes: to know it, nothing has to be printed.
///
/// # Errors
/// Where `generate` has one.
pub fn public_api(input: &Input) -> anyhow::Result<(Prepared, PublicApi)> {
    on_big_stack(|| {
        let (prepared, modules) = modules(input)?;
        Ok((prepared, PublicApi::of_modules(&modules)))
    })?
}

/// The generated code before it is printed.
fn modules(input: &Input) -> anyhow::Result<(Prepared, Vec<Module>)> {
    let (prepared, emitted) = prepare_for(input, codegen::generate)?;
    let samples = Samples::new(&prepared.document.value);
    let mut modules = polish::polish(emitted, &prepared.model, &samples, &input.crate_name)
        .context("progenitor has changed its output; this is a bug of xtask, not of the document")?;
    polish::derives::add(&mut modules, &input.derives)?;
    Ok((prepared, modules))
}
