//! What types contain: the uses, names, scalars and places inside them.

use super::scalars::Scalar;
use super::types::{Origin, Shape, Type, TypeDef, TypeUse, Types};
use crate::document::pointer::Pointer;
use indexmap::IndexSet;

impl Type {
    /// Whether it is a primitive number, or an array or map of such. serde does not read all JSON spellings of these.
    #[must_use]
    pub fn is_number(&self, types: &Types) -> bool {
        match self.behind_aliases(types) {
            Self::Scalar(scalar) => scalar.is_primitive_number(),
            ty => ty.held().is_some_and(|values| values.ty.is_number(types)),
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

    /// The scalar that it is, or that its arrays and maps hold.
    #[must_use]
    pub fn scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            ty => ty.held()?.ty.scalar(),
        }
    }

    /// The name of the type that it is, or that its arrays and maps hold.
    #[must_use]
    pub fn held_name(&self) -> Option<&str> {
        self.held().map_or_else(|| self.name(), |values| values.ty.held_name())
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
        self.uses().into_iter().filter_map(|used| used.ty.held_name()).map(str::to_owned).collect()
    }
}
