//! Aliases: components that are an array, a map, a scalar or another component.

use super::emitted::unexpected;
use super::{Group, agreement, free_form, paths};
use crate::model::types::Shape;
use crate::model::{Direction, Type, TypeDef, TypeUse};
use quote::format_ident;
use syn::{Attribute, Fields, ItemStruct, parse_quote};

/// The alias for `target`.
///
/// # Errors
/// Returns an error if typify did not make a wrapper of one field of that type.
pub fn polish(item: &ItemStruct, docs: &[Attribute], target: &TypeUse, direction: Direction) -> syn::Result<Group> {
    let missing = || unexpected(&item.ident, "another name for a type");
    let Fields::Unnamed(fields) = &item.fields else { return Err(missing()) };
    let (name, mut ty) = (&item.ident, fields.unnamed.first().ok_or_else(missing)?.ty.clone());
    agreement::require(agreement::present(&ty, target), target, name)?;
    paths::shorten_type(&mut ty);
    if direction.received {
        free_form::receive(&mut ty);
    }
    Ok(vec![parse_quote!(#(#docs)* pub type #name = #ty;)])
}

/// The alias for a type of the user with the same name as its component, for which typify makes nothing.
pub fn unseen(name: &str, def: &TypeDef, docs: &[Attribute]) -> Option<Group> {
    let Shape::Alias(TypeUse { ty: Type::Custom(rust), .. }) = &def.shape else { return None };
    let (name, ty) = (format_ident!("{name}"), syn::parse_str::<syn::Type>(rust).ok()?);
    Some(vec![parse_quote!(#(#docs)* pub type #name = #ty;)])
}
