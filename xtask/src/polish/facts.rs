//! The root of the generated code: its modules, and the facts about the whole API.

use super::environment::env_prefix;
use super::literals::{alternatives, option};
use super::{Module, credentials, docs, overview, servers};
use crate::model::api::Model;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Item, parse_quote};

/// Makes `mod.rs`.
pub fn module(model: &Model, crate_name: &str, builders: bool, operations: bool) -> Module {
    let index = docs::attributes(&[overview::operations(model).join("\n")]);
    let builders = builders.then(|| {
        quote! {
            /// Builders of the types that requests contain.
            pub mod builder;
        }
    });
    let operations = operations.then(|| {
        quote! {
            /// The operations: a request builder for each, and an enum of its error responses if the document describes any.
            ///
            #(#index)*
            pub mod operations;
        }
    });
    let servers = servers::has_setters(&model.api).then(|| quote! { mod servers; });
    let modules: syn::File = parse_quote! {
        use crate::runtime;
        #builders
        mod credentials;
        #operations
        #servers
        /// The schemas of the document.
        pub mod types;
    };
    let groups = modules.items.into_iter().chain([api(model, crate_name)]).map(|item| vec![item]);
    Module { file: "mod.rs", groups: groups.collect() }
}

fn api(model: &Model, crate_name: &str) -> Item {
    let api = &model.api;
    let (title, version) = (&api.title, &api.version);
    let base_url = option(api.base_url.as_deref());
    let [servers, operation_servers] = servers::facts(model);
    let request_id = option(api.request_id.as_deref());
    let env_prefix = env_prefix(crate_name);
    let schemes = api.security.credentials.iter().map(|credential| credentials::scheme(credential, &env_prefix));
    let security = alternatives(&api.security, &api.security.global);
    let all = combinations(&api.security.combinations);
    let error_list = if let (Some(pointer), Some((component, _))) = (&api.error_list, &api.error_item) {
        let component = format_ident!("{component}");
        quote!(Some(runtime::error_list::<types::#component>(#pointer)))
    } else {
        quote!(None)
    };
    let capacity_codes = &api.capacity_codes;
    let rate_limit = api.rate_limit.map(|(requests, seconds)| quote!(runtime::RateLimit::new(#requests, #seconds)));
    let rate_limit = rate_limit.map_or_else(|| quote!(None), |limit| quote!(Some(#limit)));
    let name = format!("{title} {version}");
    let name = if name.trim().is_empty() { "The API" } else { name.trim() };
    let text = format!("{name}: its servers, and the settings that all operations share.");
    let docs = docs::attributes(&[docs::prose(&text)]);
    parse_quote! {
        #(#docs)*
        pub static API: runtime::Api = runtime::Api {
            title: #title,
            version: #version,
            base_url: #base_url,
            servers: #servers,
            operation_servers: #operation_servers,
            env_prefix: #env_prefix,
            schemes: &[#(#schemes),*],
            security: #security,
            alternatives: #all,
            request_id: #request_id,
            error_list: #error_list,
            capacity_codes: &[#(#capacity_codes),*],
            rate_limit: #rate_limit,
        };
    }
}

fn combinations(all: &[Vec<String>]) -> TokenStream {
    let all = all.iter().map(|together| quote!(&[#((#together, &[])),*]));
    quote!(&[#(#all),*])
}
