//! The result of `send`: a single success type, or an enum of several by status.

use super::emitted::{EmittedOperation, unexpected};
use super::statuses::{pattern, status_text};
use super::{Group, agreement, docs, free_form, paths};
use crate::model::Status;
use crate::model::TypeUse;
use crate::model::api::Model;
use crate::model::operations::{Content, Operation, Success};
use crate::model::responses::has_one_2xx;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Type, parse_quote};

/// The type of a success.
///
/// # Errors
/// Returns an error if progenitor made no type for a success.
pub fn success(operation: &Operation, builder: &Ident, emitted: &EmittedOperation) -> syn::Result<Type> {
    Ok(match &operation.success {
        Success::One(Content::Json(body)) => {
            let mut ty = emitted.success.clone().ok_or_else(|| unexpected(builder, "the success of an operation"))?;
            agreement::require(agreement::present(&ty, body), body, format_args!("{builder}::send"))?;
            paths::shorten_type(&mut ty);
            free_form::receive(&mut ty);
            ty
        }
        Success::One(Content::Empty) => parse_quote!(()),
        Success::One(Content::Text) => parse_quote!(String),
        Success::One(Content::Bytes) => parse_quote!(runtime::Bytes),
        Success::Several(_) => {
            let name = format_ident!("{builder}Success");
            parse_quote!(#name)
        }
    })
}

/// The runtime's method that sends the request and decodes the response.
pub fn send(operation: &Operation, model: &Model) -> TokenStream {
    match &operation.success {
        Success::One(Content::Json(body)) if body.ty.is_number(&model.types) => quote!(send_numbers),
        Success::One(Content::Json(_)) => quote!(send),
        Success::One(Content::Empty) => quote!(send_empty),
        Success::One(Content::Text) => quote!(send_text),
        Success::One(Content::Bytes) => quote!(send_bytes),
        Success::Several(_) => quote!(send_by_status),
    }
}

/// The enum of several successes.
pub fn polish(operation: &Operation, builder: &Ident) -> Option<Group> {
    let Success::Several(cases) = &operation.success else { return None };
    let name = format_ident!("{builder}Success");
    let mut cases: Vec<&(Status, Content)> = cases.iter().collect();
    // Exact statuses take precedence over ranges, and ranges over `default`.
    cases.sort_by_key(|(status, _)| *status);
    let variants = cases.iter().map(|(status, content)| {
        let (variant, docs) = (format_ident!("{}", status.name()), docs::attributes(&[format!("{}.", status_text(*status))]));
        if let Some(ty) = content_type(content) { quote!(#(#docs)* #variant(#ty)) } else { quote!(#(#docs)* #variant) }
    });
    let one = has_one_2xx(cases.iter().map(|(status, _)| *status));
    let arms = cases.iter().map(|(status, content)| {
        let pattern = pattern(if one && status.is_2xx() { Status::Range(2) } else { *status });
        let variant = format_ident!("{}", status.name());
        let form = match content {
            Content::Json(_) => quote!(json),
            Content::Text => quote!(text),
            Content::Bytes => quote!(bytes),
            Content::Empty => quote!(empty),
        };
        quote!(#pattern => #variant #form)
    });
    let title = format!(
        " The successful responses of [`Client::{m}`](crate::Client::{m}), one variant for each documented status.",
        m = operation.method_name
    );
    Some(vec![
        parse_quote! {
            #[doc = #title]
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #name { #(#variants),* }
        },
        parse_quote!(runtime::success_by_status!(#name: #(#arms),*);),
    ])
}

fn content_type(content: &Content) -> Option<Type> {
    match content {
        Content::Json(body) => Some(body_type(body)),
        Content::Text => Some(parse_quote!(String)),
        Content::Bytes => Some(parse_quote!(runtime::Bytes)),
        Content::Empty => None,
    }
}

/// The type of a JSON body that is named or any JSON.
pub fn body_type(body: &TypeUse) -> Type {
    let Some(name) = body.ty.name() else { return parse_quote!(runtime::Json) };
    let name = format_ident!("{name}");
    if body.nullable { parse_quote!(Option<types::#name>) } else { parse_quote!(types::#name) }
}
