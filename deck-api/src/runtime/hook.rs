//! Hooks: code of the caller's that sees each attempt before it is sent, and each response.

use super::{HeaderMap, Http, InvalidRequest, Method, Operation, headers};
use reqwest::Url;
use std::fmt;
use std::time::Duration;

/// Why a hook does not let an attempt be sent.
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// Sees each attempt of each call: to sign it, to count it, to log it, to forbid it.
///
/// Both methods run between two awaits of the call, so they must not block.
pub trait Hook: fmt::Debug + Send + Sync {
    /// Called before each attempt, when it is complete but for the headers that the connection adds.
    ///
    /// # Errors
    ///
    /// An error ends the call: this attempt is not sent, and none follows.
    fn before_attempt(&self, attempt: &mut AttemptRequest<'_>) -> Result<(), HookError> {
        let _ = attempt;
        Ok(())
    }

    /// Called after each response, whatever its status, when its body has arrived or broken off. An attempt without any
    /// response is not reported here.
    fn after_response(&self, response: &AttemptResponse<'_>) {
        let _ = response;
    }
}

/// What a hook may know of an attempt before and after it is sent.
macro_rules! attempt_facts {
    () => {
        /// `operationId` of the document.
        #[must_use]
        pub fn operation_id(&self) -> &'static str {
            self.operation.id
        }

        /// The number of the attempt within its call; the first one is 1.
        #[must_use]
        pub fn number(&self) -> u32 {
            self.number
        }
    };
}

/// An attempt that is about to be sent.
pub struct AttemptRequest<'a> {
    pub(super) operation: &'static Operation,
    pub(super) number: u32,
    pub(super) request: &'a mut reqwest::Request,
}

impl AttemptRequest<'_> {
    attempt_facts!();

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.request.url()
    }

    /// The headers. Those that may be secret, the key first of all, are marked
    /// [sensitive](http::HeaderValue::is_sensitive), so that `Debug` does not print them.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The body; empty where there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default()
    }

    /// Adds a header, as `with_header` of a call does. Its value is marked as sensitive.
    ///
    /// # Errors
    ///
    /// Where name or value cannot be sent, or the header is one that frames the request: `content-length`,
    /// `transfer-encoding` or `host`.
    pub fn add_header(&mut self, name: &str, value: &str) -> Result<(), InvalidRequest> {
        headers::add(self.request.headers_mut(), name, value)
    }
}

/// Neither URL nor headers nor body: they may hold secrets.
impl fmt::Debug for AttemptRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("AttemptRequest");
        shown.field("operation", &self.operation.id).field("number", &self.number).finish_non_exhaustive()
    }
}

/// The response to an attempt.
#[derive(Debug)]
pub struct AttemptResponse<'a> {
    pub(super) operation: &'static Operation,
    pub(super) number: u32,
    pub(super) elapsed: Duration,
    pub(super) is_complete: bool,
    pub(super) http: &'a Http,
}

impl AttemptResponse<'_> {
    attempt_facts!();

    /// The time since the attempt began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Whether the whole body has arrived.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Status, headers and body.
    #[must_use]
    pub fn http(&self) -> &Http {
        self.http
    }
}
