//! Setters: what they accept, what the builder stores, and what it passes on.

use super::constants::Constant;
use super::emitted::{argument, map_value};
use super::free_form;
use super::paths::own_name;
use super::polished::Types;
use crate::model::Presence;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, ImplItemFn, Type, parse_quote};

/// A value that a setter sets: its presence, its type, and the forms that the setter accepts.
#[derive(Clone, Debug)]
pub struct Slot {
    pub shape: Presence,
    pub ty: Type,
    form: Form,
    /// The media type in examples, if the value is a file for which the caller has to set one.
    pub media: Option<String>,
}

/// The forms that a setter accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Everything that converts into the type.
    Converted,
    /// Also arrays of literals.
    Literals,
    /// Also builders. Whether such a value is complete is only known when it is built.
    Built,
}

impl Slot {
    /// The slot of a property or a parameter.
    pub fn new(shape: Presence, ty: Type, types: &Types) -> Self {
        let known = types.behind_aliases(&ty);
        let has_builder = |ty: &Type| own_name(&types.behind_aliases(ty)).is_some_and(|name| types.builders.contains(&name));
        let form = match argument(&known, "Vec").or_else(|| map_value(&known, "BTreeMap")) {
            Some(item) if has_builder(item) => Form::Built,
            Some(_) => Form::Literals,
            None if has_builder(&known) => Form::Built,
            None => Form::Converted,
        };
        Self { shape, ty, form, media: None }
    }

    /// The slot of a required value that only conversions make.
    pub fn converted(ty: Type) -> Self {
        Self { shape: Presence::Required, ty, form: Form::Converted, media: None }
    }

    /// Whether the slot can store a builder that turns out to be incomplete.
    pub fn is_built(&self) -> bool {
        self.form == Form::Built
    }

    /// Whether the setter accepts everything that serialises.
    pub fn is_any(&self) -> bool {
        matches!(self.shape, Presence::RequiredAny | Presence::OptionalAny)
    }

