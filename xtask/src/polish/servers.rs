//! The servers that a caller can choose, and the setters of their variables.

use super::literals::option;
use super::{Module, docs, paths};
use crate::model::api::{Api, Model};
use crate::model::server_setters::ServerSetter;
use crate::model::servers::Server;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{ImplItemFn, parse_quote};

/// Whether there are servers to choose or variables to set.
pub fn has_setters(api: &Api) -> bool {
    api.servers.len() > 1 || !api.server_setters.is_empty()
}

/// Makes `servers.rs`, if there are servers to choose or variables to set.
pub fn module(model: &Model) -> Option<Module> {
    let api = &model.api;
    let choice = (api.servers.len() > 1).then(|| choice(&api.servers));
    let methods: Vec<ImplItemFn> = api.server_setters.iter().map(setter).chain(choice).collect();
    let groups = vec![vec![paths::implement(&quote!(crate::ClientBuilder), methods)]];
    has_setters(api).then_some(Module { file: "servers.rs", groups })
}

/// The constants for the runtime: the servers of the API, and those of operations that are not absolute URLs.
pub fn facts(model: &Model) -> [TokenStream; 2] {
    let api = &model.api;
    let is_whole = |server: &Server| server.variables.is_empty() && !server.is_relative();
    let needed = |server: &&Server| api.servers.len() > 1 || !is_whole(server);
    let own = model.operations.iter().filter_map(|operation| operation.server.as_ref()).filter(|server| !is_whole(server));
    let mut operations: Vec<&Server> = Vec::new();
    for server in own {
        if !operations.iter().any(|known| known.url == server.url) {
            operations.push(server);
        }
    }
    [api.servers.iter().filter(needed).collect(), operations].map(|servers: Vec<&Server>| {
        let servers = servers.into_iter().map(|server| fact(server, &api.server_setters));
        quote!(&[#(#servers),*])
    })
}

fn fact(server: &Server, setters: &[ServerSetter]) -> TokenStream {
    let Server { url, names, .. } = server;
    let pointer = server.pointer.as_str();
    let variables = server.variables.iter().map(|variable| {
        let (name, values, default) = (&variable.name, &variable.values, option(variable.default.as_deref()));
        let set_by = setters.iter().find(|setter| setter.variable.name == *name).map(|setter| &setter.method);
        quote!(runtime::ServerVariable { name: #name, set_by: #set_by, default: #default, values: &[#(#values),*] })
    });
    quote!(runtime::Server { pointer: #pointer, url: #url, names: &[#(#names),*], variables: &[#(#variables),*] })
}

const BESIDE_BASE_URL: &str = "It has no effect if [`base_url`](Self::base_url) is set.";

fn setter(setter: &ServerSetter) -> ImplItemFn {
    let (method, variable) = (format_ident!("{}", setter.method), &setter.variable);
    let name = &variable.name;
    let values: Vec<String> = variable.values.iter().map(|value| docs::code(value)).collect();
    let mut paragraphs = vec![format!("Sets the variable {} of the server {}.", docs::code(name), docs::code(&setter.url))];
    paragraphs.push(docs::prose(&variable.description));
    if let Some(default) = &variable.default {
        paragraphs.push(format!("The default is {}.", docs::code(default)));
    }
    if !values.is_empty() {
        paragraphs.push(format!("Allowed values: {}.", values.join(", ")));
    }
    paragraphs.push(BESIDE_BASE_URL.to_owned());
    let docs = docs::attributes(&paragraphs);
    parse_quote! {
        #(#docs)*
        pub fn #method(self, value: impl Into<String>) -> Self {
            self.server_variable(#name, value)
        }
    }
}

fn choice(servers: &[Server]) -> ImplItemFn {
    let line = |server: &Server| match server.names.as_slice() {
        [] => format!("- {}", docs::code(&server.url)),
        names => {
            let names: Vec<String> = names.iter().map(|name| docs::code(name)).collect();
            format!("- {}: {}", names.join(" or "), docs::code(&server.url))
        }
    };
    let all: Vec<String> = servers.iter().map(line).collect();
    let docs = docs::attributes(&[
        "Chooses one of the document's servers by its name, its description or its URL. The default is the first:".to_owned(),
        all.join("\n"),
        BESIDE_BASE_URL.to_owned(),
    ]);
    parse_quote! {
        #(#docs)*
        pub fn server(self, name: impl Into<String>) -> Self {
            self.choose_server(name)
        }
    }
}
