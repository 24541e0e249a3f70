//! Types: what the schemas of a document are in Rust.

use super::direction::{Direction, OneWay};
use super::names::method_name;
use super::presence::Holding;
use super::scalars::{Scalar, format_of};
use crate::document::pointer::Pointer;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value};

/// The types by their Rust names, in the order of the document.
pub type Types = IndexMap<String, TypeDef>;

/// A type with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    pub origin: Origin,
    pub annotations: Annotations,
    pub shape: Shape,
    /// What the document says it is, where the user of the generator chose another type.
    pub replaced: Option<Box<Shape>>,
    /// Whether it is sent, received, or both.
    pub direction: Direction,
}

/// The schema that a type is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A component, by its name in the published document.
    Component(String),
    /// A schema within something else.
    At(Pointer),
}

/// What a document says of a schema beside its shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    pub description: Option<String>,
    pub read_only: Option<bool>,
    pub write_only: Option<bool>,
    /// What its strings stand for, if that is bytes.
    pub bytes: Option<Bytes>,
}

/// How a string stands for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    /// `format: byte`, or `contentEncoding` of 3.1.
    Base64,
    /// `format: binary`, which leaves open how JSON holds them.
    Unknown,
}

/// What a type with a name is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Struct(Struct),
    StringEnum(StringEnum),
    Union(Union),
    /// Any string, in a type of its own, so that one ID cannot be passed for another.
    Id,
    /// Only another name.
    Alias(TypeUse),
    /// What would be a name for itself.
    Wrapper(TypeUse),
}

/// An object with properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    /// By the names under which typify knows them, in the order of the document.
    pub fields: IndexMap<String, Field>,
    /// What properties hold that the document does not name, where it says so.
    pub rest: Option<TypeUse>,
}

/// A property.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name in JSON.
    pub wire: String,
    pub required: bool,
    pub value: TypeUse,
    /// The only value that it can have wherever its struct is used: a builder sets it.
    pub constant: Option<Value>,
}

/// Strings with known values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringEnum {
    /// The values, and the names of their variants.
    pub variants: Vec<(String, String)>,
    /// Whether the document itself admits other strings.
    pub open: bool,
}

/// One of several alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    pub variants: Vec<Variant>,
    /// The name of the variant for a value that is several alternatives at once, of which none keeps all of it.
    pub several: Option<String>,
}

/// A property and the values of it by which an alternative of a union is known.
pub type Guard = (String, Vec<String>);

/// An alternative of a union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub name: String,
    pub value: TypeUse,
    /// The schemas that it stands for.
    pub origins: Vec<Pointer>,
    pub guards: Vec<Guard>,
    /// The discriminator and its value, where the type of the alternative does not hold them.
    pub tag: Option<(String, Value)>,
}

/// A type where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeUse {
    pub ty: Type,
    /// Whether null is a value too.
    pub nullable: bool,
    pub annotations: Annotations,
    /// Where the published document has the schemas that hold for the value.
    pub places: Vec<Pointer>,
}

/// A type without the null and the prose of its use.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any JSON, null included.
    Any,
    Scalar(Scalar),
    /// A type of the user's own, by its path, which was chosen for a component.
    Custom(String),
    Array(Box<TypeUse>),
    /// An object whose keys the document does not name.
    Map(Option<Box<TypeUse>>),
    /// The type of this name.
    Named(String),
}

impl Annotations {
    /// Reads those of a schema.
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

    /// What these say, or else what `others` do.
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
    /// Where the published document has the schema.
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

impl Type {
    /// The name of a type that has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is a number of Rust's own, or a list or map of such, which serde does not read in other spellings.
    #[must_use]
    pub fn is_number(&self, types: &Types) -> bool {
        self.is_number_at(types, &mut Vec::new())
    }

