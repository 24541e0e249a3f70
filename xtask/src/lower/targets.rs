//! What references lead to: components, and schemas elsewhere, which become components under a fresh name.

use crate::document::Names;
use crate::document::pointer::{Pointer, component_name, decode, schema_reference};
use crate::document::walk::{self, Node, Site};
use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// The keywords that refer to a schema.
pub const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// Why a reference leads to no schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    Nowhere,
    Several,
    Outside,
}

impl Lost {
    /// What is wrong with the reference, and what to do.
    pub fn explain(self, text: &str) -> (String, &'static str) {
        match self {
            Self::Nowhere => (
                format!("the reference `{text}` points at nothing, or in a circle"),
                "add the component, or correct the reference",
            ),
            Self::Several => {
                let message = format!("the reference `{text}` leads to an anchor that is there several times");
                (message, "refer to the one that is meant by its pointer")
            }
            Self::Outside => {
                let message = format!("the reference `{text}` leads out of this document");
                (message, "bundle the document into one file first, with `npx @redocly/cli bundle` for example")
            }
        }
    }
}

/// Everything that a document names and refers to.
#[derive(Default)]
pub struct Targets {
    anchors: HashMap<String, Vec<Pointer>>,
    /// Schemas by their `$id`.
    ids: IndexMap<String, Pointer>,
    /// Those, and the ones with a `$recursiveAnchor`.
    resources: HashSet<Pointer>,
    recursive: HashSet<Pointer>,
    /// Schemas that are referred to where 3.0 cannot refer to them, and the names that they get.
    names: IndexMap<Pointer, String>,
    taken: Names,
    /// Schemas that are a part of others by `allOf`.
    parts: HashSet<Pointer>,
    /// Schemas that have been taken from their places, with these.
    pub hoisted: IndexMap<String, (Pointer, Value)>,
}

impl Targets {
    /// Reads a whole document.
    pub fn of(source: &Value) -> Self {
        let mut targets = Self::default();
        let schemas = source.pointer("/components/schemas").and_then(Value::as_object);
        schemas.into_iter().flat_map(Map::keys).for_each(|name| targets.taken.take(name));
        let mut references = Vec::new();
        walk::read(source, &mut |site, value| {
            // Webhooks stay as they are.
            if let (Node::Schema, Some(schema)) = (site.node, value.as_object())
                && !site.pointer.as_str().starts_with("/webhooks/")
            {
                targets.name(site.pointer, schema);
                let found = REFERENCES.iter().filter_map(|key| Some((*key, schema.get(*key)?.as_str()?)));
                references.extend(found.map(|(key, text)| (site.pointer.clone(), key, text.to_owned(), site.key == "allOf")));
            }
        });
        for (at, key, text, part) in references {
            let Ok(pointer) = targets.locate(source, &at, key, &text) else { continue };
            if part {
                targets.parts.insert(pointer.clone());
            }
            if component(&pointer).is_none() && !targets.names.contains_key(&pointer) {
                let name = targets.fresh(&pointer);
                targets.names.insert(pointer, name);
            }
        }
        targets
    }

