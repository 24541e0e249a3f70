//! One of the two documents: what references lead to, what things are called in Rust, and which way types go.

use super::alternatives::is_null;
use super::directions::Going;
use super::keywords::{is_structure, says_something};
use super::names::{Names, is_3_0};
use super::reading::read;
use super::shape::{Key, Node, Shape, list};
use super::view::View;
use crate::document::pointer::{Pointer, decode};
use crate::model::servers::{Server, choices};
use crate::model::{Cycles, Direction};
use indexmap::IndexMap;
use serde_json::Value;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// A document and what is known of it.
#[derive(Debug)]
pub struct Side<'a> {
    view: &'a View<'a>,
    /// The document.
    pub document: &'a Value,
    /// What its parts are called in Rust.
    pub names: Names,
    /// The ways of its types.
    pub going: IndexMap<String, Going<'a>>,
    /// Where the API is served.
    pub server: Option<Server>,
    /// Which of its types hold each other by value.
    pub cycles: OnceCell<Cycles>,
    version_3_0: bool,
    shapes: RefCell<HashMap<(Key, String), Rc<Shape<'a>>>>,
}

impl<'a> Side<'a> {
    /// Looks at a document.
    pub fn new(view: &'a View<'a>) -> Self {
        let document = view.document.as_ref();
        Self {
            view,
            document,
            names: Names::of(document),
            going: IndexMap::new(),
            server: choices(document).into_iter().next(),
            cycles: OnceCell::new(),
            version_3_0: is_3_0(document),
            shapes: RefCell::default(),
        }
    }

    /// Whether what stands beside a `$ref` counts for nothing.
    pub fn is_3_0(&self) -> bool {
        self.version_3_0
    }

    /// Which way values of a type go. One that no operation uses counts as received, for want of knowledge.
    pub fn direction(&self, shape: &Shape<'_>) -> Direction {
        let known = self.going.get(&shape.name).filter(|_| shape.is_named()).map(|going| going.direction);
        known.unwrap_or(Direction { sent: false, received: true })
    }

    /// What `node` says.
    pub fn shape(&self, node: &Node<'a>) -> Rc<Shape<'a>> {
        // What is inside is named after the place.
        let key = (node.key(), node.name.clone());
        if let Some(known) = self.shapes.borrow().get(&key) {
            return known.clone();
        }
        let shape = Rc::new(read(self, node));
        self.shapes.borrow_mut().insert(key, shape.clone());
        shape
    }

    /// What a reference within the document leads to in one step.
    pub fn follow(&self, reference: &str) -> Option<(Pointer, &'a Value)> {
        let pointer = decode(reference.strip_prefix('#')?);
        self.document.pointer(&pointer).map(|value| (Pointer::parse(&pointer), value))
    }

    /// What the object at `at` is behind its references.
    pub fn resolve(&self, at: Pointer, value: &'a Value) -> (Pointer, &'a Value) {
        let (mut at, mut value) = (at, value);
        for _ in 0..64 {
            let target = value.get("$ref").and_then(Value::as_str).and_then(|reference| self.follow(reference));
            match target {
                Some(target) => (at, value) = target,
                None => break,
            }
        }
        (at, value)
    }

    /// Where a schema is nothing but another one: that one, and its name if it is a component.
    pub fn only_target(&self, at: &Pointer, value: &'a Value) -> Option<(Pointer, &'a Value, Option<String>)> {
        let object = value.as_object()?;
        let reference = object.get("$ref").and_then(Value::as_str);
        if let Some(reference) = reference.filter(|_| self.version_3_0 || !object.keys().any(|key| is_structure(key))) {
            let (target, schema) = self.follow(reference)?;
            let name = self.names.at(&target);
            return Some((target, schema, name));
        }
        let own = |key: &String| is_structure(key) && !["allOf", "oneOf", "anyOf"].contains(&key.as_str());
        if reference.is_some() || object.keys().any(own) {
            return None;
        }
        let mut parts = ["allOf", "oneOf", "anyOf"]
            .into_iter()
            .flat_map(|key| list(object, key).enumerate().map(move |(index, part)| (at.at(key).at(index), part)))
            .filter(|(_, part)| !is_null(part) && says_something(part));
        match (parts.next(), parts.next()) {
            // One that stands in it is what it is itself.
            (Some((at, part)), None) if part.get("$ref").is_some() => Some((at, part, None)),
            _ => None,
        }
    }

    /// Where the type of the schema at `at` is defined, by which schema, its name, and whether it is a component.
    pub fn definition(&self, at: &Pointer, value: &'a Value, name: &str) -> (Pointer, &'a Value, String, bool) {
        let (mut at, mut value, mut name) = (at.clone(), value, name.to_owned());
        for _ in 0..64 {
            let Some((target, schema, component)) = self.only_target(&at, value) else { break };
            (at, value) = (target, schema);
            name = component.unwrap_or(name);
        }
        let known = self.names.at(&at);
        let component = known.is_some();
        (at, value, known.unwrap_or_else(|| self.names.inline(&name)), component)
    }

    /// The place in the published document, or the nearest above it that is there.
    pub fn existing(&self, pointer: &Pointer) -> Pointer {
        self.view.existing(pointer)
    }
}
