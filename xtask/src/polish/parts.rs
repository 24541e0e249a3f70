//! What the code of one operation is made of.

use super::bodies::RequestBody;
use super::emitted::{EmittedOperation, argument};
use super::literals::serialization;
use super::polished::Types;
use super::{agreement, answers, paths};
use crate::fit::{Fitted, Location, Operation, Parameter, Style};
use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Type};

/// What the code of one operation is made of.
pub struct Parts<'a> {
    pub operation: &'a Operation,
    pub fitted: &'a Fitted,
    pub builder: Ident,
    pub constant: Ident,
    pub parameters: Vec<(&'a Parameter, Ident, Type)>,
    pub body: Option<RequestBody<'a>>,
    pub success: Type,
}

impl<'a> Parts<'a> {
    /// Those of `operation`, by the builder that progenitor emitted for it.
    ///
    /// # Errors
    /// Where that is not of the expected shape.
    pub fn of(
        operation: &'a Operation,
        fitted: &'a Fitted,
        builder: Ident,
        emitted: &EmittedOperation,
        types: &'a Types,
    ) -> syn::Result<Self> {
        let missing = || super::emitted::unexpected(&builder, "the builder of an operation");
        let mut parameters = Vec::new();
        for parameter in &operation.parameters {
            // progenitor saw a list of them.
            let list = emitted.fields.get(&parameter.rust).ok_or_else(missing)?;
            let mut ty = argument(list, "Vec").ok_or_else(missing)?.clone();
            agreement::require(&ty, &parameter.value, format_args!("{builder}::{}", parameter.rust))?;
            paths::shorten_type(&mut ty);
            parameters.push((parameter, syn::parse_str(&parameter.rust)?, ty));
        }
        let body = RequestBody::of(operation, &builder, emitted, types)?;
        let success = answers::success(operation, &builder, emitted)?;
        let constant = format_ident!("{}", operation.method_name.to_shouty_snake_case());
        Ok(Self { operation, fitted, builder, constant, parameters, body, success })
    }

    /// The call with everything that the builder holds.
    pub fn call(&self) -> TokenStream {
        let parameters = self.parameters.iter().map(|(parameter, ident, _)| hand_over(parameter, ident));
        let body = self.body.iter().map(RequestBody::hand_over);
        quote!(self.call #(#parameters)* #(#body)*)
    }
}

fn hand_over(parameter: &Parameter, ident: &Ident) -> TokenStream {
    let name = &parameter.name;
    let (usual, styled) = (parameter.serialization == Style::Simple.into(), serialization(parameter.serialization));
    match (parameter.location, parameter.required) {
        (Location::Path, _) if usual => quote!(.path(#name, self.#ident)),
        (Location::Path, _) => quote!(.path_in_style(#name, self.#ident, #styled)),
        (Location::Query, true) => quote!(.required_query(#name, self.#ident, #styled)),
        (Location::Query, false) => quote!(.query(#name, self.#ident, #styled)),
        (Location::Header, true) => quote!(.required_header(#name, self.#ident, #styled)),
        (Location::Header, false) => quote!(.header(#name, self.#ident, #styled)),
    }
}
