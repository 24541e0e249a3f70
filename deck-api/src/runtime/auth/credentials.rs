//! The credentials that a caller sets for a client or for one call.

use super::client_credentials::TokenOptions;
use super::provider::CredentialProvider;
use std::fmt;
use std::sync::Arc;

/// Credentials by security scheme. There is a setter for each scheme that the document declares, as on
/// [`ClientBuilder`](crate::ClientBuilder).
///
/// Pass them to `with_credentials` of a call, for example in a service that makes calls for many tenants. They take precedence
/// over the client's credentials.
#[derive(Clone, Default)]
#[must_use]
pub struct Credentials {
    pub(super) by_scheme: Vec<(&'static str, Credential)>,
    pub(super) token_options: Vec<(&'static str, TokenOptions)>,
}

#[derive(Clone)]
pub(super) enum Credential {
    Fixed(String),
    UserAndPassword(String, String),
    Provided(Arc<dyn CredentialProvider>),
    /// The client id and secret.
    Client(String, String),
}

impl Credentials {
    /// Creates an empty set of credentials.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the credential of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set(self, scheme: &'static str, value: impl Into<String>) -> Self {
        self.with(scheme, Credential::Fixed(value.into()))
    }

    /// Sets the user and password of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set_user_and_password(self, scheme: &'static str, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.with(scheme, Credential::UserAndPassword(user.into(), password.into()))
    }

    /// Sets the provider of the credential of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set_provider(self, scheme: &'static str, provider: impl CredentialProvider + 'static) -> Self {
        self.with(scheme, Credential::Provided(Arc::new(provider)))
    }

    /// Sets the client id and secret of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set_client(self, scheme: &'static str, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.with(scheme, Credential::Client(id.into(), secret.into()))
    }

    /// Sets the token URL of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn set_token_url(self, scheme: &'static str, url: impl Into<String>) -> Self {
        let url = Some(url.into());
        self.with_token_options(scheme, |options| options.url = url)
    }

    /// Sends the client secret of the scheme that the document calls `scheme` in the body of the token request.
    #[doc(hidden)]
    pub fn set_secret_in_body(self, scheme: &'static str) -> Self {
        self.with_token_options(scheme, |options| options.secret_in_body = true)
    }

    fn with(mut self, scheme: &'static str, credential: Credential) -> Self {
        self.by_scheme.retain(|(name, _)| *name != scheme);
        self.by_scheme.push((scheme, credential));
        self
    }

    fn with_token_options(mut self, scheme: &'static str, change: impl FnOnce(&mut TokenOptions)) -> Self {
        let known = self.token_options.iter().position(|(name, _)| *name == scheme);
        let index = known.unwrap_or_else(|| {
            self.token_options.push((scheme, TokenOptions::default()));
            self.token_options.len() - 1
        });
        change(&mut self.token_options[index].1);
        self
    }
}

/// Shows only which schemes have a credential.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.by_scheme.iter().map(|(scheme, _)| (scheme, "[redacted]"))).finish()
    }
}
