//! `From` between two types that the overlay marks, field by field.

use super::polished::Types;
use super::structs::{Struct, StructField};
use super::{Group, emitted::unexpected, free_form};
use crate::model::Presence;
use crate::model::conversions::{Conversion, FieldFrom};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse_quote;

/// The conversions into the type `name`.
///
/// # Errors
/// Returns an error if a field differs from the model.
pub fn polish(conversions: &[Conversion], types: &Types) -> syn::Result<Vec<Group>> {
    conversions.iter().map(|conversion| Ok(vec![implement(conversion, types)?])).collect()
}

fn implement(conversion: &Conversion, types: &Types) -> syn::Result<syn::Item> {
    let (target, source) = (format_ident!("{}", conversion.target), format_ident!("{}", conversion.source));
    let missing = || unexpected(&target, "a struct to convert into");
    let to = types.structs.get(&conversion.target).ok_or_else(missing)?;
    let from = types.structs.get(&conversion.source).ok_or_else(missing)?;
    let fields = conversion.fields.iter().map(|(name, how)| {
        let field = find(to, name).ok_or_else(missing)?;
        let ident = &field.ident;
        let value = value(field, find(from, name), *how).ok_or_else(missing)?;
        Ok(quote!(#ident: #value))
    });
    let fields = fields.collect::<syn::Result<Vec<TokenStream>>>()?;
    Ok(parse_quote! {
        impl From<#source> for #target {
            fn from(value: #source) -> Self {
                Self { #(#fields),* }
            }
        }
    })
}

fn find<'a>(item: &'a Struct, property: &str) -> Option<&'a StructField> {
    item.fields.iter().find(|field| field.property == property)
}

fn value(field: &StructField, source: Option<&StructField>, how: FieldFrom) -> Option<TokenStream> {
    let Some(source) = source else { return (how == FieldFrom::Absent).then(|| quote!(None)) };
    let ident = &source.ident;
    let text = how == FieldFrom::Text;
    if free_form::is_received(&field.ty) != free_form::is_received(&source.ty) {
        // One of the types is only sent.
        return None;
    }
    let (wrapped, wanted) = (is_option(source.shape)?, is_option(field.shape)?);
    if source.boxed != field.boxed {
        return reboxed(field, source, wrapped, wanted);
    }
    Some(match (wrapped, wanted) {
        (true, true) if text => quote!(value.#ident.map(|text| text.as_str().into())),
        (false, false) if text => quote!(value.#ident.as_str().into()),
        (false, true) if text => quote!(Some(value.#ident.as_str().into())),
        (true, true) | (false, false) => quote!(value.#ident),
        (false, true) => quote!(Some(value.#ident)),
        (true, false) => return None,
    })
}

/// The value of a field that only one of the types holds in a `Box`.
fn reboxed(field: &StructField, source: &StructField, wrapped: bool, wanted: bool) -> Option<TokenStream> {
    let ident = &source.ident;
    let moved = |value: TokenStream| if field.boxed { quote!(Box::new(#value)) } else { quote!(*#value) };
    Some(match (wrapped, wanted) {
        (true, true) => {
            let inner = moved(quote!(inner));
            quote!(value.#ident.map(|inner| #inner))
        }
        (false, false) => moved(quote!(value.#ident)),
        (false, true) => {
            let inner = moved(quote!(value.#ident));
            quote!(Some(#inner))
        }
        (true, false) => return None,
    })
}

/// Whether the field is an `Option`. Presences that only occur in requests cannot be converted.
fn is_option(presence: Presence) -> Option<bool> {
    match presence {
        Presence::Required | Presence::RequiredAny => Some(false),
        Presence::RequiredNullable | Presence::Optional | Presence::OptionalAny => Some(true),
        Presence::OptionalNullable | Presence::Rest => None,
    }
}
