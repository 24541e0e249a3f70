//! The credentials that a caller sets, for a client or for one call.

use super::provider::CredentialProvider;
use std::fmt;
use std::sync::Arc;

/// Credentials by security scheme. Its setters are those of the schemes that the document declares, as on
/// [`ClientBuilder`](crate::ClientBuilder).
///
/// `with_credentials` of a call takes them, for services that call for many tenants. They go before the client's: a requirement
/// that one of them meets is met by it.
#[derive(Clone, Default)]
#[must_use]
pub struct Credentials(Vec<(&'static str, Credential)>);

#[derive(Clone)]
pub(super) enum Credential {
    Fixed(String),
    UserAndPassword(String, String),
    Provided(Arc<dyn CredentialProvider>),
}

impl Credentials {
    /// No credentials yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the credential of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set(self, scheme: &'static str, value: impl Into<String>) -> Self {
        self.with(scheme, Credential::Fixed(value.into()))
    }

    /// Sets user and password of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set_user_and_password(self, scheme: &'static str, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.with(scheme, Credential::UserAndPassword(user.into(), password.into()))
    }

    /// Sets the provider of the credential of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set_provider(self, scheme: &'static str, provider: impl CredentialProvider + 'static) -> Self {
        self.with(scheme, Credential::Provided(Arc::new(provider)))
    }

    fn with(mut self, scheme: &'static str, credential: Credential) -> Self {
        self.0.retain(|(name, _)| *name != scheme);
        self.0.push((scheme, credential));
        self
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (&'static str, Credential)> {
        self.0.into_iter()
    }
}

/// Which schemes have a credential, and never what it is.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(scheme, _)| (scheme, "[redacted]"))).finish()
    }
}
