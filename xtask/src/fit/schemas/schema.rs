//! What a schema is, independent of references, compositions and spelling.

use crate::document::pointer::Pointer;
use crate::model::Scalar;
use crate::model::types::Annotations;
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// A schema, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema<'d> {
    /// Whether null is a value.
    pub nullable: bool,
    /// The annotations.
    pub annotations: Annotations,
    /// The kind.
    pub kind: SchemaKind<'d>,
}

/// The kinds of schemas.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaKind<'d> {
    /// Any JSON: the schema says nothing.
    Any,
    /// Any JSON: no type in Rust keeps all that the schema declares.
    Json,
    /// Only null.
    Null,
    /// The component of this name.
    Reference(String),
    /// `string`, `integer`, `number` or `boolean`.
    Scalar(Scalar),
    /// A string with listed values.
    StringEnum(KnownStrings),
    /// An array.
    Array(Box<Subschema<'d>>),
    /// An object with keys that the document does not name.
    Map(Option<Box<Subschema<'d>>>),
    /// An object with properties.
    Object(Object<'d>),
    /// One of several alternatives.
    Union(Vec<Branch<'d>>),
}

/// A string with listed values.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownStrings {
    /// The values.
    pub values: IndexSet<String>,
    /// Whether other strings are valid, too.
    pub open: bool,
}

/// A schema inside another one. It is read when it becomes a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Subschema<'d> {
    /// Its place in the document.
    pub at: Pointer,
    /// The places of its members, if it is an `allOf` made by an intersection.
    parts: Vec<Pointer>,
    /// The schema.
    pub schema: &'d Value,
}

/// An object with properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'d> {
    /// Its properties, in the order of the document.
    pub properties: IndexMap<String, Subschema<'d>>,
    /// The names of required properties.
    pub required: IndexSet<String>,
    /// The schema of other properties, if there is one.
    pub rest: Option<Box<Subschema<'d>>>,
    /// Whether other properties are forbidden.
    pub closed: bool,
}

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch<'d> {
    /// Its place in the document.
    pub at: Pointer,
    /// The places of the schemas that it represents.
    pub origins: Vec<Pointer>,
    /// Its name in the document.
    pub label: Option<String>,
    /// Its discriminator values.
    pub tag: Option<Tag>,
    /// Whether it belongs to an `anyOf`, so that a value can match other alternatives as well.
    pub is_any_of: bool,
    /// Its schema.
    pub schema: Schema<'d>,
}

/// The discriminator values of one alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    pub property: String,
    /// The values.
    pub values: Vec<String>,
    /// Whether they come from the mapping. Otherwise, it is the name of the component.
    pub is_mapped: bool,
}

/// The possible values of a property.
pub type Values = IndexSet<String>;

/// The properties of an alternative with listed values.
pub type Known = IndexMap<String, Values>;

impl<'d> Schema<'d> {
    /// A schema of this kind without annotations.
    pub fn of(kind: SchemaKind<'d>) -> Self {
        Self { nullable: false, annotations: Annotations::default(), kind }
    }

    /// Any JSON.
    pub fn any() -> Self {
        Self::of(SchemaKind::Any)
    }

    /// Whether null is a value, even if it is the only one.
    pub fn has_null(&self) -> bool {
        self.nullable || self.kind == SchemaKind::Null
    }
}

impl SchemaKind<'_> {
    /// A string without listed values.
    pub fn text() -> Self {
        Self::Scalar(Scalar::text())
    }

    /// Whether a component of this kind is only an alias. A plain string is not: it becomes an id type, so that ids of
    /// different kinds cannot be mixed up.
    pub fn is_alias(&self) -> bool {
        match self {
            Self::Scalar(scalar) => !scalar.is_plain_text(),
            Self::Object(_) | Self::StringEnum(_) | Self::Union(_) => false,
            Self::Any | Self::Json | Self::Null | Self::Reference(_) | Self::Array(_) | Self::Map(_) => true,
        }
    }

    /// The JSON type of all its values, if they have one. Each integer is a number.
    pub fn type_name(&self) -> Option<&'static str> {
        match self {
            Self::Scalar(scalar) if scalar.name == "integer" => Some("number"),
            Self::Scalar(scalar) => Some(scalar.name),
            Self::StringEnum(_) => Some("string"),
            Self::Array(_) => Some("array"),
            Self::Map(_) | Self::Object(_) => Some("object"),
            Self::Any | Self::Json | Self::Null | Self::Reference(_) | Self::Union(_) => None,
        }
    }

    /// Whether it is any JSON.
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any | Self::Json)
    }

    /// Whether its values have no parts that another type could drop.
    pub fn is_flat(&self) -> bool {
        matches!(self, Self::Any | Self::Null | Self::Scalar(_) | Self::StringEnum(_))
    }

    /// The scalar, if it is one.
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

impl<'d> Subschema<'d> {
    /// The schema at a place.
    pub fn new(at: Pointer, schema: &'d Value) -> Self {
        Self { at, parts: Vec::new(), schema }
    }

    /// An `allOf` made of several schemas.
    pub fn composed(at: Pointer, schema: &'d Value, parts: Vec<Pointer>) -> Self {
        Self { at, parts, schema }
    }

    /// The places of all schemas that apply to its value.
    pub fn places(&self) -> &[Pointer] {
        if self.parts.is_empty() { std::slice::from_ref(&self.at) } else { &self.parts }
    }

    /// A boxed schema at a place.
    pub fn boxed(at: Pointer, schema: &'d Value) -> Box<Self> {
        Box::new(Self::new(at, schema))
    }
}
