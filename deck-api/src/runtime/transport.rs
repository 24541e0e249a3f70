//! The error for a response that did not arrive, or only in part. It is derived from reqwest's error chain and contains no
//! secrets.

use super::redact::Secrets;
use super::{Call, Operation};
use std::error::Error as StdError;
use std::fmt;

/// The error for a request whose response did not arrive, or only in part.
pub struct TransportError {
    operation: &'static Operation,
    reason: Reason,
    is_connect: bool,
    source: Option<Cause>,
    pub(super) history: super::error::Attached,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Failed,
    /// The body ended before its announced length.
    CutShort,
    /// The read timeout passed.
    Idle,
    /// The time limit of the attempt passed.
    Late,
    /// The time limit of the whole call passed.
    CallLate,
    /// The body is larger than the client's limit.
    BodyTooLarge(usize),
    HeadTooLarge,
    /// The rate limit leaves no time for the call.
    NoTime,
    /// The request cannot be built, for example because the host of its URL is not valid.
    Unsendable,
    Dead,
    Tls,
    ProxyLogin,
}

impl Reason {
    /// Returns whether another attempt would end the same way.
    fn is_final(self) -> bool {
        matches!(self, Self::BodyTooLarge(_) | Self::HeadTooLarge | Self::Unsendable | Self::Tls | Self::ProxyLogin)
    }
}

/// Returns whether another request would fail with the same error.
pub(super) fn is_final(error: &reqwest::Error) -> bool {
    diagnose(error).is_final()
}

impl TransportError {
    /// Converts an error of reqwest.
    pub(super) fn new(call: &Call, error: reqwest::Error) -> Self {
        let (reason, is_connect) = (diagnose(&error), error.is_connect() || error.is_builder());
        // The URL is removed, because its query may be private.
        let source = Cause::of(&error.without_url(), &Secrets::of(call));
        Self { source: Some(source), is_connect, ..Self::of(call.operation, reason) }
    }

    /// Creates an error of the client itself.
    pub(super) fn of(operation: &'static Operation, reason: Reason) -> Self {
        Self { operation, reason, is_connect: reason == Reason::NoTime, source: None, history: None }
    }

    /// Says that nothing was sent.
    pub(super) fn before_sending(self) -> Self {
        Self { is_connect: true, ..self }
    }

    /// Says that the head of the response has arrived: what breaks the connection now is not final.
    pub(super) fn after_head(mut self) -> Self {
        if self.reason != Reason::Late && self.reason != Reason::Dead {
            self.reason = Reason::Failed;
        }
        self
    }

    pub(super) fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns whether the connection failed, so that nothing was sent.
    pub(super) fn is_connect(&self) -> bool {
        self.is_connect
    }

    pub(super) fn is_late(&self) -> bool {
        matches!(self.reason, Reason::Late | Reason::CallLate | Reason::Idle)
    }

    /// Returns whether another attempt would end the same way.
    pub(super) fn is_final(&self) -> bool {
        self.reason.is_final()
    }

    /// Returns whether the body was too large for the client.
    pub(super) fn is_too_large(&self) -> bool {
        matches!(self.reason, Reason::BodyTooLarge(_))
    }

    /// Returns whether the message names the exact reason, so that general advice would not help.
    pub(super) fn is_diagnosed(&self) -> bool {
        self.reason != Reason::Failed
    }

    /// Returns the reason and all causes below it, in one line.
    pub(super) fn chain(&self) -> String {
        let below = std::iter::successors(self.source.as_ref(), |cause| cause.source.as_deref());
        below.fold(self.to_string(), |text, cause| format!("{text}: {}", cause.text))
    }
}

