//! What a schema says, however it is spelled.

use super::keywords::is_structure;
use crate::document::pointer::Pointer;
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
    /// The schemas among the parts whose alternatives are not read, because another part is one of them.
    pub chosen_of: Vec<Identity>,
}

impl<'a> Node<'a> {
    /// A place with one schema.
    pub fn new(at: Pointer, value: &'a Value, name: impl Into<String>) -> Self {
        Self { parts: vec![(at, value)], name: name.into(), chosen_of: Vec::new() }
    }

    /// Where it stands.
    pub fn at(&self) -> Option<&Pointer> {
        self.parts.first().map(|(at, _)| at)
    }

    /// Whether it is a scalar that needs no type of its own and refers to nothing, which most schemas are.
    pub fn is_leaf(&self) -> bool {
        let one_type = |value: &Value| match value {
            Value::Array(names) => names.len() == 2 && names.iter().any(|name| name == "null"),
            other => other.is_string(),
        };
        let plain = |(key, value): (&String, &Value)| match key.as_str() {
            "type" => one_type(value),
            "$ref" => false,
            key => !is_structure(key),
        };
        let [(_, Value::Object(object))] = self.parts.as_slice() else { return false };
        object.contains_key("type") && object.iter().all(plain)
    }

    /// Whether nothing can have changed between two places.
    pub fn is_same_leaf(&self, other: &Node<'_>) -> bool {
        let same = match (self.parts.as_slice(), other.parts.as_slice()) {
            ([(_, one)], [(_, other)]) => one == other,
            _ => false,
        };
        same && self.is_leaf()
    }

    /// What tells it from all other places.
    pub fn key(&self) -> Key {
        // Schemas that the document only leaves out are all the same value.
        let absent = self.parts.first().filter(|(_, value)| !value.is_object()).map(|(at, _)| at.clone());
        (self.parts.iter().map(|(_, value)| identity(value)).chain(self.chosen_of.iter().copied()).collect(), absent)
    }
}

/// Which value of a document something is: its address, for no document moves while it is compared.
pub type Identity = usize;

/// The identities of the parts of a node.
pub type Key = (Vec<Identity>, Option<Pointer>);

/// The identity of a value.
pub fn identity(value: &Value) -> Identity {
    std::ptr::from_ref(value).addr()
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
    /// The schema that lists them.
    pub holder: Identity,
}

/// A property.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// Its schema.
    pub node: Node<'a>,
    /// The type that owns it.
    pub owner: String,
    /// Its field.
    pub field: String,
}

impl<'a> Member<'a> {
    /// A property whose field has no name yet.
    pub fn new(node: Node<'a>, owner: &str) -> Self {
        Self { node, owner: owner.to_owned(), field: String::new() }
    }
}

/// What a schema says.
#[derive(Clone, Debug, Default)]
pub struct Shape<'a> {
    /// Where its type is defined: the place itself, or the component that it leads to.
    pub definition: Pointer,
    /// The schema that stands there.
    pub identity: Identity,
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
    /// The patterns of `patternProperties`.
    pub patterns: BTreeSet<&'a str>,
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
}

/// The items of a list in `object`.
pub fn list<'a>(object: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    object.get(key).and_then(Value::as_array).into_iter().flatten()
}
