//! Credentials that change while a client lives: tokens that rotate, secrets from a vault.

use super::token::TokenError;
use crate::runtime::error::Attached;
use crate::runtime::redact;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// What [`CredentialProvider::credential`] returns.
pub type CredentialFuture<'a> =
    Pin<Box<dyn Future<Output = Result<String, Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// Provides the credential of a security scheme for each attempt of a call. A string is a provider that always returns itself.
///
/// The time it takes counts for the attempt. If it fails, nothing is sent, and the call ends in
/// [`Error::Credential`](crate::Error::Credential) once its retry policy allows no more attempts. The text of its error is
/// printed, without the credentials that the client knows: it must not contain other secrets.
pub trait CredentialProvider: Send + Sync {
    /// The credential, as the method without `_provider` takes it; for user and password `user:password`.
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

/// A credential could not be obtained, so that nothing was sent.
#[derive(Clone)]
pub struct CredentialError {
    scheme: &'static str,
    reason: Reason,
    is_final: bool,
    pub(in crate::runtime) history: Attached,
}

#[derive(Clone)]
enum Reason {
    /// In our own words.
    Known(String),
    /// In those of the provider, which may hold a secret.
    Provider(String),
    /// What the token URL responded.
    Token(Arc<TokenError>),
}

impl CredentialError {
    /// The provider failed, which another attempt may correct.
    pub(super) fn failed(scheme: &'static str, error: &(dyn std::error::Error + 'static)) -> Self {
        Self { scheme, reason: Reason::Provider(error.to_string()), is_final: false, history: None }
    }

    /// The provider took too long.
    pub(super) fn late(scheme: &'static str) -> Self {
        let reason = Reason::Known("its provider did not give it within the time limit".to_owned());
        Self { scheme, reason, is_final: false, history: None }
    }

    /// The credential cannot be sent.
    pub(super) fn invalid(scheme: &'static str, problem: &str) -> Self {
        Self { scheme, reason: Reason::Known(format!("it {problem}")), is_final: true, history: None }
    }

    /// No access token was fetched.
    pub(super) fn no_token(scheme: &'static str, error: Arc<TokenError>) -> Self {
        Self { scheme, is_final: error.is_final, reason: Reason::Token(error), history: None }
    }

    /// Fetching the access token took too long.
    pub(super) fn late_token(scheme: &'static str, url: &str) -> Self {
        let reason = Reason::Known(format!("{url} did not respond within the time limit"));
        Self { scheme, reason, is_final: false, history: None }
    }

    /// The name of the security scheme in the document.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    fn message(&self) -> String {
        match &self.reason {
            Reason::Known(text) => text.clone(),
            Reason::Provider(text) => redact::said(&self.history, text),
            // The secret that was sent there is out of it; the call may know others.
            Reason::Token(error) => redact::said(&self.history, &error.message),
        }
    }

    /// How long the token URL asks to wait before another request.
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
