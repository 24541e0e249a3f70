//! Operations: a method of the client, a builder of the request, and `send`, which is one call into the runtime.

use super::emitted::{Emitted, EmittedOperation};
use super::structs::{Shape, Struct, StructField};
use super::types::Types;
use super::{Group, builders, docs, errors, example, facts, paths, setters};
use crate::fit::{Fitted, Location, Operation, Parameter, Style, Success, type_name};
use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItemFn, Item, Type, parse_quote};

/// Polishes every operation.
///
/// # Errors
/// Where progenitor emitted no builder for an operation.
pub fn polish(emitted: &Emitted, fitted: &Fitted, types: &Types, crate_name: &str) -> syn::Result<Vec<Group>> {
    let mut groups = Vec::new();
    for operation in &fitted.operations {
        let builder = format_ident!("{}", type_name(&operation.method_name));
        let emitted = emitted
            .operations
            .get(&builder.to_string())
            .ok_or_else(|| super::emitted::unexpected(&builder, "the builder of an operation"))?;
        let parts = Parts::of(operation, builder, emitted, types)?;
        groups.push(vec![parts.constant()]);
        groups.push(vec![parts.client_method(crate_name, types)?]);
        groups.push(parts.builder());
        groups.push(vec![parts.methods()?]);
        groups.extend(errors::polish(operation));
    }
    Ok(groups)
}

/// What the code of one operation is made of.
struct Parts<'a> {
    operation: &'a Operation,
    builder: Ident,
    constant: Ident,
    parameters: Vec<(&'a Parameter, Ident, Type)>,
    body: Option<RequestBody<'a>>,
    success: Type,
}

enum RequestBody<'a> {
    /// Its fields are methods of the operation's builder.
    Struct(&'a Struct, Vec<(&'a StructField, Type)>),
    /// It is set as a whole.
    Whole(Box<Type>),
}

impl<'a> Parts<'a> {
    fn of(operation: &'a Operation, builder: Ident, emitted: &EmittedOperation, types: &'a Types) -> syn::Result<Self> {
        let missing = || super::emitted::unexpected(&builder, "the builder of an operation");
        let mut parameters = Vec::new();
        for parameter in &operation.parameters {
            let mut ty = emitted.fields.get(&parameter.rust).ok_or_else(missing)?.clone();
            paths::shorten_type(&mut ty);
            parameters.push((parameter, syn::parse_str(&parameter.rust)?, ty));
        }
        let body = match &operation.body {
            None => None,
            Some(body) => {
                let fields = body.component.as_ref().and_then(|name| types.structs.iter().find(|item| item.item.ident == name));
                Some(match fields {
                    Some(item) => {
                        let fields = item.fields.iter().map(|field| (field, paths::qualify(&field.ty, &types.names)));
                        RequestBody::Struct(item, fields.collect())
                    }
                    None => {
                        let mut ty = emitted.fields.get("body").ok_or_else(missing)?.clone();
                        paths::shorten_type(&mut ty);
                        RequestBody::Whole(Box::new(ty))
                    }
                })
            }
        };
        let mut success = match operation.success {
            Success::Json => emitted.success.clone().ok_or_else(missing)?,
            Success::Empty => parse_quote!(()),
            Success::Bytes => parse_quote!(runtime::Bytes),
        };
        paths::shorten_type(&mut success);
        let constant = format_ident!("{}", operation.method_name.to_shouty_snake_case());
        Ok(Self { operation, builder, constant, parameters, body, success })
    }

