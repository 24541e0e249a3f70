//! The targets of references: components, and other schemas, which become components with new names.

use super::Names;
use super::keywords::{self, Class, REFERENCES};
use super::pointer::{Pointer, component_name, decode, schema_reference};
use super::walk::{self, Node, Site};
use crate::maps::{HashMap, HashSet};
use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// Why a reference cannot be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnresolvedRef {
    Nowhere,
    Several,
    Outside,
}

impl UnresolvedRef {
    /// The problem and its fix.
    #[must_use]
    pub fn explain(self, text: &str) -> (String, &'static str) {
        match self {
            Self::Nowhere => {
                (format!("the reference `{text}` refers to nothing, or to itself"), "add the component, or correct the reference")
            }
            Self::Several => {
                let message = format!("the reference `{text}` refers to an anchor that is defined several times");
                (message, "refer to the one that is meant by its pointer")
            }
            Self::Outside => {
                let message = format!("the reference `{text}` leads out of this document");
                (message, "bundle the document into one file first, with `npx @redocly/cli bundle` for example")
            }
        }
    }
}

/// The anchors, ids and referenced schemas of a document.
#[derive(Default)]
pub struct Targets {
    anchors: HashMap<String, Vec<Pointer>>,
    /// Schemas by their `$id`.
    ids: IndexMap<String, Pointer>,
    /// Schemas with an `$id`.
    resources: HashSet<Pointer>,
    recursive: HashSet<Pointer>,
    /// Referenced schemas that 3.0 cannot refer to at their places, and the names of the components that they become.
    names: IndexMap<Pointer, String>,
    taken: Names,
    /// Schemas that were moved out of their places, by component name.
    hoisted: IndexMap<String, (Pointer, Value)>,
}

/// A reference and its place.
struct Reference {
    at: Pointer,
    key: &'static str,
    text: String,
    /// Whether no keyword beside it concerns the values.
    is_alone: bool,
}

impl Targets {
    /// Reads a whole document. `merged` says that keywords beside a reference apply too, as in 3.1.
    pub fn of(source: &Value, merged: bool) -> Self {
        let mut targets = Self::default();
        let schemas = source.pointer("/components/schemas").and_then(Value::as_object);
        schemas.into_iter().flat_map(Map::keys).for_each(|name| targets.taken.take(name));
        let mut found = Vec::new();
        walk::read(source, &mut |site, value| targets.meet(site, value, &mut found));
        while let Some(reference) = found.pop() {
            let Ok(pointer) = targets.locate(source, &reference.at, reference.key, &reference.text) else { continue };
            let inline = (reference.is_alone || !merged) && targets.inline(source, &pointer).is_some();
            if component(&pointer).is_some() || inline || targets.names.contains_key(&pointer) {
                continue;
            }
            let name = targets.fresh(&pointer);
            if walk::node_at(source, &pointer) != Some(Node::Schema) {
                let schema = pointer.find(source).unwrap_or(&Value::Null);
                walk::read_below(Node::Schema, &pointer, schema, &mut |site, value| targets.meet(site, value, &mut found));
            }
            targets.names.insert(pointer, name);
        }
        targets
    }

    /// Records the anchors, ids and references of a schema.
    fn meet(&mut self, site: Site<'_>, value: &Value, found: &mut Vec<Reference>) {
        let (Node::Schema, Some(schema)) = (site.node, value.as_object()) else { return };
        // Webhooks are not lowered.
        if site.pointer.as_str().starts_with("/webhooks/") {
            return;
        }
        // What names or refers to something does so by a keyword that begins with `$`, which few schemas have.
        if !schema.keys().any(|key| key.starts_with('$')) {
            return;
        }
        self.name(site.pointer, schema);
        let is_alone = schema.keys().all(|key| key.starts_with('$') || stays_outside(key));
        found.extend(REFERENCES.iter().filter_map(|key| {
            let text = schema.get(*key)?.as_str()?.to_owned();
            Some(Reference { at: site.pointer.clone(), key, text, is_alone })
        }));
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

    /// Resolves the reference `text` of the schema at `at`.
    ///
    /// # Errors
    /// Returns an error if the reference does not lead to a schema.
    pub fn locate(&self, source: &Value, at: &Pointer, key: &str, text: &str) -> Result<Pointer, UnresolvedRef> {
        if key == "$recursiveRef" {
            let whole = || Pointer::parse(at.first(3).unwrap_or(at.as_str()));
            return Ok(nearest(&self.recursive, at).unwrap_or_else(whole));
        }
        let (base, fragment) = text.split_once('#').unwrap_or((text, ""));
        let resource = if base.is_empty() {
            nearest(&self.resources, at).unwrap_or_default()
        } else {
            let relative = || self.ids.iter().find(|(id, _)| id.ends_with(&format!("/{base}"))).map(|(_, pointer)| pointer);
            self.ids.get(base).or_else(relative).cloned().ok_or(UnresolvedRef::Outside)?
        };
        let fragment = decode(fragment);
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            // Pointers should be relative to the enclosing schema with an `$id`, but in many documents they are not.
            let candidates = [resource.below(&fragment), Pointer::parse(&fragment)];
            candidates.into_iter().find(|pointer| pointer.find(source).is_some())
        } else {
            match self.anchors.get(&fragment).map(Vec::as_slice) {
                Some([one]) => Some(one.clone()),
                Some(_) => return Err(UnresolvedRef::Several),
                None => None,
            }
        };
        found
            .filter(|pointer| pointer.find(source).is_some_and(|target| target.is_object() || target.is_boolean()))
            .ok_or(UnresolvedRef::Nowhere)
    }

