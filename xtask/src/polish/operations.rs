//! Operations: a method of the client, a builder of the request, and `send`, which is a single call of the runtime.

use super::bodies::RequestBody;
use super::emitted::Emitted;
use super::example::Setting;
use super::expression::Expressions;
use super::literals::{alternatives, option};
use super::parts::Parts;
use super::polished::Types;
use super::{Group, docs, errors, example, paths, responses, waits};
use crate::model::api::Model;
use crate::model::names::type_name;
use crate::model::operations::Operation;
use crate::sample::Samples;
use quote::{format_ident, quote};
use syn::{Ident, ImplItemFn, Item, parse_quote};

/// Polishes every operation.
///
/// # Errors
/// Returns an error if progenitor emitted no builder for an operation.
pub fn polish(
    emitted: &Emitted,
    model: &Model,
    types: &Types,
    samples: &Samples<'_>,
    crate_name: &str,
) -> syn::Result<Vec<Group>> {
    let expressions = Expressions::new(model, types, samples, crate_name);
    let mut groups = Vec::new();
    let mut all = Vec::new();
    for operation in &model.operations {
        let builder = format_ident!("{}", type_name(&operation.method_name));
        let emitted = emitted
            .operations
            .get(&builder.to_string())
            .ok_or_else(|| super::emitted::unexpected(&builder, "the builder of an operation"))?;
        let parts = Parts::of(operation, model, builder, emitted, types)?;
        groups.push(vec![parts.constant()]);
        groups.push(vec![parts.client_method(samples, &expressions)?]);
        groups.push(parts.builder());
        groups.push(vec![parts.methods()]);
        groups.extend(responses::polish(operation, &parts.builder));
        groups.extend(errors::polish(operation, model));
        all.push(parts);
    }
    groups.extend(waits::polish(&model.polls, &all, types));
    Ok(groups)
}

impl Parts<'_> {
    fn constant(&self) -> Item {
        let Operation { id, path, accept, .. } = self.operation;
        let (name, method) = (&self.constant, format_ident!("{}", self.operation.method));
        let idempotency_key = option(self.operation.idempotency_key.as_deref());
        let server = option(self.operation.server.as_ref().map(|server| server.url.as_str()));
        let security = self.operation.security.as_ref().map(|own| alternatives(&self.model.api.security, own));
        let security = security.map_or_else(|| quote!(None), |own| quote!(Some(#own)));
        let created_id = option(self.operation.created_id.as_deref());
        let outcomes = self.operation.outcomes.iter().map(|code| proc_macro2::Literal::u16_unsuffixed(*code));
        let content_type = option(self.operation.body.as_ref().and_then(|body| body.content_type.as_deref()));
        parse_quote! {
            static #name: runtime::Operation = runtime::Operation {
                id: #id,
                method: runtime::Method::#method,
                path: #path,
                server: #server,
                security: #security,
                accept: #accept,
                outcomes: &[#(#outcomes),*],
                content_type: #content_type,
                idempotency_key: #idempotency_key,
                created_id: #created_id,
            };
        }
    }

    fn client_method(&self, samples: &Samples<'_>, expressions: &Expressions<'_>) -> syn::Result<Item> {
        let Operation { summary, description, method, path, id, deprecated, .. } = self.operation;
        let (name, builder, constant) = (syn::parse_str::<Ident>(&self.operation.method_name)?, &self.builder, &self.constant);
        let place = format!("{}, operation {}.", docs::code(&format!("{method} {path}")), docs::code(id));
        let media = self.body.as_ref().and_then(RequestBody::open_media);
        let example = example::of(&self.operation.method_name, &self.required(samples), media.as_deref(), expressions);
        let description = if description.trim() == summary.trim() { "" } else { description.as_str() };
        let docs = docs::attributes(&[docs::prose(summary), docs::prose(description), place, example]);
        let deprecated = deprecated.then(|| quote!(#[deprecated = "the OpenAPI document deprecates this operation"])).into_iter();
        let idents = self.parameters.iter().map(|(_, ident, _)| ident);
        let body = self.body.iter().map(|_| quote!(body: Default::default()));
        Ok(parse_quote! {
            impl crate::Client {
                #(#docs)*
                #(#deprecated)*
                pub fn #name(&self) -> #builder {
                    #builder { call: runtime::Call::new(self, &#constant), #(#idents: None,)* #(#body)* }
                }
            }
        })
    }

    /// The setters that must be called, with sample values.
    fn required(&self, samples: &Samples<'_>) -> Vec<Setting> {
        let parameters = self.parameters.iter().filter(|(parameter, ..)| parameter.required);
        let mut required: Vec<Setting> = parameters
            .map(|(parameter, ident, slot)| {
                let sample = samples.parameter(self.operation, &parameter.name, parameter.location);
                Setting { setter: ident.clone(), slot: slot.clone(), sample }
            })
            .collect();
        let body = self.body.iter().flat_map(|body| body.required(samples.body(self.operation, &body.body.media)));
        required.extend(body);
        required
    }

    fn builder(&self) -> Group {
        let (builder, success, error) = (&self.builder, &self.success, errors::error_type(self.operation));
        let fields = self.parameters.iter().map(|(_, ident, slot)| {
            let kept = slot.kept();
            quote!(#ident: #kept)
        });
        let body = self.body.iter().map(|body| {
            let kept = body.kept();
            quote!(body: #kept)
        });
        let title = format!(" Request builder of [`Client::{m}`](crate::Client::{m}).", m = self.operation.method_name);
        let idempotency_key: Option<Item> =
            self.operation.idempotency_key.as_ref().map(|_| parse_quote!(runtime::idempotency_key_option!(#builder);));
        vec![
            parse_quote! {
                #[doc = #title]
                #[derive(Clone)]
                #[must_use = "no request is sent until `send` is called"]
                pub struct #builder { call: runtime::Call, #(#fields,)* #(#body)* }
            },
            parse_quote!(runtime::call_options!(#builder: runtime::Response<#success>, #error);),
        ]
        .into_iter()
        .chain(idempotency_key)
        .collect()
    }

    fn methods(&self) -> Item {
        let mut methods: Vec<ImplItemFn> = Vec::new();
        for (parameter, ident, slot) in &self.parameters {
            let place = format!("{:?} parameter {}.", parameter.location, docs::code(&parameter.name));
            let place = if parameter.required { format!("{place} Required.") } else { place };
            let bytes = parameter.value.annotations.bytes.map(docs::bytes).unwrap_or_default();
            let docs = docs::attributes(&[docs::prose(&parameter.description), place, bytes.to_owned()]);
            methods.push(slot.setter(ident, ident, &parameter.name, &docs));
        }
        methods.extend(self.body.iter().flat_map(RequestBody::setters));
        methods.push(self.send());
        let builder = &self.builder;
        paths::implement(builder, methods)
    }

    fn send(&self) -> ImplItemFn {
        let (success, error, call) = (&self.success, errors::error_type(self.operation), self.call());
        let send = responses::send(self.operation, self.model);
        parse_quote! {
            /// Sends the request and decodes the response.
            ///
            /// # Errors
            ///
            /// Returns an error if the request is incomplete or invalid, if it cannot be sent, if the API
            /// answers with an error status, or if the response cannot be decoded.
            pub fn send(self) -> impl Future<Output = Result<runtime::Response<#success>, #error>> + Send + 'static {
                #call.#send()
            }
        }
    }
}
