//! Resolves references: afterwards each leads to a component. References that lead nowhere are problems.

use crate::account::{Account, Loss};
use crate::document::pointer::{Pointer, resolve};
use crate::document::targets::Targets;
use crate::document::walk::{self, Node, Site, Visitor};
use crate::problem::Problems;
use serde_json::{Map, Value, json};

/// Runs the pass over `document`, a copy of `source`.
pub fn run(document: &mut Value, source: &Value, problems: &mut Problems, account: &mut Account) {
    let mut references = References { source, targets: Targets::of(source, false), problems, account };
    walk::accept(Node::Document, &Pointer::default(), document, &mut references);
    for pointer in references.targets.missing() {
        let mut schema = pointer.find(source).cloned().unwrap_or_default();
        walk::accept(Node::Schema, &pointer, &mut schema, &mut references);
    }
    let moved = references.targets.place(document);
    account.moved.extend(moved);
}

struct References<'a> {
    source: &'a Value,
    targets: Targets,
    problems: &'a mut Problems,
    account: &'a mut Account,
}

impl Visitor for References<'_> {
    fn leave(&mut self, site: Site<'_>, value: &mut Value) {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str).map(str::to_owned)
            && check(self.source, site, value, &reference, self.problems)
            && let (Node::Schema, Value::Object(schema)) = (site.node, &mut *value)
        {
            self.redirect(schema, site.pointer, &reference);
        }
        self.targets.take(site, value);
    }
}

impl References<'_> {
    /// Makes a schema refer to a component, or replaces it by the target of its reference.
    fn redirect(&mut self, schema: &mut Map<String, Value>, at: &Pointer, reference: &str) {
        if schema.len() > 1 {
            siblings(schema, at, self.account);
        }
        let Ok(target) = self.targets.locate(self.source, at, "$ref", reference) else { return };
        let here = at.at("$ref");
        if let Some(scalar) = self.targets.inline(self.source, &target) {
            schema.shift_remove("$ref");
            for (key, value) in scalar {
                schema.entry(key.clone()).or_insert_with(|| value.clone());
            }
            return self.account.note(&here, Loss::Exact, "became what it refers to, which has no name");
        }
        let Some(component) = self.targets.reference(&target) else { return };
        if component != reference {
            self.account.note(&here, Loss::Exact, "its target became a component");
        }
        schema.insert("$ref".to_owned(), Value::String(component));
        if schema.len() > 1 {
            let reference = schema.shift_remove("$ref");
            schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
        }
    }
}

/// Whether a reference leads to an object.
fn check(source: &Value, site: Site<'_>, value: &Value, reference: &str, problems: &mut Problems) -> bool {
    let at = site.pointer.at("$ref");
    if !reference.starts_with('#') {
        let message = format!("the reference `{reference}` leads to another file, which is not read");
        problems.add(at, message, "bundle the document into one file first");
        return false;
    }
    let what = match resolve(source, value) {
        Some(Value::Object(_)) => return true,
        Some(_) => "a value that is not an object",
        None => "nothing, or in a cycle",
    };
    let fix = "add the component, or correct the reference; `--skip-refused` leaves out the operations that use it";
    problems.add(at, format!("the reference `{reference}` points at {what}"), fix);
    false
}

/// Keeps useful siblings of a `$ref`, which 3.0 ignores: texts, and `nullable`.
fn siblings(schema: &mut Map<String, Value>, at: &Pointer, account: &mut Account) {
    for key in schema.keys().filter(|key| *key != "$ref" && !key.starts_with("x-")) {
        match key.as_str() {
            "description" => {}
            "nullable" => {
                account.note(&at.at(key), Loss::Widened, "stands beside a `$ref`, where it says nothing, and is honoured");
            }
            _ => account.note(&at.at(key), Loss::Kept, "stands beside a `$ref`, where it says nothing"),
        }
    }
    schema.retain(|key, _| matches!(key.as_str(), "$ref" | "description" | "nullable") || key.starts_with("x-"));
}
