//! The client credentials of OAuth 2.0, and the token URL.

use super::held::Recent;
use super::{CredentialLocation, Scheme};
use crate::client::is_loopback;
use reqwest::Url;

/// The caller's options for the token URL of a scheme.
#[derive(Clone, Default)]
pub(super) struct TokenOptions {
    pub(super) url: Option<String>,
    pub(super) secret_in_body: bool,
}

/// The settings of the client that apply to token URLs.
#[derive(Clone, Copy)]
pub(crate) struct TokenContext<'a> {
    /// The base URL for a relative token URL.
    pub(crate) base: &'a Url,
    /// Whether plain `http` is allowed.
    pub(crate) plain_http: bool,
}

/// A checked client id and secret, and the token URL to which they are sent.
pub(in crate::runtime) struct ClientCredentials {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) url: Url,
    pub(super) secret_in_body: bool,
    /// The access tokens that were fetched with these credentials.
    pub(super) tokens: Recent,
}

impl ClientCredentials {
    /// Checks the credentials of `scheme`.
    ///
    /// # Errors
    ///
    /// Returns a message about the credentials or their token URL that never contains the credentials themselves.
    pub(super) fn new(
        scheme: &Scheme,
        (id, secret): (String, String),
        options: &TokenOptions,
        context: TokenContext<'_>,
    ) -> Result<Self, String> {
        for (value, name) in [(&id, "client id"), (&secret, "client secret")] {
            let problem = match value {
                value if value.trim().is_empty() => "is empty",
                value if value.chars().any(char::is_control) => "contains a line break or another control character",
                _ => continue,
            };
            return Err(format!("the {name} of `{}` {problem}; it is set by {}", scheme.name, scheme.how_to_set()));
        }
        let url = token_url(scheme, options, context)?;
        Ok(Self { id, secret, url, secret_in_body: options.secret_in_body, tokens: Recent::default() })
    }

    /// Returns the token URL for messages: without its query, which may be private.
    pub(super) fn printed_url(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.to_string()
    }
}

fn token_url(scheme: &Scheme, options: &TokenOptions, context: TokenContext<'_>) -> Result<Url, String> {
    let CredentialLocation::AccessToken { token_url, set_by } = scheme.place else {
        return Err(format!("the security scheme `{}` has no client credentials", scheme.name));
    };
    let problem = |text: &str| format!("the token URL of `{}` {text}; it is set by `{set_by}`", scheme.name);
    let text = options.url.as_deref().or(token_url).ok_or_else(|| problem("is missing: the document names none"))?;
    let url = context.base.join(text).map_err(|error| problem(&format!("is not valid: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(problem("contains a user name, a password or a fragment"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if context.plain_http || is_loopback(&url) => Ok(url),
        _ => Err(problem("does not begin with `https`, which would expose the client secret to anyone on the network path")),
    }
}
