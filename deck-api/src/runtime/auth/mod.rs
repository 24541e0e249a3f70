//! Security schemes and requirements, as generated code states them.
//!
//! [`credentials`] holds what the caller gave, [`applied`] chooses among the alternatives of an operation and writes the
//! credentials into its request, and [`provider`] is for credentials that change.

mod applied;
mod credentials;
mod held;
mod provider;

pub(super) use applied::{Applied, advice, resolve};
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
    pub place: Place,
    /// The method of `ClientBuilder` that sets its credential; none for a client certificate.
    pub method: Option<&'static str>,
    /// The environment variables that hold its credential: one, or one for the user and one for the password.
    pub variables: &'static [&'static str],
}

/// Where a credential is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum Place {
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
pub type Alternative = &'static [&'static str];

impl Scheme {
    /// The methods and variables by which the caller sets the credential.
    fn ways(&self) -> String {
        match (self.method, self.variables) {
            (None, _) => "`http_client` with a client certificate".to_owned(),
            (Some(method), []) => format!("`{method}`"),
            (Some(method), variables) => format!("`{method}` or {}", variables.join(" and ")),
        }
    }
}
