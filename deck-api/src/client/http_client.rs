//! The reqwest client, with the defaults of this crate.

/// Returns the builder of the HTTP client that [`Client`](crate::Client) uses by default. The HTTP client follows no redirects,
/// never retries by itself, and decompresses only the encodings that the features of this crate enable. Change what you need,
/// build it, and pass the result to [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).
///
/// The function installs a TLS crypto provider if the process has none. `reqwest::Client::builder()` alone would panic.
pub fn http_client_builder() -> reqwest::ClientBuilder {
    // rustls has one crypto provider per process. A provider that is already installed stays. Installing fails only if another
    // thread installs one at the same moment, which is harmless.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never());
    // Another crate of the build may have enabled reqwest's compression features; only our own features may decide.
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
    // Pings detect a dead connection before a call waits on it in vain.
    #[cfg(feature = "http2")]
    {
        builder = builder
            .http2_keep_alive_interval(std::time::Duration::from_secs(20))
            .http2_keep_alive_timeout(std::time::Duration::from_secs(10))
            .http2_keep_alive_while_idle(true);
    }
    builder
}

/// Returns whether requests to `url` stay on this machine.
pub(crate) fn is_loopback(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
