//! What a schema says, however it is spelled: references followed, `allOf` merged, null and constants in one form.

use super::prose::is_extension;
use super::side::Side;
use crate::document::pointer::{Pointer, component_name};
use indexmap::IndexMap;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A place that holds a schema, or several that all hold for it, as where two parts of an `allOf` have a property of one name.
#[derive(Clone, Debug, Default)]
pub struct Node<'a> {
    /// Where the parts stand, and what they are.
    pub parts: Vec<(Pointer, &'a Value)>,
    /// The name that fitting would give the schema, if it is inline and deserves one.
    pub name: String,
}

impl<'a> Node<'a> {
    /// A place with one schema.
    pub fn new(at: Pointer, value: &'a Value, name: impl Into<String>) -> Self {
        Self { parts: vec![(at, value)], name: name.into() }
    }

    /// Where it stands.
    pub fn at(&self) -> Option<&Pointer> {
        self.parts.first().map(|(at, _)| at)
    }
}

/// What an object may hold besides its properties.
#[derive(Clone, Debug, Default)]
pub enum Rest<'a> {
    /// Anything.
    #[default]
    Open,
    /// Nothing.
    Closed,
    /// Values of this schema.
    Typed(Node<'a>),
}

/// Alternatives.
#[derive(Clone, Debug)]
pub struct Union<'a> {
    /// `oneOf` or `anyOf`.
    pub key: &'static str,
    /// The alternatives, but for null.
    pub branches: Vec<Node<'a>>,
    /// How they are told apart.
    pub discriminator: Option<&'a Value>,
}

/// A property.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// Its schema.
    pub node: Node<'a>,
    /// The type that owns it.
    pub owner: String,
}

/// What a schema says.
#[derive(Clone, Debug, Default)]
pub struct Shape<'a> {
    /// Where its type is defined: the place itself, or the component that it leads to.
    pub definition: Pointer,
    /// The name of that type.
    pub name: String,
    /// Whether that is a component.
    pub component: bool,
    /// The types of its values, without null. Empty: any.
    pub types: BTreeSet<&'a str>,
    /// Whether null is one of its values.
    pub nullable: bool,
    /// Its only values, but for null.
    pub values: Option<Vec<&'a Value>>,
    /// Whether other text than the values is admitted too.
    pub open: bool,
    pub properties: IndexMap<&'a str, Member<'a>>,
    pub required: BTreeSet<&'a str>,
    pub rest: Rest<'a>,
    pub items: Option<Node<'a>>,
    /// `prefixItems`.
    pub places: Vec<Node<'a>>,
    pub union: Option<Union<'a>>,
    pub format: Option<&'a str>,
    /// Keywords that only check a value.
    pub checks: BTreeMap<&'static str, &'a Value>,
    pub default: Option<&'a Value>,
    /// Keywords that say who may set it, and whether it is on its way out.
    pub marks: BTreeSet<&'static str>,
    /// Texts for people, the outermost of each.
    pub prose: BTreeMap<&'a str, &'a Value>,
    /// Keywords of which it cannot be told what a change of them means.
    pub other: BTreeMap<String, &'a Value>,
    /// A reference that leads nowhere.
    pub broken: Option<&'a str>,
    seen: BTreeSet<Pointer>,
}

/// Keywords that only check a value; no types are made of them.
pub const CHECKS: [&str; 13] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

const MARKS: [&str; 3] = ["readOnly", "writeOnly", "deprecated"];

/// Keywords that are read elsewhere, or that nothing depends on.
const KNOWN: [&str; 22] = [
    "$ref",
    "$defs",
    "$schema",
    "$id",
    "$anchor",
    "$comment",
    "type",
    "nullable",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
    "format",
    "default",
    "xml",
];

/// Texts for people.
pub const PROSE: [&str; 5] = ["title", "description", "example", "examples", "externalDocs"];

