//! What a value is for the comparison: its type in the model, and what the published schemas add to that.

use super::facts::Facts;
use crate::document::pointer::Pointer;
use crate::maps::IndexMap;
use crate::model::types::{self, Field, Type, TypeUse};
use serde_json::Value;
use std::borrow::Cow;

/// A use of a type: a place that holds values.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a>(pub &'a TypeUse);

/// The identity of a definition: a number for each place.
pub type Identity = usize;

/// Identifies a use of a type together with everything that is said about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key<'a> {
    pub name: Option<&'a str>,
    pub places: Vec<Identity>,
    pub nullable: bool,
    /// Whether it is a file, or an array of files: elsewhere the same places are strings.
    pub is_file: bool,
}

/// What an object accepts besides its named properties.
#[derive(Clone, Copy, Debug, Default)]
pub enum Rest<'a> {
    /// Any values.
    #[default]
    Open,
    /// No other properties.
    Closed,
    /// Values of this type.
    Typed(Node<'a>),
}

/// A property.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    pub known: &'a Field,
    pub node: Node<'a>,
    /// The key of the field in its struct.
    pub key: &'a str,
}

/// What a value is.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    pub key: Key<'a>,
    /// The place that defines the type: the place itself, or the component that it refers to.
    pub definition: Pointer,
    pub identity: Identity,
    /// The Rust name of the type.
    pub name: String,
    /// Whether the type is a component.
    pub component: bool,
    /// The type with all aliases resolved.
    pub ty: &'a Type,
    pub kind: ShapeKind,
    /// Whether the value can be null.
    pub nullable: bool,
    /// The listed values, without null.
    pub values: Option<Vec<Cow<'a, Value>>>,
    /// Whether values that are not listed are accepted too.
    pub open: bool,
    pub properties: IndexMap<&'a str, Member<'a>>,
    pub rest: Rest<'a>,
    pub items: Option<Node<'a>>,
    pub variants: &'a [types::Variant],
    /// The name of the variant for a value that matches several alternatives at once.
    pub several: Option<&'a str>,
    /// Why the generator cannot read the schema. Its type is any JSON then.
    pub unreadable: Option<&'a str>,
    pub facts: Facts<'a>,
}

/// The kinds of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeKind {
    Any,
    Boolean,
    Integer,
    Number,
    String,
    /// An enum of strings.
    StringEnum,
    Array,
    Map,
    Struct,
    Union,
}

impl ShapeKind {
    /// The name of the kind in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any JSON",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::String => "a string",
            Self::StringEnum => "an enum of strings",
            Self::Array => "an array",
            Self::Map => "a map",
            Self::Struct => "a struct",
            Self::Union => "an enum of alternatives",
        }
    }
}

impl Shape<'_> {
    /// Whether the value is any JSON.
    pub fn is_any(&self) -> bool {
        self.kind == ShapeKind::Any
    }

    /// Whether the value has a generated type of its own.
    pub fn is_named(&self) -> bool {
        matches!(self.ty, Type::Named(_))
    }
}
