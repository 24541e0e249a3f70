//! Cuts a lowered document to what progenitor can take; what it takes out lives on in the table of operations.

mod api;
mod bodies;
mod conversions;
mod directions;
mod inline;
mod media;
mod names;
mod operations;
mod parameters;
mod polls;
mod properties;
mod references;
mod responses;
mod schemas;
pub mod servers;
mod status;
mod table;

pub use conversions::{Conversion, FieldFrom};
pub use names::{method_name, part_name, type_name};
pub use operations::{CLIENT_METHODS, Methods};
pub use polls::{Answer, Input, Poll, Source, States};
pub use properties::{Property, is_number, properties};
pub use schemas::{Forced, readable, variant};
pub use status::Status;
pub use table::{Api, Auth, Body, Content, Encoding, ErrorCase, Location, Operation, Parameter, Serialization, Style, Success};

use crate::account::Account;
use crate::document::Document;
use crate::model::Direction;
use crate::problem::{Problems, Refused};
use indexmap::IndexMap;
use schemas::{Placer, Reader};
use serde_json::{Map, Value, json};

/// What progenitor gets, and what it need not know.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The document that progenitor gets.
    pub document: Document,
    /// What holds for the whole API.
    pub api: Api,
    /// The operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// Per component: whether it is sent, received, or both.
    pub directions: IndexMap<String, Direction>,
    /// `x-from`: which components are made from which.
    pub conversions: Vec<Conversion>,
    /// `x-poll`: what can be waited for.
    pub polls: Vec<Poll>,
}

impl Fitted {
    /// The fitted schema of what `operation` answers, where all its successes carry the same JSON.
    #[must_use]
    pub fn success(&self, operation: &Operation) -> Option<&Value> {
        let item = self.document.value.get("paths")?.get(format!("/{}", operation.method_name))?;
        item.get(operation.method.to_ascii_lowercase())?.pointer("/responses/200/content/application~1json/schema")
    }

    /// The fitted schema of the component `name`.
    #[must_use]
    pub fn schema(&self, name: &str) -> Option<&Value> {
        self.document.value.get("components")?.get("schemas")?.get(name)
    }
}

/// Fits a lowered document.
///
/// # Errors
/// Where the document holds what is not supported yet, all such places at once.
pub fn fit(lowered: &Document, account: &mut Account) -> Result<Fitted, Refused> {
    let mut problems = Problems::new(&lowered.file);
    let mut fitted = lowered.clone();
    account.pass("references");
    references::run(&mut fitted.value, &lowered.value, &mut problems, account);
    account.pass("inline");
    inline::run(&mut fitted.value, &mut problems, account);
    account.pass("names");
    names::run(&mut fitted.value, account);
    account.pass("operations");
    let api = api::api(&fitted.value, account, &mut problems);
    let conversions = conversions::requested(&fitted.value, &mut problems);
    account.pass("schemas");
    let size = crate::document::size(&fitted.value);
    let components = match fitted.value.pointer_mut("/components/schemas") {
        Some(Value::Object(schemas)) => std::mem::take(schemas),
        _ => Map::new(),
    };
    let mut placer = Placer::new(Reader::new(components, account, &mut problems), size);
    placer.components();
    let (operations, paths) = operations::run(&fitted.value, &mut placer);
    let schemas = placer.finish();
    let polls = polls::read(&fitted.value, &operations, &mut problems);
    // progenitor need not read, and so cannot refuse, what it makes nothing of.
    fitted.value = json!({
        "openapi": "3.0.3",
        "info": { "title": api.title, "version": api.version },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    let conversions = conversions::decided(&fitted.value, conversions, &mut problems);
    let directions = directions::of(&fitted.value, &operations);
    if !account.moved.is_empty() {
        problems.relocate(|pointer| account.published(pointer));
        account.relocate();
    }
    problems.finish(Fitted { document: fitted, api, operations, directions, conversions, polls })
}
