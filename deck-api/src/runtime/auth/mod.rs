//! Security schemes and requirements, which generated code defines.
//!
//! [`credentials`] has the caller's credentials. [`applied`] chooses a requirement for a call and adds its credentials to the
//! request. [`provider`] is for changing credentials. [`token_cache`] has the access tokens of OAuth 2.0.

mod applied;
mod client_credentials;
mod credentials;
mod held;
mod provider;
mod token;
mod token_cache;

use crate::generated::API;
pub(super) use applied::{AttemptCredentials, UsedTokens, advice, resolve};
pub(crate) use client_credentials::TokenContext;
pub use credentials::Credentials;
pub(crate) use held::HeldCredentials;
pub use provider::{CredentialError, CredentialFuture, CredentialProvider};
pub(crate) use token_cache::TokenCache;

/// A security scheme of the document.
#[derive(Debug)]
#[doc(hidden)]
pub struct Scheme {
    /// The name in the document.
    pub name: &'static str,
    /// Where the credential is sent.
    pub place: CredentialLocation,
    /// The method of `ClientBuilder` that sets the credential; `None` for a client certificate.
    pub method: Option<&'static str>,
    /// The environment variables for the credential: one for a key or token, two for user and password or for client id and
    /// secret.
    pub variables: &'static [&'static str],
}

/// Where a credential is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum CredentialLocation {
    /// As the whole value of this header.
    Header(&'static str),
    /// In this query parameter.
    Query(&'static str),
    /// In this cookie.
    Cookie(&'static str),
    /// As user and password in `Authorization: Basic …`.
    Basic,
    /// In `Authorization`, after the name of this HTTP scheme.
    Authorization(&'static str),
    /// As an access token in `Authorization: Bearer …`. The client fetches the token with client id and secret unless the caller
    /// sets it.
    AccessToken {
        /// The token URL in the document.
        token_url: Option<&'static str>,
        /// The method of `ClientBuilder` that sets another token URL.
        set_by: &'static str,
    },
    /// As a client certificate of the caller's own HTTP client.
    Certificate,
}

/// The names of schemes that are required together, each with the scopes for its access token.
#[doc(hidden)]
pub type SecurityRequirement = &'static [(&'static str, &'static [&'static str])];

impl CredentialLocation {
    /// Returns the HTTP scheme name before the credential in `Authorization`, if the credential is sent in this way.
    fn http_scheme(self) -> Option<&'static str> {
        match self {
            Self::Basic => Some("Basic"),
            Self::Authorization(name) => Some(name),
            Self::AccessToken { .. } => Some("Bearer"),
            Self::Header(_) | Self::Query(_) | Self::Cookie(_) | Self::Certificate => None,
        }
    }
}

impl Scheme {
    /// Returns whether the client can fetch an access token for the scheme.
    pub(crate) fn has_access_token(&self) -> bool {
        matches!(self.place, CredentialLocation::AccessToken { .. })
    }

    /// Returns the methods and environment variables that set the credential, for messages.
    fn how_to_set(&self) -> String {
        match (self.method, self.variables) {
            (None, _) => "`http_client` with a client certificate".to_owned(),
            (Some(method), []) => format!("`{method}`"),
            (Some(method), variables) => format!("`{method}` or {}", variables.join(" and ")),
        }
    }
}

/// Returns the scheme that the document calls `name`.
fn scheme(name: &str) -> Option<&'static Scheme> {
    API.schemes.iter().find(|scheme| scheme.name == name)
}

/// Describes how to set the credentials of one of `requirements`.
fn how_to_set(requirements: &[SecurityRequirement]) -> String {
    let together = |requirement: &SecurityRequirement| {
        let all: Vec<String> = requirement.iter().filter_map(|(name, _)| scheme(name)).map(Scheme::how_to_set).collect();
        all.join(" together with ")
    };
    let mut all: Vec<String> = requirements.iter().filter(|requirement| !requirement.is_empty()).map(together).collect();
    // Requirements may differ only in their scopes.
    all.dedup();
    all.join(", or ")
}
