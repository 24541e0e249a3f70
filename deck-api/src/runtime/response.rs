//! Successful responses: the decoded value, and the HTTP status, headers and body.

use super::{HeaderMap, StatusCode, find};
use bytes::Bytes;
use http::Version;
use std::fmt;
use std::ops::Deref;

/// The successful response to a call. It dereferences to the decoded value; [`Response::http`] returns the rest.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    http: Http,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, http: Http) -> Self {
        Self { value, http }
    }

    /// Returns the status, the headers and the raw body.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Converts to the decoded value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// Omits the value, which may be private. To print the value, format `&*response`.
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

/// The status, the headers and the raw body of a response.
#[derive(Clone)]
pub struct Http {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    version: Version,
}

impl Http {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body, version: Version::HTTP_11 }
    }

    pub(super) fn with_version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the target of a redirect: the header `Location` as the server sent it. It may be relative to the request URL.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.headers.get(http::header::LOCATION)?.to_str().ok()
    }

    /// Returns the raw body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns whether the response delimits its body other than by closing the connection.
    pub(super) fn is_delimited(&self) -> bool {
        use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
        let has_no_body = self.status == StatusCode::NO_CONTENT || self.status == StatusCode::NOT_MODIFIED;
        // From HTTP/2 on, a flag marks the end of each body.
        has_no_body
            || self.version >= Version::HTTP_2
            || [CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|name| self.headers.contains_key(name))
    }

    /// Returns the request id that the API assigned: from the body if the document defines its location, otherwise from the
    /// header `x-request-id`.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        let in_body = crate::generated::API.request_id.and_then(|pointer| find::find_text(&self.body, pointer));
        in_body.or_else(|| Some(self.headers.get("x-request-id")?.to_str().ok()?.to_owned()))
    }
}

/// Omits the headers and the body.
impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("status", &self.status).field("body_bytes", &self.body.len()).finish_non_exhaustive()
    }
}
