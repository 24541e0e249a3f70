//! Why a call failed: the usual causes, and whether to repeat the call.

use super::carried_out::Outcome;
use super::history::Attempt;
use super::{Error, StatusCode};
use std::time::Duration;

impl<E> Error<E> {
    /// Returns how long the API asks to wait before another attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after(),
            Self::Credential(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Returns whether the response, or a part of it, did not arrive in time. Usual cause: a slow network, or a time limit that
    /// is too short for the operation. The API may have carried out the request: repeat it with the same idempotency key. If it
    /// has no key, find out first whether it was carried out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout(_) => true,
            Self::Decode(error) => error.is_late(),
            _ => false,
        }
    }

    /// Returns whether no attempt could connect. Usual cause: no network, a proxy, a certificate that is not trusted, or a wrong
    /// base URL. Nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        let is_unsent = |attempt: &Attempt| matches!(attempt.outcome, Outcome::NotSent { .. });
        matches!(self, Self::Connect(_)) && self.attempts().iter().all(is_unsent)
    }

    /// Returns whether the API rejected the credentials (401), or does not permit them this operation (403). Usual cause: a key
    /// of another account, or a revoked key. A retry does not help: check which key the client uses.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.status(), Some(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN))
    }

    /// Returns whether there were too many requests or too many concurrent operations (429). Wait for
    /// [`retry_after`](Self::retry_after), or until a running operation ends.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether an object does not exist (404). Usual cause: an id of another account, or a mistyped id. A retry does not
    /// help: check the ids.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// Returns whether the request conflicts with the state of the API (409). Usual cause: an idempotency key that was used
    /// before with other parameters. The API carried out the earlier call with that key. To get its response, repeat that call
    /// exactly; for a new call, use another key.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// Returns whether to make the same call again later, with the same [`idempotency_key`](Self::idempotency_key) if there is
    /// one. The client has already made all attempts that its retry policy allows.
    ///
    /// | [carried out](Self::carried_out) | last attempt | with key, or idempotent method | without |
    /// |---|---|---|---|
    /// | `Yes`, the response was cut off | any | **yes**, to get the response | no |
    /// | `Yes`, the response is complete | cannot be decoded, or is too large | no | no |
    /// | `Unknown` | any | **yes**, while the API keeps the key | no, find out first |
    /// | `No` | not sent, 429, or API at capacity | **yes** | **yes** |
    /// | `No` | refused, or can never be sent | no | no |
    ///
    /// A call can never be sent if the request is invalid, a certificate is not trusted, or the proxy requires a password.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let unsent = matches!(self, Self::Invalid(_) | Self::Credential(_)).then(|| self.outcome());
        self.history().is_some_and(|history| history.is_retryable(unsent))
    }
}
