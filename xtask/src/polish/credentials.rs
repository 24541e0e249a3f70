//! The setters of credentials: on the client builder, and on the credentials of a single call.

use super::credential_docs::{SECRECY, described};
use super::environment::{env_prefix, variables};
use super::literals::option;
use super::{Module, docs, overview, paths, with_imports};
use crate::document::Names;
use crate::model::api::{Model, Security};
use crate::model::credentials::{Credential, CredentialForm, TokenMethods, first, provider_method};
use crate::model::security::{Carrier, SchemeKind};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItemFn, Item, parse_quote};

/// Makes `credentials.rs`.
pub fn module(model: &Model, crate_name: &str) -> syn::Result<Module> {
    let security = &model.api.security;
    let prefix = env_prefix(crate_name);
    let mut groups = vec![vec![new(security)], vec![from_env(model, crate_name)]];
    let setters = |target| -> Vec<ImplItemFn> {
        security.credentials.iter().flat_map(|credential| setters(credential, &prefix, target)).collect()
    };
    let on_builder = setters(Target::Builder);
    if !on_builder.is_empty() {
        groups.push(vec![paths::implement(&quote!(crate::ClientBuilder), on_builder)]);
        groups.push(vec![paths::implement(&quote!(runtime::Credentials), setters(Target::Credentials))]);
    }
    Ok(Module { file: "credentials.rs", groups: with_imports(groups, &["crate::runtime"])? })
}

