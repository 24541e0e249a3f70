//! Security schemes and requirements, as generated code states them.
//!
//! [`credentials`] holds what the caller gave, [`applied`] chooses the requirement that a call meets and writes its credentials
//! into the request, [`provider`] is for credentials that change, and [`token_cache`] has the tokens of OAuth 2.0.

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
    /// Its name in the document.
    pub name: &'static str,
    /// Where its credential is sent.
    pub place: CredentialLocation,
    /// The method of `ClientBuilder` that sets its credential; none for a client certificate.
    pub method: Option<&'static str>,
    /// The environment variables that hold its credential: one, or one for the user and one for the password.
    pub variables: &'static [&'static str],
}

/// Where a credential is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum CredentialLocation {
    /// Alone in a header.
    Header(&'static str),
    /// In the query.
    Query(&'static str),
    /// In a cookie.
    Cookie(&'static str),
    /// User and password in `Authorization: Basic …`.
    Basic,
    /// In `Authorization`, behind this name of an HTTP scheme.
    Authorization(&'static str),
    /// An access token in `Authorization: Bearer …`, which the client fetches by client id and secret unless the caller sets it.
    AccessToken {
        /// Where it is fetched, as the document says.
        token_url: Option<&'static str>,
        /// The method of `ClientBuilder` that says it otherwise.
        set_by: &'static str,
    },
    /// A client certificate, which the HTTP client of the caller shows.
    Certificate,
}

/// The names of schemes that are needed together, each with the scopes for which its access token is fetched.
#[doc(hidden)]
pub type SecurityRequirement = &'static [(&'static str, &'static [&'static str])];

impl CredentialLocation {
    /// What stands before the credential in `Authorization`, where it stands there behind the name of an HTTP scheme.
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
    /// Whether its credential may be an access token that the client fetches.
    pub(crate) fn has_access_token(&self) -> bool {
        matches!(self.place, CredentialLocation::AccessToken { .. })
    }

    /// The methods and variables by which the caller sets the credential.
    fn how_to_set(&self) -> String {
        match (self.method, self.variables) {
            (None, _) => "`http_client` with a client certificate".to_owned(),
            (Some(method), []) => format!("`{method}`"),
            (Some(method), variables) => format!("`{method}` or {}", variables.join(" and ")),
        }
    }
}

/// The scheme that the document calls `name`.
fn scheme(name: &str) -> Option<&'static Scheme> {
    API.schemes.iter().find(|scheme| scheme.name == name)
}

/// How to set the credentials of one of `requirements`, in words.
fn how_to_set(requirements: &[SecurityRequirement]) -> String {
    let together = |requirement: &SecurityRequirement| {
        let all: Vec<String> = requirement.iter().filter_map(|(name, _)| scheme(name)).map(Scheme::how_to_set).collect();
        all.join(" together with ")
    };
    let mut all: Vec<String> = requirements.iter().filter(|requirement| !requirement.is_empty()).map(together).collect();
    // Alternatives may differ by scopes alone.
    all.dedup();
    all.join(", or ")
}
