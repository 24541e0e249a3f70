//! The error of a call.

use super::carried_out::{CarriedOut, Outcome};
use super::history::{Attempt, History};
use super::{
    ApiError, CredentialError, DecodeError, ErrorItem, HeaderMap, Http, InvalidRequest, OperationError, StatusCode,
    TransportError, Untyped,
};
use bytes::Bytes;
use std::sync::Arc;

/// The history of the call, which is attached to the error when the call ends.
pub(super) type Attached = Option<Arc<History>>;

/// The error of a call. `E` is the enum of the operation's error responses; [`Error::untyped`] removes it.
///
/// A call may make several attempts. The variant says how the **last** attempt failed. [`carried_out`](Self::carried_out),
/// [`created_id`](Self::created_id) and [`is_retryable`](Self::is_retryable) describe the call as a whole,
/// [`attempts`](Self::attempts) each attempt.
#[non_exhaustive]
pub enum Error<E = Untyped> {
    /// The request is incomplete or invalid. This attempt was not sent.
    Invalid(InvalidRequest),
    /// A credential could not be obtained. This attempt was not sent.
    Credential(CredentialError),
    /// The connection to the API could not be established, or no time was left for the attempt. This attempt was not sent.
    Connect(TransportError),
    /// No response arrived within the time limit. The API may have carried out the request.
    Timeout(TransportError),
    /// The connection broke. The API may have carried out the request.
    Transport(TransportError),
    /// The API responded with an error status.
    Api(Box<ApiError<E>>),
    /// The API carried out the request, but its response cannot be decoded.
    Decode(Box<DecodeError>),
}

impl<E> Error<E> {
    pub(super) fn transport(error: TransportError) -> Self {
        // A connect timeout is both; it counts as `Connect`, because nothing was sent.
        if error.is_connect() {
            Self::Connect(error)
        } else if error.is_late() {
            Self::Timeout(error)
        } else {
            Self::Transport(error)
        }
    }

    /// Returns the kind of error in one word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_request",
            Self::Credential(_) => "credential",
            Self::Connect(_) => "connect",
            Self::Timeout(_) => "timeout",
            Self::Transport(_) => "transport",
            Self::Api(_) => "api",
            Self::Decode(_) => "decode",
        }
    }

    /// Returns how the attempt failed.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Invalid(_) => Outcome::NotSent { is_final: true },
            Self::Credential(error) => Outcome::NotSent { is_final: error.is_final() },
            Self::Connect(error) => Outcome::NotSent { is_final: error.is_final() },
            Self::Timeout(error) | Self::Transport(error) => Outcome::NoResponse { is_final: error.is_final() },
            Self::Api(error) => Outcome::Refused(error.http().status()),
            Self::Decode(error) if error.is_cut_off() => Outcome::CutOff,
            Self::Decode(_) => Outcome::Unusable,
        }
    }

    /// Returns in short why the attempt failed. The text may quote the server.
    pub(super) fn cause(&self) -> String {
        match self {
            Self::Invalid(error) => error.to_string(),
            Self::Credential(error) => error.to_string(),
            Self::Connect(error) | Self::Timeout(error) | Self::Transport(error) => error.chain(),
            Self::Api(error) => {
                let codes = error.errors().filter_map(ErrorItem::code).map(|code| format!(" {code}"));
                format!("{}{}", error.http().status(), codes.collect::<String>())
            }
            Self::Decode(error) => format!("{}, expected {}", error.http().status(), error.expected()),
        }
    }

    fn http(&self) -> Option<&Http> {
        match self {
            Self::Api(error) => Some(error.http()),
            Self::Decode(error) => Some(error.http()),
            _ => None,
        }
    }

    /// Returns the status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.http().map(Http::status)
    }

    /// Returns the headers of the response, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.http().map(Http::headers)
    }

    /// Returns the raw body of the response, as far as it arrived.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.http().map(Http::body)
    }

    /// Returns the beginning of the body for a log: up to 1,000 characters in one line, without the credentials that the client
    /// sent. The text may contain other data that the API repeats from the request, so no error prints it by itself. Returns
    /// `None` if there is no body or it is not UTF-8.
    #[must_use]
    pub fn body_text(&self) -> Option<String> {
        let history = self.history()?;
        super::excerpt::excerpt(self.body()?, |text| history.secrets().without(text))
    }

    /// Returns the request id that the API assigned. Its support may ask for it.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        self.http().and_then(Http::request_id)
    }

    /// Returns the failed attempts in order, without bodies and headers. Attempts that failed because the request was invalid or
    /// a credential could not be obtained are not listed.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        self.history().map(History::attempts).unwrap_or_default()
    }

    /// Returns whether the API carried out this call, as far as the client can know. All attempts of the call count.
    ///
    /// The result covers this call only. An earlier call with the same idempotency key may have been carried out even if this one
    /// was not. A queue that repeats a job should therefore keep the results of the earlier calls.
    #[must_use]
    pub fn carried_out(&self) -> CarriedOut {
        self.history().map_or(CarriedOut::No, History::carried_out)
    }

    /// Returns the idempotency key of the call: the caller's own or the random one. Another call with this key does not do the
    /// work twice while the API keeps the key. Returns `None` if the operation has no idempotency key, or if the call failed
    /// before its first attempt.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.history()?.idempotency_key()
    }

    /// Returns the errors that the API listed in the body.
    pub fn errors(&self) -> impl Iterator<Item = &dyn ErrorItem> {
        let refusal = match self {
            Self::Api(error) => Some(error),
            _ => None,
        };
        refusal.into_iter().flat_map(|error| error.errors())
    }

    /// Returns the body, decoded as the type that the document defines for the status.
    #[must_use]
    pub fn typed(&self) -> Option<&E> {
        match self {
            Self::Api(error) => error.typed(),
            _ => None,
        }
    }

    /// Returns the error without the types of its operation, for functions that call several operations.
    #[must_use]
    pub fn untyped(self) -> Error {
        match self {
            Self::Invalid(error) => Error::Invalid(error),
            Self::Credential(error) => Error::Credential(error),
            Self::Connect(error) => Error::Connect(error),
            Self::Timeout(error) => Error::Timeout(error),
            Self::Transport(error) => Error::Transport(error),
            Self::Api(error) => Error::Api(Box::new(error.untyped())),
            Self::Decode(error) => Error::Decode(error),
        }
    }

    pub(super) fn history(&self) -> Option<&History> {
        match self {
            Self::Invalid(error) => error.history.as_deref(),
            Self::Credential(error) => error.history.as_deref(),
            Self::Connect(error) | Self::Timeout(error) | Self::Transport(error) => error.history.as_deref(),
            Self::Api(error) => error.history.as_deref(),
            Self::Decode(error) => error.history.as_deref(),
        }
    }

    /// Attaches the history of a call that has ended.
    pub(super) fn with_history(mut self, history: History) -> Self {
        let history = Some(Arc::new(history));
        match &mut self {
            Self::Invalid(error) => error.history = history,
            Self::Credential(error) => error.history = history,
            Self::Connect(error) | Self::Timeout(error) | Self::Transport(error) => error.history = history,
            Self::Api(error) => error.history = history,
            Self::Decode(error) => error.history = history,
        }
        self
    }
}

impl<E: OperationError> Error<E> {
    /// Returns the id of the created object if any attempt received it, even if the response was cut off or cannot be decoded, or
    /// a later attempt failed. The id has the type that the document defines for it.
    #[must_use]
    pub fn created_id(&self) -> Option<E::CreatedId> {
        self.history()?.created_id().map(|id| id.to_owned().into())
    }
}
