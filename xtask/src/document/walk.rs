//! Walks a document by the grammar of OpenAPI, so that a property named `type` is never mistaken for a keyword.

use super::keywords::{self, Below};
use super::pointer::Pointer;
use serde_json::Value;

/// The kinds of OpenAPI objects that passes visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Document,
    Info,
    License,
    Server,
    Tag,
    Components,
    SecurityScheme,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Encoding,
    Callback,
    Schema,
}

/// How a key contains child objects.
#[derive(Clone, Copy)]
enum Shape {
    One,
    List,
    Map,
}

/// The current position of the walk.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The kind of the value.
    pub node: Node,
    /// The kind of its parent.
    pub parent: Node,
    /// The key of the parent that contains it: `properties`, `items`, `schemas`.
    pub key: &'a str,
    /// Its place.
    pub pointer: &'a Pointer,
}

/// The methods of a path item, in the order of the specification.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The kind and arrangement of the children in `key` of a `node`.
fn slot(node: Node, key: &str) -> Option<(Shape, Node)> {
    use Node::{
        Callback, Components, Document, Encoding, Header, Info, License, MediaType, Operation, Parameter, PathItem, RequestBody,
        Response, Schema, SecurityScheme, Server, Tag,
    };
    use Shape::{List, Map, One};
    Some(match (node, key) {
        (Document, "info") => (One, Info),
        (Document | PathItem | Operation, "servers") => (List, Server),
        (Document, "paths" | "webhooks") => (Map, PathItem),
        (Document, "components") => (One, Components),
        (Document, "tags") => (List, Tag),
        (Info, "license") => (One, License),
        (Components, "schemas") => (Map, Schema),
        (Components, "parameters") => (Map, Parameter),
        (Components | Response | Encoding, "headers") => (Map, Header),
        (Components, "requestBodies") => (Map, RequestBody),
        (Components | Operation, "responses") => (Map, Response),
        (Components | Operation, "callbacks") => (Map, Callback),
        (Components, "pathItems") => (Map, PathItem),
        (Components, "securitySchemes") => (Map, SecurityScheme),
        (PathItem | Operation, "parameters") => (List, Parameter),
        (PathItem, method) if METHODS.contains(&method) => (One, Operation),
        (Operation, "requestBody") => (One, RequestBody),
        (Parameter | Header | MediaType, "schema") => (One, Schema),
        (Parameter | Header | RequestBody | Response, "content") => (Map, MediaType),
        (MediaType, "encoding") => (Map, Encoding),
        // A callback is itself a map.
        (Callback, expression) if !expression.starts_with("x-") => (One, PathItem),
        (Schema, key) => match keywords::below(key) {
            Below::One => (One, Schema),
            Below::List => (List, Schema),
            Below::Map => (Map, Schema),
            Below::Nothing => return None,
        },
        _ => return None,
    })
}

/// The keys of a `node` that must contain an array or a map and do not, with what is expected.
#[must_use]
pub fn misfits(node: Node, value: &Value) -> Vec<(&str, &'static str)> {
    let object = value.as_object().into_iter().flatten();
    let misfit = |key, child: &Value| match slot(node, key)?.0 {
        Shape::List if child.as_array().is_none_or(|list| list.iter().any(Value::is_null)) => Some("an array of objects"),
        Shape::Map if !child.is_object() => Some("an object"),
        _ => None,
    };
    let present = object.filter(|(_, child)| !child.is_null());
    present.filter_map(|(key, child)| Some((key.as_str(), misfit(key, child)?))).collect()
}

/// Whether `name` is an entry of a map. Some maps may also contain extensions.
fn is_entry(node: Node, key: &str, name: &str) -> bool {
    !matches!((node, key), (Node::Document, "paths") | (Node::Operation, "responses")) || !name.starts_with("x-")
}

/// Whether the walk does not descend. Beside a reference, only schemas and path items may have other fields.
fn ends_here(node: Node, value: &Value) -> bool {
    !matches!(node, Node::Schema | Node::PathItem) && value.get("$ref").is_some()
}

