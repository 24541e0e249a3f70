//! Fetches an access token with client credentials (RFC 6749, section 4.4).

use super::client_credentials::ClientCredentials;
use crate::Client;
use crate::runtime::redact::Secrets;
use crate::runtime::refusal::retry_after;
use crate::runtime::style::escape;
use crate::runtime::timer::with_timeout;
use crate::runtime::{Http, StatusCode, base64, excerpt, transport};
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use serde_json::Value;
use std::error::Error;
use std::pin::pin;
use std::time::Duration;

/// The maximum size of a response.
const MAX_BODY_BYTES: usize = 1 << 20;

/// An access token.
pub(super) struct Token {
    pub(super) secret: String,
    /// The lifetime of the token from the time of the request; `None` if the server does not say.
    pub(super) lifetime: Option<Duration>,
}

/// The error of a token request.
pub(super) struct TokenError {
    /// The message in one line, with the URL and without secrets.
    pub(super) message: String,
    /// Whether another request would end the same way.
    pub(super) is_final: bool,
    pub(super) retry_after: Option<Duration>,
}

/// Fetches a token for `scopes`, within the time limit of an attempt.
pub(super) async fn fetch(client: &Client, credentials: &ClientCredentials, scopes: &[&str]) -> Result<Token, TokenError> {
    let secrets = Secrets::new([&credentials.secret, &escape(&credentials.secret)].map(String::clone));
    let failed = |text: &str, is_final: bool, retry_after| TokenError {
        message: format!("{} {text}", credentials.printed_url()),
        is_final,
        retry_after,
    };
    let request = request(client, credentials, scopes).map_err(|problem| failed(problem, true, None))?;
    let limit = client.timer().limit(client.timeout());
    let http = match with_timeout(limit, pin!(exchange(client, request))).await {
        None => return Err(failed("did not respond within the time limit", false, None)),
        Some(Err(error)) => {
            let is_final = transport::is_final(&error);
            return Err(failed(&secrets.redact(&chain(error)), is_final, None));
        }
        Some(Ok(http)) => http,
    };
    let status = http.status();
    if !status.is_success() {
        let is_transient =
            status.is_server_error() || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(&status);
        let said = said(&http, &secrets).map(|text| format!(": {text}")).unwrap_or_default();
        return Err(failed(&format!("responded {status}{said}"), !is_transient, retry_after(http.headers())));
    }
    granted(http.body()).map_err(|problem| failed(problem, true, None))
}

fn request(client: &Client, credentials: &ClientCredentials, scopes: &[&str]) -> Result<reqwest::Request, &'static str> {
    let mut form = vec!["grant_type=client_credentials".to_owned()];
    if !scopes.is_empty() {
        form.push(format!("scope={}", escape(&scopes.join(" "))));
    }
    // RFC 6749, 2.3.1: id and secret are form-encoded in the header too.
    let (id, secret) = (escape(&credentials.id), escape(&credentials.secret));
    let mut request = reqwest::Request::new(http::Method::POST, credentials.url.clone());
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers.insert(USER_AGENT, client.user_agent_header());
    if credentials.secret_in_body {
        form.extend([format!("client_id={id}"), format!("client_secret={secret}")]);
    } else {
        let basic = format!("Basic {}", base64::encode(format!("{id}:{secret}").as_bytes()));
        let mut basic =
            HeaderValue::try_from(basic).map_err(|_| "was not called: the credentials are not a valid header value")?;
        basic.set_sensitive(true);
        headers.insert(AUTHORIZATION, basic);
    }
    *request.body_mut() = Some(form.join("&").into());
    Ok(request)
}

/// Reads the status and the body of the response.
async fn exchange(client: &Client, request: reqwest::Request) -> Result<Http, reqwest::Error> {
    let mut response = client.http().execute(request).await?;
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        // A longer body does not contain a token.
        body.extend_from_slice(&chunk[..chunk.len().min(MAX_BODY_BYTES - body.len())]);
    }
    Ok(Http::new(status, headers, body.into()))
}

/// Reads the token from a successful response.
///
/// # Errors
///
/// Returns what is wrong with the response, as the end of a sentence.
fn granted(body: &[u8]) -> Result<Token, &'static str> {
    let body: Value = serde_json::from_slice(body).map_err(|_| "responded with a body that is not JSON")?;
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let secret = text("access_token").filter(|token| !token.is_empty()).ok_or("responded without an `access_token`")?;
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("responded with a `token_type` other than `Bearer`");
    }
    // Some servers write the number as a string.
    let seconds = body.get("expires_in").and_then(|value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()));
    let lifetime = seconds.map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX));
    Ok(Token { secret: secret.to_owned(), lifetime })
}

/// Returns the error that the server reports (RFC 6749, section 5.2), or the beginning of the body.
fn said(http: &Http, secrets: &Secrets) -> Option<String> {
    let error = serde_json::from_slice::<Value>(http.body()).ok();
    let text = |key: &str| error.as_ref()?.get(key)?.as_str().map(str::to_owned);
    let named = match (text("error"), text("error_description")) {
        (Some(error), Some(description)) => Some(format!("{error} ({description})")),
        (Some(error), None) => Some(error),
        (None, _) => None,
    };
    excerpt::excerpt(named.as_ref().map_or(http.body().as_ref(), |text| text.as_bytes()), |text| secrets.without(text))
}

/// Returns an error of the HTTP client with its causes, in one line and without the URL.
fn chain(error: reqwest::Error) -> String {
    let what = if error.is_connect() { "cannot be reached" } else { "did not respond" };
    let error = error.without_url();
    let (mut parts, mut below) = (vec![what.to_owned()], error.source());
    while let Some(cause) = below {
        parts.push(cause.to_string());
        below = cause.source();
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_with_its_lifetime_and_anything_else_is_refused() {
        let read = |body: &str| granted(body.as_bytes()).map(|token| (token.secret, token.lifetime.map(|time| time.as_secs())));
        let token = |lifetime| Ok(("abc".to_owned(), lifetime));
        for (body, expected) in [
            (r#"{"access_token":"abc","token_type":"Bearer","expires_in":60}"#, token(Some(60))),
            (r#"{"access_token":"abc","token_type":"bearer","expires_in":"60"}"#, token(Some(60))),
            (r#"{"access_token":"abc","expires_in":59.9}"#, token(Some(59))),
            (r#"{"access_token":"abc","expires_in":-1}"#, token(Some(0))),
            (r#"{"access_token":"abc","expires_in":1e300}"#, token(Some(u64::MAX))),
            (r#"{"access_token":"abc"}"#, token(None)),
            (r#"{"access_token":"abc","token_type":"mac"}"#, Err("responded with a `token_type` other than `Bearer`")),
            (r#"{"access_token":""}"#, Err("responded without an `access_token`")),
            ("[]", Err("responded without an `access_token`")),
            ("<html>", Err("responded with a body that is not JSON")),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }
}