    fn constant(&self) -> Item {
        let Operation { id, path, accept, .. } = self.operation;
        let (name, method) = (&self.constant, format_ident!("{}", self.operation.method));
        let idempotency_key = facts::option(self.operation.idempotency_key.as_deref());
        let created_id = facts::option(self.operation.created_id.as_deref());
        parse_quote! {
            static #name: runtime::Operation = runtime::Operation {
                id: #id,
                method: runtime::Method::#method,
                path: #path,
                accept: #accept,
                idempotency_key: #idempotency_key,
                created_id: #created_id,
            };
        }
    }

    fn client_method(&self, crate_name: &str, types: &Types) -> syn::Result<Item> {
        let Operation { summary, description, method, path, id, deprecated, .. } = self.operation;
        let (name, builder, constant) = (syn::parse_str::<Ident>(&self.operation.method_name)?, &self.builder, &self.constant);
        let place = format!(
            "`{method} {}`, operation `{}`.",
            path.replace('`', "'"),
            docs::prose(id).trim_end_matches('.').replace('`', "'")
        );
        let example = example::lines(crate_name, &self.operation.method_name, &self.required(), &types.texts).join("\n");
        let description = if description.trim() == summary.trim() { "" } else { description.as_str() };
        let docs = docs::attributes(&[docs::prose(summary), docs::prose(description), place, example]);
        let deprecated = deprecated.then(|| quote!(#[deprecated = "the document marks it so"])).into_iter();
        let idents = self.parameters.iter().map(|(_, ident, _)| ident);
        let body = match self.body {
            Some(RequestBody::Struct(..)) => quote!(body: Default::default()),
            Some(RequestBody::Whole(_)) => quote!(body: None),
            None => quote!(),
        };
        Ok(parse_quote! {
            impl crate::Client {
                #(#docs)*
                #(#deprecated)*
                pub fn #name(&self) -> #builder {
                    #builder { call: runtime::Call::new(self, &#constant), #(#idents: None,)* #body }
                }
            }
        })
    }

    /// The setters without which the request cannot be sent.
    fn required(&self) -> Vec<(String, Shape, Type)> {
        let parameters = self.parameters.iter().filter(|(parameter, ..)| parameter.required);
        let mut required: Vec<_> = parameters.map(|(_, ident, ty)| (ident.to_string(), Shape::Required, ty.clone())).collect();
        match &self.body {
            Some(RequestBody::Struct(_, fields)) => {
                let wanted = fields
                    .iter()
                    .filter(|(field, _)| matches!(field.shape, Shape::Required | Shape::RequiredNullable | Shape::RequiredAny));
                required.extend(wanted.map(|(field, ty)| (builders::setter_name(field).to_string(), field.shape, ty.clone())));
            }
            Some(RequestBody::Whole(ty)) => required.push(("body".to_owned(), whole_shape(ty), (**ty).clone())),
            None => {}
        }
        required
    }

    fn builder(&self) -> Group {
        let (builder, success, error) = (&self.builder, &self.success, errors::error_type(self.operation));
        let fields = self.parameters.iter().map(|(_, ident, ty)| quote!(#ident: Option<#ty>));
        let body = match &self.body {
            Some(RequestBody::Struct(item, _)) => {
                let name = &item.item.ident;
                quote!(body: builder::#name)
            }
            Some(RequestBody::Whole(ty)) => {
                let kept = setters::kept(whole_shape(ty), ty);
                quote!(body: #kept)
            }
            None => quote!(),
        };
        let title = format!(" The request of [`Client::{m}`](crate::Client::{m}).", m = self.operation.method_name);
        vec![
            parse_quote! {
                #[doc = #title]
                #[derive(Clone)]
                #[must_use = "nothing is sent before `send`"]
                pub struct #builder { call: runtime::Call, #(#fields,)* #body }
            },
            parse_quote!(runtime::call_options!(#builder: runtime::Response<#success>, #error);),
        ]
    }

    fn methods(&self) -> syn::Result<Item> {
        let mut methods: Vec<ImplItemFn> = Vec::new();
        for (parameter, ident, ty) in &self.parameters {
            let shape = if parameter.required { Shape::Required } else { Shape::Optional };
            let place = format!(
                "{} parameter `{}`.",
                location(parameter.location),
                docs::prose(&parameter.name).trim_end_matches('.').replace('`', "'")
            );
            let place = if parameter.required { format!("{place} Required.") } else { place };
            let docs = docs::attributes(&[docs::prose(&parameter.description), place]);
            methods.push(setters::setter(ident, ident, &parameter.name, shape, ty, &docs));
        }
        match &self.body {
            Some(RequestBody::Struct(item, fields)) => {
                methods.extend(fields.iter().map(|(field, ty)| {
                    setters::forward(&builders::setter_name(field), field.shape, ty, &builders::setter_docs(field))
                }));
                let name = &item.item.ident;
                methods.push(parse_quote! {
                    /// Sets the whole body at once.
                    pub fn with_body(mut self, value: impl Into<builder::#name>) -> Self {
                        self.body = value.into();
                        self
                    }
                });
            }
            Some(RequestBody::Whole(ty)) => {
                let text = self.operation.body.as_ref().map(|body| docs::prose(&body.description)).unwrap_or_default();
                let docs = docs::attributes(&[text, "The body of the request. Required.".to_owned()]);
                let body = format_ident!("body");
                methods.push(setters::setter(&body, &body, "body", whole_shape(ty), ty, &docs));
            }
            None => {}
        }
        methods.push(self.send());
        let builder = &self.builder;
        Ok(parse_quote!(impl #builder { #(#methods)* }))
    }

    fn send(&self) -> ImplItemFn {
        let (success, error) = (&self.success, errors::error_type(self.operation));
        let parameters = self.parameters.iter().map(|(parameter, ident, _)| hand_over(parameter, ident));
        let body = match &self.body {
            Some(RequestBody::Struct(..)) => quote!(.body(self.body.build())),
            Some(RequestBody::Whole(ty)) if whole_shape(ty) == Shape::RequiredAny => {
                quote!(.body(self.body.transpose().and_then(|body| runtime::required("body", body))))
            }
            Some(RequestBody::Whole(_)) => quote!(.body(runtime::required("body", self.body))),
            None => quote!(),
        };
        let send = match self.operation.success {
            Success::Json => quote!(send),
            Success::Empty => quote!(send_empty),
            Success::Bytes => quote!(send_bytes),
        };
        parse_quote! {
            /// Sends the request and decodes the answer.
            ///
            /// # Errors
            ///
            /// Where the request is not complete or not valid, cannot be sent, is refused by the API,
            /// or is answered by what does not decode.
            pub async fn send(self) -> Result<runtime::Response<#success>, #error> {
                self.call #(#parameters)* #body .#send().await
            }
        }
    }
}

/// A body that is any JSON takes whatever serialises.
fn whole_shape(ty: &Type) -> Shape {
    if quote!(#ty).to_string().ends_with("serde_json :: Value") { Shape::RequiredAny } else { Shape::Required }
}

fn location(location: Location) -> &'static str {
    match location {
        Location::Path => "Path",
        Location::Query => "Query",
        Location::Header => "Header",
    }
}

fn hand_over(parameter: &Parameter, ident: &Ident) -> TokenStream {
    let name = &parameter.name;
    let style = match parameter.style {
        Style::Repeated => quote!(runtime::Query::Repeated),
        Style::Joined(separator) => quote!(runtime::Query::Joined(#separator)),
    };
    match (parameter.location, parameter.required) {
        (Location::Path, _) => quote!(.path(#name, self.#ident)),
        (Location::Query, true) => quote!(.required_query(#name, self.#ident, #style)),
        (Location::Query, false) => quote!(.query(#name, self.#ident, #style)),
        (Location::Header, true) => quote!(.required_header(#name, self.#ident)),
        (Location::Header, false) => quote!(.header(#name, self.#ident)),
    }
}
