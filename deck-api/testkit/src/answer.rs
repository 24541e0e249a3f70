//! Responses that a test makes the fake server send, including broken ones.

use serde_json::Value;
use std::fmt::Write;

/// A response of the fake server.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) fault: Option<Fault>,
}

/// A fault of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is closed after this many bytes of the body.
    Cut(usize),
    /// The connection is closed before any byte is sent.
    Closed,
    /// No byte is ever sent.
    Stalled,
    /// The connection is reset, before any byte is sent or after this many bytes of the body.
    Reset(Option<usize>),
}

impl Answer {
    /// Creates a response with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::body(status, "application/json; charset=utf-8", body.to_string())
    }

    /// Creates a response with an HTML body, like those of proxies.
    #[must_use]
    pub fn html(status: u16, body: &str) -> Self {
        Self::body(status, "text/html", body)
    }

    /// Creates a response with any body.
    #[must_use]
    pub fn body(status: u16, media: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::empty(status) }.header("content-type", media)
    }

    /// Creates a response without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), fault: None }
    }

    /// Creates a redirect.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::empty(307).header("location", location)
    }

    /// Closes the connection before the response begins.
    #[must_use]
    pub fn closed() -> Self {
        Self { fault: Some(Fault::Closed), ..Self::empty(200) }
    }

    /// Resets the connection before the response begins.
    #[must_use]
    pub fn reset() -> Self {
        Self { fault: Some(Fault::Reset(None)), ..Self::empty(200) }
    }

    /// Never sends a response, and keeps the connection open.
    #[must_use]
    pub fn stalled() -> Self {
        Self { fault: Some(Fault::Stalled), ..Self::empty(200) }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Closes the connection after `bytes` of the body.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.fault = Some(Fault::Cut(bytes));
        self
    }

    /// Resets the connection after `bytes` of the body. The bytes that were sent may be lost.
    #[must_use]
    pub fn reset_after(mut self, bytes: usize) -> Self {
        self.fault = Some(Fault::Reset(Some(bytes)));
        self
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
    }

    /// Returns the bytes to send in response to this method, and whether the connection stays open.
    pub(crate) fn bytes(&self, method: &str) -> (Vec<u8>, bool) {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, if self.status < 400 { "Good" } else { "Bad" });
        for (name, value) in &self.headers {
            // Writing to a string never fails.
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let has_length = !matches!(self.status, 100..=199 | 204);
        if has_length {
            let _ = write!(head, "content-length: {}\r\n", self.body.len());
        }
        head.push_str("\r\n");
        // The client would take the body for the next response.
        let is_bodiless = !has_length || self.status == 304 || method == "HEAD";
        let body = match self.fault {
            _ if is_bodiless => &[],
            Some(Fault::Cut(bytes) | Fault::Reset(Some(bytes))) => &self.body[..bytes.min(self.body.len())],
            _ => &self.body,
        };
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        (bytes, self.fault.is_none())
    }
}