/// The actions of a walk.
pub trait Visitor {
    /// Called before the children. The walk continues in the changed value.
    fn enter(&mut self, _site: Site<'_>, _value: &mut Value) {}
    /// Called after the children.
    fn leave(&mut self, _site: Site<'_>, _value: &mut Value) {}
}

struct Schemas<'a>(&'a mut dyn FnMut(Site<'_>, &mut Value));

impl Visitor for Schemas<'_> {
    fn enter(&mut self, site: Site<'_>, value: &mut Value) {
        if site.node == Node::Schema {
            (self.0)(site, value);
        }
    }
}

/// Calls `visit` for every schema, parents first. The walk continues in the changed value.
pub fn schemas(document: &mut Value, visit: &mut dyn FnMut(Site<'_>, &mut Value)) {
    accept(Node::Document, &Pointer::default(), document, &mut Schemas(visit));
}

/// Walks `value`, a `node` at `pointer`, with a visitor.
pub fn accept(node: Node, pointer: &Pointer, value: &mut Value, visitor: &mut dyn Visitor) {
    accept_at(Step { node, parent: node, key: "" }, &mut pointer.clone(), value, visitor);
}

/// Calls `visit` for every object of an immutable document, parents first.
pub fn read(document: &Value, visit: &mut dyn FnMut(Site<'_>, &Value)) {
    read_below(Node::Document, &Pointer::default(), document, visit);
}

/// Calls `visit` for every object below the immutable `value`, a `node` at `pointer`.
pub fn read_below(node: Node, pointer: &Pointer, value: &Value, visit: &mut dyn FnMut(Site<'_>, &Value)) {
    read_at(Step { node, parent: node, key: "" }, &mut pointer.clone(), value, visit);
}

/// A [`Site`] without its pointer: the whole walk uses one, which grows and shrinks.
#[derive(Clone, Copy)]
struct Step<'a> {
    node: Node,
    parent: Node,
    key: &'a str,
}

impl<'a> Step<'a> {
    fn at(self, pointer: &'a Pointer) -> Site<'a> {
        Site { node: self.node, parent: self.parent, key: self.key, pointer }
    }
}

/// The walks over mutable and immutable values differ in `mut` only.
macro_rules! children {
    ($step:ident, $pointer:ident, $object:ident, $iter:ident, |$below:ident, $child:ident| $visit:expr) => {
        for (key, $child) in $object.$iter() {
            let Some((shape, node)) = slot($step.node, key) else { continue };
            let $below = Step { node, parent: $step.node, key };
            let length = $pointer.push(key);
            match (shape, $child) {
                (Shape::One, $child) => $visit,
                (Shape::List, Value::Array(list)) => {
                    for (index, $child) in list.$iter().enumerate() {
                        let length = $pointer.push(&index.to_string());
                        $visit;
                        $pointer.truncate(length);
                    }
                }
                (Shape::Map, Value::Object(map)) => {
                    for (name, $child) in map.$iter().filter(|(name, _)| is_entry($step.node, key, name)) {
                        let length = $pointer.push(name);
                        $visit;
                        $pointer.truncate(length);
                    }
                }
                _ => {}
            }
            $pointer.truncate(length);
        }
    };
}

fn accept_at(step: Step<'_>, pointer: &mut Pointer, value: &mut Value, visitor: &mut dyn Visitor) {
    visitor.enter(step.at(pointer), value);
    if !ends_here(step.node, value)
        && let Some(object) = value.as_object_mut()
    {
        children!(step, pointer, object, iter_mut, |below, child| accept_at(below, pointer, child, visitor));
    }
    visitor.leave(step.at(pointer), value);
}

fn read_at(step: Step<'_>, pointer: &mut Pointer, value: &Value, visit: &mut dyn FnMut(Site<'_>, &Value)) {
    visit(step.at(pointer), value);
    if !ends_here(step.node, value)
        && let Some(object) = value.as_object()
    {
        children!(step, pointer, object, iter, |below, child| read_at(below, pointer, child, visit));
    }
}

/// The kind of object at `pointer`; `None` where the walk does not get to.
#[must_use]
pub fn node_at(document: &Value, pointer: &Pointer) -> Option<Node> {
    let (mut node, mut value) = (Node::Document, document);
    let segments = pointer.segments();
    let mut rest = segments.iter();
    while let Some(key) = rest.next() {
        if ends_here(node, value) {
            return None;
        }
        let (shape, below) = slot(node, key)?;
        value = value.get(key)?;
        match (shape, value) {
            (Shape::One, _) => {}
            (Shape::List, Value::Array(list)) => value = list.get(rest.next()?.parse::<usize>().ok()?)?,
            (Shape::Map, Value::Object(map)) => value = map.get(rest.next().filter(|name| is_entry(node, key, name))?)?,
            _ => return None,
        }
        node = below;
    }
    Some(node)
}

/// All references below `value`, except in examples and other data.
#[must_use]
pub fn references(value: &Value, node: Node) -> Vec<String> {
    let mut found = Vec::new();
    read_below(node, &Pointer::default(), value, &mut |_, value| {
        let all = keywords::REFERENCES.into_iter().filter_map(|key| value.get(key)?.as_str());
        found.extend(all.map(str::to_owned));
    });
    found
}
