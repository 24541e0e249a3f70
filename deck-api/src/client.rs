//! The client and the options that a user sets.

use crate::generated::API;
use crate::runtime::{Auth, Budget, Hook, Operation, RateLimit, RetryPolicy, SystemTimer, Timer};
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A client of the API. Cheap to clone; all clones share their connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    /// Whether the caller has given it.
    http_is_own: bool,
    base_url: String,
    /// Whether the caller has set the base URL, which then is that of all operations.
    base_url_overridden: bool,
    key: Option<(HeaderName, HeaderValue)>,
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
    /// A client with this key and the defaults of [`Client::builder`].
    ///
    /// # Errors
    ///
    /// Where the key is empty, or cannot be sent in a header.
    pub fn new(api_key: impl Into<String>) -> Result<Self, ConfigError> {
        Self::builder().api_key(api_key).build()
    }

    /// A client with the key of the environment variable `PREFIX_API_KEY` and, if it is set, the base URL of `PREFIX_BASE_URL`.
    /// What stands for `PREFIX` is [`env_prefix`](crate::runtime::Api::env_prefix).
    ///
    /// # Errors
    ///
    /// Where the key is missing, or one of the two is not valid.
    pub fn from_env() -> Result<Self, ConfigError> {
        let (key, url) = (format!("{}_API_KEY", API.env_prefix), format!("{}_BASE_URL", API.env_prefix));
        let read = |name: &str| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(ConfigError(format!("the environment variable {name} is not text"))),
        };
        let mut builder = Self::builder();
        match read(&key)? {
            Some(api_key) => builder = builder.api_key(api_key),
            None if API.auth == Auth::None => {}
            None => return Err(ConfigError(format!("the environment variable {key} is not set: it holds the API key"))),
        }
        if let Some(base_url) = read(&url)? {
            builder = builder.base_url(base_url);
        }
        builder.build()
    }

    /// The options of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            api_key: None,
            base_url: None,
            timeout: Duration::from_secs(30),
            read_timeout: None,
            call_timeout: None,
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            plain_http: false,
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

    /// Where requests go, without a slash at the end; unless it was set, the document may name another place for some of them.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// Where `operation` is served, without a slash at the end.
    pub(crate) fn url_for(&self, operation: &Operation) -> &str {
        operation.server.filter(|_| !self.0.base_url_overridden).unwrap_or(&self.0.base_url)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// A client of the caller's own may ask for what it can decompress.
    pub(crate) fn asks_for_no_compression(&self) -> bool {
        !self.0.http_is_own
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

    /// The header that shows who sends a request.
    pub(crate) fn key(&self) -> Option<&(HeaderName, HeaderValue)> {
        self.0.key.as_ref()
    }

    /// Says who sends a request.
    pub(crate) fn apply_auth(&self, headers: &mut HeaderMap) {
        headers.insert(USER_AGENT, self.0.user_agent.clone());
        if let Some((name, value)) = &self.0.key {
            headers.insert(name.clone(), value.clone());
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.0.base_url).field("api_key", &"[redacted]").finish_non_exhaustive()
    }
}

/// The options of a [`Client`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    api_key: Option<String>,
    base_url: Option<String>,
    timeout: Duration,
    read_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    connect_timeout: Duration,
    user_agent: String,
    plain_http: bool,
    http: Option<reqwest::Client>,
    root_certificates: Vec<reqwest::Certificate>,
    proxies: Vec<reqwest::Proxy>,
    hooks: Vec<Arc<dyn Hook>>,
    retry: RetryPolicy,
    max_body_bytes: usize,
    timer: Option<Arc<dyn Timer>>,
    rate_limit: Option<RateLimit>,
}

