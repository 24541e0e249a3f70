//! Looks up the Rust types that expressions need.

use super::Expressions;
use crate::model;
use crate::model::types::{Shape, TypeUse};
use crate::polish::paths::{self, own_name, path_name};
use quote::format_ident;
use syn::{Item, Type, parse_quote};

impl Expressions<'_> {
    /// The type inside a variant of a union.
    pub(super) fn variant_type(&self, name: &str, variant: &str) -> Option<Type> {
        self.types.groups.iter().flatten().find_map(|item| match item {
            Item::Enum(item) if item.ident == name => {
                let variant = item.variants.iter().find(|own| own.ident == variant)?;
                variant.fields.iter().next().map(|field| field.ty.clone())
            }
            _ => None,
        })
    }

    /// The type's path outside of the crate. The alias of a type of the user is always public.
    pub(super) fn outside(&self, ty: &Type) -> Option<Type> {
        let text = crate::tokens::text(ty);
        let is_same = |rust: &str| syn::parse_str::<Type>(rust).is_ok_and(|rust| crate::tokens::text(&rust) == text);
        let custom = self.model.types.iter().find_map(|(name, def)| match &def.shape {
            Shape::Alias(TypeUse { ty: model::Type::Custom(rust), .. }) if is_same(rust) => Some(format_ident!("{name}")),
            _ => None,
        });
        if let Some(name) = custom {
            return Some(parse_quote!(types::#name));
        }
        // Inside the crate, the runtime has no crate prefix.
        let name = &self.crate_name;
        syn::parse_str(&text.replace("crate::", &format!("{name}::")).replace("runtime::", &format!("{name}::runtime::"))).ok()
    }

    pub(super) fn qualified(&self, ty: &Type) -> Type {
        paths::qualify(ty, &self.types.names)
    }

    pub(super) fn is_text(&self, ty: &Type) -> bool {
        own_name(ty).is_some_and(|name| self.types.texts.contains(&name)) || path_name(ty).is_some_and(|name| name == "String")
    }

    pub(super) fn is_built(&self, ty: &Type) -> bool {
        own_name(ty).is_some_and(|name| self.types.builders.contains(&name))
    }
}