    fn is_number_at<'a>(&'a self, types: &'a Types, aliases: &mut Vec<&'a str>) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.is_primitive_number(),
            Self::Array(values) | Self::Map(Some(values)) => values.ty.is_number_at(types, aliases),
            Self::Named(name) => match types.get(name).map(|def| &def.shape) {
                // Aliases that lead back to one of them hold no number.
                Some(Shape::Alias(target)) if !aliases.contains(&name.as_str()) => {
                    aliases.push(name);
                    target.ty.is_number_at(types, aliases)
                }
                _ => false,
            },
            Self::Any | Self::Custom(_) | Self::Map(None) => false,
        }
    }

    /// Says of every use within where the published document has it.
    fn relocate(&mut self, place: &impl Fn(&Pointer) -> Pointer) {
        if let Self::Array(values) | Self::Map(Some(values)) = self {
            values.relocate(place);
        }
    }

    /// The type that an alias stands for in the end.
    #[must_use]
    pub fn behind_aliases<'a>(&'a self, types: &'a Types) -> &'a Self {
        let next = |ty: &&'a Self| match types.get(ty.name()?).map(|def| &def.shape) {
            Some(Shape::Alias(target)) => Some(&target.ty),
            _ => None,
        };
        // Aliases may lead back to one of them.
        std::iter::successors(Some(self), next).take(64).last().unwrap_or(self)
    }

    /// The scalars in it.
    pub fn scalars<'a>(&'a self, found: &mut Vec<&'a Scalar>) {
        match self {
            Self::Scalar(scalar) => found.push(scalar),
            Self::Array(values) | Self::Map(Some(values)) => values.ty.scalars(found),
            Self::Any | Self::Custom(_) | Self::Named(_) | Self::Map(None) => {}
        }
    }

    /// The names of the types in it.
    pub fn names(&self, found: &mut IndexSet<String>) {
        match self {
            Self::Named(name) => drop(found.insert(name.clone())),
            Self::Array(values) | Self::Map(Some(values)) => values.ty.names(found),
            Self::Any | Self::Scalar(_) | Self::Custom(_) | Self::Map(None) => {}
        }
    }
}

impl TypeUse {
    /// Says where the published document has its schemas, and those of what it holds.
    pub fn relocate(&mut self, place: &impl Fn(&Pointer) -> Pointer) {
        self.places.iter_mut().for_each(|own| *own = place(own));
        self.ty.relocate(place);
    }
}

impl Shape {
    /// What it holds, to be changed.
    fn uses_mut(&mut self) -> Vec<&mut TypeUse> {
        match self {
            Self::Struct(item) => item.fields.values_mut().map(|field| &mut field.value).chain(&mut item.rest).collect(),
            Self::Union(union) => union.variants.iter_mut().map(|variant| &mut variant.value).collect(),
            Self::Alias(target) | Self::Wrapper(target) => vec![target],
            Self::StringEnum(_) | Self::Id => Vec::new(),
        }
    }
}

impl TypeDef {
    /// What the document says it is, whatever it is in Rust.
    #[must_use]
    pub fn published(&self) -> &Shape {
        self.replaced.as_deref().unwrap_or(&self.shape)
    }

    /// What it holds.
    #[must_use]
    pub fn uses(&self) -> Vec<&TypeUse> {
        match &self.shape {
            Shape::Struct(item) => item.fields.values().map(|field| &field.value).chain(&item.rest).collect(),
            Shape::Union(union) => union.variants.iter().map(|variant| &variant.value).collect(),
            Shape::Alias(target) | Shape::Wrapper(target) => vec![target],
            Shape::StringEnum(_) | Shape::Id => Vec::new(),
        }
    }

    /// What it holds, to be changed.
    pub fn uses_mut(&mut self) -> Vec<&mut TypeUse> {
        self.shape.uses_mut()
    }

    /// Says where the published document has its schema, and those of what it holds.
    pub fn relocate(&mut self, place: &impl Fn(&Pointer) -> Pointer) {
        if let Origin::At(own) = &mut self.origin {
            *own = place(own);
        }
        for shape in std::iter::once(&mut self.shape).chain(self.replaced.as_deref_mut()) {
            shape.uses_mut().into_iter().for_each(|used| used.relocate(place));
        }
    }

    /// The names of the types that it holds.
    #[must_use]
    pub fn names(&self) -> IndexSet<String> {
        let mut found = IndexSet::new();
        self.uses().into_iter().for_each(|value| value.ty.names(&mut found));
        found
    }
}

impl Struct {
    /// The fields by the names that they have in Rust.
    pub fn names(&self) -> impl Iterator<Item = (String, &Field)> {
        self.fields.iter().map(|(key, field)| (method_name(key, &[]), field))
    }
}

impl Field {
    /// What the document says of it, or else of the type that it holds.
    #[must_use]
    pub fn description<'a>(&'a self, types: &'a Types) -> &'a str {
        let text = |annotations: &'a Annotations| annotations.description.as_deref();
        text(&self.value.annotations).or_else(|| text(self.target(types)?)).unwrap_or_default()
    }

    /// How its strings, or those in its list or map, stand for bytes.
    #[must_use]
    pub fn bytes(&self, types: &Types) -> Option<Bytes> {
        let mut used = &self.value;
        while let (None, Type::Array(held) | Type::Map(Some(held))) = (used.annotations.bytes, &used.ty) {
            used = held;
        }
        used.annotations.bytes.or_else(|| types.get(used.ty.name()?)?.annotations.bytes)
    }

    /// How it may be absent or null.
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
