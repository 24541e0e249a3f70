//! Setters: what each shape of value takes, keeps, and hands over.

use super::structs::Shape;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, ImplItemFn, Type, parse_quote};

/// What a builder keeps until the value is complete.
pub fn kept(shape: Shape, ty: &Type) -> Type {
    match shape {
        Shape::RequiredAny | Shape::OptionalAny => parse_quote!(Option<Result<serde_json::Value, runtime::InvalidRequest>>),
        Shape::RequiredNullable | Shape::OptionalNullable => parse_quote!(Option<Option<#ty>>),
        Shape::Required | Shape::Optional | Shape::Rest => parse_quote!(Option<#ty>),
    }
}

/// The generics and the type of the argument.
pub fn argument(shape: Shape, ty: &Type) -> (TokenStream, TokenStream) {
    match shape {
        Shape::RequiredAny | Shape::OptionalAny => (quote!(), quote!(impl serde::Serialize)),
        Shape::RequiredNullable | Shape::OptionalNullable => (quote!(<M>), quote!(impl runtime::IntoNullable<#ty, M>)),
        Shape::Optional => (quote!(<M>), quote!(impl runtime::IntoOptional<#ty, M>)),
        Shape::Required | Shape::Rest => (quote!(), quote!(impl Into<#ty>)),
    }
}

/// The setter of a value that the builder keeps itself in the field `ident`.
pub fn setter(method: &Ident, ident: &Ident, name: &str, shape: Shape, ty: &Type, docs: &[Attribute]) -> ImplItemFn {
    let kept = match shape {
        Shape::RequiredAny | Shape::OptionalAny => quote!(Some(runtime::to_value(#name, value))),
        Shape::RequiredNullable => quote!(Some(runtime::IntoNullable::into_nullable(value).flatten())),
        Shape::OptionalNullable => quote!(runtime::IntoNullable::into_nullable(value)),
        Shape::Optional => quote!(runtime::IntoOptional::into_optional(value)),
        Shape::Required | Shape::Rest => quote!(Some(value.into())),
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
pub fn forward(method: &Ident, shape: Shape, ty: &Type, docs: &[Attribute], required: bool) -> ImplItemFn {
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

/// Reads the kept value when the struct is built.
pub fn build(ident: &Ident, name: &str, shape: Shape) -> TokenStream {
    match shape {
        Shape::OptionalAny => quote!(self.#ident.transpose()?),
        Shape::RequiredAny => quote!(runtime::required(#name, self.#ident.transpose()?)?),
        Shape::Optional | Shape::OptionalNullable => quote!(self.#ident),
        Shape::Required | Shape::RequiredNullable => quote!(runtime::required(#name, self.#ident)?),
        Shape::Rest => quote!(self.#ident.unwrap_or_default()),
    }
}

/// The value to keep, taken from a finished struct.
pub fn unbuild(ident: &Ident, shape: Shape) -> TokenStream {
    match shape {
        Shape::OptionalAny => quote!(value.#ident.map(Ok)),
        Shape::RequiredAny => quote!(Some(Ok(value.#ident))),
        Shape::Optional | Shape::OptionalNullable => quote!(value.#ident),
        Shape::Required | Shape::RequiredNullable | Shape::Rest => quote!(Some(value.#ident)),
    }
}

/// Says in a setter's docs what its type does not show.
pub fn hint(shape: Shape) -> &'static str {
    match shape {
        Shape::Required | Shape::RequiredNullable => "Required.",
        Shape::RequiredAny => "Required. Takes anything that serialises.",
        Shape::OptionalAny => "Takes anything that serialises.",
        Shape::Optional | Shape::OptionalNullable | Shape::Rest => "",
    }
}
