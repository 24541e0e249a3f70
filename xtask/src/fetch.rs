//! Reads a document from a file, from standard input or from an address, within limits of size and time.

use crate::document::Source;
use crate::problem::{self, Problem, Refused};
use std::io::Read;
use std::time::Duration;

/// The maximum size of a document, and the time in which it has to arrive.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The maximum number of bytes.
    pub bytes: u64,
    /// The time from the first DNS lookup to the last byte, including redirects. It applies to addresses only.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, time: Duration::from_secs(60) }
    }
}

/// Reads the document at `place`: a file, an http or https address, or `-` for standard input.
///
/// # Errors
/// Returns an error if it cannot be read completely, is not text, or is a web page.
pub fn fetch(place: &str, limits: &Limits) -> Result<Source, Refused> {
    let shown = shown(place);
    let refused = |(message, fix): Failure| {
        Refused::one(Problem { file: shown.clone(), pointer: "#".to_owned(), message, fix: fix.to_owned() })
    };
    let bytes = match place.split_once("://") {
        Some(("http" | "https", _)) => http(place, limits),
        Some((scheme, _)) => {
            Err((format!("`{scheme}` is not a scheme that can be read"), "give an address of http or https, a file, or `-`"))
        }
        None if place == "-" => whole(std::io::stdin().lock(), limits),
        None => std::fs::File::open(place).map_err(|error| unreadable(&error)).and_then(|file| whole(file, limits)),
    }
    .map_err(refused)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let message = format!("not UTF-8: the first invalid byte is at {}", error.utf8_error().valid_up_to());
        refused((message, "give an OpenAPI document, as JSON or YAML in UTF-8"))
    })?;
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        let message = "a web page or other markup, not an OpenAPI document".to_owned();
        return Err(refused((message, "find the address of the document itself: it often ends in `.json` or `.yaml`")));
    }
    Ok(Source { file: shown, text })
}

/// The name of a place in messages. From an address, password and query are removed, since they may contain secrets.
#[must_use]
pub fn shown(place: &str) -> String {
    if place == "-" {
        return "standard input".to_owned();
    }
    let Some((scheme, rest)) = place.split_once("://") else { return place.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

/// A message and its fix.
type Failure = (String, &'static str);

fn unreadable(error: &std::io::Error) -> Failure {
    (format!("cannot be read: {}", problem::unreadable(error)), problem::CORRECT_THE_PATH)
}

fn too_large(limits: &Limits) -> Failure {
    let message = format!("larger than {} MiB", limits.bytes >> 20);
    (message, "if that is right for an OpenAPI document, allow more with `--max-size MIB`")
}

fn whole(source: impl Read, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    source.take(limits.bytes + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > limits.bytes { Err(too_large(limits)) } else { Ok(bytes) }
}

#[cfg(not(feature = "http"))]
fn http(_: &str, _: &Limits) -> Result<Vec<u8>, Failure> {
    Err(("this xtask was built without the feature `http`".to_owned(), "download the document, and give the file"))
}

#[cfg(feature = "http")]
fn http(address: &str, limits: &Limits) -> Result<Vec<u8>, Failure> {
    use ureq::config::Config;
    use ureq::tls::{RootCerts, TlsConfig};
    let secure = address.starts_with("https://");
    let builder = Config::builder()
        .user_agent(concat!("openapi-xtask/", env!("CARGO_PKG_VERSION")))
        .accept("application/json, application/yaml;q=0.9, */*;q=0.1")
        // After a redirect from https to http, anyone on the network could change the document.
        .https_only(secure)
        .max_redirects(5)
        .timeout_global(Some(limits.time))
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build());
    let config = if loopback(address) { builder.proxy(None).build() } else { builder.build() };
    let failure = |error| explain(error, limits);
    let response = config.new_agent().get(address).call().map_err(failure)?;
    response
        .into_body()
        .into_with_config()
        .limit(limits.bytes + 1)
        .read_to_vec()
        .map_err(failure)
        .and_then(|bytes| if bytes.len() as u64 > limits.bytes { Err(too_large(limits)) } else { Ok(bytes) })
}

/// Whether an address is on this machine, so that no proxy is used.
#[cfg(feature = "http")]
fn loopback(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["localhost", "127.", "[::1]"].iter().any(|prefix| host.starts_with(prefix))
}

#[cfg(feature = "http")]
fn explain(error: ureq::Error, limits: &Limits) -> Failure {
    let again =
        "see whether the address opens in a browser, then run the command again; or download the document, and give the file";
    match error {
        ureq::Error::StatusCode(status) => {
            let reason = ureq::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
            (format!("the server answers {status} {}", reason.unwrap_or_default()).trim_end().to_owned(), again)
        }
        ureq::Error::Timeout(_) => {
            let message = format!("not read to its end within {:?}", limits.time);
            (message, "run the command again, or allow more time with `--timeout SECONDS`")
        }
        ureq::Error::BodyExceedsLimit(_) => too_large(limits),
        ureq::Error::RequireHttpsOnly(target) => {
            let message =
                format!("redirects from https to {}, where anyone on the way could change the document", shown(&target));
            (message, "give the final address")
        }
        ureq::Error::TooManyRedirects => ("redirects more than five times".to_owned(), again),
        // The texts of these errors contain the whole address, with its query.
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            ("not a valid address".to_owned(), "correct the address, then run the command again")
        }
        other => (format!("cannot be read: {other}"), again),
    }
}
