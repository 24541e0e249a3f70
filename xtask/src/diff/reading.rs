//! Reads what a schema says: references followed, `allOf` merged, null and constants in one form. As lowering and fitting do it.

use super::keywords::{is_structure, is_unknown};
use super::prose::is_extension;
use super::shape::{Identity, Member, Node, Rest, Shape, identity, list};
use super::side::Side;
use crate::document::Names;
use crate::document::keywords::{self, Class, type_of};
use crate::document::pointer::Pointer;
use crate::fit::{method_name, part_name, readable};
use crate::model::parameters::ANY;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// What a part says of null.
#[derive(Clone, Copy, Debug, Default)]
pub struct Null {
    /// Whether it is a value.
    pub admitted: bool,
    /// Whether the part says anything of the shape.
    pub shaped: bool,
}

impl Null {
    /// Of parts that both hold. One that says nothing of the shape only adds null; of others each has to admit it.
    fn and(self, other: Self) -> Self {
        let admitted =
            if self.shaped && other.shaped { self.admitted && other.admitted } else { self.admitted || other.admitted };
        Self { admitted, shaped: self.shaped || other.shaped }
    }
}

/// A shape while it is read.
pub struct Reading<'s, 'a> {
    pub side: &'s Side<'a>,
    pub shape: Shape<'a>,
    seen: Vec<Identity>,
    /// The schemas whose alternatives are not read.
    chosen_of: &'s [Identity],
}

/// What `node` says.
pub fn read<'a>(side: &Side<'a>, node: &Node<'a>) -> Shape<'a> {
    let mut shape = Shape { name: node.name.clone(), ..Shape::default() };
    if let Some((at, value)) = node.parts.first() {
        let (definition, schema, name, component) = side.definition(at, value, &node.name);
        // An alternative with what stands beside it is a type of its own.
        let whole = node.parts.last().filter(|_| !node.chosen_of.is_empty());
        let (definition, name, component) = match whole {
            Some((whole, _)) => (whole.clone(), side.names.inline(&node.name), false),
            None => (definition, name, component),
        };
        shape = Shape { definition, identity: identity(schema), name, component, ..shape };
    }
    // What it is made of is named after the type that it is of.
    let owner = if node.parts.len() == 1 { shape.name.clone() } else { node.name.clone() };
    let mut reading = Reading { side, shape, seen: Vec::new(), chosen_of: &node.chosen_of };
    let null = node.parts.iter().map(|(at, value)| reading.part(at, value, &owner, 0)).reduce(Null::and);
    let Reading { mut shape, .. } = reading;
    shape.nullable = null.unwrap_or_default().admitted;
    distribute(&mut shape, node);
    declare(side, &mut shape);
    shape
}

/// What stands beside alternatives belongs to each of them.
fn distribute<'a>(shape: &mut Shape<'a>, node: &Node<'a>) {
    let beside = !shape.properties.is_empty() || matches!(shape.rest, Rest::Typed(_));
    if let Some(union) = shape.union.as_mut().filter(|_| beside) {
        for branch in &mut union.branches {
            branch.parts.extend(node.parts.iter().cloned());
            branch.chosen_of = node.chosen_of.iter().copied().chain([union.holder]).collect();
        }
    }
}

/// What is required without being declared is any JSON in 3.0, and nothing in 3.1; every property gets a field.
fn declare<'a>(side: &Side<'a>, shape: &mut Shape<'a>) {
    if side.is_3_0() && !matches!(shape.rest, Rest::Typed(_)) {
        for name in &shape.required {
            let node = || Node::new(shape.definition.at("required"), &Value::Bool(true), "");
            shape.properties.entry(name).or_insert_with(|| Member::new(node(), &shape.name));
        }
    }
    let mut fields = Names::default();
    for (name, member) in &mut shape.properties {
        member.field = fields.free(&method_name(&readable(name), &[]));
    }
}

