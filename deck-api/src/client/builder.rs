//! The options that a user sets, and the client that they make.

use super::ConfigError;
use super::http_client::{http_client_builder, is_loopback};
use super::place::{Place, PlaceOptions};
use super::{Client, Inner};
use crate::generated::API;
use crate::runtime::{
    Budget, CredentialProvider, Credentials, HeldCredentials, Hook, RateLimit, RetryPolicy, Scheme, SystemTimer, Timer,
    TokenCache, TokenContext,
};
use http::header::HeaderValue;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The options of a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    credentials: Credentials,
    each_call_brings_credentials: bool,
    place: PlaceOptions,
    timeout: Duration,
    read_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    connect_timeout: Duration,
    user_agent: String,
    http: Option<reqwest::Client>,
    root_certificates: Vec<reqwest::Certificate>,
    proxies: Vec<reqwest::Proxy>,
    hooks: Vec<Arc<dyn Hook>>,
    retry: RetryPolicy,
    max_body_bytes: usize,
    timer: Option<Arc<dyn Timer>>,
    rate_limit: Option<RateLimit>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            credentials: Credentials::new(),
            each_call_brings_credentials: false,
            place: PlaceOptions::default(),
            timeout: Duration::from_secs(30),
            read_timeout: None,
            call_timeout: None,
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            http: None,
            root_certificates: Vec::new(),
            proxies: Vec::new(),
            hooks: Vec::new(),
            retry: RetryPolicy::default(),
            max_body_bytes: 64 << 20,
            timer: None,
            rate_limit: API.rate_limit,
        }
    }
}

impl ClientBuilder {
    /// The credentials of several security schemes at once, in place of those that were set before.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Allows a client without credentials, each call of which brings its own by `with_credentials`.
    pub fn credentials_by_call(mut self) -> Self {
        self.each_call_brings_credentials = true;
        self
    }