/// Finds the cause of reqwest's error as far as the retry decision needs it. The error types for proxies and HTTP are private to
/// the crates below reqwest, so the function compares their messages; tests detect changes of these.
fn diagnose(error: &reqwest::Error) -> Reason {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = next {
        // The error that an I/O error wraps is not its source.
        let inner = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let inner = inner.map(|inner| inner as &(dyn StdError + 'static));
        if inner.unwrap_or(current).downcast_ref::<rustls::Error>().is_some_and(|tls| is_final_in_tls(tls, error.is_connect())) {
            return Reason::Tls;
        }
        match current.to_string() {
            text if text.ends_with("proxy authorization required") => return Reason::ProxyLogin,
            text if text.ends_with("message head is too large") => return Reason::HeadTooLarge,
            text if text.ends_with("keep-alive timed out") => return Reason::Dead,
            _ => next = inner.filter(|inner| !inner.is::<rustls::Error>()).or_else(|| current.source()),
        }
    }
    match error {
        error if error.is_builder() => Reason::Unsendable,
        error if error.is_timeout() => Reason::Late,
        _ => Reason::Failed,
    }
}

/// Returns whether TLS failed because of a certificate or the protocol, which a retry does not change. After the handshake, a
/// record that is not TLS only breaks this connection.
fn is_final_in_tls(error: &rustls::Error, is_handshake: bool) -> bool {
    use rustls::{AlertDescription as Alert, Error};
    match error {
        Error::InvalidCertificate(_)
        | Error::InvalidCertRevocationList(_)
        | Error::NoCertificatesPresented
        | Error::UnsupportedNameType
        | Error::PeerIncompatible(_) => true,
        Error::InvalidMessage(_) => is_handshake,
        Error::AlertReceived(alert) => !matches!(alert, Alert::CloseNotify | Alert::InternalError | Alert::UserCanceled),
        _ => false,
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::Failed if self.is_connect => f.write_str("cannot connect"),
            Reason::Failed => f.write_str("the connection broke"),
            Reason::CutShort => f.write_str("the body is shorter than announced"),
            Reason::Idle => f.write_str("nothing arrived within the read timeout; set another limit with `with_read_timeout`"),
            Reason::Late => f.write_str("the time limit passed; set another limit with `with_timeout`"),
            Reason::CallLate => {
                f.write_str("the time limit of the whole call passed; set another limit with `with_call_timeout`")
            }
            Reason::BodyTooLarge(limit) => {
                write!(f, "the body is larger than {limit} bytes; set another limit with `max_body_bytes`")
            }
            Reason::NoTime => f.write_str("the rate limit allows the request only after the time limit of the call"),
            Reason::Unsendable => f.write_str("the request cannot be built; check the base URL and the HTTP client"),
            Reason::Dead => f.write_str("the connection was lost: the server did not respond to an HTTP/2 ping"),
            Reason::HeadTooLarge => f.write_str("the headers of the response are too large"),
            Reason::Tls => {
                let why = self.source.as_ref().map_or("", Cause::innermost);
                write!(
                    f,
                    "the TLS handshake failed ({why}); check the certificate of the server and the trusted root certificates"
                )
            }
            Reason::ProxyLogin => f.write_str(
                "the proxy requires a user name and a password (407); put them into the URL of the proxy, as in \
                 `http://user:password@proxy:8080`",
            ),
        }
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("operation", &self.operation.id)
            .field("reason", &self.reason)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|cause| cause as _)
    }
}

/// The text of an underlying error and of its source. The errors themselves are not kept, because they may quote the server.
struct Cause {
    text: String,
    source: Option<Box<Cause>>,
}

impl Cause {
    fn of(error: &(dyn StdError + 'static), secrets: &Secrets) -> Self {
        let source = error.source().map(|source| Box::new(Self::of(source, secrets)));
        Self { text: secrets.redact(&error.to_string()), source }
    }

    fn innermost(&self) -> &str {
        self.source.as_deref().map_or(&self.text, Self::innermost)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_list();
        shown.entries(std::iter::successors(Some(self), |cause| cause.source.as_deref()).map(|cause| &cause.text)).finish()
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|cause| cause as _)
    }
}