impl<'a> Reading<'_, 'a> {
    /// Reads a schema that holds for the value.
    pub fn part(&mut self, at: &Pointer, value: &'a Value, owner: &str, depth: usize) -> Null {
        if depth > 64 || self.seen.contains(&identity(value)) {
            return Null::default();
        }
        self.seen.push(identity(value));
        let Value::Object(object) = value else {
            if value == &Value::Bool(false) {
                self.shape.other.insert("false".to_owned(), value);
            }
            return Null::default();
        };
        let reference = object.get("$ref").and_then(Value::as_str);
        let target = reference.map(|reference| self.target(reference, owner, depth));
        // In 3.0 what stands beside a reference counts for nothing.
        if let Some(target) = target.filter(|_| self.side.is_3_0()) {
            return target;
        }
        let mut own = self.own(at, object, owner);
        let holder = identity(value);
        let keys: &[&str] = if self.chosen_of.contains(&holder) { &[] } else { &["oneOf", "anyOf"] };
        for key in keys {
            if let Some(union) = self.alternatives(&at.at(key), key, object, owner, (holder, depth)) {
                let both = union.and(own);
                own = Null { admitted: both.admitted || own.admitted, ..both };
            }
        }
        let parts: Vec<Null> = list(object, "allOf")
            .enumerate()
            .map(|(index, part)| self.part(&at.at("allOf").at(index), part, owner, depth + 1))
            .collect();
        target.into_iter().chain(parts).chain([own]).reduce(Null::and).unwrap_or_default()
    }

    fn target(&mut self, reference: &'a str, owner: &str, depth: usize) -> Null {
        let Some((at, value)) = self.side.follow(reference) else {
            self.shape.broken = Some(reference);
            return Null::default();
        };
        let component = self.side.names.at(&at);
        self.part(&at, value, component.as_deref().unwrap_or(owner), depth + 1)
    }

    /// The keywords that stand in the schema itself.
    fn own(&mut self, at: &Pointer, object: &'a Map<String, Value>, owner: &str) -> Null {
        self.objects(at, object, owner);
        let shape = &mut self.shape;
        if let Some(items) = object.get("items").filter(|items| *items != &Value::Bool(false)) {
            shape.items = Some(Node::new(at.at("items"), items, format!("{owner}Item")));
        }
        for (index, place) in list(object, "prefixItems").enumerate() {
            shape.places.push(Node::new(at.at("prefixItems").at(index), place, format!("{owner}Item{index}")));
        }
        shape.format = shape.format.or_else(|| format(object));
        shape.checks.extend(keywords::checks().filter_map(|key| Some((key, object.get(key)?))));
        shape.checks.retain(|_, value| *value != &Value::Bool(false));
        shape.default = shape.default.or_else(|| object.get("default").filter(|value| !value.is_null()));
        shape.marks.extend(keywords::of_class(Class::Mark).filter(|key| object.get(*key) == Some(&Value::Bool(true))));
        for (key, value) in object {
            if keywords::class(key) == Some(Class::Prose) {
                let (key, value) =
                    if key == "examples" { ("example", value.get(0).unwrap_or(value)) } else { (key.as_str(), value) };
                shape.prose.entry(key).or_insert(value);
            } else if is_extension(key) {
                shape.prose.entry(key).or_insert(value);
            } else if is_unknown(key) {
                shape.other.insert(key.clone(), value);
            }
        }
        self.bounds_of_3_0(object);
        self.values_and_types(object)
    }

    fn objects(&mut self, at: &Pointer, object: &'a Map<String, Value>, owner: &str) {
        for (name, value) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let node = Node::new(at.at("properties").at(name), value, format!("{owner}{}", part_name(name)));
            match self.shape.properties.get_mut(name.as_str()) {
                Some(known) => {
                    // Of several parts it is neither of their owners.
                    known.node.name = format!("{}{}", self.shape.name, part_name(name));
                    known.node.parts.extend(node.parts);
                }
                None => drop(self.shape.properties.insert(name, Member::new(node, owner))),
            }
        }
        self.shape.required.extend(list(object, "required").filter_map(Value::as_str));
        match object.get("additionalProperties") {
            Some(Value::Bool(false)) => self.shape.rest = Rest::Closed,
            Some(value @ (Value::Object(_) | Value::Bool(true))) => {
                let value = if value.is_object() { value } else { &*ANY };
                self.shape.rest = Rest::Typed(Node::new(at.at("additionalProperties"), value, format!("{owner}Value")));
            }
            _ => {}
        }
        for (pattern, value) in object.get("patternProperties").and_then(Value::as_object).into_iter().flatten() {
            if !self.shape.patterns.insert(pattern) || self.shape.patterns.len() > 1 {
                self.shape.other.insert("patternProperties".to_owned(), &object["patternProperties"]);
            } else if !matches!(self.shape.rest, Rest::Typed(_)) {
                // The values of a map, whatever its keys look like.
                let at = at.at("patternProperties").at(pattern);
                self.shape.rest = Rest::Typed(Node::new(at, value, format!("{owner}Value")));
            }
        }
    }

    fn values_and_types(&mut self, object: &'a Map<String, Value>) -> Null {
        let mut types: BTreeSet<&str> = match object.get("type") {
            Some(Value::String(name)) => BTreeSet::from([name.as_str()]),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => BTreeSet::new(),
        };
        if let Some(number) = crate::lower::numeric_string(object) {
            types.retain(|name| *name == number || *name == "null");
            self.shape.other.insert("a number that may come as text".to_owned(), &Value::Bool(true));
        }
        let listed =
            object.get("const").map(|value| vec![value]).or_else(|| Some(object.get("enum")?.as_array()?.iter().collect()));
        // Where values are listed, null is one of them only if it is among them; `nullable` of 3.0 adds it.
        let null = types.remove("null") && listed.is_none();
        let mut admitted = null || object.get("nullable") == Some(&Value::Bool(true));
        if let Some(mut listed) = listed {
            admitted |= listed.iter().any(|value| value.is_null());
            listed.retain(|value| !value.is_null());
            if types.is_empty() {
                types = listed.iter().map(|value| type_of(value)).collect();
            }
            self.list(listed);
        }
        let composed = |key: &str| ["allOf", "oneOf", "anyOf"].contains(&key);
        // Beside a reference the type is only repeated.
        let typed = !types.is_empty() && !object.contains_key("$ref");
        let shaped = typed || object.keys().any(|key| is_structure(key) && !composed(key));
        self.restrict(types);
        Null { admitted, shaped }
    }

    /// Only these values are left.
    pub fn list(&mut self, listed: Vec<&'a Value>) {
        self.shape.values = Some(match self.shape.values.take() {
            None => listed,
            Some(known) => known.into_iter().filter(|value| listed.contains(value)).collect(),
        });
    }

    /// Only these types are left, unless that would leave none.
    pub fn restrict(&mut self, types: BTreeSet<&'a str>) {
        if self.shape.types.is_empty() || types.is_empty() {
            self.shape.types.extend(types);
        } else if self.shape.types.iter().any(|name| types.contains(name)) {
            self.shape.types.retain(|name| types.contains(name));
        }
    }

    /// In 3.0 `exclusiveMinimum` says of `minimum` that it is one.
    fn bounds_of_3_0(&mut self, object: &'a Map<String, Value>) {
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if object.get(exclusive) == Some(&Value::Bool(true))
                && let Some(value) = self.shape.checks.remove(bound)
            {
                self.shape.checks.insert(exclusive, value);
            }
        }
    }
}

/// Formats say the same by several keywords.
fn format(object: &Map<String, Value>) -> Option<&str> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    match (text("format"), text("contentEncoding"), text("contentMediaType")) {
        (Some(format), ..) => Some(format),
        (None, Some("base64" | "base64url"), _) => Some("byte"),
        (None, Some(encoding), _) => Some(encoding),
        (None, None, Some("application/octet-stream")) => Some("binary"),
        _ => None,
    }
}
