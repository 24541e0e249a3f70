//! Everything that a call can end in, other than a success.

use super::{ApiError, DecodeError, ErrorItem, HeaderMap, Http, Operation, StatusCode, Untyped};
use bytes::Bytes;
use std::fmt;
use std::time::Duration;

/// Why a call failed. `E` are the errors of the operation by status; [`Error::untyped`] forgets them.
#[non_exhaustive]
pub enum Error<E = Untyped> {
    /// The request is not complete or not valid. Nothing was sent.
    Invalid(InvalidRequest),
    /// No connection to the API. Nothing was sent.
    Connect(TransportError),
    /// No answer within the time limit. The API may have carried out the request.
    Timeout(TransportError),
    /// The connection broke. The API may have carried out the request.
    Transport(TransportError),
    /// The API answered, and refused.
    Api(Box<ApiError<E>>),
    /// The API reported a success that does not decode. It has carried out the request.
    Decode(Box<DecodeError>),
}

impl<E> Error<E> {
    pub(super) fn transport(error: TransportError) -> Self {
        // A connection that was not made in time is both; what matters is that nothing was sent.
        if error.source.as_ref().is_some_and(reqwest::Error::is_connect) {
            Self::Connect(error)
        } else if error.is_late() {
            Self::Timeout(error)
        } else {
            Self::Transport(error)
        }
    }

