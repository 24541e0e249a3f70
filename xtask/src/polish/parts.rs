//! The parts from which the code of an operation is made.

use super::bodies::RequestBody;
use super::emitted::{EmittedOperation, argument};
use super::literals::serialization;
use super::polished::Types;
use super::setters::Slot;
use super::{agreement, paths, responses};
use crate::model::Presence;
use crate::model::api::Model;
use crate::model::operations::{Location, Operation, Parameter, Style};
use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Type};

/// The parts from which the code of an operation is made.
pub struct Parts<'a> {
    pub operation: &'a Operation,
    pub model: &'a Model,
    pub builder: Ident,
    pub constant: Ident,
    pub parameters: Vec<(&'a Parameter, Ident, Slot)>,
    pub body: Option<RequestBody<'a>>,
    pub success: Type,
}

impl<'a> Parts<'a> {
    /// The parts of `operation`, from the builder that progenitor emitted.
    ///
    /// # Errors
    /// Returns an error if it has an unexpected form.
    pub fn of(
        operation: &'a Operation,
        model: &'a Model,
        builder: Ident,
        emitted: &EmittedOperation,
        types: &'a Types,
    ) -> syn::Result<Self> {
        let missing = || super::emitted::unexpected(&builder, "the builder of an operation");
        let mut parameters = Vec::new();
        for parameter in &operation.parameters {
            // progenitor got an array of values.
            let list = emitted.fields.get(&parameter.rust).ok_or_else(missing)?;
            let mut ty = argument(list, "Vec").ok_or_else(missing)?.clone();
            agreement::require(&ty, &parameter.value, format_args!("{builder}::{}", parameter.rust))?;
            paths::shorten_type(&mut ty);
            let shape = if parameter.required { Presence::Required } else { Presence::Optional };
            parameters.push((parameter, syn::parse_str(&parameter.rust)?, Slot::new(shape, ty, types)));
        }
        let body = RequestBody::of(operation, &builder, emitted, types)?;
        let success = responses::success(operation, &builder, emitted)?;
        let constant = format_ident!("{}", operation.method_name.to_shouty_snake_case());
        Ok(Self { operation, model, builder, constant, parameters, body, success })
    }

    /// The runtime call with everything that the builder holds.
    pub fn call(&self) -> TokenStream {
        let parameters = self.parameters.iter().map(|(parameter, ident, slot)| hand_over(parameter, ident, slot));
        let body = self.body.iter().map(RequestBody::hand_over);
        quote!(self.call #(#parameters)* #(#body)*)
    }
}

fn hand_over(parameter: &Parameter, ident: &Ident, slot: &Slot) -> TokenStream {
    let name = &parameter.name;
    if slot.is_built() {
        let set = set(parameter, &quote!(value));
        return quote!(.built(#name, self.#ident, |call, value| call #set));
    }
    set(parameter, &quote!(self.#ident))
}

fn set(parameter: &Parameter, value: &TokenStream) -> TokenStream {
    let name = &parameter.name;
    let (usual, styled) = (parameter.serialization == Style::Simple.into(), serialization(parameter.serialization));
    match (parameter.location, parameter.required) {
        (Location::Path, _) if usual => quote!(.path(#name, #value)),
        (Location::Path, _) => quote!(.path_in_style(#name, #value, #styled)),
        (Location::Query, true) => quote!(.required_query(#name, #value, #styled)),
        (Location::Query, false) => quote!(.query(#name, #value, #styled)),
        (Location::Header, true) => quote!(.required_header(#name, #value, #styled)),
        (Location::Header, false) => quote!(.header(#name, #value, #styled)),
        (Location::Cookie, true) => quote!(.required_cookie(#name, #value, #styled)),
        (Location::Cookie, false) => quote!(.cookie(#name, #value, #styled)),
    }
}
