//! The builder: sets the options of a client and builds it.

use super::ConfigError;
use super::http_client::{http_client_builder, is_loopback};
use super::place::{Place, PlaceOptions};
use super::{Client, Inner};
use crate::generated::API;
use crate::runtime::{
    Budget, Credentials, HeldCredentials, Hook, RateLimit, RetryPolicy, Scheme, SystemTimer, Timer, TokenCache, TokenContext,
};
use http::header::HeaderValue;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Builds a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    pub(super) credentials: Credentials,
    each_call_brings_credentials: bool,
    pub(super) place: PlaceOptions,
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
    /// Sets the credentials of several security schemes at once. They replace all credentials that were set before.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Allows a client without credentials. Each call then needs its own, set by `with_credentials`.
    pub fn credentials_by_call(mut self) -> Self {
        self.each_call_brings_credentials = true;
        self
    }

    /// Sets the base URL for all operations. By default, the servers in the document apply. The URL may have a path.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.place.base_url = Some(base_url.into());
        self
    }

    /// Sets the time limit for each attempt, from the request to the end of the response. The default is 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits the time in which no part of a response arrives. By default, only [`timeout`](Self::timeout) applies. The wait for
    /// the first byte counts, including the server's processing time.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = Some(timeout);
        self
    }

    /// Limits the time for a whole call: all its attempts and waits together. By default, only the deadline of the retry policy
    /// applies. When the limit passes, the call returns an error that lists all attempts. A timeout of your own around the call
    /// would lose this information.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = Some(timeout);
        self
    }

    /// Sets the time limit for connecting. The default is 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the `user-agent` header. The default is the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Allows plain `http`, which exposes the key to anyone on the network path. Loopback addresses are always allowed.
    pub fn allow_plain_http(mut self) -> Self {
        self.place.plain_http = true;
        self
    }

    /// Sets the retry policy. The default is up to five attempts within two minutes. `RetryPolicy::none()` disables retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the maximum size of a response body, in bytes. The default is 64 MiB. If a body is larger, the call returns an error
    /// that contains the part that was read. If the HTTP client decompresses the body, the decompressed size counts.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Sets the clock for time limits and waits, so that tests need not wait. The default is tokio's clock.
    pub fn timer(mut self, timer: impl Timer + 'static) -> Self {
        self.timer = Some(Arc::new(timer));
        self
    }

    /// Trusts this root certificate in addition to those of the system, for example that of a company's own authority.
    pub fn root_certificate(mut self, certificate: reqwest::Certificate) -> Self {
        self.root_certificates.push(certificate);
        self
    }

    /// Sends requests through this proxy instead of the system's. If there are several proxies, the first one that matches the
    /// URL is used. Loopback addresses use the proxy too.
    pub fn proxy(mut self, proxy: reqwest::Proxy) -> Self {
        self.proxies.push(proxy);
        self
    }

    /// Adds a hook that sees each attempt and each response. Hooks are called in the order in which they were added.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Limits the rate of requests of the client and its clones. The default is the rate limit of the API. Requests beyond the
    /// limit wait, and polls take at most half of it. If several processes share the API's limit, give each its part. `None`
    /// removes the limit.
    pub fn rate_limit(mut self, limit: impl Into<Option<RateLimit>>) -> Self {
        self.rate_limit = limit.into();
        self
    }

    /// Sends requests through an HTTP client of your own. Start with [`http_client_builder`]: it has the defaults of this crate
    /// and installs the TLS crypto provider without which reqwest panics. The settings of your client apply to connections,
    /// redirects, proxies, TLS and compression; `connect_timeout` has no effect.
    ///
    /// Do not let your client follow redirects: it might send the key to another server. Do not let it retry requests either: the
    /// errors of this crate do not include such attempts.
    ///
    /// Without this setting, the client uses the system's proxy, except for loopback addresses.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// Returns an error if
    ///
    /// - no operation can be called with the credentials that are set, or one of them cannot be sent,
    /// - the base URL is missing or not a valid URL, has a user, query or fragment, or is plain `http`,
    /// - a server or a server variable that was set does not exist in the document,
    /// - the user agent is not a valid header value, or
    /// - TLS cannot be set up.
    pub fn build(self) -> Result<Client, ConfigError> {
        let Place { base: server, operations: operation_servers } = self.place.place()?;
        let credentials = self.checked_credentials(&server)?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| ConfigError::new("the user agent contains characters that are not allowed in a header".to_owned()))?;
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
        // All calls go to loopback without TLS, so this works on a machine without root certificates.
        let is_local = urls().all(|url| is_loopback(url) && url.scheme() == "http");
        // The credentials of a call may have a token URL on another host.
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

/// Omits the credentials and the HTTP client, which may hold a certificate.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timeout", &self.timeout)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}
