//! Fits a lowered document to Rust: makes the model of its operations and types, and of the facts about the whole API.

mod api;
mod bodies;
mod constants;
mod conversions;
mod directions;
mod encodings;
mod files;
mod ignored;
pub(crate) mod inheritance;
mod inline;
mod media;
mod names;
mod operations;
mod parameters;
mod polls;
mod references;
mod responses;
mod scalars;
mod schemas;
mod security;
mod servers;

pub use ignored::READ_CHARSETS;
pub use operations::CLIENT_METHODS;

use crate::account::{Account, Loss};
use crate::document::Document;
use crate::document::pointer::Pointer;
use crate::model::operations::Operation;
use crate::model::server_setters;
use crate::model::types::Types;
use crate::model::{Model, TypeChoices};
use crate::problem::{Problems, Refused};
use schemas::{Reader, TypeBuilder};
use serde_json::{Map, Value};
use typed_arena::Arena;

/// Makes the model of a lowered document.
///
/// # Errors
/// Returns all unsupported places of the document, if there are any.
pub fn fit(lowered: &Document, account: &mut Account) -> Result<Model, Refused> {
    let mut problems = Problems::new(&lowered.file);
    let choices = TypeChoices::read(&lowered.value, &mut problems);
    account.pass("scalars");
    scalars::note_unused(&choices, &lowered.value, account);
    account.pass("ignored");
    ignored::note(&lowered.value, &choices, account);
    let (model, _) = fit_beside(lowered.clone(), choices, |_| false, account, &mut problems);
    account.dedup();
    problems.finish(model)
}

/// Makes the model even if there are problems. Unsupported parts are left out, or become any JSON. Additional operations use the
/// same types, but do not affect them, and are returned separately.
pub fn fit_beside(
    mut document: Document,
    choices: TypeChoices,
    is_beside: impl Fn(&Operation) -> bool,
    account: &mut Account,
    problems: &mut Problems,
) -> (Model, Vec<Operation>) {
    account.pass("references");
    references::run(&mut document.value, problems, account);
    account.pass("inline");
    inline::run(&mut document.value, problems, account);
    account.pass("names");
    let mut published = names::run(&mut document.value, account);
    account.pass("inheritance");
    let common = inheritance::run(&mut document.value, &mut published, account);
    account.pass("operations");
    let mut api = api::api(&document.value, &published, account, problems);
    let conversions = conversions::requested(&document.value, &published, problems);
    account.pass("schemas");
    let size = crate::document::size(&document.value);
    let (schemas, composed) = (take_schemas(&mut document.value), Arena::new());
    let reader = Reader::new(&schemas, &composed, published, common, choices.clone(), account, problems);
    let mut builder = TypeBuilder::new(reader, size);
    builder.components();
    let mut operations = operations::run(&document.value, &api.security, &mut builder);
    let beside = operations.extract_if(.., |operation| is_beside(operation)).collect();
    let mut types = builder.finish();
    // Types do not refer to schemas.
    drop((schemas, composed));
    let all = api.servers.iter().chain(operations.iter().filter_map(|operation| operation.server.as_ref()));
    api.server_setters = server_setters::setters(all, &api.security.credentials, &mut |server, variable, method| {
        let text = format!("is set by `{method}`: its name is another method of the client's builder");
        account.note(&server.pointer.at("variables").at(&variable.name), Loss::Kept, text);
    });
    files::run(&mut types, &mut operations, account);
    directions::set(&mut types, &operations);
    scalars::make_sent_strict(&mut types, &mut operations, account);
    account.pass("nulls");
    scalars::note_nulls(&types, account);
    account.pass("digits");
    scalars::note_digits(&types, account);
    api::check_error_item(&api, &types, problems);
    let polls = polls::read(&document.value, &operations, &types, problems);
    let conversions = conversions::decided(&types, conversions, problems);
    if !account.moved.is_empty() {
        relocate(&mut types, account, problems);
    }
    constants::set(&mut types, &operations);
    (Model { file: document.file, api, operations, types, choices, conversions, polls }, beside)
}

/// Takes the schemas of the components out of a document.
fn take_schemas(document: &mut Value) -> Map<String, Value> {
    match document.pointer_mut("/components/schemas") {
        Some(Value::Object(schemas)) => std::mem::take(schemas),
        _ => Map::new(),
    }
}

/// Translates all places to the published document.
fn relocate(types: &mut Types, account: &mut Account, problems: &mut Problems) {
    problems.relocate(|pointer| account.published(&Pointer::parse(pointer)));
    types.values_mut().for_each(|def| def.relocate(&|pointer| account.published(pointer)));
    account.relocate();
}
