//! Bundles a document: turns the targets of references into other local files into components of the document.

use super::files::{Files, Read};
use super::mappings::{self, Alternative};
use super::path_items;
use super::place::{Place, locate, shown};
use super::pointer::{Pointer, schema_reference};
use super::walk::{self, Node, Site, Visitor};
use super::{Document, Names};
use crate::document::Source;
use crate::problem::{Problem, Refused};
use indexmap::IndexSet;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The groups of components, by the kind of their objects.
const GROUPS: [(Node, &str); 7] = [
    (Node::Schema, "schemas"),
    (Node::Parameter, "parameters"),
    (Node::Header, "headers"),
    (Node::RequestBody, "requestBodies"),
    (Node::Response, "responses"),
    (Node::Callback, "callbacks"),
    (Node::SecurityScheme, "securitySchemes"),
];

/// Bundles `document`. Returns the files that it needed.
///
/// # Errors
/// Returns an error if a reference leads out of the document's folder, to a file that cannot be read, or to nothing in it.
pub fn bundle(document: &mut Document, read: Read<'_>) -> Result<Vec<Source>, Refused> {
    let mut bundler = Bundler::new(&document.value, &document.file, read);
    bundler.adopt(&document.value);
    bundler.rewrite("", Node::Document, &Pointer::default(), &mut document.value);
    while let Some(Wanted { node, group, place, name }) = bundler.wanted.pop() {
        let Some(mut value) = bundler.content(&place) else { continue };
        bundler.rewrite(&place.file, node, &Pointer::parse(&place.pointer), &mut value);
        let components = entry(&mut document.value, "components").and_then(|components| entry(components, group));
        if let Some(Value::Object(group)) = components {
            group.insert(name, value);
        }
    }
    mappings::keep_names(&mut document.value, &bundler.renamed);
    if bundler.problems.is_empty() { Ok(bundler.files.sources) } else { Err(Refused(bundler.problems.into_iter().collect())) }
}

fn group(node: Node) -> Option<&'static str> {
    GROUPS.iter().find(|(kind, _)| *kind == node).map(|(_, group)| *group)
}

fn entry<'v>(value: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    Some(value.as_object_mut()?.entry(key).or_insert_with(|| json!({})))
}

/// A component that is still to be made, with its `name`.
struct Wanted {
    node: Node,
    group: &'static str,
    place: Place,
    name: String,
}

struct Bundler<'a> {
    main: &'a str,
    files: Files<'a>,
    names: HashMap<(&'static str, Place), String>,
    /// The names of components in each group.
    taken: HashMap<&'static str, Names>,
    wanted: Vec<Wanted>,
    /// Schemas that have another name in their files: new name and original name.
    renamed: Vec<(String, String)>,
    problems: IndexSet<Problem>,
}

impl<'a> Bundler<'a> {
    fn new(document: &Value, main: &'a str, read: Read<'a>) -> Self {
        let mut taken: HashMap<&'static str, Names> = HashMap::new();
        for (_, group) in GROUPS {
            let components = document.get("components").and_then(|components| components.get(group)?.as_object());
            let names = taken.entry(group).or_default();
            components.into_iter().flat_map(Map::keys).for_each(|name| names.take(name));
        }
        Self {
            main,
            files: Files::new(main, read),
            names: HashMap::new(),
            taken,
            wanted: Vec::new(),
            renamed: Vec::new(),
            problems: IndexSet::new(),
        }
    }

    /// Components that are only a reference to another file keep their names for its target.
    fn adopt(&mut self, document: &Value) {
        let mut found = Vec::new();
        walk::read(document, &mut |site, value| {
            let alone = site.parent == Node::Components && value.as_object().is_some_and(|object| object.len() == 1);
            if let Some(text) = value.get("$ref").and_then(Value::as_str).filter(|_| alone) {
                found.push((site.node, site.pointer.last(), text.to_owned()));
            }
        });
        for (node, name, text) in found {
            if let Ok(Some(place)) = locate("", self.main, &text)
                && !place.file.is_empty()
            {
                self.want(node, place, name);
            }
        }
    }

    /// Registers `name` as the component for the object at `place`, unless there is one already.
    fn want(&mut self, node: Node, place: Place, name: String) {
        if let Some(group) = group(node)
            && !self.names.contains_key(&(group, place.clone()))
        {
            self.names.insert((group, place.clone()), name.clone());
            self.wanted.push(Wanted { node, group, place, name });
        }
    }

    /// The reference to the component for the object at `place`. The component is registered if necessary.
    fn component(&mut self, node: Node, place: Place) -> Option<String> {
        let key = (group(node)?, place);
        if !self.names.contains_key(&key) {
            let name = self.fresh(key.0, &key.1);
            self.want(node, key.1.clone(), name);
        }
        let name = self.names.get(&key)?;
        Some(format!("#{}", Pointer::default().at("components").at(key.0).at(name)))
    }

    /// Makes a free name from that of the schema in its file, such as `Pet` or `Pet2`.
    fn fresh(&mut self, group: &'static str, place: &Place) -> String {
        let own = place.name();
        let word: String = own.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
        let name = self.taken.entry(group).or_default().free(&word);
        if group == "schemas" && name != own {
            self.renamed.push((name.clone(), own));
        }
        name
    }

    fn rewrite(&mut self, base: &str, node: Node, at: &Pointer, value: &mut Value) {
        walk::accept(node, at, value, &mut Rewriter { base, depth: 0, bundler: self });
    }

    fn content(&mut self, place: &Place) -> Option<Value> {
        self.files.get(&place.file).ok()?.pointer(&place.pointer).cloned()
    }

