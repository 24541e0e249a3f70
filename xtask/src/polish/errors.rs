//! The error of an operation: an enum with a variant for each documented status with a body.

use super::emitted::unexpected;
use super::statuses::{pattern, status_text};
use super::structs::Struct;
use super::{Group, docs, responses};
use crate::model::api::Model;
use crate::model::names::type_name;
use crate::model::operations::{Content, ErrorCase, Operation, Success};
use crate::model::types::{Shape, Type, Types};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, parse_quote};

/// The name of the enum, or the type for operations without one.
pub fn error_type(operation: &Operation) -> TokenStream {
    if operation.errors.is_empty() {
        return quote!(runtime::Error);
    }
    let name = enum_name(operation);
    quote!(runtime::Error<#name>)
}

fn enum_name(operation: &Operation) -> Ident {
    format_ident!("{}Error", type_name(&operation.method_name))
}

/// The enum, and the macro call that decodes it.
pub fn polish(operation: &Operation, model: &Model) -> Option<Group> {
    if operation.errors.is_empty() {
        return None;
    }
    let name = enum_name(operation);
    let mut cases: Vec<&ErrorCase> = operation.errors.iter().collect();
    // Exact statuses take precedence over ranges, and ranges over `default`.
    cases.sort_by_key(|case| case.status);
    let variants = cases.iter().map(|case| {
        let (variant, body) = (format_ident!("{}", case.status.name()), responses::body_type(&case.body));
        let docs = docs::attributes(&docs::labelled(&status_text(case.status), &case.description));
        quote!(#(#docs)* #variant(#body))
    });
    let arms = cases.iter().map(|case| {
        let (pattern, variant) = (pattern(case.status), format_ident!("{}", case.status.name()));
        quote!(#pattern => #variant)
    });
    let title = format!(
        " The error responses of [`Client::{m}`](crate::Client::{m}), one variant for each documented status.",
        m = operation.method_name
    );
    let creates = created_id(operation, model).map(|id| quote!(creates types::#id));
    Some(vec![
        parse_quote! {
            #[doc = #title]
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #name { #(#variants),* }
        },
        parse_quote!(runtime::operation_error!(#name #creates: #(#arms),*);),
    ])
}

/// The type of the created object's id, if the document has one.
fn created_id(operation: &Operation, model: &Model) -> Option<Ident> {
    let pointer = operation.created_id.as_deref()?;
    let successes: Vec<&Content> = match &operation.success {
        Success::One(content) => vec![content],
        Success::Several(cases) => cases.iter().map(|(_, content)| content).collect(),
    };
    let name = successes.into_iter().filter_map(Content::json).find_map(|body| id_at(&body.ty, pointer, &model.types))?;
    Some(format_ident!("{name}"))
}

/// The type of the id at `pointer` inside a value.
fn id_at<'a>(mut ty: &'a Type, pointer: &str, types: &'a Types) -> Option<&'a str> {
    let shape = |ty: &'a Type| types.get(ty.name()?).map(|def| &def.shape);
    for segment in pointer.split('/').skip(1) {
        let property = segment.replace("~1", "/").replace("~0", "~");
        let Shape::Struct(item) = shape(ty)? else { return None };
        ty = &item.fields.values().find(|field| field.wire == property)?.value.ty;
    }
    ty.name().filter(|_| matches!(shape(ty), Some(Shape::Id | Shape::StringEnum(_))))
}

/// The macro call that describes an item of the list of errors to the runtime.
///
/// # Errors
/// Returns an error if a property has no field.
pub fn item_marks(item: &Struct, model: &Model) -> syn::Result<Option<Item>> {
    let name = &item.item.ident;
    let Some((_, roles)) = model.api.error_item.as_ref().filter(|(component, _)| name == component) else {
        return Ok(None);
    };
    let marks = roles
        .iter()
        .map(|(role, property)| {
            let role = syn::parse_str::<Ident>(role)?;
            let field = item.fields.iter().find(|field| field.property == *property);
            let field = &field.ok_or_else(|| unexpected(name, "an item of the list of errors"))?.ident;
            Ok(quote!(#role = #field))
        })
        .collect::<syn::Result<Vec<_>>>()?;
    Ok(Some(parse_quote!(runtime::error_item!(#name: #(#marks),*);)))
}
