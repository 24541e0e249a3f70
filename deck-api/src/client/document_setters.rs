//! The methods of the builder that the setters of a document call: for its security schemes and its servers.

use super::ClientBuilder;
use crate::runtime::CredentialProvider;

impl ClientBuilder {
    /// Sets the credential of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn credential(mut self, scheme: &'static str, value: impl Into<String>) -> Self {
        self.credentials = self.credentials.set(scheme, value);
        self
    }

    /// Sets the user and password of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn user_and_password(mut self, scheme: &'static str, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = self.credentials.set_user_and_password(scheme, user, password);
        self
    }

    /// Sets the provider of the credential of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn credential_provider(mut self, scheme: &'static str, provider: impl CredentialProvider + 'static) -> Self {
        self.credentials = self.credentials.set_provider(scheme, provider);
        self
    }

    /// Sets the client id and secret of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn client_id_and_secret(mut self, scheme: &'static str, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials = self.credentials.set_client(scheme, id, secret);
        self
    }

    /// Sets the token URL of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn credential_token_url(mut self, scheme: &'static str, url: impl Into<String>) -> Self {
        self.credentials = self.credentials.set_token_url(scheme, url);
        self
    }

    /// Sends the client secret of the scheme that the document calls `scheme` in the body of the token request.
    #[doc(hidden)]
    pub fn credential_secret_in_body(mut self, scheme: &'static str) -> Self {
        self.credentials = self.credentials.set_secret_in_body(scheme);
        self
    }

    /// Chooses the server of the document that has this name, description or URL.
    #[doc(hidden)]
    pub fn choose_server(mut self, name: impl Into<String>) -> Self {
        self.place.server = Some(name.into());
        self
    }

    /// Sets the variable `name` of the document's servers.
    #[doc(hidden)]
    pub fn server_variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.place.variables.retain(|(known, _)| *known != name);
        self.place.variables.push((name, value.into()));
        self
    }
}
