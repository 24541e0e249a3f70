//! Everything that a call can end in, other than a success.

use super::carried_out::{CarriedOut, Outcome};
use super::history::{Attempt, History};
use super::{
    ApiError, CredentialError, DecodeError, ErrorItem, HeaderMap, Http, InvalidRequest, OperationError, StatusCode,
    TransportError, Untyped,
};
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// What the call remembers, once it has ended.
pub(super) type Attached = Option<Arc<History>>;

/// Why a call failed. `E` are the errors of the operation by status; [`Error::untyped`] forgets them.
///
/// A call may make several attempts. The variant says how the **last** of them ended; what became of the call as a whole is in
/// [`carried_out`](Self::carried_out), [`created_id`](Self::created_id) and [`is_retryable`](Self::is_retryable), and what
/// became of each attempt in [`attempts`](Self::attempts).
#[non_exhaustive]
pub enum Error<E = Untyped> {
    /// The request is not complete or not valid. This attempt was not sent.
    Invalid(InvalidRequest),
    /// A credential could not be obtained. This attempt was not sent.
    Credential(CredentialError),
    /// No connection to the API. This attempt was not sent.
    Connect(TransportError),
    /// No response within the time limit. The API may have carried out the request.
    Timeout(TransportError),
    /// The connection broke. The API may have carried out the request.
    Transport(TransportError),
    /// The API responded, and refused.
    Api(Box<ApiError<E>>),
    /// The API reported a success that does not decode. It has carried out the request.
    Decode(Box<DecodeError>),
}

impl<E> Error<E> {
    pub(super) fn transport(error: TransportError) -> Self {
        // A connection that was not made in time is both; what matters is that nothing was sent.
        if error.is_connect() {
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
            Self::Credential(_) => "credential",
            Self::Connect(_) => "connect",
            Self::Timeout(_) => "timeout",
            Self::Transport(_) => "transport",
            Self::Api(_) => "api",
            Self::Decode(_) => "decode",
        }
    }

    /// How the attempt failed, for what follows from it.
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

    /// Why the attempt failed, in short. It may quote the server.
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

    /// The status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.http().map(Http::status)
    }

    /// The headers of the response, if there was one.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.http().map(Http::headers)
    }

    /// The raw body of the response, as far as it arrived.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.http().map(Http::body)
    }

    /// What the API said, as a line of a log may show it: the beginning of the body, up to 1,000 characters in one line, without
    /// the keys that the client sent. It may hold whatever the API repeats of the request, so no error prints it by itself.
    /// `None` where there is no body, or it is not a string.
    #[must_use]
    pub fn body_text(&self) -> Option<String> {
        let history = self.history()?;
        super::excerpt::excerpt(self.body()?, |text| history.secrets().redact(text))
    }

    /// The id that the API gave to the request, for its support.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        self.http().and_then(Http::request_id)
    }

    /// What became of each attempt, the first one first: neither bodies nor headers. Empty where nothing was attempted, since
    /// the request is not valid.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        self.history().map(History::attempts).unwrap_or_default()
    }

    /// Whether the API carried out this call, as far as the client can know: all its attempts count.
    ///
    /// It speaks of this call alone. An earlier call with the same idempotency key may have been carried out, although this
    /// one was not: a queue that runs a job again keeps what it learned from the earlier runs.
    #[must_use]
    pub fn carried_out(&self) -> CarriedOut {
        self.history().map_or(CarriedOut::No, History::carried_out)
    }

    /// The idempotency key of the call: the caller's own, or the random one. Another call with it, made while the API keeps
    /// the key, does not do the work twice. `None` where the operation has none, or the call was over before it began.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.history()?.idempotency_key()
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

    /// How long the API asks to wait before another attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after(),
            Self::Credential(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Whether no response came in time, or only a part of one. Usual cause: a slow network, or a limit that is too short for the
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

    /// Whether no attempt got a connection. Usual cause: no network, a proxy, a certificate that is not trusted, or a wrong base
    /// URL. Nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        let is_unsent = |attempt: &Attempt| matches!(attempt.outcome, Outcome::NotSent { .. });
        matches!(self, Self::Connect(_)) && self.attempts().iter().all(is_unsent)
    }

    /// Whether the API does not accept the key (401), or does not let it do this (403). Usual cause: a key of another
    /// account, or one that was revoked. A retry does not help: look where the key comes from.
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

    /// Whether what was asked for is not there (404). Usual cause: an id of another account, or a mistyped one. A retry
    /// does not help: check the ids.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Whether the request contradicts what the API knows already (409). Usual cause: an idempotency key that was used before
    /// with other parameters. The call with that key was carried out as it was made then: repeat it exactly to get its response,
    /// or take another key to have another one carried out.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Whether to make the same call again later, with the same [`idempotency_key`](Self::idempotency_key) where there is one.
    /// The client has made its own attempts already, by its policy.
    ///
    /// | [carried out](Self::carried_out) | last attempt | with key, or idempotent method | without |
    /// |---|---|---|---|
    /// | `Yes`, the success was cut off | any | **yes**, the response is still to be had | no |
    /// | `Yes`, the success is complete | does not decode, or is too large | no | no |
    /// | `Unknown` | any | **yes**, while the API keeps the key | no, find out first |
    /// | `No` | not sent, 429, at capacity | **yes** | **yes** |
    /// | `No` | refused, or can never be sent | no | no |
    ///
    /// A call that was not sent can never be sent where the request is not valid, a certificate is not trusted, or the proxy
    /// asks for a password.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let unsent = matches!(self, Self::Invalid(_) | Self::Credential(_)).then(|| self.outcome());
        self.history().is_some_and(|history| history.is_retryable(unsent))
    }

    /// The same error without the types of its operation, for functions that call several.
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

    /// The id of what was created, as text.
    pub(super) fn created_text(&self) -> Option<&str> {
        self.history().and_then(History::created_id)
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

    /// The error of a call that has ended.
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
    /// The id of what was created, as far as any attempt saw it: also where its response broke off or does not decode, and
    /// where a later attempt failed otherwise. It has the type that the document names for it.
    #[must_use]
    pub fn created_id(&self) -> Option<E::CreatedId> {
        self.history()?.created_id().map(|id| id.to_owned().into())
    }
}
