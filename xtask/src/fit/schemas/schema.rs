//! What a schema is, once references, compositions and spellings are out of the way.

use super::variant_names;
use crate::document::pointer::Pointer;
use crate::model::Scalar;
use crate::model::types::{Annotations, StringEnum};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// A schema, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// Whether null is one of its values.
    pub nullable: bool,
    /// What is said beside its shape.
    pub annotations: Annotations,
    /// Its shape.
    pub kind: SchemaKind,
}

/// The shapes that there are.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaKind {
    /// Any JSON.
    Any,
    /// Null and nothing else.
    Null,
    /// The component of this name.
    Reference(String),
    /// `string`, `integer`, `number` or `boolean`.
    Scalar(Scalar),
    /// A string with known values.
    StringEnum(KnownStrings),
    /// An array.
    Array(Box<Subschema>),
    /// An object whose keys the document does not name.
    Map(Option<Box<Subschema>>),
    /// An object with properties.
    Object(Object),
    /// One of several.
    Union(Vec<Branch>),
}

/// A string with known values.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownStrings {
    /// The values.
    pub values: IndexSet<String>,
    /// Whether the document itself admits other strings.
    pub open: bool,
}

/// A schema inside of another one; it is read when it is placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Subschema {
    /// Where the document has it.
    pub at: Pointer,
    /// Where it has the schemas of which this one is composed; empty where it stands in one place.
    parts: Vec<Pointer>,
    /// The schema.
    pub schema: Value,
}

/// An object with properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Its properties, in the order of the document.
    pub properties: IndexMap<String, Subschema>,
    /// The names of those that must be there.
    pub required: IndexSet<String>,
    /// What other keys hold, where the document says so.
    pub rest: Option<Box<Subschema>>,
    /// Whether the document admits no other keys.
    pub closed: bool,
}

/// One alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Where the document has it.
    pub at: Pointer,
    /// Where it has the schemas that it stands for.
    pub origins: Vec<Pointer>,
    /// The name that the document gives it.
    pub label: Option<String>,
    /// The discriminator by which it is told from the others.
    pub tag: Option<Tag>,
    /// Whether a value may be other alternatives too: it is one of an `anyOf`.
    pub is_any_of: bool,
    /// What it is.
    pub schema: Schema,
}

/// A discriminator, as far as it speaks of one alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    pub property: String,
    /// The values that stand for the alternative.
    pub values: Vec<String>,
    /// Whether the mapping names them; otherwise it is the name of the component.
    pub is_mapped: bool,
}

/// The values that a property can have in one alternative.
pub type Values = IndexSet<String>;

/// The properties of an alternative whose values are listed.
pub type Known = IndexMap<String, Values>;

impl Schema {
    /// A shape about which nothing else is said.
    pub fn of(kind: SchemaKind) -> Self {
        Self { nullable: false, annotations: Annotations::default(), kind }
    }

    /// Any JSON.
    pub fn any() -> Self {
        Self::of(SchemaKind::Any)
    }
}

impl KnownStrings {
    /// The values, each with the name of its variant.
    pub fn named(&self) -> StringEnum {
        let variants = self.values.iter().cloned().zip(variant_names::names(&self.values)).collect();
        StringEnum { variants, open: self.open }
    }
}

impl SchemaKind {
    /// A string without known values.
    pub fn text() -> Self {
        Self::Scalar(Scalar::text())
    }

    /// Whether a component of this shape is only another name for a type that is there without it. A plain string is not: it is an
    /// id, which must not be taken for another one.
    pub fn is_alias(&self) -> bool {
        match self {
            Self::Scalar(scalar) => !scalar.is_plain_text(),
            Self::Object(_) | Self::StringEnum(_) | Self::Union(_) => false,
            Self::Any | Self::Null | Self::Reference(_) | Self::Array(_) | Self::Map(_) => true,
        }
    }

    /// The scalar that it is.
    pub fn scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Whether its values are strings.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::StringEnum(_)) || matches!(self, Self::Scalar(scalar) if scalar.name == "string")
    }

    /// Whether its values are numbers.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Scalar(scalar) if scalar.name == "integer" || scalar.name == "number")
    }
}

impl Subschema {
    /// A schema at a place.
    pub fn new(at: Pointer, schema: Value) -> Self {
        Self { at, parts: Vec::new(), schema }
    }

    /// A schema that stands for several.
    pub fn composed(at: Pointer, schema: Value, parts: Vec<Pointer>) -> Self {
        Self { at, parts, schema }
    }

    /// Where the document has all schemas that hold for its value.
    pub fn places(&self) -> &[Pointer] {
        if self.parts.is_empty() { std::slice::from_ref(&self.at) } else { &self.parts }
    }

    /// A schema at a place, to be held by another.
    pub fn boxed(at: Pointer, schema: Value) -> Box<Self> {
        Box::new(Self::new(at, schema))
    }
}
