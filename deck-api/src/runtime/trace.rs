//! Tracing spans of a call and its attempts, with OpenTelemetry's attribute names for HTTP clients. Without the feature
//! `tracing`, the functions do nothing.
//!
//! Spans contain no key, no header, no body and no path parameters: they have the path template instead.

use super::{Call, Error};
use std::future::Future;

/// The span of a call or of an attempt.
pub(super) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Trace {
    /// Creates the span of a whole call.
    pub(super) fn call(call: &Call) -> Self {
        let span = tracing::info_span!(
            "call",
            otel.kind = "client",
            otel.name = call.operation.id,
            http.request.method = call.operation.method.as_str(),
            url.template = call.operation.path,
            http.response.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        Self { span }
    }

    /// Creates the span of one step of a wait.
    pub(super) fn wait(call: &Call) -> Self {
        let span = tracing::info_span!(
            "wait",
            otel.name = format!("wait for {}", call.operation.id),
            error.type = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        Self { span }
    }

    /// Records how a step of a wait ended.
    pub(super) fn end_wait<T>(&self, error: Option<&super::WaitError<T>>) {
        if let Some(error) = error {
            self.span.record("error.type", error.kind());
            self.span.record("otel.status_code", "ERROR");
        }
    }

    /// Creates the span of an attempt; the first one has the number 0.
    pub(super) fn attempt(call: &Call, number: u32) -> Self {
        let url = reqwest::Url::parse(call.client.url_for(call.operation)).ok();
        let span = tracing::info_span!(
            "try",
            otel.kind = "client",
            http.request.method = call.operation.method.as_str(),
            http.request.resend_count = tracing::field::Empty,
            url.template = call.operation.path,
            server.address = url.as_ref().and_then(|url| url.host_str()).unwrap_or_default(),
            server.port = url.as_ref().and_then(reqwest::Url::port_or_known_default).unwrap_or_default(),
            http.response.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        if number > 0 {
            span.record("http.request.resend_count", number);
        }
        Self { span }
    }

    /// Runs `work` within the span.
    pub(super) fn run<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(work, self.span.clone())
    }

    /// Records how the call or the attempt ended.
    pub(super) fn end<E>(&self, outcome: Result<u16, &Error<E>>) {
        let status = outcome.ok().or_else(|| outcome.err()?.status().map(|status| status.as_u16()));
        if let Some(status) = status {
            self.span.record("http.response.status_code", status);
        }
        if let Err(error) = outcome {
            self.span.record("error.type", error.kind());
            self.span.record("otel.status_code", "ERROR");
        }
    }
}

#[cfg(not(feature = "tracing"))]
impl Trace {
    pub(super) fn call(_: &Call) -> Self {
        Self {}
    }

    pub(super) fn wait(_: &Call) -> Self {
        Self {}
    }

    #[allow(clippy::unused_self)]
    pub(super) fn end_wait<T>(&self, error: Option<&super::WaitError<T>>) {
        // The span would record the outcome.
        let _ = error.map(super::WaitError::kind);
    }

    pub(super) fn attempt(_: &Call, _: u32) -> Self {
        Self {}
    }

    // The same signature as with the feature, so that callers need no `cfg`.
    #[allow(clippy::unused_self)]
    pub(super) fn run<F: Future>(&self, work: F) -> F {
        work
    }

    #[allow(clippy::unused_self)]
    pub(super) fn end<E>(&self, outcome: Result<u16, &Error<E>>) {
        // The span would record the outcome.
        let _ = outcome.map_err(Error::kind);
    }
}
