//! References: those that lead nowhere are problems, all others lead to a component afterwards.

use super::names::type_name;
use crate::account::{Account, Loss};
use crate::document::Names;
use crate::document::pointer::{Pointer, component_name, resolve, schema_reference};
use crate::document::walk::{self, Node, Site};
use crate::problem::Problems;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// Runs the pass over `document`, which is a copy of `source`.
pub fn run(document: &mut Value, source: &Value, problems: &mut Problems, account: &mut Account) {
    inline_path_items(document, source, problems);
    let mut moved = Moved::new(source);
    walk::walk(document, &mut |site, value| {
        without_marks(site.node, value);
        let Some(reference) = value.get("$ref").and_then(Value::as_str).map(str::to_owned) else { return };
        if !check(source, site, value, &reference, problems) || site.node != Node::Schema {
            return;
        }
        if component_name(&reference, "schemas").is_none() {
            account.note(&site.pointer.at("$ref"), Loss::Exact, "its target became a component");
            value["$ref"] = json!(schema_reference(&moved.name(&reference)));
        }
        if let Value::Object(object) = value
            && object.len() > 1
        {
            siblings(object, site.pointer, account);
        }
    });
    moved.finish(document, problems);
}

/// What fitting tells polish by keys of a schema; no document has a say in it.
const MARKS: [&str; 7] = ["x-words", "x-open", "x-union", "x-alias", "x-wire-name", "x-published-name", "x-published-at"];

fn without_marks(node: Node, value: &mut Value) {
    if let (Node::Schema, Value::Object(schema)) = (node, value) {
        MARKS.iter().for_each(|mark| drop(schema.shift_remove(*mark)));
    }
}

/// Whether a reference leads somewhere, and to an object.
fn check(source: &Value, site: Site<'_>, value: &Value, reference: &str, problems: &mut Problems) -> bool {
    let at = site.pointer.at("$ref");
    if !reference.starts_with('#') {
        let message = format!("the reference `{reference}` leads to another file, which is not read");
        problems.add(at, message, "bundle the document into one file first");
        return false;
    }
    let what = match resolve(source, value) {
        Some(Value::Object(_)) => return true,
        Some(_) => "what is no object",
        None => "nothing, or in a circle",
    };
    let fix = "add the component, or correct the reference; `--skip-refused` leaves out the operations that use it";
    problems.add(at, format!("the reference `{reference}` points at {what}"), fix);
    false
}

/// 3.0 ignores what stands beside a `$ref`. Prose is of use all the same, and to admit null costs nothing.
fn siblings(object: &mut Map<String, Value>, at: &Pointer, account: &mut Account) {
    let reference = object.shift_remove("$ref").unwrap_or_default();
    for key in object.keys().filter(|key| !key.starts_with("x-")) {
        match key.as_str() {
            "description" => {}
            "nullable" => {
                account.note(&at.at(key), Loss::Widened, "stands beside a `$ref`, where it says nothing, and is honoured")
            }
            _ => account.note(&at.at(key), Loss::Kept, "stands beside a `$ref`, where it says nothing"),
        }
    }
    object.retain(|key, _| key == "description" || key == "nullable" || key.starts_with("x-"));
    object.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
}

fn inline_path_items(document: &mut Value, source: &Value, problems: &mut Problems) {
    let at = Pointer::parse("/paths");
    for (path, item) in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten() {
        if item.get("$ref").is_none() {
            continue;
        }
        match resolve(source, item) {
            Some(target) => *item = target.clone(),
            None => problems.add(
                at.at(path).at("$ref"),
                "the reference of this path leads to nothing in the document",
                "put the path item in place of the reference",
            ),
        }
    }
}

/// Targets of references that are no components yet.
struct Moved<'a> {
    source: &'a Value,
    taken: Names,
    names: IndexMap<String, String>,
}

impl<'a> Moved<'a> {
    fn new(source: &'a Value) -> Self {
        let schemas = source.pointer("/components/schemas").and_then(Value::as_object);
        let mut taken = Names::default();
        schemas.into_iter().flatten().for_each(|(name, _)| taken.take(name));
        Self { source, taken, names: IndexMap::new() }
    }

    /// The component that `reference` leads to from now on.
    fn name(&mut self, reference: &str) -> String {
        if let Some(name) = self.names.get(reference) {
            return name.clone();
        }
        let structure = ["components", "schemas", "properties", "items", "schema", "content", "#"];
        let words: Vec<&str> = reference.split('/').filter(|word| !structure.contains(word)).collect();
        let name = self.taken.free(&type_name(&words.join(" ")));
        self.names.insert(reference.to_owned(), name.clone());
        name
    }

    fn finish(mut self, document: &mut Value, problems: &mut Problems) {
        let mut done = 0;
        // What is moved may hold references of the same kind.
        while let Some((reference, name)) = self.names.get_index(done).map(|(r, n)| (r.clone(), n.clone())) {
            done += 1;
            let mut target = self.source.pointer(&reference[1..]).cloned().unwrap_or_default();
            walk::below(Node::Schema, &Pointer::parse(&reference[1..]), &mut target, &mut |site, value| {
                without_marks(site.node, value);
                let Some(inner) = value.get("$ref").and_then(Value::as_str).map(str::to_owned) else { return };
                if check(self.source, site, value, &inner, problems) && component_name(&inner, "schemas").is_none() {
                    value["$ref"] = json!(schema_reference(&self.name(&inner)));
                }
            });
            if let Some(object) = target.as_object_mut() {
                object.insert("x-published-at".to_owned(), json!(reference));
            }
            if !document["components"].is_object() {
                document["components"] = json!({});
            }
            if !document["components"]["schemas"].is_object() {
                document["components"]["schemas"] = json!({});
            }
            document["components"]["schemas"][name] = target;
        }
    }
}
