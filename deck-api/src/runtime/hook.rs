//! Hooks: caller code that runs before each attempt and after each response.

use super::{HeaderMap, Http, InvalidRequest, Method, Operation, headers};
use reqwest::Url;
use std::fmt;
use std::time::Duration;

/// The error of a hook that refuses an attempt.
pub type HookError = Box<dyn std::error::Error + Send + Sync>;

/// Observes each attempt of each call, for example to sign, count, log or refuse it.
///
/// Both methods run on the task of the call, so they must not block.
pub trait Hook: fmt::Debug + Send + Sync {
    /// Runs before each attempt. The request is complete except for the headers that the HTTP connection adds and a key that is
    /// sent in the query.
    ///
    /// # Errors
    ///
    /// An error ends the call: neither this attempt nor a later one is sent.
    fn before_attempt(&self, attempt: &mut AttemptRequest<'_>) -> Result<(), HookError> {
        let _ = attempt;
        Ok(())
    }

    /// Runs after each response, whatever its status, once the body is complete or was cut off. It does not run if an attempt
    /// gets no response.
    fn after_response(&self, response: &AttemptResponse<'_>) {
        let _ = response;
    }
}

/// The accessors that an attempt has both before and after it is sent.
macro_rules! attempt_facts {
    () => {
        /// Returns the `operationId` in the document.
        #[must_use]
        pub fn operation_id(&self) -> &'static str {
            self.operation.id
        }

        /// Returns the number of the attempt within its call, starting with 1.
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

    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Returns the URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.request.url()
    }

    /// Returns the headers. The key and other headers that may be secret are marked as
    /// [sensitive](http::HeaderValue::is_sensitive), so that `Debug` does not print them.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// Returns the body, or an empty slice if there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default()
    }

    /// Adds a header like `with_header` of a call, and marks its value as sensitive.
    ///
    /// # Errors
    ///
    /// Returns an error if the name or the value is not valid, or if the header is reserved for the client: `content-length`,
    /// `transfer-encoding`, `host`, and the idempotency key, which all attempts of a call share.
    pub fn add_header(&mut self, name: &str, value: &str) -> Result<(), InvalidRequest> {
        if self.operation.idempotency_key.is_some_and(|key| key.eq_ignore_ascii_case(name)) {
            return Err(InvalidRequest::new(format!("the header `{name}` cannot be set for an attempt: set it for the call")));
        }
        headers::add(self.request.headers_mut(), name, value)
    }
}

/// Omits the URL, the headers and the body, because they may contain secrets.
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

    /// Returns the time since the attempt began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Returns whether the whole body has arrived.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns the status, the headers and the body.
    #[must_use]
    pub fn http(&self) -> &Http {
        self.http
    }
}