impl<'a> Shape<'a> {
    /// Reads what `node` says.
    pub fn read(side: &Side<'a>, node: &Node<'a>) -> Self {
        let mut shape = Self { name: node.name.clone(), ..Self::default() };
        if let Some((at, value)) = node.parts.first() {
            (shape.definition, _, shape.name, shape.component) = definition(side, at, value, &node.name);
        }
        for (at, value) in &node.parts {
            shape.part(side, at, value, &node.name, 0);
        }
        shape.declare();
        shape
    }

    /// What is required without being declared is any JSON.
    fn declare(&mut self) {
        if matches!(self.rest, Rest::Typed(_)) {
            return;
        }
        for name in &self.required {
            let node = || Node::new(self.definition.at("required"), &Value::Bool(true), "");
            self.properties.entry(name).or_insert_with(|| Member { node: node(), owner: self.name.clone() });
        }
    }

    fn part(&mut self, side: &Side<'a>, at: &Pointer, value: &'a Value, owner: &str, depth: usize) {
        if depth > 64 || !self.seen.insert(at.clone()) {
            return;
        }
        let Value::Object(object) = value else {
            if value == &Value::Bool(false) {
                self.other.insert("false".to_owned(), value);
            }
            return;
        };
        if !(side.is_3_0() && object.contains_key("$ref")) {
            self.own(at, object, owner);
        }
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            match side.follow(reference) {
                Some((target, value)) => {
                    let component = component_name(reference, "schemas").map(|name| side.names.component(&name));
                    self.part(side, &target, value, component.as_deref().unwrap_or(owner), depth + 1);
                }
                None => self.broken = Some(reference),
            }
            if side.is_3_0() {
                return;
            }
        }
        for (index, part) in list(object, "allOf").enumerate() {
            self.part(side, &at.at("allOf").at(index), part, owner, depth + 1);
        }
        for key in ["oneOf", "anyOf"] {
            self.alternatives(side, &at.at(key), key, object, owner, depth);
        }
    }

    /// The keywords that stand in the schema itself.
    fn own(&mut self, at: &Pointer, object: &'a Map<String, Value>, owner: &str) {
        self.values_and_types(object);
        for (name, value) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let at = at.at("properties").at(name);
            let node = Node::new(at, value, format!("{}{}", self.name, crate::fit::part_name(name)));
            let known = self.properties.entry(name).or_insert_with(|| Member { node: Node::default(), owner: owner.to_owned() });
            if known.node.parts.is_empty() {
                known.node = node;
            } else {
                known.node.parts.extend(node.parts);
            }
        }
        self.required.extend(list(object, "required").filter_map(Value::as_str));
        match object.get("additionalProperties") {
            Some(Value::Bool(false)) => self.rest = Rest::Closed,
            Some(value @ Value::Object(_)) => {
                self.rest = Rest::Typed(Node::new(at.at("additionalProperties"), value, format!("{}Value", self.name)));
            }
            _ => {}
        }
        if let Some(items) = object.get("items") {
            self.items = Some(Node::new(at.at("items"), items, format!("{}Item", self.name)));
        }
        for (index, place) in list(object, "prefixItems").enumerate() {
            self.places.push(Node::new(at.at("prefixItems").at(index), place, format!("{}Item{index}", self.name)));
        }
        self.format = self.format.or_else(|| format(object));
        for key in CHECKS {
            if let Some(value) = object.get(key).filter(|value| *value != &Value::Bool(false)) {
                self.checks.insert(key, value);
            }
        }
        self.bounds_of_3_0(object);
        self.default = self.default.or_else(|| object.get("default").filter(|value| !value.is_null()));
        self.marks.extend(MARKS.iter().filter(|key| object.get(**key) == Some(&Value::Bool(true))));
        for key in PROSE {
            if let Some(value) = object.get(key) {
                self.prose.entry(if key == "examples" { "example" } else { key }).or_insert_with(|| first_example(key, value));
            }
        }
        for (key, value) in object {
            if is_extension(key) {
                self.prose.entry(key).or_insert(value);
            } else if is_unknown(key) {
                self.other.insert(key.clone(), value);
            }
        }
    }

    fn values_and_types(&mut self, object: &'a Map<String, Value>) {
        let mut types: BTreeSet<&str> = match object.get("type") {
            Some(Value::String(name)) => BTreeSet::from([name.as_str()]),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => BTreeSet::new(),
        };
        if let Some(number) = crate::lower::numeric_string(object) {
            types.retain(|name| *name == number || *name == "null");
            self.other.insert("a number that may come as text".to_owned(), &Value::Bool(true));
        }
        let listed =
            object.get("const").map(|value| vec![value]).or_else(|| Some(object.get("enum")?.as_array()?.iter().collect()));
        // Where values are listed, null is one of them only if it is among them; `nullable` of 3.0 adds it.
        let null = types.remove("null") && listed.is_none();
        self.nullable |= null || object.get("nullable") == Some(&Value::Bool(true));
        if let Some(mut listed) = listed {
            self.nullable |= listed.iter().any(|value| value.is_null());
            listed.retain(|value| !value.is_null());
            if types.is_empty() {
                types = listed.iter().map(|value| type_of(value)).collect();
            }
            self.list(listed);
        }
        self.restrict(types);
    }

    fn list(&mut self, listed: Vec<&'a Value>) {
        self.values = Some(match self.values.take() {
            None => listed,
            Some(known) => known.into_iter().filter(|value| listed.contains(value)).collect(),
        });
    }

    fn restrict(&mut self, types: BTreeSet<&'a str>) {
        if self.types.is_empty() || types.is_empty() {
            self.types.extend(types);
        } else if self.types.iter().any(|name| types.contains(name)) {
            self.types.retain(|name| types.contains(name));
        }
    }

    /// In 3.0 `exclusiveMinimum` says of `minimum` that it is one.
    fn bounds_of_3_0(&mut self, object: &'a Map<String, Value>) {
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if object.get(exclusive).is_some_and(Value::is_boolean) {
                self.checks.remove(exclusive);
                if object.get(exclusive) == Some(&Value::Bool(true))
                    && let Some(value) = self.checks.remove(bound)
                {
                    self.checks.insert(exclusive, value);
                }
            }
        }
    }

    fn alternatives(
        &mut self,
        side: &Side<'a>,
        at: &Pointer,
        key: &'static str,
        object: &'a Map<String, Value>,
        owner: &str,
        depth: usize,
    ) {
        let all: Vec<(usize, &'a Value)> = list(object, key).enumerate().collect();
        let beside = object.contains_key("properties") || all.iter().all(|(_, branch)| only_requires(branch));
        let mut branches = all.clone();
        branches.retain(|(_, branch)| !is_null(branch) && !(beside && only_requires(branch)));
        self.nullable |= all.iter().any(|(_, branch)| is_null(branch));
        match branches.as_slice() {
            [] => return,
            [(index, only)] => return self.part(side, &at.at(index), only, owner, depth + 1),
            _ => {}
        }
        let schemas: Vec<&'a Value> = branches.iter().map(|(_, branch)| definition(side, at, branch, "").1).collect();
        if schemas.iter().any(|schema| says_nothing(schema)) {
            return;
        }
        if let Some((values, open)) = texts(&schemas) {
            self.open = open;
            self.restrict(BTreeSet::from(["string"]));
            return if values.is_empty() { () } else { self.list(values) };
        }
        if let Some(types) = bare_types(&schemas) {
            return self.restrict(types);
        }
        let single = |(index, branch): &(usize, &'a Value)| Node::new(at.at(index), *branch, format!("{owner}Variant{index}"));
        let branches = branches.iter().map(single).collect();
        if let Some(second) = self.union.replace(Union { key, branches, discriminator: object.get("discriminator") }) {
            self.union = Some(second);
            self.other.insert(format!("a second `{key}`"), &object[key]);
        }
    }
}

/// Where the type of the schema at `at` is defined, by which schema, its name, and whether it is a component.
fn definition<'a>(side: &Side<'a>, at: &Pointer, value: &'a Value, name: &str) -> (Pointer, &'a Value, String, bool) {
    let (mut at, mut value, mut name) = (at.clone(), value, name.to_owned());
    for _ in 0..64 {
        match side.only_target(&at, value) {
            Some((target, schema, component)) => {
                (at, value) = (target, schema);
                name = component.unwrap_or(name);
            }
            None => break,
        }
    }
    let component = at.as_str().strip_prefix("/components/schemas/").is_some_and(|rest| !rest.contains('/'));
    if component {
        name = side.names.component(&at.last());
    }
    (at, value, name, component)
}

