//! The HTTP client below, with the defaults of this crate.

/// The builder of the HTTP client that [`Client`](crate::Client) uses unless it is given another one: it follows no redirect, sends nothing
/// twice by itself, and decompresses what the features of this crate name. Change what you need, and hand the result to
/// [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
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
            .http2_keep_alive_interval(std::time::Duration::from_secs(20))
            .http2_keep_alive_timeout(std::time::Duration::from_secs(10))
            .http2_keep_alive_while_idle(true);
    }
    builder
}

/// Whether requests to `url` stay on this machine.
pub(crate) fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
