//! Turns a document of OpenAPI 3.1 into the equal one of 3.0.3, and accounts for every change.
//!
//! It is one walk. Each object is lowered after what is below it, so that pointers are those of the published document, whatever
//! a pass moves.

mod annotations;
mod arrays;
mod checks;
mod conditions;
mod constants;
mod grammar;
mod malformed;
mod media;
mod nulls;
mod numbers;
mod objects;
mod openapi_3_0;
mod references;
mod security;
mod shapes;
mod split;
mod strings;
mod structure;
mod texts;
mod types;

pub use types::numeric_string;

use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::targets::Targets;
use crate::document::walk::{self, Node, Site, Visitor};
use crate::document::{Document, MAX_COPIED_BYTES, size};
use crate::problem::{Problems, Refused, leave_out};
use indexmap::IndexSet;
use serde_json::{Map, Value, json};
use std::fmt::Display;

/// What a pass does to an object, below which everything is lowered already.
type Pass = fn(&mut Map<String, Value>, Site<'_>, &mut Lowering<'_>);

/// The passes over schemas, in this order: each may rely on what those before it left.
const SCHEMA: [(&str, Pass); 14] = [
    ("references", references::run),
    ("conditions", conditions::run),
    ("nulls", nulls::run),
    ("numbers", numbers::run),
    ("arrays", arrays::run),
    ("objects", objects::run),
    ("strings", strings::run),
    ("constants", constants::run),
    ("types", types::run),
    ("arrays", arrays::complete),
    ("constants", constants::documented),
    ("annotations", annotations::run),
    ("grammar", grammar::run),
    ("references", references::wrap),
];

/// The passes over everything else.
const OTHERS: [(&str, Pass); 4] =
    [("structure", structure::run), ("security", security::run), ("media", media::run), ("grammar", grammar::run)];

const WAY_OUT: &str = concat!("remove it with an action of the overlay, or ", leave_out!());

/// A document while it is lowered.
struct Lowering<'a> {
    /// The document as it was.
    source: &'a Value,
    account: &'a mut Account,
    problems: &'a mut Problems,
    targets: Targets,
    /// References that become copies of their targets, with a description of their own.
    copies: Vec<(Pointer, Option<Value>)>,
}

/// Lowers `document`; one of 3.0 stays as it is, though what has no effect in it is noted.
///
/// # Errors
/// Returns an error if the document holds what 3.0 cannot say and what no pass mends, all such places at once.
pub fn lower(document: &Document, account: &mut Account) -> Result<Document, Refused> {
    let mut problems = Problems::new(&document.file);
    let lowered = lower_what_can_be(document, account, &mut problems);
    problems.finish(lowered)
}

/// Lowers `document`, whatever is wrong with it: what cannot be lowered stays as it is, and is a problem.
pub fn lower_what_can_be(document: &Document, account: &mut Account, problems: &mut Problems) -> Document {
    let source = texts::complete(&document.value, account);
    let source = source.as_ref();
    shapes::check(source, problems);
    let is_3_0 = document.is_3_0();
    let targets = if is_3_0 { Targets::default() } else { Targets::of(source, true) };
    let mut lowering = Lowering { source, account, problems, targets, copies: Vec::new() };
    let value = if is_3_0 { openapi_3_0::run(&mut lowering) } else { lowering.run() };
    Document { file: document.file.clone(), value }
}

impl Visitor for Lowering<'_> {
    fn enter(&mut self, site: Site<'_>, value: &mut Value) {
        if value.is_null() {
            *value = json!({});
        }
        let Value::Object(object) = value else { return };
        grammar::leave_out_empty(object, site.node);
        self.account.pass("grammar");
        grammar::refuse(object, site, self);
        match site.node {
            Node::Document => structure::set_aside(object, "webhooks", "x-webhooks", site, self),
            Node::Components => {
                structure::set_aside(object, "pathItems", "x-oas31-pathItems", site, self);
                structure::set_aside(object, "mediaTypes", "x-oas31-mediaTypes", site, self);
            }
            Node::Schema => {
                self.account.pass("malformed");
                malformed::run(object, site, self);
                self.account.pass("checks");
                checks::run(object, site, self);
            }
            _ => {}
        }
    }

    fn leave(&mut self, site: Site<'_>, value: &mut Value) {
        if let Value::Bool(admits) = *value {
            self.account.pass("booleans");
            self.boolean(site, value, admits);
            return self.targets.take(site, value);
        }
        let Value::Object(object) = value else { return };
        let passes: &[(&str, Pass)] = if site.node == Node::Schema { &SCHEMA } else { &OTHERS };
        for (name, pass) in passes {
            self.account.pass(name);
            pass(object, site, self);
        }
        self.targets.take(site, value);
    }
}

