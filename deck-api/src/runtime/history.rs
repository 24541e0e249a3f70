//! The history of a call: its failed attempts. The error of the call carries it, however the last attempt failed.

use super::carried_out::{CarriedOut, Outcome, carried_out, is_retryable};
use super::redact::Secrets;
use super::{Call, Method, Operation, StatusCode};
use http::header::HeaderValue;
use std::fmt;
use std::time::Duration;

/// A failed attempt of a call: the request, and how it failed. It contains no bodies and no headers.
#[derive(Clone)]
#[non_exhaustive]
pub struct Attempt {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) outcome: Outcome,
    pub(super) http_status: Option<StatusCode>,
    pub(super) request_id: Option<String>,
    pub(super) created_id: Option<String>,
    pub(super) cause: String,
    pub(super) start: Duration,
    pub(super) duration: Duration,
}

impl Attempt {
    /// Returns the HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the base URL and the path template of the document, with `{task_id}` instead of the value.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the status of the response, if its head arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.http_status
    }

    /// Returns the id that the API assigned to this request. Its support may ask for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the id of the object that this attempt created, if that part of the response arrived.
    #[must_use]
    pub fn created_id(&self) -> Option<&str> {
        self.created_id.as_deref()
    }

    /// Returns why the attempt failed, in one line and without secrets.
    #[must_use]
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// Returns the time from the start of the call to the start of the attempt.
    #[must_use]
    pub fn start(&self) -> Duration {
        self.start
    }

    /// Returns the duration of the attempt.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns whether the API carried out this attempt, as far as the client can know.
    #[must_use]
    pub fn carried_out(&self) -> CarriedOut {
        self.outcome.carried_out()
    }
}

/// For example: `POST https://api.example.com/things at 1.2s for 300.0ms: 503 Service Unavailable`.
impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {:.1?} for {:.1?}: {}", self.method, self.url, self.start, self.duration, self.cause)
    }
}

/// Omits the ids, because their text comes from the server.
impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Attempt");
        shown
            .field("method", &self.method)
            .field("url", &self.url)
            .field("status", &self.http_status)
            .field("cause", &self.cause);
        shown.field("start", &self.start).field("duration", &self.duration).finish_non_exhaustive()
    }
}

/// The attempts of a call, and the data of the call that its error needs.
pub(super) struct History {
    operation: &'static Operation,
    idempotency_key: Option<HeaderValue>,
    transient_statuses: Vec<StatusCode>,
    secrets: Secrets,
    attempts: Vec<Attempt>,
}

impl History {
    /// Creates the history of a call that has not been sent yet.
    pub(super) fn new(call: &Call) -> Self {
        Self {
            operation: call.operation,
            idempotency_key: call.operation.idempotency_key.and_then(|name| call.headers.get(name)).cloned(),
            transient_statuses: call.retry().statuses().to_vec(),
            secrets: Secrets::default(),
            attempts: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, attempt: Attempt) {
        self.attempts.push(attempt);
    }

    /// Moves the contents out, for the error that ends the call.
    pub(super) fn take(&mut self) -> Self {
        let attempts = std::mem::take(&mut self.attempts);
        let (idempotency_key, secrets) = (self.idempotency_key.take(), std::mem::take(&mut self.secrets));
        let transient_statuses = std::mem::take(&mut self.transient_statuses);
        Self { operation: self.operation, idempotency_key, transient_statuses, secrets, attempts }
    }

    pub(super) fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Updates the secrets that the call has sent so far: a provider may return another one for each attempt.
    pub(super) fn update_secrets(&mut self, call: &Call) {
        self.secrets = Secrets::of(call);
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub(super) fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_ref()?.to_str().ok()
    }

    /// Returns the id that arrived last. With one idempotency key, all ids are the same.
    pub(super) fn created_id(&self) -> Option<&str> {
        self.attempts.iter().rev().find_map(Attempt::created_id)
    }

    /// Returns the JSON pointer to the id of the created object, and the id.
    pub(super) fn created(&self) -> Option<(&'static str, &str)> {
        Some((self.operation.created_id?, self.created_id()?))
    }

    pub(super) fn carried_out(&self) -> CarriedOut {
        carried_out(self.attempts.iter().map(|attempt| attempt.outcome))
    }

    /// Returns whether to repeat the call. `unsent` is the outcome of a last attempt that was not sent, and so is not in the
    /// list.
    pub(super) fn is_retryable(&self, unsent: Option<Outcome>) -> bool {
        let outcomes: Vec<Outcome> = self.attempts.iter().map(|attempt| attempt.outcome).chain(unsent).collect();
        is_retryable(&outcomes, self.operation.is_repeatable(), &self.transient_statuses)
    }
}
