//! What a value is, as the comparison sees it: its type by the model, and beside it what the published schemas say.

use super::facts::Facts;
use crate::document::pointer::Pointer;
use crate::model::types::{self, Field, Type, TypeUse};
use indexmap::IndexMap;
use serde_json::Value;
use std::borrow::Cow;

/// A use of a type: a place that holds values.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a>(pub &'a TypeUse);

/// Which definition something is: the number of its place.
pub type Identity = usize;

/// What tells a use of a type from all others of which something else is said.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key<'a> {
    pub name: Option<&'a str>,
    pub places: Vec<Identity>,
    pub nullable: bool,
}

/// What an object may hold besides its properties.
#[derive(Clone, Copy, Debug, Default)]
pub enum Rest<'a> {
    /// Anything.
    #[default]
    Open,
    /// Nothing.
    Closed,
    /// Values of this type.
    Typed(Node<'a>),
}

/// A property.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    pub known: &'a Field,
    pub node: Node<'a>,
    /// The type that owns it.
    pub owner: String,
    /// Its field.
    pub field: String,
}

/// What a value is.
#[derive(Clone, Debug)]
pub struct Shape<'a> {
    pub key: Key<'a>,
    /// Where its type is defined: the place itself, or the component that it leads to.
    pub definition: Pointer,
    pub identity: Identity,
    /// The name of that type.
    pub name: String,
    /// Whether that is a component.
    pub component: bool,
    /// The type, behind all aliases.
    pub ty: &'a Type,
    pub kind: Kind,
    /// Whether null is one of its values.
    pub nullable: bool,
    /// Its only values, but for null.
    pub values: Option<Vec<Cow<'a, Value>>>,
    /// Whether other text than the values is admitted too.
    pub open: bool,
    pub properties: IndexMap<&'a str, Member<'a>>,
    pub rest: Rest<'a>,
    pub items: Option<Node<'a>>,
    pub variants: &'a [types::Variant],
    /// The name of the variant for a value that is several alternatives at once.
    pub several: Option<&'a str>,
    /// Why the generator cannot read the schema: its type is any JSON then.
    pub unreadable: Option<&'a str>,
    pub facts: Facts<'a>,
}

/// The kinds of type that are generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
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

impl Kind {
    /// What it is called in a sentence.
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
    /// Whether nothing is said of its values.
    pub fn is_any(&self) -> bool {
        self.kind == Kind::Any
    }

    /// Whether a type of its own is generated for it.
    pub fn is_named(&self) -> bool {
        matches!(self.ty, Type::Named(_))
    }
}