impl Lowering<'_> {
    fn run(&mut self) -> Value {
        let mut value = self.source.clone();
        walk::accept(Node::Document, &Pointer::default(), &mut value, self);
        self.hoist(&mut value);
        self.copy(&mut value);
        value
    }

    fn note(&mut self, at: &Pointer, loss: Loss, text: impl Into<String>) {
        self.account.note(at, loss, text);
    }

    fn refuse(&mut self, at: impl Display, message: impl Into<String>, fix: &str) {
        self.problems.add(at, message, fix);
    }

    /// Keeps `key` as `x-oas31-…`, with the value that was published.
    fn keep(&mut self, object: &mut Map<String, Value>, key: &str, at: &Pointer, loss: Loss, text: &str) {
        let Some(value) = object.shift_remove(key) else { return };
        let at = at.at(key);
        let published = at.find(self.source).cloned().unwrap_or(value);
        let kept = format!("x-oas31-{}", key.trim_start_matches('$'));
        self.note(&at, loss, format!("{text}, kept as `{kept}`"));
        object.insert(kept, published);
    }

    /// A schema that is `true` or `false`; what a parent makes of `false` is the business of the parent's passes.
    fn boolean(&mut self, site: Site<'_>, value: &mut Value, admits: bool) {
        match (site.node, admits, site.key) {
            (Node::Schema, _, "additionalProperties") => {}
            (Node::Schema, true, _) => {
                *value = json!({});
                self.note(site.pointer, Loss::Exact, "`true` became the empty schema");
            }
            (Node::Schema, false, "properties" | "patternProperties" | "items" | "unevaluatedItems" | "then" | "else") => {}
            (Node::Schema, false, _) => {
                *value = json!({ "not": {} });
                self.note(site.pointer, Loss::Exact, "`false` became `not: {}`");
            }
            _ => {}
        }
    }

    /// Puts what was referred to where 3.0 can refer to it: below `components`.
    fn hoist(&mut self, document: &mut Value) {
        for pointer in self.targets.missing() {
            let Some(mut schema) = pointer.find(self.source).cloned() else { continue };
            walk::accept(Node::Schema, &pointer, &mut schema, self);
        }
        self.place(document);
    }

    fn place(&mut self, document: &mut Value) {
        self.account.pass("references");
        for (name, pointer) in self.targets.place(document) {
            self.note(&pointer, Loss::Exact, format!("moved to `components.schemas` as `{name}`"));
            self.account.moved.insert(name, pointer);
        }
    }

    /// A reference with a description of its own, or where 3.0 has none, becomes a copy of its target.
    fn copy(&mut self, document: &mut Value) {
        let mut copied = 0;
        for (pointer, description) in std::mem::take(&mut self.copies) {
            let Some(site) = pointer.find(document) else { continue };
            let Some(target) = crate::document::pointer::resolve(document, site) else { continue };
            copied += size(target);
            if copied > MAX_COPIED_BYTES {
                self.refuse(&pointer, "this reference and others like it stand for copies of too much", WAY_OUT);
                continue;
            }
            let mut copy = target.clone();
            if let (Some(description), Some(copy)) = (description, copy.as_object_mut()) {
                copy.insert("description".into(), description);
            }
            if let Some(site) = document.pointer_mut(pointer.as_str()) {
                *site = copy;
            }
        }
    }
}

/// Whether a schema is of `name` and perhaps of other types too.
fn has_type(schema: &Map<String, Value>, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(types)) => types.iter().any(|one| one == name),
        _ => false,
    }
}

/// The different ones of `schemas`, in their order.
fn distinct(schemas: impl IntoIterator<Item = Value>) -> Vec<Value> {
    schemas.into_iter().collect::<IndexSet<Value>>().into_iter().collect()
}
