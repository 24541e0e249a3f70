//! What a success gives: the value, and the facts of HTTP beside it.

use super::{HeaderMap, StatusCode, decode};
use bytes::Bytes;
use std::fmt;
use std::ops::Deref;

/// The answer to a call. It is the value that was decoded, by deref; [`Response::http`] has the rest.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    http: Http,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, http: Http) -> Self {
        Self { value, http }
    }

    /// Status, headers and raw body.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// Not the value, which may be private: `&*response` prints that.
impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("http", &self.http).finish_non_exhaustive()
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The facts of HTTP about an answer.
#[derive(Clone)]
pub struct Http {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Http {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Where a redirect leads: the header `Location`, as the server wrote it, which may be relative to the URL of the request.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.headers.get(http::header::LOCATION)?.to_str().ok()
    }

    /// The body as it arrived.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether the response said where its body ends, otherwise than by the end of the connection.
    pub(super) fn is_delimited(&self) -> bool {
        use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
        let has_no_body = self.status == StatusCode::NO_CONTENT || self.status == StatusCode::NOT_MODIFIED;
        has_no_body || [CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|name| self.headers.contains_key(name))
    }

    /// The id that the API gave to the request: from the body where the document says where it stands, or else from `x-request-id`.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        let in_body = crate::generated::API.request_id.and_then(|pointer| decode::find_text(&self.body, pointer));
        in_body.or_else(|| Some(self.headers.get("x-request-id")?.to_str().ok()?.to_owned()))
    }
}

/// Neither headers nor body.
impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("status", &self.status).field("body_bytes", &self.body.len()).finish_non_exhaustive()
    }
}
