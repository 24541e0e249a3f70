//! Brings what references in other local files point at into the document, each as a component of its own.

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

/// The groups of components that hold what can be referred to.
const GROUPS: [(Node, &str); 7] = [
    (Node::Schema, "schemas"),
    (Node::Parameter, "parameters"),
    (Node::Header, "headers"),
    (Node::RequestBody, "requestBodies"),
    (Node::Response, "responses"),
    (Node::Callback, "callbacks"),
    (Node::SecurityScheme, "securitySchemes"),
];

/// Bundles `document`, and hands back the files that it took to do so.
///
/// # Errors
/// Returns an error if a reference leads out of the document's folder, to a file that is not read, or to nothing in it.
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

/// What will be a component called `name`.
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
    /// The names of each group.
    taken: HashMap<&'static str, Names>,
    wanted: Vec<Wanted>,
    /// Schemas that are called otherwise in their files.
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

    /// A component that is nothing but a reference to another file keeps its name for what is there.
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

    /// From now on the component `name` stands for what is at `place`, unless another one does already.
    fn want(&mut self, node: Node, place: Place, name: String) {
        if let Some(group) = group(node)
            && !self.names.contains_key(&(group, place.clone()))
        {
            self.names.insert((group, place.clone()), name.clone());
            self.wanted.push(Wanted { node, group, place, name });
        }
    }

    /// The reference to the component that stands for what is at `place`.
    fn component(&mut self, node: Node, place: Place) -> Option<String> {
        let key = (group(node)?, place);
        if !self.names.contains_key(&key) {
            let name = self.fresh(key.0, &key.1);
            self.want(node, key.1.clone(), name);
        }
        let name = self.names.get(&key)?;
        Some(format!("#{}", Pointer::default().at("components").at(key.0).at(name)))
    }

    /// A name after that of the schema in its file; the first of `Pet`, `Pet2` … that is free.
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

    /// The place that `text` leads to, if it is in another file and something is there; else a problem is noted.
    fn resolve(&mut self, base: &str, at: &Pointer, text: &str) -> Option<Place> {
        let (message, fix) = match locate(base, self.main, text) {
            Ok(Some(place)) if !place.file.is_empty() => match self.files.get(&place.file) {
                Ok(value) if value.pointer(&place.pointer).is_some() => return Some(place),
                Ok(_) => (format!("the reference `{text}` points at nothing in that file"), "correct the reference"),
                Err(reason) => (format!("the reference `{text}` leads to a file that is not read: {reason}"), BUNDLE),
            },
            // Into the document itself, or to the network, which is refused later, by whoever knows the `$id`s.
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

/// OpenAPI knows no reference to an operation, but bundlers do, and large documents are written so.
fn stands_in_place(node: Node) -> bool {
    matches!(node, Node::PathItem | Node::Operation)
}

/// References to references go no further than that; one that does goes in a cycle, and is refused later.
const MAX_DEPTH: usize = 64;

const BUNDLE: &str = "bundle the document into one file first, with `npx @redocly/cli bundle` for example";

/// Makes the references of what stands in the file `base` those of the document.
struct Rewriter<'b, 'a> {
    base: &'b str,
    /// How many references were followed to what is looked at.
    depth: usize,
    bundler: &'b mut Bundler<'a>,
}

impl Rewriter<'_, '_> {
    /// The reference in the document to what `text` leads to here, where it is another than `text`.
    fn reference(&mut self, node: Node, at: &Pointer, text: &str) -> Option<String> {
        if let Some(place) = self.bundler.resolve(self.base, at, text) {
            return self.bundler.component(node, place);
        }
        match locate(self.base, self.bundler.main, text) {
            Ok(Some(place)) if place.file.is_empty() && !text.starts_with('#') => Some(format!("#{}", place.pointer)),
            _ => None,
        }
    }

    /// Has a discriminator name the components that stand for what it names here.
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
        // Without a mapping the name is the value, whatever the component is called.
        let renamed = alternatives.into_iter().filter_map(|alternative| {
            let reference = self.reference(Node::Schema, &alternative.at, &alternative.reference)?;
            (mappings::name_of(&reference) != alternative.name).then_some((alternative.name, reference))
        });
        mappings::add(schema, renamed.collect());
    }

    /// Whether the file, which is not the document itself, has a component of that name.
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

    /// What has no place among the components of 3.0 takes the place of the reference.
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