    /// Sets the credential of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn credential(mut self, scheme: &'static str, value: impl Into<String>) -> Self {
        self.credentials = self.credentials.set(scheme, value);
        self
    }

    /// Sets user and password of the scheme that the document calls `scheme`.
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

    /// Sets client id and secret of the scheme that the document calls `scheme`.
    #[doc(hidden)]
    pub fn client_id_and_secret(mut self, scheme: &'static str, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials = self.credentials.set_client(scheme, id, secret);
        self
    }

    /// Sets where access tokens of the scheme that the document calls `scheme` are fetched.
    #[doc(hidden)]
    pub fn credential_token_url(mut self, scheme: &'static str, url: impl Into<String>) -> Self {
        self.credentials = self.credentials.set_token_url(scheme, url);
        self
    }

    /// Has the client secret of the scheme that the document calls `scheme` sent in the body.
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

    /// Where the API is served, with all its operations; by default where the document says. A path is kept.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.place.base_url = Some(base_url.into());
        self
    }

    /// The time for each attempt: a whole request and its response; by default 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The longest time in which nothing arrives of a response; by default there is no such limit beside
    /// [`timeout`](Self::timeout). The wait for the first byte counts, so the server's own time does too.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = Some(timeout);
        self
    }

    /// The time for a whole call, all its attempts and waits together; by default none but that of the policy. A call that
    /// runs out of it ends in an error that knows all attempts, which a timeout around the call would lose.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Some(timeout);
        self
    }

    /// The time for making a connection; by default 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How the client names itself; by default name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Allows plain `http`, by which everybody on the way can read the key. For loopback it is allowed anyway.
    pub fn allow_plain_http(mut self) -> Self {
        self.place.plain_http = true;
        self
    }

    /// When calls are attempted again; by default five attempts within two minutes. `RetryPolicy::none()` switches it off.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The largest body of an answer that is read, in bytes; by default 64 MiB. Beyond it a call ends in an error that holds
    /// what was read. Where an [`http_client`](Self::http_client) of your own decompresses, the bytes after that count.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// The clock for time limits and waits; by default that of tokio. For tests that are not to wait.
    pub fn timer(mut self, timer: impl Timer + 'static) -> Self {
        self.timer = Some(Arc::new(timer));
        self
    }

    /// Trusts servers by this certificate too, beside those that the system trusts: that of a company's own authority, say.
    pub fn root_certificate(mut self, certificate: reqwest::Certificate) -> Self {
        self.root_certificates.push(certificate);
        self
    }

    /// Sends through a proxy, in place of the system's; several are asked in their order. It is used for loopback too.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.proxies.push(proxy);
        self
    }

    /// Has `hook` see each attempt and each response; several are called in the order in which they were added.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// How many requests the client and its clones send in a time; by default what the API takes. What is more waits, and polls
    /// take at most half of it. Where several processes share a limit, give each its part. `None` sends everything at once.
    pub fn rate_limit(mut self, limit: impl Into<Option<RateLimit>>) -> Self {
        self.rate_limit = limit.into();
        self
    }

    /// Sends through a client of your own: begin with [`http_client_builder`], which has the defaults of this crate, and
    /// installs the provider of cryptography without which reqwest panics. Connections, redirects, proxies, TLS and compression
    /// are then as you set them there, and `connect_timeout` has no effect. Let it not follow redirects, or the key may follow
    /// them too; and let it not send requests again by itself, which no idempotency key and no error would know of.
    ///
    /// The client that is made otherwise takes the system's proxy, but none for loopback.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// Where no operation can be called with the credentials that are set, or one of them cannot be sent; the base URL is
    /// missing, no URL, has parts that it must not have, or
    /// is plain `http`; the user agent is not a valid header value; or TLS cannot be set up.
    pub fn build(self) -> Result<Client, ConfigError> {
        let Place { base: server, operations: operation_servers } = self.place.place()?;
        let credentials = self.checked_credentials(&server)?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| ConfigError::new("the user agent holds characters that a header cannot carry".to_owned()))?;
        let http = match &self.http {
            Some(_) if !self.root_certificates.is_empty() || !self.proxies.is_empty() => {
                let message = "`root_certificate` and `proxy` have no effect on an `http_client` of your own: set them there";
                return Err(ConfigError::new(message.to_owned()));
            }
            Some(http) => http.clone(),
            None => self.http_for(&server, &credentials)?,
        };
        let base_url = server.as_str().trim_end_matches('/').to_owned();
        let timer = self.timer.clone().unwrap_or_else(|| Arc::new(SystemTimer::default()));
        let Self { timeout, read_timeout, call_timeout, retry, max_body_bytes, hooks, .. } = self;
        Ok(Client(Arc::new(Inner {
            http,
            http_is_own: self.http.is_some(),
            base_url,
            server,
            base_url_overridden: self.place.base_url.is_some(),
            operation_servers,
            plain_http: self.place.plain_http,
            credentials,
            tokens: TokenCache::default(),
            user_agent,
            timeout,
            read_timeout,
            call_timeout,
            retry,
            max_body_bytes,
            hooks,
            timer,
            budget: Budget::new(self.rate_limit),
            #[cfg(feature = "blocking")]
            blocking: crate::runtime::Blocking::default(),
        })))
    }

    fn http_for(&self, base_url: &reqwest::Url, credentials: &HeldCredentials) -> Result<reqwest::Client, ConfigError> {
        let mut builder = http_client_builder().connect_timeout(self.connect_timeout);
        let urls = || credentials.token_urls().chain([base_url]);
        if urls().all(is_loopback) {
            builder = builder.no_proxy();
        }
        // All calls go there, and none of them by TLS: a machine without certificates will do.
        let is_local = urls().all(|url| is_loopback(url) && url.scheme() == "http");
        // Those of a call may have a token URL elsewhere.
        let fetches_by_call = self.each_call_brings_credentials && API.schemes.iter().any(Scheme::has_access_token);
        if is_local && !fetches_by_call && self.place.base_url.is_some() && self.root_certificates.is_empty() {
            builder = builder.tls_certs_only([]);
        }
        builder = self.proxies.iter().cloned().fold(builder, reqwest::ClientBuilder::proxy);
        if !self.root_certificates.is_empty() {
            builder = builder.tls_certs_merge(self.root_certificates.iter().cloned());
        }
        builder.build().map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            ConfigError::new(format!("cannot build the HTTP client: {error}{cause}"))
        })
    }

    fn checked_credentials(&self, base: &reqwest::Url) -> Result<HeldCredentials, ConfigError> {
        let context = TokenContext { base, plain_http: self.place.plain_http };
        let held = HeldCredentials::new(self.credentials.clone(), context, None).map_err(ConfigError::new)?;
        if !self.each_call_brings_credentials {
            held.can_call_any(API.alternatives, self.http.is_some())
                .map_err(|way| ConfigError::new(format!("no operation can be called without credentials: {way}")))?;
        }
        Ok(held)
    }
}

/// Neither the key nor the client that may know one.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timeout", &self.timeout)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}
