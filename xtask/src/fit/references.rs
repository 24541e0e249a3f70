//! Resolves references: afterwards each leads to a component. References that lead nowhere are problems.

use crate::account::{Account, Loss};
use crate::document::pointer::{Pointer, resolve};
use crate::document::targets::Targets;
use crate::document::walk::{self, Node, Site, Visitor};
use crate::problem::Problems;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(document: &mut Value, problems: &mut Problems, account: &mut Account) {
    let targets = Targets::of(document, false);
    let mut references = References { source: document, targets: &targets, problems, account, redirected: Vec::new() };
    walk::read(document, &mut |site, value| references.visit(site, value));
    let not_walked: Vec<Pointer> =
        targets.places().filter(|place| walk::node_at(document, place) != Some(Node::Schema)).cloned().collect();
    for place in &not_walked {
        let schema = place.find(document).unwrap_or(&Value::Null);
        walk::read_below(Node::Schema, place, schema, &mut |site, value| references.visit(site, value));
    }
    for (place, schema) in references.redirected {
        // The place is gone if it was beside a reference.
        if let Some(value) = document.pointer_mut(place.as_str()) {
            *value = Value::Object(schema);
        }
    }
    account.moved.extend(hoist(document, targets, not_walked));
}

/// Moves the schemas that become components there. Returns their places.
fn hoist(document: &mut Value, mut targets: Targets, not_walked: Vec<Pointer>) -> IndexMap<String, Pointer> {
    let schema = |place: Pointer| Some((place.find(document)?.clone(), place));
    let mut schemas: Vec<(Value, Pointer)> = not_walked.into_iter().filter_map(schema).collect();
    if targets.places().next().is_some() {
        walk::accept(Node::Document, &Pointer::default(), document, &mut Take(&mut targets));
    }
    for (schema, place) in &mut schemas {
        walk::accept(Node::Schema, place, schema, &mut Take(&mut targets));
    }
    targets.place(document)
}

struct Take<'a>(&'a mut Targets);

impl Visitor for Take<'_> {
    fn leave(&mut self, site: Site<'_>, value: &mut Value) {
        self.0.take(site, value);
    }
}

struct References<'a> {
    source: &'a Value,
    targets: &'a Targets,
    problems: &'a mut Problems,
    account: &'a mut Account,
    /// The new schemas, by place.
    redirected: Vec<(Pointer, Map<String, Value>)>,
}

impl References<'_> {
    fn visit(&mut self, site: Site<'_>, value: &Value) {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str)
            && check(self.source, site, value, reference, self.problems)
            && let (Node::Schema, Value::Object(schema)) = (site.node, value)
        {
            self.redirect(schema, site.pointer, reference);
        }
    }

    /// Makes a schema refer to a component, or replaces it by the target of its reference.
    fn redirect(&mut self, published: &Map<String, Value>, at: &Pointer, reference: &str) {
        let target = self.targets.locate(self.source, at, "$ref", reference).ok();
        let component = target.as_ref().and_then(|target| self.targets.reference(target));
        if published.len() == 1 && component.as_deref() == Some(reference) {
            return;
        }
        let (mut schema, here) = (published.clone(), at.at("$ref"));
        if schema.len() > 1 {
            siblings(&mut schema, at, self.account);
        }
        if let Some(scalar) = target.and_then(|target| self.targets.inline(self.source, &target)) {
            schema.shift_remove("$ref");
            for (key, value) in scalar {
                schema.entry(key.clone()).or_insert_with(|| value.clone());
            }
            self.account.note(&here, Loss::Exact, "became what it refers to, which has no name");
        } else if let Some(component) = component {
            if component != reference {
                self.account.note(&here, Loss::Exact, "its target became a component");
            }
            schema.insert("$ref".to_owned(), Value::String(component));
            if schema.len() > 1 {
                let reference = schema.shift_remove("$ref");
                schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
            }
        }
        self.redirected.push((at.clone(), schema));
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
        None => "nothing, or to itself",
    };
    let fix = "add the component, or correct the reference; `--skip-refused` leaves out the operations that use it";
    problems.add(at, format!("the reference `{reference}` refers to {what}"), fix);
    false
}

/// Keeps useful siblings of a `$ref`, which 3.0 ignores: texts, and `nullable`.
fn siblings(schema: &mut Map<String, Value>, at: &Pointer, account: &mut Account) {
    for key in schema.keys().filter(|key| *key != "$ref" && !key.starts_with("x-")) {
        match key.as_str() {
            "description" => {}
            "nullable" => {
                account.note(&at.at(key), Loss::Widened, "is a sibling of `$ref`, where OpenAPI ignores it, but is used");
            }
            _ => account.note(&at.at(key), Loss::Kept, "is a sibling of `$ref`, where OpenAPI ignores it"),
        }
    }
    schema.retain(|key, _| matches!(key.as_str(), "$ref" | "description" | "nullable") || key.starts_with("x-"));
}