impl ClientBuilder {
    /// The API key. It is never printed, and sent nowhere but to where the API is served.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into());
        self
    }

    /// Where the API is served, with all its operations; by default where the document says. A path is kept.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
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
        self.plain_http = true;
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
    /// Where the key is missing, empty or no header; the base URL is missing, no URL, has parts that it must not have, or
    /// is plain `http`; the user agent is no header; or TLS is not to be had.
    pub fn build(self) -> Result<Client, ConfigError> {
        let base_url = self.checked_base_url()?;
        let key = self.checked_key()?;
        let user_agent = HeaderValue::from_str(&self.user_agent)
            .map_err(|_| ConfigError("the user agent holds characters that a header cannot carry".to_owned()))?;
        let http = match &self.http {
            Some(_) if !self.root_certificates.is_empty() || !self.proxies.is_empty() => {
                let message = "`root_certificate` and `proxy` have no effect on an `http_client` of your own: set them there";
                return Err(ConfigError(message.to_owned()));
            }
            Some(http) => http.clone(),
            None => self.http_for(&base_url)?,
        };
        let base_url = base_url.as_str().trim_end_matches('/').to_owned();
        let timer = self.timer.clone().unwrap_or_else(|| Arc::new(SystemTimer::default()));
        let Self { timeout, read_timeout, call_timeout, retry, max_body_bytes, hooks, .. } = self;
        Ok(Client(Arc::new(Inner {
            http,
            http_is_own: self.http.is_some(),
            base_url,
            base_url_overridden: self.base_url.is_some(),
            key,
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

    fn http_for(&self, base_url: &reqwest::Url) -> Result<reqwest::Client, ConfigError> {
        let mut builder = http_client_builder().connect_timeout(self.connect_timeout);
        if is_loopback(base_url) {
            builder = builder.no_proxy();
        }
        // All calls go there, and none of them by TLS: a machine without certificates will do.
        if is_loopback(base_url) && base_url.scheme() == "http" && self.base_url.is_some() && self.root_certificates.is_empty() {
            builder = builder.tls_certs_only([]);
        }
        builder = self.proxies.iter().cloned().fold(builder, reqwest::ClientBuilder::proxy);
        if !self.root_certificates.is_empty() {
            builder = builder.tls_certs_merge(self.root_certificates.iter().cloned());
        }
        builder.build().map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            ConfigError(format!("cannot build the HTTP client: {error}{cause}"))
        })
    }

    fn checked_key(&self) -> Result<Option<(HeaderName, HeaderValue)>, ConfigError> {
        let name = match API.auth {
            Auth::Bearer => AUTHORIZATION,
            Auth::Header(name) => HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| ConfigError(format!("the document asks for the key in `{name}`, which is no name of a header")))?,
            Auth::None => return Ok(None),
        };
        let problem =
            |text: &str| ConfigError(format!("the API key {text}; it is set by `api_key`, or by {}_API_KEY", API.env_prefix));
        let key = self.api_key.as_deref().ok_or_else(|| problem("is missing"))?;
        if key.trim().is_empty() {
            return Err(problem("is empty"));
        }
        if !key.chars().all(|c| c.is_ascii_graphic()) {
            return Err(problem("holds a blank, a line break or another character that keys do not have"));
        }
        let text = if API.auth == Auth::Bearer { format!("Bearer {key}") } else { key.to_owned() };
        let mut value = HeaderValue::from_str(&text).map_err(|_| problem("cannot be sent in a header"))?;
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }

    fn checked_base_url(&self) -> Result<reqwest::Url, ConfigError> {
        let problem =
            |text: &str| ConfigError(format!("the base URL {text}; it is set by `base_url`, or by {}_BASE_URL", API.env_prefix));
        let text = self.base_url.as_deref().or(API.base_url).ok_or_else(|| problem("is missing: the document names none"))?;
        let url = reqwest::Url::parse(text).map_err(|error| problem(&format!("is not valid: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(problem("holds a user name or password, which would be sent besides the key"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(problem("holds a query or a fragment"));
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if self.plain_http || is_loopback(&url) => Ok(url),
            "http" => Err(problem(
                "is plain `http`, by which everybody on the way can read the key: use `https`, or `allow_plain_http`",
            )),
            scheme => Err(problem(&format!("has the scheme `{scheme}`, not `https`"))),
        }
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

/// The builder of the HTTP client that [`Client`] uses unless it is given another one: it follows no redirect, sends nothing
/// twice by itself, and decompresses what the features of this crate name. Change what you need, and hand the result to
/// [`ClientBuilder::http_client`].
///
/// It installs a provider of cryptography where the process has none; `reqwest::Client::builder()` alone would panic.
pub fn http_client_builder() -> reqwest::ClientBuilder {
    // rustls has one provider of cryptography a process. Whoever has chosen one keeps it; that another thread chooses at the
    // same moment is the only failure, and does no harm.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never());
    // Another crate of the build may have switched compression on; what is read must depend on our features alone.
    let mut builder = builder.no_deflate();
    if cfg!(not(feature = "gzip")) {
        builder = builder.no_gzip();
    }
    if cfg!(not(feature = "brotli")) {
        builder = builder.no_brotli();
    }
    if cfg!(not(feature = "zstd")) {
        builder = builder.no_zstd();
    }
    // A connection that has died is noticed before a call waits on it in vain.
    #[cfg(feature = "http2")]
    {
        builder = builder
            .http2_keep_alive_interval(Duration::from_secs(20))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .http2_keep_alive_while_idle(true);
    }
    builder
}

fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Invalid client configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_does_not_show_in_headers_that_are_printed() {
        let client = Client::builder().api_key("sk_TOPSECRET").base_url("https://api.example.com").build().unwrap();
        let mut headers = HeaderMap::new();
        client.apply_auth(&mut headers);
        assert_eq!(headers.values().any(HeaderValue::is_sensitive), API.auth != Auth::None);
        assert!(!format!("{headers:?}").contains("TOPSECRET"), "{headers:?}");
    }

    #[test]
    fn an_operation_is_called_where_it_is_served_unless_the_base_url_base_url_overridden() {
        static ELSEWHERE: Operation = Operation {
            id: "upload",
            method: http::Method::POST,
            path: "/files",
            server: Some("https://upload.example.com"),
            accept: "application/json",
            content_type: None,
            idempotency_key: None,
            created_id: None,
        };
        let builder = || Client::builder().api_key("key");
        let url = |client: &Client| crate::runtime::Call::new(client, &ELSEWHERE).url().unwrap().to_string();
        let set = builder().base_url("https://proxy.example.com/").build().unwrap();
        assert_eq!(url(&set), "https://proxy.example.com/files");
        // Else the document names no server by which a client can be built.
        if API.base_url.is_some_and(|url| url.starts_with("https://")) {
            assert_eq!(url(&builder().build().unwrap()), "https://upload.example.com/files");
        }
    }
}