/// The constant that describes a scheme to the runtime.
pub fn scheme(credential: &Credential, prefix: &str) -> TokenStream {
    let name = &credential.scheme.name;
    let place = match &credential.scheme.kind {
        SchemeKind::OAuth2 if credential.token.is_some() => access_token(credential),
        SchemeKind::Key(Carrier::Header(name)) => quote!(Header(#name)),
        SchemeKind::Key(Carrier::Query(name)) => quote!(Query(#name)),
        SchemeKind::Key(Carrier::Cookie(name)) => quote!(Cookie(#name)),
        SchemeKind::Http(_) if credential.form == CredentialForm::UserAndPassword => quote!(Basic),
        SchemeKind::Http(scheme) if credential.form == CredentialForm::Parameters => {
            let scheme = registered(scheme);
            quote!(Authorization(#scheme))
        }
        SchemeKind::MutualTls => quote!(Certificate),
        _ => quote!(Authorization("Bearer")),
    };
    let method = option(credential.methods.first().map(String::as_str));
    let variables = variables(credential, prefix);
    quote!(runtime::Scheme { name: #name, place: runtime::CredentialLocation::#place, method: #method, variables: &[#(#variables),*] })
}

fn access_token(credential: &Credential) -> TokenStream {
    let url = credential.scheme.token_endpoint.as_ref().and_then(|endpoint| endpoint.url.as_deref());
    let (url, set_by) = (option(url), credential.token.as_ref().map(|token| &token.url));
    quote!(AccessToken { token_url: #url, set_by: #set_by })
}

/// The name of an HTTP scheme in its usual spelling, with a capital letter, if the document writes it in lower case.
fn registered(scheme: &str) -> String {
    let mut rest = scheme.chars();
    match rest.next() {
        Some(first) if !scheme.chars().any(char::is_uppercase) => first.to_uppercase().chain(rest).collect(),
        _ => scheme.to_owned(),
    }
}

/// The type that has the setters.
#[derive(Clone, Copy)]
enum Target {
    Builder,
    Credentials,
}

/// `Client::new`, with the credentials of the first alternative.
fn new(security: &Security) -> Item {
    let credentials = first(&security.credentials, &security.combinations);
    let (mut calls, mut all) = (TokenStream::new(), Vec::new());
    let mut taken = Names::default();
    for credential in &credentials {
        let method = format_ident!("{}", credential.methods[0]);
        let own = credential.methods[credential.methods.len() - 1].trim_end_matches('_');
        let name = |argument: &&str| match (credential.form.arguments(), credentials.len()) {
            (_, 1) => (*argument).to_owned(),
            ([_], _) => own.to_owned(),
            _ => format!("{own}_{argument}"),
        };
        let arguments: Vec<Ident> = credential.form.arguments().iter().map(name).map(|name| ident(&taken.free(&name))).collect();
        calls.extend(quote!(.#method(#(#arguments),*)));
        all.extend(arguments);
    }
    let title = match credentials.len() {
        0 => "Creates a client with the defaults of [`Client::builder`](crate::Client::builder).",
        1 => "Creates a client with this credential and the defaults of [`Client::builder`](crate::Client::builder).",
        _ => "Creates a client with these credentials and the defaults of [`Client::builder`](crate::Client::builder).",
    };
    let errors = "Returns the same errors as [`ClientBuilder::build`](crate::ClientBuilder::build).";
    let docs = docs::attributes(&[title.to_owned(), "# Errors".to_owned(), errors.to_owned()]);
    parse_quote! {
        impl crate::Client {
            #(#docs)*
            pub fn new(#(#all: impl Into<String>),*) -> Result<Self, crate::ConfigError> {
                Self::builder() #calls .build()
            }
        }
    }
}

/// `Client::from_env`, with the variables in its documentation.
fn from_env(model: &Model, crate_name: &str) -> Item {
    let docs = docs::attributes(&[
        "Creates a client from environment variables; a variable that is not set leaves its default in place:".to_owned(),
        overview::variables(model, crate_name).join("\n"),
        "# Errors".to_owned(),
        "Returns an error if a variable is not valid, or if no operation can be called with the credentials that are \
         set. The error names the variables."
            .to_owned(),
    ]);
    parse_quote! {
        impl crate::Client {
            #(#docs)*
            pub fn from_env() -> Result<Self, crate::ConfigError> {
                Self::from_variables()
            }
        }
    }
}

/// An identifier for the argument `name`, which can be a keyword.
fn ident(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| format_ident!("{name}_"))
}

impl Target {
    /// The hidden method that a setter calls: `name` on a set of credentials, or the corresponding method of the builder.
    fn inner(self, name: &str) -> Ident {
        let on_builder = match name {
            "set" => "credential",
            "set_user_and_password" => "user_and_password",
            "set_provider" => "credential_provider",
            "set_client" => "client_id_and_secret",
            "set_token_url" => "credential_token_url",
            _ => "credential_secret_in_body",
        };
        match self {
            Self::Builder => format_ident!("{on_builder}"),
            Self::Credentials => format_ident!("{name}"),
        }
    }
}

fn setters(credential: &Credential, prefix: &str, target: Target) -> Vec<ImplItemFn> {
    let scheme = &credential.scheme.name;
    let mut methods = Vec::new();
    for (index, method) in credential.methods.iter().enumerate() {
        let docs = match index {
            0 => described(credential, prefix, matches!(target, Target::Builder)),
            _ => vec![format!("The same as [`{0}`](Self::{0}).", credential.methods[0])],
        };
        let (set, names): (_, &[&str]) = match credential.form {
            CredentialForm::UserAndPassword => ("set_user_and_password", &["user", "password"]),
            CredentialForm::Client => ("set_client", &["id", "secret"]),
            _ => ("set", &["value"]),
        };
        let (set, names) = (target.inner(set), names.iter().map(|name| ident(name)).collect::<Vec<_>>());
        let arguments = quote!(#(#names: impl Into<String>),*);
        methods.push(setter(method, &docs, &arguments, &quote!(#set(#scheme, #(#names),*))));
        if credential.form != CredentialForm::Client {
            methods.push(provider(method, scheme, target));
        }
    }
    methods.extend(credential.token.iter().flat_map(|token| token_setters(credential, token, target)));
    methods
}

/// The setters for access tokens beside those for client id and secret.
fn token_setters(credential: &Credential, token: &TokenMethods, target: Target) -> Vec<ImplItemFn> {
    let (scheme, name) = (&credential.scheme.name, docs::code(&credential.scheme.name));
    let client = &credential.methods[0];
    let mut methods = Vec::new();
    for (index, method) in token.value.iter().enumerate() {
        let docs = match index {
            0 => vec![
                format!(
                    "Sets an access token of the security scheme {name} that you already have, in place of [`{client}`](Self::{client})."
                ),
                SECRECY.to_owned(),
            ],
            _ => vec![format!("The same as [`{0}`](Self::{0}).", token.value[0])],
        };
        let set = target.inner("set");
        methods.push(setter(method, &docs, &quote!(value: impl Into<String>), &quote!(#set(#scheme, value))));
        methods.push(provider(method, scheme, target));
    }
    let known = credential.scheme.token_endpoint.as_ref().and_then(|endpoint| endpoint.url.as_deref());
    let docs = [
        format!("Sets the token URL of the security scheme {name}. A relative URL is resolved against the base URL."),
        known.map_or_else(
            || "The document gives no token URL, so there is no default.".to_owned(),
            |url| format!("The default is {}, which the document gives.", docs::code(url)),
        ),
    ];
    let set = target.inner("set_token_url");
    methods.push(setter(&token.url, &docs, &quote!(url: impl Into<String>), &quote!(#set(#scheme, url))));
    let docs = [format!(
        "Sends the client id and secret of the security scheme {name} in the body of the token request instead of as `Authorization: Basic …`."
    )];
    let set = target.inner("set_secret_in_body");
    methods.push(setter(&token.secret_in_body, &docs, &TokenStream::new(), &quote!(#set(#scheme))));
    methods
}

fn setter(method: &str, docs: &[String], arguments: &TokenStream, set: &TokenStream) -> ImplItemFn {
    let (name, docs) = (format_ident!("{method}"), docs::attributes(docs));
    parse_quote! {
        #(#docs)*
        pub fn #name(self, #arguments) -> Self {
            self.#set
        }
    }
}

fn provider(method: &str, scheme: &str, target: Target) -> ImplItemFn {
    let docs = [format!("Like [`{method}`](Self::{method}), but asks a provider for the credential at each attempt.")];
    let (docs, name, set) = (docs::attributes(&docs), format_ident!("{}", provider_method(method)), target.inner("set_provider"));
    parse_quote! {
        #(#docs)*
        pub fn #name(self, provider: impl runtime::CredentialProvider + 'static) -> Self {
            self.#set(#scheme, provider)
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_lowercase_http_scheme_is_capitalized() {
        for (written, sent) in
            [("digest", "Digest"), ("scram-sha-256", "Scram-sha-256"), ("SCRAM-SHA-1", "SCRAM-SHA-1"), ("", "")]
        {
            assert_eq!(super::registered(written), sent);
        }
    }
}
