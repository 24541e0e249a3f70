//! One of the two documents: what references lead to, what things are called in Rust, and which way types go.

use super::directions::Going;
use super::names::Names;
use super::shape::{CHECKS, Node, PROSE, Shape, is_null, list};
use crate::document::Document;
use crate::document::pointer::{Pointer, component_name};
use crate::fit::Direction;
use indexmap::IndexMap;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A document and what is known of it.
#[derive(Debug)]
pub struct Side<'a> {
    /// The document.
    pub document: &'a Value,
    /// What its parts are called in Rust.
    pub names: Names,
    /// The ways of its types.
    pub going: IndexMap<String, Going<'a>>,
    version_3_0: bool,
    shapes: RefCell<HashMap<Vec<Pointer>, Rc<Shape<'a>>>>,
}

impl<'a> Side<'a> {
    /// Looks at `document`.
    pub fn new(document: &'a Document) -> Self {
        Self {
            document: &document.value,
            names: Names::of(&document.value),
            going: IndexMap::new(),
            version_3_0: document.openapi().starts_with("3.0"),
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
        let key: Vec<Pointer> = node.parts.iter().map(|(at, _)| at.clone()).collect();
        if let Some(known) = self.shapes.borrow().get(&key) {
            return known.clone();
        }
        let shape = Rc::new(Shape::read(self, node));
        self.shapes.borrow_mut().insert(key, shape.clone());
        shape
    }

    /// What a reference within the document leads to in one step.
    pub fn follow(&self, reference: &str) -> Option<(Pointer, &'a Value)> {
        let pointer = reference.strip_prefix('#')?;
        let pointer = if pointer.contains('%') { &unescape(pointer) } else { pointer };
        self.document.pointer(pointer).map(|value| (Pointer::parse(pointer), value))
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
            let name = component_name(reference, "schemas").map(|name| self.names.component(&name));
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
            (Some((at, part)), None) => Some((at, part, None)),
            _ => None,
        }
    }

    /// The place, or the nearest above it, that is there in the document.
    pub fn existing(&self, pointer: &Pointer) -> Pointer {
        let mut text = pointer.as_str();
        while self.document.pointer(text).is_none() {
            text = text.rsplit_once('/').map_or("", |(above, _)| above);
        }
        Pointer::parse(text)
    }
}

/// Keywords by which a schema is more than the one it refers to.
fn is_structure(key: &str) -> bool {
    [
        "properties",
        "enum",
        "const",
        "items",
        "prefixItems",
        "oneOf",
        "anyOf",
        "allOf",
        "additionalProperties",
        "patternProperties",
    ]
    .contains(&key)
}

/// Whether a part of an `allOf` does more than describe and check.
fn says_something(part: &Value) -> bool {
    let quiet = |key: &String| {
        CHECKS.contains(&key.as_str())
            || PROSE.contains(&key.as_str())
            || key.starts_with("x-")
            || ["nullable", "default", "deprecated", "readOnly", "writeOnly", "type"].contains(&key.as_str())
    };
    part.as_object().is_some_and(|part| !part.keys().all(quiet) || part.len() == 1 && part.contains_key("type"))
}

/// Percent-encoding, which a pointer in a URI may have.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.filter(|_| *first == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