    fn name(&mut self, at: &Pointer, schema: &Map<String, Value>) {
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = schema.get(key).and_then(Value::as_str) {
                self.anchors.entry(name.to_owned()).or_default().push(at.clone());
            }
        }
        if let Some(id) = schema.get("$id").and_then(Value::as_str) {
            self.ids.entry(id.trim_end_matches('#').to_owned()).or_insert_with(|| at.clone());
            self.resources.insert(at.clone());
        }
        if schema.get("$recursiveAnchor") == Some(&json!(true)) {
            self.recursive.insert(at.clone());
        }
    }

    /// Where the reference `text`, which stands in the schema at `at`, leads to.
    pub fn locate(&self, source: &Value, at: &Pointer, key: &str, text: &str) -> Result<Pointer, Lost> {
        if key == "$recursiveRef" {
            let whole = || Pointer::parse(&at.as_str().split('/').take(4).collect::<Vec<_>>().join("/"));
            return Ok(nearest(&self.recursive, at).unwrap_or_else(whole));
        }
        let (base, fragment) = text.split_once('#').unwrap_or((text, ""));
        let resource = if base.is_empty() {
            nearest(&self.resources, at).unwrap_or_default()
        } else {
            let relative = || self.ids.iter().find(|(id, _)| id.ends_with(&format!("/{base}"))).map(|(_, pointer)| pointer);
            self.ids.get(base).or_else(relative).cloned().ok_or(Lost::Outside)?
        };
        let fragment = decode(fragment);
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            // Within a schema with an `$id` pointers begin there; many documents do not know that.
            let candidates = [resource.below(&fragment), Pointer::parse(&fragment)];
            candidates.into_iter().find(|pointer| source.pointer(pointer.as_str()).is_some())
        } else {
            match self.anchors.get(&fragment).map(Vec::as_slice) {
                Some([one]) => Some(one.clone()),
                Some(_) => return Err(Lost::Several),
                None => None,
            }
        };
        found
            .filter(|pointer| source.pointer(pointer.as_str()).is_some_and(|target| target.is_object() || target.is_boolean()))
            .ok_or(Lost::Nowhere)
    }

    /// The reference to what stands at `pointer` as 3.0 writes it.
    pub fn reference(&self, pointer: &Pointer) -> Option<String> {
        component(pointer).or_else(|| self.names.get(pointer).cloned()).map(|name| schema_reference(&name))
    }

    /// Whether the schema at `pointer` is a part of another, whose properties are not seen here.
    pub fn is_part(&self, pointer: &Pointer) -> bool {
        self.parts.contains(pointer)
    }

    /// Takes a lowered schema that is referred to out of its place.
    pub fn take(&mut self, site: Site<'_>, schema: &mut Value) {
        if site.node == Node::Schema
            && let Some(name) = self.names.get(site.pointer)
        {
            // Where it stood, a boolean had a meaning of its own.
            if let Value::Bool(admits) = *schema {
                *schema = if admits { json!({}) } else { json!({ "not": {} }) };
            }
            let reference = json!({ "$ref": schema_reference(name) });
            self.hoisted.insert(name.clone(), (site.pointer.clone(), std::mem::replace(schema, reference)));
        }
    }

    /// Makes a component of a schema that nothing refers to.
    pub fn add(&mut self, pointer: &Pointer, schema: Value) {
        let name = self.fresh(pointer);
        self.hoisted.insert(name, (pointer.clone(), schema));
    }

    /// Those that were not met by the walk.
    pub fn missing(&self) -> Vec<Pointer> {
        let missing = self.names.iter().filter(|(_, name)| !self.hoisted.contains_key(*name));
        missing.map(|(pointer, _)| pointer.clone()).collect()
    }

    /// A name after the last two words of the pointer that say something.
    fn fresh(&mut self, pointer: &Pointer) -> String {
        const SILENT: [&str; 8] =
            ["components", "schemas", "properties", "content", "schema", "paths", "responses", "definitions"];
        let segments = pointer.segments();
        let told: Vec<&str> = segments.iter().map(String::as_str).filter(|word| !SILENT.contains(word)).collect();
        let own = told.iter().rposition(|word| *word == "$defs").map(|index| index + 1);
        let words = told.get(own.unwrap_or(told.len().saturating_sub(2))..).unwrap_or_default();
        let name = words.join(" ").to_upper_camel_case();
        let name = if name.is_empty() { "Schema".to_owned() } else { name };
        self.taken.free(&name)
    }
}

fn component(pointer: &Pointer) -> Option<String> {
    component_name(&format!("#{pointer}"), "schemas")
}

/// The innermost of `all` that holds `at`.
fn nearest(all: &HashSet<Pointer>, at: &Pointer) -> Option<Pointer> {
    let mut outer = (!all.is_empty()).then(|| at.clone());
    while let Some(place) = outer {
        if all.contains(&place) {
            return Some(place);
        }
        outer = place.parent();
    }
    None
}
