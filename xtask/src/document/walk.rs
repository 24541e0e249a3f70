//! Walks a document by the grammar of OpenAPI, so that a property that happens to be named `type` is never taken for a keyword.

use super::pointer::Pointer;
use serde_json::Value;

/// The kinds of object that OpenAPI has, as far as schemas can be below them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Document,
    Components,
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

/// How children hang below a key.
#[derive(Clone, Copy)]
enum Shape {
    One,
    List,
    Map,
}

/// Where the walk stands.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// What the value is.
    pub node: Node,
    /// What it hangs below.
    pub parent: Node,
    /// Where it stands.
    pub pointer: &'a Pointer,
}

/// The methods of a path item, in the order of the specification.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The keywords of a schema whose value is one schema, a list of them, or a map of them.
pub const SCHEMA_CHILDREN: [(&str, bool, bool); 19] = [
    ("properties", false, true),
    ("additionalProperties", false, false),
    ("items", false, false),
    ("allOf", true, false),
    ("anyOf", true, false),
    ("oneOf", true, false),
    ("not", false, false),
    ("prefixItems", true, false),
    ("patternProperties", false, true),
    ("contains", false, false),
    ("propertyNames", false, false),
    ("if", false, false),
    ("then", false, false),
    ("else", false, false),
    ("dependentSchemas", false, true),
    ("unevaluatedItems", false, false),
    ("unevaluatedProperties", false, false),
    ("contentSchema", false, false),
    ("$defs", false, true),
];

fn children(node: Node) -> Vec<(&'static str, Shape, Node)> {
    use Node::{
        Callback, Components, Document, Encoding, Header, MediaType, Operation, Parameter, PathItem, RequestBody, Response,
        Schema,
    };
    use Shape::{List, Map, One};
    match node {
        Document => vec![("components", One, Components), ("paths", Map, PathItem), ("webhooks", Map, PathItem)],
        Components => vec![
            ("schemas", Map, Schema),
            ("parameters", Map, Parameter),
            ("headers", Map, Header),
            ("requestBodies", Map, RequestBody),
            ("responses", Map, Response),
            ("callbacks", Map, Callback),
            ("pathItems", Map, PathItem),
        ],
        PathItem => {
            let parameters = [("parameters", List, Parameter)];
            parameters.into_iter().chain(METHODS.map(|method| (method, One, Operation))).collect()
        }
        Operation => vec![
            ("parameters", List, Parameter),
            ("requestBody", One, RequestBody),
            ("responses", Map, Response),
            ("callbacks", Map, Callback),
        ],
        Parameter | Header => vec![("schema", One, Schema), ("content", Map, MediaType)],
        RequestBody => vec![("content", Map, MediaType)],
        Response => vec![("headers", Map, Header), ("content", Map, MediaType)],
        MediaType => vec![("schema", One, Schema), ("encoding", Map, Encoding)],
        Encoding => vec![("headers", Map, Header)],
        // A callback is itself the map; its path items are reached in `walk_node`.
        Callback => vec![],
        Schema => SCHEMA_CHILDREN
            .iter()
            .map(|&(key, list, map)| {
                (
                    key,
                    if list {
                        List
                    } else if map {
                        Map
                    } else {
                        One
                    },
                    Schema,
                )
            })
            .collect(),
    }
}

/// Calls `visit` for every object of the grammar, parents first; what `visit` puts in place is walked next.
pub fn walk(document: &mut Value, visit: &mut dyn FnMut(Site<'_>, &mut Value)) {
    walk_node(Node::Document, Node::Document, &Pointer::default(), document, visit);
}

/// Calls `visit` for every schema, parents first.
pub fn schemas(document: &mut Value, visit: &mut dyn FnMut(Site<'_>, &mut Value)) {
    walk(document, &mut |site, value| {
        if site.node == Node::Schema {
            visit(site, value);
        }
    });
}

/// Calls `visit` for every schema below a node of the document that is itself a `node`.
pub fn below(node: Node, pointer: &Pointer, value: &mut Value, visit: &mut dyn FnMut(Site<'_>, &mut Value)) {
    walk_node(node, node, pointer, value, visit);
}

fn walk_node(node: Node, parent: Node, at: &Pointer, value: &mut Value, visit: &mut dyn FnMut(Site<'_>, &mut Value)) {
    visit(Site { node, parent, pointer: at }, value);
    let Some(object) = value.as_object_mut() else { return };
    if node != Node::Schema && object.contains_key("$ref") {
        return;
    }
    if node == Node::Callback {
        for (key, child) in object.iter_mut().filter(|(key, _)| !key.starts_with("x-")) {
            walk_node(Node::PathItem, node, &at.at(key), child, visit);
        }
    }
    for (key, shape, kind) in children(node) {
        let Some(child) = object.get_mut(key) else { continue };
        let below = at.at(key);
        match (shape, child) {
            (Shape::One, child) => walk_node(kind, node, &below, child, visit),
            (Shape::List, Value::Array(list)) => {
                for (index, child) in list.iter_mut().enumerate() {
                    walk_node(kind, node, &below.at(index), child, visit);
                }
            }
            (Shape::Map, Value::Object(map)) => {
                for (key, child) in map.iter_mut() {
                    // Names of schemas and properties may begin with `x-`; in `paths` and `responses` that is an extension.
                    if kind == Node::Schema || !key.starts_with("x-") {
                        walk_node(kind, node, &below.at(key), child, visit);
                    }
                }
            }
            _ => {}
        }
    }
}

/// An operation of `paths` and where it stands.
#[derive(Clone, Debug)]
pub struct OperationAt<'a> {
    /// `#/paths/…/get`, without the `#`.
    pub pointer: Pointer,
    /// The key of the path item, `/tasks/{task_id}/run`.
    pub path: &'a str,
    /// The method in lower case.
    pub method: &'static str,
    /// The Path Item Object above it.
    pub item: &'a Value,
    /// The Operation Object.
    pub value: &'a Value,
}

/// The operations of `paths`, in the order of the document.
pub fn operations(document: &Value) -> Vec<OperationAt<'_>> {
    let root = Pointer::default().at("paths");
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-"));
    items
        .flat_map(|(path, item)| {
            let at = root.at(path);
            let keys = item.as_object().into_iter().flat_map(serde_json::Map::keys);
            keys.filter_map(move |key| {
                let method = METHODS.iter().find(|method| *method == key)?;
                Some(OperationAt { pointer: at.at(method), path, method, item, value: item.get(*method)? })
            })
        })
        .collect()
}

/// All values of `$ref` below `value`, wherever they stand outside of data.
pub fn references(value: &mut Value, node: Node) -> Vec<String> {
    let mut found = Vec::new();
    below(node, &Pointer::default(), value, &mut |_, value| {
        found.extend(value.get("$ref").and_then(Value::as_str).map(str::to_owned));
    });
    found
}