    /// What went wrong, in a word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_request",
            Self::Connect(_) => "connect",
            Self::Timeout(_) => "timeout",
            Self::Transport(_) => "transport",
            Self::Api(_) => "api",
            Self::Decode(_) => "decode",
        }
    }

    fn http(&self) -> Option<&Http> {
        match self {
            Self::Api(error) => Some(error.http()),
            Self::Decode(error) => Some(error.http()),
            _ => None,
        }
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.http().map(Http::status)
    }

    /// The headers of the answer, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.http().map(Http::headers)
    }

    /// The raw body of the answer, as far as it arrived.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.http().map(Http::body)
    }

    /// The id that the API gave to the request, for its support.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        self.http().and_then(Http::request_id)
    }

    /// The id of what was created although the answer does not decode.
    #[must_use]
    pub fn created_id(&self) -> Option<String> {
        match self {
            Self::Decode(error) => error.created_id(),
            _ => None,
        }
    }

    /// The errors that the API listed.
    pub fn errors(&self) -> impl Iterator<Item = &dyn ErrorItem> {
        let refusal = match self {
            Self::Api(error) => Some(error),
            _ => None,
        };
        refusal.into_iter().flat_map(|error| error.errors())
    }

    /// The body of the error as the type that the document has for its status.
    #[must_use]
    pub fn typed(&self) -> Option<&E> {
        match self {
            Self::Api(error) => error.typed(),
            _ => None,
        }
    }

    /// How long the API asks to wait before another try.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Whether no answer came in time, or only a part of one. Usual cause: a slow network, or a limit that is too short for the
    /// operation. The API may have carried out the request: repeat it with the same idempotency key, or find out before you
    /// repeat it without one.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout(_) => true,
            Self::Decode(error) => error.is_late(),
            _ => false,
        }
    }

    /// Whether there was no connection. Usual cause: no network, a proxy, or a wrong base URL. Nothing was sent, so the call
    /// can be repeated as soon as the network is there.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Connect(_))
    }

    /// Whether the API does not accept the key (401), or does not let it do this (403). Usual cause: a key of another
    /// account, or one that was revoked. Trying again does not help: look where the key comes from.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.status(), Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN))
    }

    /// Whether there were too many requests, or too many things going on at a time (429). Wait for
    /// [`retry_after`](Self::retry_after), or for something to end.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether what was asked for is not there (404). Usual cause: an id of another account, or a mistyped one. Trying again
    /// does not help: check the ids.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the request contradicts what the API knows already (409). Usual cause: an idempotency key that was used before
    /// with other parameters. The call with that key was carried out as it was made then: repeat it exactly to get its answer,
    /// or take another key to have another one carried out.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Whether the same call may succeed later. The client has tried again already, by its policy; another call needs the
    /// same idempotency key, or it may do the work twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Timeout(_) | Self::Transport(_) => true,
            Self::Api(error) => [408, 429, 500, 502, 503, 504].contains(&error.http().status().as_u16()),
            Self::Decode(error) => error.is_incomplete(),
            Self::Invalid(_) => false,
        }
    }

    /// The same error without the types of its operation, for functions that call several.
    #[must_use]
    pub fn untyped(self) -> Error {
        match self {
            Self::Invalid(error) => Error::Invalid(error),
            Self::Connect(error) => Error::Connect(error),
            Self::Timeout(error) => Error::Timeout(error),
            Self::Transport(error) => Error::Transport(error),
            Self::Api(error) => Error::Api(Box::new(error.untyped())),
            Self::Decode(error) => Error::Decode(error),
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = crate::generated::API.env_prefix;
        match self {
            Self::Invalid(error) => write!(f, "the request is not valid and was not sent: {error}"),
            Self::Connect(error) => {
                write!(
                    f,
                    "{}: cannot connect to the API; check the network, and {prefix}_BASE_URL if it is set",
                    error.operation.id
                )
            }
            Self::Timeout(error) => {
                write!(f, "{}: no answer within the time limit; set another one with `with_timeout`", error.operation.id)
            }
            Self::Transport(error) => write!(f, "{}: the connection broke before the answer was complete", error.operation.id),
            Self::Api(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

/// Says what happened, never what a body or a header held.
impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Connect(error) => f.debug_tuple("Connect").field(error).finish(),
            Self::Timeout(error) => f.debug_tuple("Timeout").field(error).finish(),
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
            Self::Api(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl<E> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(_) => None,
            Self::Api(error) => error.source(),
            Self::Connect(error) | Self::Timeout(error) | Self::Transport(error) => error.source.as_ref().map(|error| error as _),
            Self::Decode(error) => error.source(),
        }
    }
}

impl<E> From<InvalidRequest> for Error<E> {
    fn from(error: InvalidRequest) -> Self {
        Self::Invalid(error)
    }
}

/// A request that is not complete or not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest(String);

impl InvalidRequest {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidRequest {}

/// A request that did not get an answer, or not all of it.
pub struct TransportError {
    operation: &'static Operation,
    reason: Reason,
    source: Option<reqwest::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Failed,
    CutShort,
    Idle,
    Late,
    TooLarge(usize),
}

impl TransportError {
    /// The URL goes: a query may hold what is nobody's business.
    pub(super) fn new(operation: &'static Operation, error: reqwest::Error) -> Self {
        let reason = if error.is_timeout() { Reason::Late } else { Reason::Failed };
        Self { operation, reason, source: Some(error.without_url()) }
    }

    /// The time limit passed.
    pub(super) fn late(operation: &'static Operation) -> Self {
        Self { operation, reason: Reason::Late, source: None }
    }

    /// Nothing arrived for too long.
    pub(super) fn idle(operation: &'static Operation) -> Self {
        Self { operation, reason: Reason::Idle, source: None }
    }

    /// The body ended before its announced length.
    pub(super) fn cut_short(operation: &'static Operation) -> Self {
        Self { operation, reason: Reason::CutShort, source: None }
    }

    /// The body is larger than the client reads.
    pub(super) fn too_large(operation: &'static Operation, limit: usize) -> Self {
        Self { operation, reason: Reason::TooLarge(limit), source: None }
    }

    pub(super) fn is_late(&self) -> bool {
        matches!(self.reason, Reason::Late | Reason::Idle)
    }

    pub(super) fn is_too_large(&self) -> bool {
        matches!(self.reason, Reason::TooLarge(_))
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::Failed => f.write_str("the connection broke"),
            Reason::Idle => f.write_str("nothing arrived within the read timeout; set another one with `with_read_timeout`"),
            Reason::CutShort => f.write_str("it is shorter than announced"),
            Reason::Late => f.write_str("the time limit passed; set another one with `with_timeout`"),
            Reason::TooLarge(limit) => {
                write!(f, "the body is larger than {limit} bytes; set another limit with `max_body_bytes`")
            }
        }
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("operation", &self.operation.id)
            .field("reason", &self.reason)
            .field("source", &self.source)
            .finish()
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
