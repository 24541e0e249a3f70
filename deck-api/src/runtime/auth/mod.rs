//! Security schemes and requirements, as generated code states them.
//!
//! [`credentials`] holds what the caller gave, [`applied`] chooses the requirement that a call meets and writes its credentials
//! into the request, and [`provider`] is for credentials that change.

mod applied;
mod credentials;
mod held;
mod provider;

use crate::generated::API;
pub(super) use applied::{AttemptCredentials, advice, resolve};
pub use credentials::Credentials;
pub(crate) use held::HeldCredentials;
pub use provider::{CredentialError, CredentialFuture, CredentialProvider};

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
    /// A client certificate, which the HTTP client of the caller shows.
    Certificate,
}

/// Schemes that are needed together.
#[doc(hidden)]
pub type SecurityRequirement = &'static [&'static str];

impl Scheme {
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
        let all: Vec<String> = requirement.iter().filter_map(|name| scheme(name)).map(Scheme::how_to_set).collect();
        all.join(" together with ")
    };
    let all: Vec<String> = requirements.iter().filter(|requirement| !requirement.is_empty()).map(together).collect();
    all.join(", or ")
}