    /// The target of `text`, if it exists in another file. Invalid references are recorded as problems.
    fn resolve(&mut self, base: &str, at: &Pointer, text: &str) -> Option<Place> {
        let (message, fix) = match locate(base, self.main, text) {
            Ok(Some(place)) if !place.file.is_empty() => match self.files.get(&place.file) {
                Ok(value) if value.pointer(&place.pointer).is_some() => return Some(place),
                Ok(_) => (format!("the reference `{text}` refers to nothing in that file"), "correct the reference"),
                Err(reason) => (format!("the reference `{text}` leads to a file that is not read: {reason}"), BUNDLE),
            },
            // References into the document itself are fine. Later stages know all `$id`s, and refuse network addresses.
            Ok(_) => return None,
            Err(reason) => (format!("the reference {reason}"), BUNDLE),
        };
        self.problem(base, at, message, fix);
        None
    }

    fn problem(&mut self, base: &str, at: &Pointer, message: String, fix: &str) {
        let problem = Problem { file: shown(self.main, base), pointer: format!("#{at}"), message, fix: fix.to_owned() };
        self.problems.insert(problem);
    }
}

/// Whether references to such an object are replaced by its content. OpenAPI does not allow references to operations, but some
/// bundlers write them.
fn stands_in_place(node: Node) -> bool {
    matches!(node, Node::PathItem | Node::Operation)
}

/// The maximum length of a chain of references. Longer chains are cycles, which later stages refuse.
const MAX_DEPTH: usize = 64;

const BUNDLE: &str = "bundle the document into one file first, with `npx @redocly/cli bundle` for example";

/// Rewrites the references in content of the file `base`, so that they are valid in the document.
struct Rewriter<'b, 'a> {
    base: &'b str,
    /// The number of references that led to this content.
    depth: usize,
    bundler: &'b mut Bundler<'a>,
}

impl Rewriter<'_, '_> {
    /// The new text of the reference `text`, if it changes.
    fn reference(&mut self, node: Node, at: &Pointer, text: &str) -> Option<String> {
        if let Some(place) = self.bundler.resolve(self.base, at, text) {
            return self.bundler.component(node, place);
        }
        match locate(self.base, self.bundler.main, text) {
            Ok(Some(place)) if place.file.is_empty() && !text.starts_with('#') => Some(format!("#{}", place.pointer)),
            _ => None,
        }
    }

    /// Rewrites the mapping of a discriminator, and adds the names of alternatives that change.
    fn discriminator(&mut self, at: &Pointer, schema: &mut Value) {
        let alternatives = mappings::alternatives(at, schema);
        let by_name: HashMap<&str, &Alternative> = alternatives.iter().rev().map(|one| (one.name.as_str(), one)).collect();
        let mapping = schema.pointer_mut("/discriminator/mapping").and_then(Value::as_object_mut);
        for (tag, target) in mapping.into_iter().flatten() {
            let Some(text) = target.as_str() else { continue };
            let own = at.at("discriminator").at("mapping").at(tag);
            let (at, reference) = match by_name.get(text) {
                Some(alternative) => (&alternative.at, alternative.reference.clone()),
                None if mappings::is_reference(text) => (&own, text.to_owned()),
                None if self.has_component(text) => (&own, schema_reference(text)),
                None => continue,
            };
            if let Some(reference) = self.reference(Node::Schema, at, &reference) {
                *target = json!(reference);
            }
        }
        // Without a mapping, the original name is the value on the wire, whatever the component is called.
        let renamed = alternatives.into_iter().filter_map(|alternative| {
            let reference = self.reference(Node::Schema, &alternative.at, &alternative.reference)?;
            (mappings::name_of(&reference) != alternative.name).then_some((alternative.name, reference))
        });
        mappings::add(schema, renamed.collect());
    }

    /// Whether the file `base`, if it is not the document itself, has a component schema with that name.
    fn has_component(&mut self, name: &str) -> bool {
        let pointer = Pointer::default().at("components").at("schemas").at(name);
        !self.base.is_empty() && self.bundler.files.get(self.base).is_ok_and(|file| pointer.find(file).is_some())
    }
}

impl Visitor for Rewriter<'_, '_> {
    fn enter(&mut self, site: Site<'_>, value: &mut Value) {
        if site.node == Node::Schema && value.get("discriminator").is_some() {
            self.discriminator(site.pointer, value);
        }
        let Some(text) = value.get("$ref").and_then(Value::as_str) else { return };
        if !stands_in_place(site.node)
            && let Some(reference) = self.reference(site.node, &site.pointer.at("$ref"), text)
        {
            value["$ref"] = json!(reference);
        }
    }

    /// Replaces references to path items and operations by their content, since 3.0 has no components for them.
    fn leave(&mut self, site: Site<'_>, value: &mut Value) {
        let Some(text) = value.get("$ref").and_then(Value::as_str).filter(|_| stands_in_place(site.node)) else { return };
        let text = text.to_owned();
        let at = site.pointer.at("$ref");
        let place = self.bundler.resolve(self.base, &at, &text);
        match place.and_then(|place| Some((self.bundler.content(&place)?, place))) {
            Some((mut item, place)) if self.depth < MAX_DEPTH => {
                let mut inner = Rewriter { base: &place.file, depth: self.depth + 1, bundler: self.bundler };
                walk::accept(site.node, &Pointer::parse(&place.pointer), &mut item, &mut inner);
                for key in path_items::put(value, item) {
                    let (message, fix) = path_items::said_twice(&key);
                    self.bundler.problem(self.base, &site.pointer.at(key), message, fix);
                }
            }
            Some(_) => {}
            None => {
                if let Some(reference) = self.reference(site.node, &at, &text) {
                    value["$ref"] = json!(reference);
                }
            }
        }
    }
}
