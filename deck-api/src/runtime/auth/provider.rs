//! Providers of credentials that change while a client exists, such as rotating tokens or secrets from a vault.

use super::token::TokenError;
use crate::runtime::error::Attached;
use crate::runtime::redact;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The future that [`CredentialProvider::credential`] returns.
pub type CredentialFuture<'a> =
    Pin<Box<dyn Future<Output = Result<String, Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// Provides the credential of a security scheme for each attempt of a call. A string is a provider that always returns itself.
///
/// The time that the provider takes counts towards the time limit of the attempt. If the provider fails, nothing is sent; the
/// call returns [`Error::Credential`](crate::Error::Credential) once its retry policy allows no more attempts. The client prints
/// the provider's error, without the credentials that the client knows. The error must not contain other secrets.
pub trait CredentialProvider: Send + Sync {
    /// Returns the credential in the form that the method without `_provider` takes; for user and password, it is
    /// `user:password`.
    fn credential(&self) -> CredentialFuture<'_>;
}

impl CredentialProvider for String {
    fn credential(&self) -> CredentialFuture<'_> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

impl CredentialProvider for &'static str {
    fn credential(&self) -> CredentialFuture<'_> {
        Box::pin(std::future::ready(Ok((*self).to_owned())))
    }
}

/// The error for a credential that could not be obtained. Nothing was sent.
#[derive(Clone)]
pub struct CredentialError {
    scheme: &'static str,
    reason: Reason,
    is_final: bool,
    pub(in crate::runtime) history: Attached,
}

#[derive(Clone)]
enum Reason {
    /// A message of this crate.
    Known(String),
    /// A message of the provider, which may contain a secret.
    Provider(String),
    /// The error of a token request.
    Token(Arc<TokenError>),
}

impl CredentialError {
    /// The provider failed; another attempt may succeed.
    pub(super) fn failed(scheme: &'static str, error: &(dyn std::error::Error + 'static)) -> Self {
        Self { scheme, reason: Reason::Provider(error.to_string()), is_final: false, history: None }
    }

    /// The provider took too long.
    pub(super) fn late(scheme: &'static str) -> Self {
        let reason = Reason::Known("its provider did not return within the time limit".to_owned());
        Self { scheme, reason, is_final: false, history: None }
    }

    /// The credential cannot be sent.
    pub(super) fn invalid(scheme: &'static str, problem: &str) -> Self {
        Self { scheme, reason: Reason::Known(format!("it {problem}")), is_final: true, history: None }
    }

    /// The access token could not be fetched.
    pub(super) fn no_token(scheme: &'static str, error: Arc<TokenError>) -> Self {
        Self { scheme, is_final: error.is_final, reason: Reason::Token(error), history: None }
    }

    /// Fetching the access token exceeded the time limit.
    pub(super) fn late_token(scheme: &'static str, url: &str) -> Self {
        let reason = Reason::Known(format!("{url} did not respond within the time limit"));
        Self { scheme, reason, is_final: false, history: None }
    }

    /// Returns the name of the security scheme in the document.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    fn message(&self) -> String {
        match &self.reason {
            Reason::Known(text) => text.clone(),
            Reason::Provider(text) => redact::said(&self.history, text),
            // The secret of the token request has been redacted; the call may know others.
            Reason::Token(error) => redact::said(&self.history, &error.message),
        }
    }

    /// Returns how long the token URL asks to wait before another request.
    pub(in crate::runtime) fn retry_after(&self) -> Option<Duration> {
        match &self.reason {
            Reason::Token(error) => error.retry_after,
            Reason::Known(_) | Reason::Provider(_) => None,
        }
    }

    pub(in crate::runtime) fn is_final(&self) -> bool {
        self.is_final
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no credential for `{}`: {}", self.scheme, self.message())
    }
}

impl fmt::Debug for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialError").field("scheme", &self.scheme).field("message", &self.message()).finish_non_exhaustive()
    }
}

impl std::error::Error for CredentialError {}
