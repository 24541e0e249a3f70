//! What types contain: the uses, names, scalars and places inside them.

use super::scalars::Scalar;
use super::types::{Origin, Shape, Type, TypeDef, TypeUse, Types};
use crate::document::pointer::Pointer;
use indexmap::IndexSet;

impl Type {
    /// Whether it is a primitive number, or an array or map of such. serde does not read all JSON spellings of these.
    #[must_use]
    pub fn is_number(&self, types: &Types) -> bool {
        self.is_number_at(types, &mut Vec::new())
    }

    fn is_number_at<'a>(&'a self, types: &'a Types, aliases: &mut Vec<&'a str>) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.is_primitive_number(),
            Self::Array(values) | Self::Map(Some(values)) => values.ty.is_number_at(types, aliases),
            Self::Named(name) => match types.get(name).map(|def| &def.shape) {
                // Recursive aliases contain no number.
                Some(Shape::Alias(target)) if !aliases.contains(&name.as_str()) => {
                    aliases.push(name);
                    target.ty.is_number_at(types, aliases)
                }
                _ => false,
            },
            Self::Any | Self::Custom(_) | Self::Map(None) => false,
        }
    }

    /// Translates the places of all uses to the published document.
    fn relocate(&mut self, place: &impl Fn(&Pointer) -> Pointer) {
        if let Self::Array(values) | Self::Map(Some(values)) = self {
            values.relocate(place);
        }
    }

    /// The type with all aliases resolved.
    #[must_use]
    pub fn behind_aliases<'a>(&'a self, types: &'a Types) -> &'a Self {
        let next = |ty: &&'a Self| match types.get(ty.name()?).map(|def| &def.shape) {
            Some(Shape::Alias(target)) => Some(&target.ty),
            _ => None,
        };
        // Aliases can be recursive.
        std::iter::successors(Some(self), next).take(64).last().unwrap_or(self)
    }

    /// Collects the scalars in the type.
    pub fn scalars<'a>(&'a self, found: &mut Vec<&'a Scalar>) {
        match self {
            Self::Scalar(scalar) => found.push(scalar),
            Self::Array(values) | Self::Map(Some(values)) => values.ty.scalars(found),
            Self::Any | Self::Custom(_) | Self::Named(_) | Self::Map(None) => {}
        }
    }

    /// Collects the names of the types in the type.
    pub fn names(&self, found: &mut IndexSet<String>) {
        match self {
            Self::Named(name) => drop(found.insert(name.clone())),
            Self::Array(values) | Self::Map(Some(values)) => values.ty.names(found),
            Self::Any | Self::Scalar(_) | Self::Custom(_) | Self::Map(None) => {}
        }
    }
}

impl TypeUse {
    /// Translates its places, and those of the types inside it, to the published document.
    pub fn relocate(&mut self, place: &impl Fn(&Pointer) -> Pointer) {
        self.places.iter_mut().for_each(|own| *own = place(own));
        self.ty.relocate(place);
    }
}

impl Shape {
    /// The uses inside it, mutable.
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
    /// The uses inside it.
    #[must_use]
    pub fn uses(&self) -> Vec<&TypeUse> {
        match &self.shape {
            Shape::Struct(item) => item.fields.values().map(|field| &field.value).chain(&item.rest).collect(),
            Shape::Union(union) => union.variants.iter().map(|variant| &variant.value).collect(),
            Shape::Alias(target) | Shape::Wrapper(target) => vec![target],
            Shape::StringEnum(_) | Shape::Id => Vec::new(),
        }
    }

    /// The uses inside it, mutable.
    pub fn uses_mut(&mut self) -> Vec<&mut TypeUse> {
        self.shape.uses_mut()
    }

    /// Translates its places, and those of the types inside it, to the published document.
    pub fn relocate(&mut self, place: &impl Fn(&Pointer) -> Pointer) {
        if let Origin::At(own) = &mut self.origin {
            *own = place(own);
        }
        for shape in std::iter::once(&mut self.shape).chain(self.replaced.as_deref_mut()) {
            shape.uses_mut().into_iter().for_each(|used| used.relocate(place));
        }
    }

    /// The names of the types inside it.
    #[must_use]
    pub fn names(&self) -> IndexSet<String> {
        let mut found = IndexSet::new();
        self.uses().into_iter().for_each(|value| value.ty.names(&mut found));
        found
    }
}
