//! Lowers an OpenAPI 3.1 document to the equivalent 3.0.3 document, and accounts for every change.
//!
//! This is a single walk. Each object is lowered after its children, so that pointers stay those of the published document even
//! if a pass moves schemas.

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

/// A pass over an object.
struct Pass {
    name: &'static str,
    /// The pass changes only objects with one of these keys. If there are none, it can change any object.
    keys: &'static [&'static str],
    run: fn(&mut Map<String, Value>, Site<'_>, &mut Lowering<'_>),
}

const fn pass(
    name: &'static str,
    keys: &'static [&'static str],
    run: fn(&mut Map<String, Value>, Site<'_>, &mut Lowering<'_>),
) -> Pass {
    Pass { name, keys, run }
}

/// The passes over schemas whose children are not lowered yet.
const SCHEMA_BEFORE: [Pass; 2] = [pass("malformed", &[], malformed::run), pass("checks", &checks::KEYS, checks::run)];

/// The passes over schemas whose children are lowered, in order. Each can rely on the previous ones.
const SCHEMA: [Pass; 14] = [
    pass("references", &references::KEYS, references::run),
    pass("conditions", &["then", "else", "dependentSchemas"], conditions::run),
    pass("nulls", &["nullable", "oneOf", "anyOf"], nulls::run),
    pass("numbers", &["exclusiveMinimum", "exclusiveMaximum"], numbers::run),
    pass("arrays", &["items", "prefixItems", "unevaluatedItems"], arrays::run),
    pass("objects", &["properties", "required", "patternProperties", "unevaluatedProperties"], objects::run),
    pass("strings", &["format", "contentEncoding", "contentMediaType"], strings::run),
    pass("constants", &["const"], constants::run),
    pass("types", &["type", "enum"], types::run),
    pass("arrays", &["type"], arrays::complete),
    pass("constants", &["oneOf", "anyOf"], constants::documented),
    pass("annotations", &["examples", "default"], annotations::run),
    pass("grammar", &[], grammar::run),
    pass("references", &["$ref"], references::wrap),
];

/// The passes over other objects.
const OTHERS: [Pass; 4] = [
    pass("structure", &[], structure::run),
    pass("security", &[], security::run),
    pass("media", &[], media::run),
    pass("grammar", &[], grammar::run),
];

const WAY_OUT: &str = concat!("remove it with an action of the overlay, or ", leave_out!());

/// A document that is being lowered.
struct Lowering<'a> {
    /// The original document.
    source: &'a Value,
    account: &'a mut Account,
    problems: &'a mut Problems,
    targets: Targets,
    /// References that have to be replaced by copies of their targets, each with its own description.
    copies: Vec<(Pointer, Option<Value>)>,
}

/// Lowers `document`. A 3.0 document stays as it is, but ignored parts are reported.
///
/// # Errors
/// Returns all places that cannot be expressed in 3.0, if there are any.
pub fn lower(document: &Document, account: &mut Account) -> Result<Document, Refused> {
    let mut problems = Problems::new(&document.file);
    let lowered = lower_what_can_be(document, account, &mut problems);
    problems.finish(lowered)
}

/// Lowers `document` even if there are problems. Parts that cannot be lowered stay as they are.
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
            Node::Schema => self.passes(&SCHEMA_BEFORE, object, site),
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
        let passes: &[Pass] = if site.node == Node::Schema { &SCHEMA } else { &OTHERS };
        self.passes(passes, object, site);
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

    fn passes(&mut self, passes: &[Pass], object: &mut Map<String, Value>, site: Site<'_>) {
        for pass in passes {
            if pass.keys.is_empty() || object.keys().any(|key| pass.keys.contains(&key.as_str())) {
                self.account.pass(pass.name);
                (pass.run)(object, site, self);
            }
        }
    }

    fn note(&mut self, at: &Pointer, loss: Loss, text: impl Into<String>) {
        self.account.note(at, loss, text);
    }

    fn refuse(&mut self, at: impl Display, message: impl Into<String>, fix: &str) {
        self.problems.add(at, message, fix);
    }

    /// Renames `key` to `x-oas31-…`, with its published value.
    fn keep(&mut self, object: &mut Map<String, Value>, key: &str, at: &Pointer, loss: Loss, text: &str) {
        let Some(value) = object.shift_remove(key) else { return };
        let at = at.at(key);
        let published = at.find(self.source).cloned().unwrap_or(value);
        let kept = format!("x-oas31-{}", key.trim_start_matches('$'));
        self.note(&at, loss, format!("{text}, kept as `{kept}`"));
        object.insert(kept, published);
    }

    /// Lowers a boolean schema. The passes over its parent interpret `false`.
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

    /// Moves referenced schemas to `components`, where 3.0 can refer to them.
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

    /// Replaces references by copies of their targets, if they have a description or are not allowed in 3.0.
    fn copy(&mut self, document: &mut Value) {
        let mut copied = 0;
        for (pointer, description) in std::mem::take(&mut self.copies) {
            let Some(site) = pointer.find(document) else { continue };
            let Some(target) = crate::document::pointer::resolve(document, site) else { continue };
            copied += size(target);
            if copied > MAX_COPIED_BYTES {
                self.refuse(&pointer, "inlining this reference and others like it would copy too much", WAY_OUT);
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

/// Whether the types of a schema include `name`.
fn has_type(schema: &Map<String, Value>, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(types)) => types.iter().any(|one| one == name),
        _ => false,
    }
}

/// The distinct `schemas`, in order.
fn distinct(schemas: impl IntoIterator<Item = Value>) -> Vec<Value> {
    schemas.into_iter().collect::<IndexSet<Value>>().into_iter().collect()
}
