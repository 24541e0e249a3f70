//! The error of a wait. It contains the ID of the object, if that is known, so that the caller can continue to wait.

use super::Interaction;
use crate::runtime::{Error, Response};
use std::fmt;

/// The error of a wait.
#[non_exhaustive]
pub enum WaitError<T> {
    /// The request that creates the object failed. [`Error::carried_out`] says whether the API may have carried it out.
    Start(Error),
    /// The object reached a final state that is not a success.
    #[non_exhaustive]
    Ended {
        /// The ID of the object.
        id: String,
        /// The final state.
        state: String,
        /// The last response.
        response: Box<Response<T>>,
    },
    /// The object needs input, and there was no handler to ask. To continue, answer, then wait again with the same ID.
    NeedsInput(Box<Interaction>),
    /// The deadline passed, but the object is still in progress. To continue, wait again with the same ID.
    #[non_exhaustive]
    StillRunning {
        /// The ID of the object.
        id: String,
        /// The last known state.
        state: Option<String>,
        /// Why the last poll failed, if it did.
        error: Option<Box<Error>>,
    },
    /// A poll failed permanently, or the final response cannot be decoded.
    #[non_exhaustive]
    Poll {
        /// The ID of the object.
        id: String,
        /// The last known state.
        state: Option<String>,
        /// Why the poll failed.
        error: Box<Error>,
    },
    /// The API did not accept the answer to an interaction. The wait can continue.
    #[non_exhaustive]
    Answer {
        /// The ID of the object.
        id: String,
        /// Why the answer was not accepted.
        error: Box<Error>,
    },
}

impl<T> WaitError<T> {
    /// Returns the ID of the object; `None` only if it is not known whether it was created.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Start(_) => None,
            Self::NeedsInput(interaction) => Some(interaction.id()),
            Self::Ended { id, .. } | Self::StillRunning { id, .. } | Self::Poll { id, .. } | Self::Answer { id, .. } => Some(id),
        }
    }

    /// The last known state.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::Ended { state, .. } => Some(state),
            Self::NeedsInput(interaction) => Some(interaction.state()),
            Self::StillRunning { state, .. } | Self::Poll { state, .. } => state.as_deref(),
            Self::Start(_) | Self::Answer { .. } => None,
        }
    }

    /// Returns the last response, if the object reached a final state.
    #[must_use]
    pub fn response(&self) -> Option<&Response<T>> {
        match self {
            Self::Ended { response, .. } => Some(response),
            _ => None,
        }
    }

    /// Returns the kind of error in one word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Ended { .. } => "ended",
            Self::NeedsInput(_) => "needs_input",
            Self::StillRunning { .. } => "still_running",
            Self::Poll { .. } => "poll",
            Self::Answer { .. } => "answer",
        }
    }

    /// Returns the error of the failed request.
    #[must_use]
    pub fn request_error(&self) -> Option<&Error> {
        match self {
            Self::Start(error) => Some(error),
            Self::Poll { error, .. } | Self::Answer { error, .. } => Some(error),
            Self::StillRunning { error, .. } => error.as_deref(),
            Self::Ended { .. } | Self::NeedsInput(_) => None,
        }
    }
}

impl<T> fmt::Display for WaitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |text: &str| crate::runtime::redact::plain_line(text);
        let id = plain(self.id().unwrap_or_default());
        let state = self.state().map(|state| format!(" (last state `{}`)", plain(state))).unwrap_or_default();
        match self {
            Self::Start(error) => error.fmt(f),
            Self::Ended { state, .. } => write!(f, "`{id}` ended in the state `{}`; `response()` says why", plain(state)),
            Self::NeedsInput(interaction) if interaction.is_answerable() => {
                write!(
                    f,
                    "`{id}` asks for input in the state `{}`; set a handler with `on_interaction`",
                    plain(interaction.state())
                )
            }
            Self::NeedsInput(interaction) => {
                write!(
                    f,
                    "`{id}` is in the state `{}`, which needs an action outside the API; take it, then wait again",
                    plain(interaction.state())
                )
            }
            Self::StillRunning { .. } => {
                write!(f, "`{id}` did not reach a final state before the deadline{state}; wait again with this ID")
            }
            Self::Poll { error, .. } => write!(f, "cannot get the state of `{id}`{state}: {error}"),
            Self::Answer { error, .. } => write!(f, "the answer to `{id}` was not accepted: {error}"),
        }
    }
}

impl<T> fmt::Debug for WaitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitError")
            .field("kind", &self.kind())
            .field("id", &self.id())
            .field("state", &self.state())
            .field("error", &self.request_error())
            .finish_non_exhaustive()
    }
}

impl<T> std::error::Error for WaitError<T> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.request_error().and_then(std::error::Error::source)
    }
}