/// The items of a list in `object`.
pub fn list<'a>(object: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    object.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Whether `schema` admits null and nothing else.
pub fn is_null(schema: &Value) -> bool {
    let only = |key: &str, wanted: &Value| schema.get(key) == Some(wanted);
    only("type", &Value::from("null"))
        || only("type", &Value::from(vec!["null"]))
        || only("const", &Value::Null)
        || only("enum", &Value::from(vec![Value::Null]))
}

/// The name of the type of a value.
pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Whether it is none of the keywords that are read by their name, and no extension.
fn is_unknown(key: &str) -> bool {
    let read = [&PROSE[..], &MARKS, &KNOWN, &CHECKS, &["contentEncoding", "contentMediaType"]];
    !key.starts_with("x-") && !read.iter().any(|keys| keys.contains(&key))
}

/// Keys that say nothing of the value.
fn is_annotation(key: &str) -> bool {
    PROSE.contains(&key) || MARKS.contains(&key) || key.starts_with("x-")
}

/// Whether any value is one of it.
fn says_nothing(schema: &Value) -> bool {
    schema == &Value::Bool(true) || schema.as_object().is_some_and(|object| object.keys().all(|key| is_annotation(key)))
}

/// Where every alternative is text: the values that some list, and whether another is any text.
fn texts<'a>(branches: &[&'a Value]) -> Option<(Vec<&'a Value>, bool)> {
    let (mut values, mut open) = (Vec::new(), false);
    for branch in branches {
        let object = branch.as_object()?;
        let plain = |key: &String| {
            ["type", "format", "const", "enum"].contains(&key.as_str()) || CHECKS.contains(&key.as_str()) || is_annotation(key)
        };
        let text = |value: &Value| object.get("type").is_none_or(|name| name == "string") && value.is_string();
        match (object.get("const"), object.get("enum").and_then(Value::as_array)) {
            _ if !object.keys().all(plain) => return None,
            (Some(value), _) if text(value) => values.push(value),
            (None, Some(listed)) if listed.iter().all(text) => values.extend(listed),
            (None, None) if object.get("type").is_some_and(|name| name == "string") => open = true,
            _ => return None,
        }
    }
    Some((values, open))
}

/// The types, where the alternatives are that and no more.
fn bare_types<'a>(branches: &[&'a Value]) -> Option<BTreeSet<&'a str>> {
    let one = |branch: &&'a Value| {
        let object = branch.as_object()?;
        object.keys().all(|key| key == "type" || is_annotation(key)).then(|| object.get("type")?.as_str())?
    };
    branches.iter().map(one).collect()
}

/// Whether a schema says nothing but which properties must be there.
fn only_requires(schema: &Value) -> bool {
    let silent = |key: &String| matches!(key.as_str(), "required" | "type") || is_annotation(key);
    schema.as_object().is_some_and(|object| object.contains_key("required") && object.keys().all(silent))
        || schema.get("not").is_some_and(only_requires)
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

fn first_example<'a>(key: &str, value: &'a Value) -> &'a Value {
    match value {
        Value::Array(values) if key == "examples" => values.first().unwrap_or(value),
        _ => value,
    }
}