    /// The type of the stored value.
    fn value(&self) -> Type {
        let ty = &self.ty;
        if self.is_built() { parse_quote!(runtime::Built<#ty>) } else { ty.clone() }
    }

    /// The type of the builder's field, until the value is complete.
    pub fn kept(&self) -> Type {
        let (ty, value) = (&self.ty, self.value());
        match self.shape {
            Presence::RequiredAny | Presence::OptionalAny => parse_quote!(Option<Result<#ty, runtime::InvalidRequest>>),
            Presence::RequiredNullable | Presence::OptionalNullable => parse_quote!(Option<Option<#value>>),
            Presence::Required | Presence::Optional | Presence::Rest => parse_quote!(Option<#value>),
        }
    }

    /// The generics and the type of the argument.
    fn argument(&self) -> (TokenStream, TokenStream) {
        let value = self.value();
        match self.shape {
            Presence::RequiredAny | Presence::OptionalAny => (quote!(), quote!(impl serde::Serialize)),
            Presence::RequiredNullable | Presence::OptionalNullable => {
                (quote!(<M>), quote!(impl runtime::IntoNullable<#value, M>))
            }
            Presence::Optional => (quote!(<M>), quote!(impl runtime::IntoOptional<#value, M>)),
            Presence::Required | Presence::Rest if self.form == Form::Converted => (quote!(), quote!(impl Into<#value>)),
            Presence::Required | Presence::Rest => (quote!(<M>), quote!(impl runtime::IntoValue<#value, M>)),
        }
    }

    /// The setter of a value that the builder stores in its field `ident`.
    pub fn setter(&self, method: &Ident, ident: &Ident, name: &str, docs: &[Attribute]) -> ImplItemFn {
        let kept = match self.shape {
            Presence::RequiredAny | Presence::OptionalAny if free_form::is_received(&self.ty) => {
                quote!(Some(runtime::to_text(#name, value)))
            }
            Presence::RequiredAny | Presence::OptionalAny => quote!(Some(runtime::to_value(#name, value))),
            Presence::RequiredNullable => quote!(Some(runtime::IntoNullable::into_nullable(value).flatten())),
            Presence::OptionalNullable => quote!(runtime::IntoNullable::into_nullable(value)),
            Presence::Optional => quote!(runtime::IntoOptional::into_optional(value)),
            Presence::Required | Presence::Rest if self.form == Form::Converted => quote!(Some(value.into())),
            Presence::Required | Presence::Rest => quote!(Some(runtime::IntoValue::into_value(value))),
        };
        let (generics, argument) = self.argument();
        let setter = parse_quote! {
            pub fn #method #generics (mut self, value: #argument) -> Self {
                self.#ident = #kept;
                self
            }
        };
        documented(setter, docs)
    }

    /// The setter of a value that the builder of the body stores. Setting a value creates an optional body.
    pub fn forward(&self, method: &Ident, docs: &[Attribute], required: bool) -> ImplItemFn {
        let (generics, argument) = self.argument();
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

    /// The value for the built struct, which may hold it in a `Box`.
    pub fn build(&self, ident: &Ident, name: &str, boxed: bool, constant: Option<&Constant>) -> TokenStream {
        let value = constant.map_or_else(|| self.complete(ident, name), |constant| constant.unless_set(&quote!(self.#ident)));
        match self.shape.options() {
            _ if !boxed => value,
            0 => quote!(Box::new(#value)),
            1 => quote!(#value.map(Box::new)),
            _ => quote!(#value.map(|value| value.map(Box::new))),
        }
    }

    fn complete(&self, ident: &Ident, name: &str) -> TokenStream {
        let kept = match self.shape {
            _ if self.is_any() => quote!(self.#ident.transpose()?),
            Presence::RequiredNullable | Presence::OptionalNullable if self.is_built() => {
                quote!(runtime::built_nullable(#name, self.#ident)?)
            }
            _ if self.is_built() => quote!(runtime::built(#name, self.#ident)?),
            _ => quote!(self.#ident),
        };
        match self.shape {
            Presence::OptionalAny | Presence::Optional | Presence::OptionalNullable => kept,
            Presence::RequiredAny | Presence::Required | Presence::RequiredNullable => quote!(runtime::required(#name, #kept)?),
            Presence::Rest => quote!(#kept.unwrap_or_default()),
        }
    }

    /// The value to store in a builder, taken from a built struct.
    pub fn unbuild(&self, ident: &Ident, boxed: bool) -> TokenStream {
        let is_result = self.is_built() || self.is_any();
        // A single conversion unboxes the value and makes the form that the builder stores.
        let convert = |value: TokenStream| match (boxed, is_result) {
            (false, false) => value,
            (true, false) => quote!(*#value),
            (false, true) => quote!(Ok(#value)),
            (true, true) => quote!(Ok(*#value)),
        };
        let (one, map) = (convert(quote!(value.#ident)), convert(quote!(value)));
        let value = match self.shape.options() {
            0 => one,
            _ if !boxed && !is_result => quote!(value.#ident),
            1 if !boxed => quote!(value.#ident.map(Ok)),
            1 => quote!(value.#ident.map(|value| #map)),
            _ if !boxed => quote!(value.#ident.map(|value| value.map(Ok))),
            _ => quote!(value.#ident.map(|value| value.map(|value| #map))),
        };
        match self.shape {
            Presence::OptionalAny | Presence::Optional | Presence::OptionalNullable => value,
            Presence::RequiredAny | Presence::Required | Presence::RequiredNullable | Presence::Rest => quote!(Some(#value)),
        }
    }
}

fn documented(mut setter: ImplItemFn, docs: &[Attribute]) -> ImplItemFn {
    setter.attrs.extend_from_slice(docs);
    setter
}

/// The hint in the documentation of a setter about absence and null.
pub fn hint(shape: Presence) -> &'static str {
    match shape {
        Presence::Required | Presence::RequiredNullable => "Required.",
        Presence::RequiredAny => "Required. Takes any value that implements `Serialize`.",
        Presence::OptionalAny => "Takes any value that implements `Serialize`.",
        Presence::Optional | Presence::OptionalNullable | Presence::Rest => "",
    }
}
