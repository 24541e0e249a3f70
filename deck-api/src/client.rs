//! The client: the settings and connections that all its calls share.

mod builder;
mod config_error;
mod document_setters;
mod http_client;
mod place;

use crate::generated::API;
use crate::runtime::{
    Budget, CredentialLocation, Credentials, HeldCredentials, Hook, InvalidRequest, Operation, RetryPolicy, Timer, TokenCache,
    TokenContext,
};
pub use builder::ClientBuilder;
pub use config_error::ConfigError;
use http::header::HeaderValue;
pub use http_client::http_client_builder;
pub(crate) use http_client::is_loopback;
use reqwest::Url;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A client of the API. Cloning is cheap; all clones share their connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    /// Whether the caller provided `http`.
    http_is_own: bool,
    /// `server` as text, without a slash at the end.
    base_url: String,
    server: Url,
    /// Whether the caller has set the base URL, which then applies to all operations.
    base_url_overridden: bool,
    /// The resolved servers of single operations, by the server URL in the document.
    operation_servers: Vec<(&'static str, Url)>,
    /// Whether plain `http` is allowed for hosts other than loopback.
    plain_http: bool,
    credentials: HeldCredentials,
    tokens: TokenCache,
    user_agent: HeaderValue,
    timeout: Duration,
    read_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    retry: RetryPolicy,
    max_body_bytes: usize,
    hooks: Vec<Arc<dyn Hook>>,
    timer: Arc<dyn Timer>,
    budget: Budget,
    #[cfg(feature = "blocking")]
    blocking: crate::runtime::Blocking,
}

impl Client {
    /// Implements `Client::from_env`, whose documentation lists the variables.
    pub(crate) fn from_variables() -> Result<Self, ConfigError> {
        let mut builder = Self::builder();
        for scheme in API.schemes {
            let values: Vec<(&str, Option<String>)> =
                scheme.variables.iter().map(|name| Ok((*name, variable(name)?))).collect::<Result<_, ConfigError>>()?;
            builder = match values.as_slice() {
                [(_, Some(value))] => builder.credential(scheme.name, value),
                [(_, Some(id)), (_, Some(secret))] if scheme.has_access_token() => {
                    builder.client_id_and_secret(scheme.name, id, secret)
                }
                [(_, Some(user)), (_, Some(password))] => builder.user_and_password(scheme.name, user, password),
                [(set, Some(_)), (missing, None)] | [(missing, None), (set, Some(_))] => {
                    let text = format!("the environment variable {missing} is not set, but {set} is: set both or neither");
                    return Err(ConfigError::new(text));
                }
                _ => builder,
            };
            if let CredentialLocation::AccessToken { set_by, .. } = scheme.place
                && let Some(url) = variable(&format!("{}_{}", API.env_prefix, set_by.to_ascii_uppercase()))?
            {
                builder = builder.credential_token_url(scheme.name, url);
            }
        }
        if let Some(base_url) = variable(&format!("{}_BASE_URL", API.env_prefix))? {
            builder = builder.base_url(base_url);
        }
        builder.build()
    }

    /// Returns a builder with the default options.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Returns the base URL, without a trailing slash. Unless it was set explicitly, the document may define another server for
    /// some operations.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// Returns the server URL of `operation`, without a trailing slash.
    pub(crate) fn url_for(&self, operation: &Operation) -> &str {
        let Some(server) = self.own_server(operation) else { return &self.0.base_url };
        let whole = self.0.operation_servers.iter().find(|(known, _)| *known == server);
        whole.map_or(server, |(_, url)| url.as_str().trim_end_matches('/'))
    }

    /// Returns the server URL of `operation`.
    pub(crate) fn server_of(&self, operation: &Operation) -> Result<Cow<'_, Url>, InvalidRequest> {
        let Some(server) = self.own_server(operation) else { return Ok(Cow::Borrowed(&self.0.server)) };
        if let Some((_, url)) = self.0.operation_servers.iter().find(|(known, _)| *known == server) {
            return Ok(Cow::Borrowed(url));
        }
        let problem = |text: &str| InvalidRequest::new(format!("the server of the operation, `{server}`, {text}"));
        let url = Url::parse(server).map_err(|error| problem(&format!("is not valid: {error}")))?;
        if url.scheme() == "http" && !self.0.plain_http && !is_loopback(&url) {
            return Err(problem("is plain `http`, which exposes the key to anyone on the network path: use `allow_plain_http`"));
        }
        Ok(Cow::Owned(url))
    }

    fn own_server(&self, operation: &Operation) -> Option<&'static str> {
        operation.server.filter(|_| !self.0.base_url_overridden)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// Returns whether the caller provided the HTTP client. Such a client may have a client certificate, and may request
    /// compression by itself.
    pub(crate) fn http_is_own(&self) -> bool {
        self.0.http_is_own
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.0.timeout
    }

    pub(crate) fn read_timeout(&self) -> Option<Duration> {
        self.0.read_timeout
    }

    pub(crate) fn total_timeout(&self) -> Option<Duration> {
        self.0.call_timeout
    }

    pub(crate) fn hooks(&self) -> &[Arc<dyn Hook>] {
        &self.0.hooks
    }

    pub(crate) fn retry(&self) -> &RetryPolicy {
        &self.0.retry
    }

    pub(crate) fn max_body_bytes(&self) -> usize {
        self.0.max_body_bytes
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn blocking(&self) -> &crate::runtime::Blocking {
        &self.0.blocking
    }

    pub(crate) fn budget(&self) -> &Budget {
        &self.0.budget
    }

    pub(crate) fn timer(&self) -> &dyn Timer {
        &*self.0.timer
    }

    pub(crate) fn user_agent_header(&self) -> HeaderValue {
        self.0.user_agent.clone()
    }

    pub(crate) fn held_credentials(&self) -> &HeldCredentials {
        &self.0.credentials
    }

    /// Checks credentials that are set for one call.
    pub(crate) fn check_credentials(&self, credentials: Credentials) -> Result<HeldCredentials, String> {
        let context = TokenContext { base: &self.0.server, plain_http: self.0.plain_http };
        HeldCredentials::new(credentials, context, Some(&self.0.credentials))
    }

    pub(crate) fn tokens(&self) -> &TokenCache {
        &self.0.tokens
    }
}

/// Returns the value of an environment variable if it is set.
fn variable(name: &str) -> Result<Option<String>, ConfigError> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(ConfigError::new(format!("the environment variable {name} is not valid Unicode")))
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.0.base_url).field("credentials", &"[redacted]").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_uses_its_own_server_unless_base_url_is_set() {
        static ELSEWHERE: Operation = Operation {
            id: "upload",
            method: http::Method::POST,
            path: "/files",
            server: Some("https://upload.example.com"),
            security: Some(&[]),
            accept: "application/json",
            outcomes: &[],
            content_type: None,
            idempotency_key: None,
            created_id: None,
        };
        let builder = || Client::builder().credentials_by_call();
        let url = |client: &Client| crate::runtime::Call::new(client, &ELSEWHERE).url().unwrap().to_string();
        let set = builder().base_url("https://proxy.example.com/").build().unwrap();
        assert_eq!(url(&set), "https://proxy.example.com/files");
        // Otherwise, no client can be built from the server in the document.
        if API.base_url.is_some_and(|url| url.starts_with("https://")) {
            assert_eq!(url(&builder().build().unwrap()), "https://upload.example.com/files");
        }
    }
}