    /// The reference to the schema at `pointer`, in the form of 3.0.
    #[must_use]
    pub fn reference(&self, pointer: &Pointer) -> Option<String> {
        component(pointer).or_else(|| self.names.get(pointer).cloned()).map(|name| schema_reference(&name))
    }

    /// The places of the schemas that become components.
    pub fn places(&self) -> impl Iterator<Item = &Pointer> {
        self.names.keys()
    }

    /// Moves a lowered schema out of its place, if it becomes a component.
    pub fn take(&mut self, site: Site<'_>, schema: &mut Value) {
        if site.node == Node::Schema
            && let Some(name) = self.names.get(site.pointer)
        {
            // As a component, a boolean schema has to be an object.
            if let Value::Bool(admits) = *schema {
                *schema = if admits { json!({}) } else { json!({ "not": {} }) };
            }
            let reference = json!({ "$ref": schema_reference(name) });
            self.hoisted.insert(name.clone(), (site.pointer.clone(), std::mem::replace(schema, reference)));
        }
    }

    /// Makes a component of a schema without references to it.
    pub fn add(&mut self, pointer: &Pointer, schema: Value) {
        let name = self.fresh(pointer);
        self.hoisted.insert(name, (pointer.clone(), schema));
    }

    /// The schema at `pointer`, if it is an unnamed scalar. It can replace references to it.
    #[must_use]
    pub fn inline<'a>(&self, source: &'a Value, pointer: &Pointer) -> Option<&'a Map<String, Value>> {
        let schema = pointer.find(source)?.as_object()?;
        let scalar = matches!(schema.get("type")?.as_str()?, "string" | "integer" | "number" | "boolean");
        let named = ["schemas", "$defs", "definitions"].contains(&pointer.parent()?.last().as_str());
        let plain = scalar && !named && schema.keys().all(|key| is_of_scalars(key) || stays_outside(key));
        (plain && !self.names.contains_key(pointer)).then_some(schema)
    }

    /// Referenced schemas that the walk does not visit, such as those in `definitions`.
    #[must_use]
    pub fn missing(&self) -> Vec<Pointer> {
        let missing = self.names.iter().filter(|(_, name)| !self.hoisted.contains_key(*name));
        missing.map(|(pointer, _)| pointer.clone()).collect()
    }

    /// Adds the moved schemas to the components. Returns the original place of each.
    pub fn place(&mut self, document: &mut Value) -> IndexMap<String, Pointer> {
        let taken = std::mem::take(&mut self.hoisted);
        let places = taken.iter().map(|(name, (pointer, _))| (name.clone(), pointer.clone())).collect();
        let Some(root) = document.as_object_mut().filter(|_| !taken.is_empty()) else { return places };
        let components = root.entry("components").or_insert_with(|| json!({}));
        let Some(components) = components.as_object_mut() else { return places };
        let schemas = components.entry("schemas").or_insert_with(|| json!({}));
        let Some(schemas) = schemas.as_object_mut() else { return places };
        schemas.extend(taken.into_iter().map(|(name, (_, schema))| (name, schema)));
        places
    }

    /// Makes a free name from the last two meaningful segments of the pointer.
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

/// Whether a keyword beside a reference does not restrict the values.
#[must_use]
pub fn stays_outside(key: &str) -> bool {
    keywords::is_annotation(key) || keywords::class(key) == Some(Class::Hint) || key == "nullable"
}

/// Whether a keyword is allowed in an unnamed scalar that can be inlined.
fn is_of_scalars(key: &str) -> bool {
    keywords::class(key) == Some(Class::ScalarCheck)
        || matches!(key, "type" | "format" | "contentEncoding" | "contentMediaType" | "$comment" | "$anchor")
}

fn component(pointer: &Pointer) -> Option<String> {
    component_name(&format!("#{pointer}"), "schemas")
}

/// The innermost place in `all` that contains `at`.
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
