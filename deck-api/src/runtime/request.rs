//! Builds the HTTP request of an attempt.

use super::auth::AttemptCredentials;
use super::{Call, InvalidRequest, headers};
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, USER_AGENT};

/// Builds the request of an attempt.
pub(super) fn build(call: &Call, credentials: &AttemptCredentials) -> Result<reqwest::Request, InvalidRequest> {
    let mut request = reqwest::Request::new(call.operation.method.clone(), call.url()?);
    let headers = request.headers_mut();
    headers.insert(ACCEPT, declared(call.operation.accept)?);
    headers.insert(USER_AGENT, call.client.user_agent_header());
    credentials.set_headers(headers);
    match (&call.body, &call.content_type, call.operation.content_type) {
        (Some(_), Some(own), _) if !call.headers.contains_key(CONTENT_TYPE) => drop(headers.insert(CONTENT_TYPE, own.clone())),
        (Some(_), Some(_), _) => return Err(InvalidRequest::new(super::form_data::RESERVED)),
        (Some(_), None, Some(media)) => drop(headers.insert(CONTENT_TYPE, declared(media)?)),
        _ => {}
    }
    if !call.client.http_is_own() {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    if call.body.is_none() && takes_a_body(&call.operation.method) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    headers::replace(headers, &call.headers);
    credentials.add_cookies(headers)?;
    if call.body.is_some() && !headers.contains_key(CONTENT_TYPE) {
        return Err(InvalidRequest::new(
            "the document gives only a range of media types for the body: set the actual one with `with_header(\"content-type\", …)`",
        ));
    }
    *request.body_mut() = call.body.clone().map(Into::into);
    Ok(request)
}

/// Returns whether requests with this method have a `content-length` even without a body (RFC 9110, 8.6).
fn takes_a_body(method: &http::Method) -> bool {
    [http::Method::POST, http::Method::PUT, http::Method::PATCH].contains(method)
}

/// Converts a media type of the document to a header value, without a copy.
fn declared(media: &'static str) -> Result<HeaderValue, InvalidRequest> {
    HeaderValue::from_maybe_shared(Bytes::from_static(media.as_bytes())).map_err(|_| {
        InvalidRequest::new(format!("the document's media type `{}` is not a valid header value", media.escape_debug()))
    })
}
