//! Leaves 3.0 documents as they are, and reports ignored keywords.
//!
//! Schemas with 3.1 syntax that has no other meaning in 3.0 are lowered: lists of types, the type null, and numeric exclusive
//! bounds.

use super::{Lowering, grammar, nulls, numbers, references, types};
use crate::account::Loss;
use crate::document::pointer::Pointer;
use crate::document::targets::Targets;
use crate::document::walk::{self, Node, Site, Visitor};
use serde_json::{Map, Value};

/// Runs the pass.
pub fn run(lowering: &mut Lowering<'_>) -> Value {
    let source = lowering.source;
    let mut newer = false;
    lowering.account.pass("grammar");
    walk::read(source, &mut |site, value| {
        let Value::Object(object) = value else { return };
        if site.node != Node::PathItem && object.contains_key("$ref") {
            return beside_a_reference(object, site, lowering);
        }
        for key in grammar::unknown(object, site.node) {
            let (loss, text) = sentence(&key, site.node);
            lowering.note(&site.pointer.at(&key), loss, text);
        }
        if site.node == Node::Schema {
            newer |= note_newer(object, site, lowering);
        }
    });
    let mut value = source.clone();
    if newer {
        // These schemas change their structure, so that pointers into them would become wrong.
        lowering.targets = Targets::of(source, true);
        walk::accept(Node::Document, &Pointer::default(), &mut value, &mut Newer(lowering));
        for pointer in lowering.targets.missing() {
            let mut schema = pointer.find(source).cloned().unwrap_or_default();
            walk::accept(Node::Schema, &pointer, &mut schema, &mut Newer(lowering));
        }
        lowering.place(&mut value);
    }
    value
}

fn beside_a_reference(object: &Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    for key in object.keys().filter(|key| *key != "$ref" && !key.starts_with("x-")) {
        let says =
            site.node == Node::Schema && !nulls::is_annotation(key) && !["readOnly", "writeOnly", "xml"].contains(&key.as_str());
        let loss = if says { Loss::Widened } else { Loss::Kept };
        lowering.note(&site.pointer.at(key), loss, "is a sibling of `$ref`, and has no effect in OpenAPI 3.0");
    }
}

fn sentence(key: &str, node: Node) -> (Loss, String) {
    if node == Node::Schema && grammar::is_of_3_1(key) {
        let says = !key.starts_with('$') && !key.starts_with("content") && key != "examples";
        let loss = if says { Loss::Widened } else { Loss::Kept };
        return (loss, "is a keyword of OpenAPI 3.1, and has no effect in a document of 3.0".to_owned());
    }
    let text = match grammar::resembles(key, node) {
        Some(known) => format!("is unknown and has no effect (did you mean `{known}`?)"),
        None => "is unknown to OpenAPI 3.0 and has no effect".to_owned(),
    };
    (Loss::Kept, text)
}

fn note_newer(object: &Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) -> bool {
    let bounds =
        ["exclusiveMinimum", "exclusiveMaximum"].into_iter().filter(|key| object.get(*key).is_some_and(Value::is_number));
    let types = has_newer_type(object).then_some("type");
    let keys: Vec<&str> = bounds.chain(types).collect();
    for key in &keys {
        let text = "is written as in OpenAPI 3.1 and read that way; let `openapi` say 3.1.0";
        lowering.note(&site.pointer.at(key), Loss::Kept, text);
    }
    !keys.is_empty()
}

fn has_newer_type(object: &Map<String, Value>) -> bool {
    object.get("type").is_some_and(|own| own.is_array() || own == "null")
}

/// Lowers schemas with 3.1 syntax only.
struct Newer<'a, 'b>(&'a mut Lowering<'b>);

impl Visitor for Newer<'_, '_> {
    fn leave(&mut self, site: Site<'_>, value: &mut Value) {
        if let (Node::Schema, Value::Object(object)) = (site.node, &mut *value) {
            self.schema(object, site);
        }
        self.0.targets.take(site, value);
    }
}

impl Newer<'_, '_> {
    fn schema(&mut self, object: &mut Map<String, Value>, site: Site<'_>) {
        if let Some(text) = object.get("$ref").and_then(Value::as_str).map(str::to_owned) {
            object.shift_remove("$ref");
            references::refer(object, site, "$ref", &text, self.0);
        }
        let source = site.pointer.find(self.0.source).and_then(Value::as_object);
        let null = |branch: &Value| branch.as_object().is_some_and(has_newer_type);
        let unions = ["oneOf", "anyOf"].into_iter().filter_map(|union| source?.get(union)?.as_array());
        if unions.flatten().any(null) {
            nulls::run(object, site, self.0);
        }
        if object.get("exclusiveMinimum").or(object.get("exclusiveMaximum")).is_some_and(Value::is_number) {
            numbers::run(object, site, self.0);
        }
        if has_newer_type(object) {
            types::run(object, site, self.0);
        }
    }
}
