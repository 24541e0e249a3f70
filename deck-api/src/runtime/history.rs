//! What a call remembers of its attempts. Its error carries it, whatever the last attempt ended in.

use super::carried_out::{CarriedOut, Outcome, carried_out, is_retryable};
use super::redact::Secrets;
use super::{Call, Method, Operation, StatusCode};
use http::header::HeaderValue;
use std::fmt;
use std::time::Duration;

/// One attempt of a call that failed: what was sent where, and what became of it. It holds neither bodies nor headers.
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
    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Where it went: the base URL and the path as the document writes it, `{task_id}` and not the value.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The status of the response, if its head arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.http_status
    }

    /// The id that the API gave to this request, for its support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The id of what this attempt created, as far as its response arrived.
    #[must_use]
    pub fn created_id(&self) -> Option<&str> {
        self.created_id.as_deref()
    }

    /// Why it failed, in one line and without secrets.
    #[must_use]
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// When it began: the time since the call began.
    #[must_use]
    pub fn start(&self) -> Duration {
        self.start
    }

    /// How long it took.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Whether the API carried out this attempt, as far as the client can know.
    #[must_use]
    pub fn carried_out(&self) -> CarriedOut {
        self.outcome.carried_out()
    }
}

/// `2. POST https://api.example.com/things (503 Service Unavailable) after 1.2 s: …`.
impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {:.1?} for {:.1?}: {}", self.method, self.url, self.start, self.duration, self.cause)
    }
}

/// Without the ids, which a server writes as it likes.
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

/// The attempts of a call, and what its error needs to know of the call.
pub(super) struct History {
    operation: &'static Operation,
    idempotency_key: Option<HeaderValue>,
    transient_statuses: Vec<StatusCode>,
    secrets: Secrets,
    attempts: Vec<Attempt>,
}

impl History {
    /// Of a call of which nothing has been sent yet.
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

    /// All of it, for the error in which the call ends.
    pub(super) fn take(&mut self) -> Self {
        let attempts = std::mem::take(&mut self.attempts);
        let (idempotency_key, secrets) = (self.idempotency_key.take(), std::mem::take(&mut self.secrets));
        let transient_statuses = std::mem::take(&mut self.transient_statuses);
        Self { operation: self.operation, idempotency_key, transient_statuses, secrets, attempts }
    }

    pub(super) fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Takes the secrets that the call has sent so far: a provider may give another one for each attempt.
    pub(super) fn update_secrets(&mut self, call: &Call) {
        self.secrets = Secrets::of(call);
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub(super) fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_ref()?.to_str().ok()
    }

    /// The id that was seen last: under one idempotency key all are the same.
    pub(super) fn created_id(&self) -> Option<&str> {
        self.attempts.iter().rev().find_map(Attempt::created_id)
    }

    pub(super) fn carried_out(&self) -> CarriedOut {
        carried_out(self.attempts.iter().map(|attempt| attempt.outcome))
    }

    /// `unsent`: how an attempt failed that is not among these, for nothing of it was sent.
    pub(super) fn is_retryable(&self, unsent: Option<Outcome>) -> bool {
        let outcomes: Vec<Outcome> = self.attempts.iter().map(|attempt| attempt.outcome).chain(unsent).collect();
        is_retryable(&outcomes, self.operation.is_repeatable(), &self.transient_statuses)
    }
}
