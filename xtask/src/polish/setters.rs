//! Setters: what each shape of value takes, keeps, and hands over.

use super::free_form;
use crate::model::Presence;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, ImplItemFn, Type, parse_quote};

/// What a builder keeps until the value is complete.
pub fn kept(shape: Presence, ty: &Type) -> Type {
    match shape {
        Presence::RequiredAny | Presence::OptionalAny => parse_quote!(Option<Result<#ty, runtime::InvalidRequest>>),
        Presence::RequiredNullable | Presence::OptionalNullable => parse_quote!(Option<Option<#ty>>),
        Presence::Required | Presence::Optional | Presence::Rest => parse_quote!(Option<#ty>),
    }
}

/// The generics and the type of the argument.
pub fn argument(shape: Presence, ty: &Type) -> (TokenStream, TokenStream) {
    match shape {
        Presence::RequiredAny | Presence::OptionalAny => (quote!(), quote!(impl serde::Serialize)),
        Presence::RequiredNullable | Presence::OptionalNullable => (quote!(<M>), quote!(impl runtime::IntoNullable<#ty, M>)),
        Presence::Optional => (quote!(<M>), quote!(impl runtime::IntoOptional<#ty, M>)),
        Presence::Required | Presence::Rest => (quote!(), quote!(impl Into<#ty>)),
    }
}

/// The setter of a value that the builder keeps itself in the field `ident`.
pub fn setter(method: &Ident, ident: &Ident, name: &str, shape: Presence, ty: &Type, docs: &[Attribute]) -> ImplItemFn {
    let kept = match shape {
        Presence::RequiredAny | Presence::OptionalAny if free_form::is_received(ty) => {
            quote!(Some(runtime::to_text(#name, value)))
        }
        Presence::RequiredAny | Presence::OptionalAny => quote!(Some(runtime::to_value(#name, value))),
        Presence::RequiredNullable => quote!(Some(runtime::IntoNullable::into_nullable(value).flatten())),
        Presence::OptionalNullable => quote!(runtime::IntoNullable::into_nullable(value)),
        Presence::Optional => quote!(runtime::IntoOptional::into_optional(value)),
        Presence::Required | Presence::Rest => quote!(Some(value.into())),
    };
    let (generics, argument) = argument(shape, ty);
    let setter = parse_quote! {
        pub fn #method #generics (mut self, value: #argument) -> Self {
            self.#ident = #kept;
            self
        }
    };
    documented(setter, docs)
}

/// The setter of a value that the builder of the body keeps; an optional body begins with its first value.
pub fn forward(method: &Ident, shape: Presence, ty: &Type, docs: &[Attribute], required: bool) -> ImplItemFn {
    let (generics, argument) = argument(shape, ty);
    let body =
        if required { quote!(self.body.#method(value)) } else { quote!(Some(self.body.unwrap_or_default().#method(value))) };
    let setter = parse_quote! {
        pub fn #method #generics (mut self, value: #argument) -> Self {
            self.body = #body;
            self
        }
    };
    documented(setter, docs)
}

fn documented(mut setter: ImplItemFn, docs: &[Attribute]) -> ImplItemFn {
    setter.attrs.extend_from_slice(docs);
    setter
}

/// Reads the kept value when the struct is built, which may keep it in a `Box`.
pub fn build(ident: &Ident, name: &str, shape: Presence, boxed: bool) -> TokenStream {
    let value = built(ident, name, shape);
    match shape.options() {
        _ if !boxed => value,
        0 => quote!(Box::new(#value)),
        1 => quote!(#value.map(Box::new)),
        _ => quote!(#value.map(|value| value.map(Box::new))),
    }
}

fn built(ident: &Ident, name: &str, shape: Presence) -> TokenStream {
    match shape {
        Presence::OptionalAny => quote!(self.#ident.transpose()?),
        Presence::RequiredAny => quote!(runtime::required(#name, self.#ident.transpose()?)?),
        Presence::Optional | Presence::OptionalNullable => quote!(self.#ident),
        Presence::Required | Presence::RequiredNullable => quote!(runtime::required(#name, self.#ident)?),
        Presence::Rest => quote!(self.#ident.unwrap_or_default()),
    }
}

/// The value to keep, taken from a finished struct.
pub fn unbuild(ident: &Ident, shape: Presence, boxed: bool) -> TokenStream {
    let value = match shape.options() {
        _ if !boxed => quote!(value.#ident),
        0 => quote!(*value.#ident),
        1 => quote!(value.#ident.map(|value| *value)),
        _ => quote!(value.#ident.map(|value| value.map(|value| *value))),
    };
    match shape {
        Presence::OptionalAny => quote!(#value.map(Ok)),
        Presence::RequiredAny => quote!(Some(Ok(#value))),
        Presence::Optional | Presence::OptionalNullable => value,
        Presence::Required | Presence::RequiredNullable | Presence::Rest => quote!(Some(#value)),
    }
}

/// Says in a setter's docs what its type does not show.
pub fn hint(shape: Presence) -> &'static str {
    match shape {
        Presence::Required | Presence::RequiredNullable => "Required.",
        Presence::RequiredAny => "Required. Takes anything that serialises.",
        Presence::OptionalAny => "Takes anything that serialises.",
        Presence::Optional | Presence::OptionalNullable | Presence::Rest => "",
    }
}
