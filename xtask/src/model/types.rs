//! Types: what the schemas of a document are in Rust.

use super::direction::{Direction, OneWay};
use super::names::method_name;
use super::presence::Holding;
use super::scalars::{Scalar, format_of};
use crate::document::pointer::Pointer;
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// The types by Rust name, in document order.
pub type Types = IndexMap<String, TypeDef>;

/// A named type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    pub origin: Origin,
    pub annotations: Annotations,
    pub shape: Shape,
    /// The shape in the document, if the user chose another type.
    pub replaced: Option<Box<Shape>>,
    /// Whether it is sent, received, or both.
    pub direction: Direction,
}

/// The schema that a type is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A component, by its name in the published document.
    Component(String),
    /// An inline schema, by its place.
    At(Pointer),
}

/// What a schema says besides its shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    pub description: Option<String>,
    pub read_only: Option<bool>,
    pub write_only: Option<bool>,
    /// The encoding, if its strings represent bytes.
    pub bytes: Option<Bytes>,
}

/// How a string represents bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// `format: byte`, or `contentEncoding` of 3.1.
    Base64,
    /// `format: binary`, which does not define an encoding in JSON.
    Unknown,
    /// None: it is a file, which is a part of a form.
    File,
}

/// The shape of a named type.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Struct(Struct),
    StringEnum(StringEnum),
    Union(Union),
    /// Any string, in its own type, so that ids of different kinds cannot be mixed up.
    Id,
    /// Another name for a type.
    Alias(TypeUse),
    /// A newtype, where an alias would refer to itself.
    Wrapper(TypeUse),
}

/// An object with properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    /// The fields by their names for typify, in document order.
    pub fields: IndexMap<String, Field>,
    /// The type of properties that the document does not name, if it has a schema for them.
    pub rest: Option<TypeUse>,
}

/// A property.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its JSON name.
    pub wire: String,
    pub required: bool,
    pub value: TypeUse,
    /// The only value that it can have in every use of the struct. Builders set it.
    pub constant: Option<Value>,
}

/// An enum of strings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringEnum {
    /// The values with the names of their variants.
    pub variants: Vec<(String, String)>,
    /// Whether the document itself accepts other strings.
    pub open: bool,
}

/// A union of several alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    pub variants: Vec<Variant>,
    /// The name of the variant for values that match several alternatives at once, none of which represents all of the value.
    pub several: Option<String>,
}

/// A property, and its values by which an alternative is recognised.
pub type Guard = (String, Vec<String>);

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub name: String,
    pub value: TypeUse,
    /// The schemas that it represents.
    pub origins: Vec<Pointer>,
    pub guards: Vec<Guard>,
    /// The discriminator and its value, if the type of the alternative has no field for it.
    pub tag: Option<(String, Value)>,
}

/// A use of a type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeUse {
    pub ty: Type,
    /// Whether the value can be null.
    pub nullable: bool,
    pub annotations: Annotations,
    /// The places of the schemas that apply to the value, in the published document.
    pub places: Vec<Pointer>,
}

/// A type, without the nullability and description of its use.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any JSON, including null.
    Any,
    Scalar(Scalar),
    /// A type of the user, by path, chosen for a component.
    Custom(String),
    Array(Box<TypeUse>),
    /// An object with keys that the document does not name.
    Map(Option<Box<TypeUse>>),
    /// A named type.
    Named(String),
}

impl Annotations {
    /// Reads the annotations of a schema.
    #[must_use]
    pub fn of(schema: &Map<String, Value>) -> Self {
        let flag = |key: &str| schema.get(key).and_then(Value::as_bool);
        Self {
            description: schema.get("description").and_then(Value::as_str).map(str::to_owned),
            read_only: flag("readOnly"),
            write_only: flag("writeOnly"),
            bytes: match format_of(schema).as_deref() {
                Some("byte" | "base64" | "base64url") => Some(Bytes::Base64),
                Some("binary") => Some(Bytes::Unknown),
                _ => None,
            },
        }
    }

    /// Fills missing annotations from `others`.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            description: self.description.or(others.description),
            read_only: self.read_only.or(others.read_only),
            write_only: self.write_only.or(others.write_only),
            bytes: self.bytes.or(others.bytes),
        }
    }
}

impl Origin {
    /// The place of the schema in the published document.
    #[must_use]
    pub fn pointer(&self) -> Pointer {
        match self {
            Self::Component(name) => Pointer::parse("/components/schemas").at(name),
            Self::At(pointer) => pointer.clone(),
        }
    }
}

impl From<Type> for TypeUse {
    fn from(ty: Type) -> Self {
        Self { ty, nullable: false, annotations: Annotations::default(), places: Vec::new() }
    }
}

impl TypeUse {
    /// Whether it is a file in a form, or an array of files.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.annotations.bytes == Some(Bytes::File) || self.ty.held().is_some_and(Self::is_file)
    }
}

impl Type {
    /// The name of a named type.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }

    /// The values of an array or a map, if the document says what they are.
    #[must_use]
    pub fn held(&self) -> Option<&TypeUse> {
        match self {
            Self::Array(values) | Self::Map(Some(values)) => Some(values),
            Self::Any | Self::Scalar(_) | Self::Custom(_) | Self::Named(_) | Self::Map(None) => None,
        }
    }
}

impl TypeDef {
    /// The shape in the document, whatever type the user chose.
    #[must_use]
    pub fn published(&self) -> &Shape {
        self.replaced.as_deref().unwrap_or(&self.shape)
    }
}

impl Struct {
    /// The fields by their Rust names.
    pub fn names(&self) -> impl Iterator<Item = (String, &Field)> {
        self.fields.iter().map(|(key, field)| (Self::field_name(key), field))
    }

    /// The name that the field `key` has in Rust.
    #[must_use]
    pub fn field_name(key: &str) -> String {
        method_name(key, &[])
    }
}

impl Field {
    /// Its description in the document, or else that of its type.
    #[must_use]
    pub fn description<'a>(&'a self, types: &'a Types) -> &'a str {
        let text = |annotations: &'a Annotations| annotations.description.as_deref();
        text(&self.value.annotations).or_else(|| text(self.target(types)?)).unwrap_or_default()
    }

    /// The encoding of bytes in its strings, or in those of its array or map.
    #[must_use]
    pub fn bytes(&self, types: &Types) -> Option<Bytes> {
        let mut used = &self.value;
        while let (None, Some(held)) = (used.annotations.bytes, used.ty.held()) {
            used = held;
        }
        used.annotations.bytes.or_else(|| types.get(used.ty.name()?)?.annotations.bytes)
    }

    /// How its value can be absent or null.
    #[must_use]
    pub fn holding(&self, types: &Types) -> Holding {
        let says = |key: fn(&Annotations) -> Option<bool>| {
            key(&self.value.annotations).or_else(|| key(self.target(types)?)) == Some(true)
        };
        let one_way = if says(|annotations| annotations.read_only) {
            Some(OneWay::Received)
        } else {
            says(|annotations| annotations.write_only).then_some(OneWay::Sent)
        };
        let any = self.value.ty == Type::Any;
        Holding { required: self.required, nullable: self.value.nullable, any, one_way }
    }

    fn target<'a>(&self, types: &'a Types) -> Option<&'a Annotations> {
        types.get(self.value.ty.name()?).map(|def| &def.annotations)
    }
}
