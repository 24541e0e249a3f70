//! Everything that a wait can end in, other than a success. It always says the ID, so that nothing is lost.

use super::Interaction;
use crate::runtime::{Error, Response};
use std::fmt;

/// Why a wait ended without a success.
#[non_exhaustive]
pub enum WaitError<T> {
    /// The request that was to start it failed. [`Error`] says whether it may have been carried out.
    Start(Error),
    /// It reached a final state that is not a success.
    #[non_exhaustive]
    Ended {
        /// Its ID.
        id: String,
        /// The final state.
        state: String,
        /// The last response.
        response: Box<Response<T>>,
    },
    /// Somebody has to do something, and there was nobody to ask. It goes on: answer, then wait again with the same ID.
    NeedsInput(Box<Interaction>),
    /// The deadline passed. It goes on: wait again with the same ID.
    #[non_exhaustive]
    StillRunning {
        /// Its ID.
        id: String,
        /// The last known state.
        state: Option<String>,
        /// Why the last poll failed, if it did.
        error: Option<Box<Error>>,
    },
    /// A poll failed in a way that does not pass, or the final response does not decode.
    #[non_exhaustive]
    Poll {
        /// Its ID.
        id: String,
        /// The last known state.
        state: Option<String>,
        /// Why the poll failed.
        error: Box<Error>,
    },
    /// The answer to an interaction was not accepted. The wait can go on.
    #[non_exhaustive]
    Answer {
        /// Its ID.
        id: String,
        /// Why the answer was not accepted.
        error: Box<Error>,
    },
}

impl<T> WaitError<T> {
    /// The ID of what was waited for; `None` only where it is not known whether anything was started.
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

    /// What it ended in, if it reached a final state.
    #[must_use]
    pub fn response(&self) -> Option<&Response<T>> {
        match self {
            Self::Ended { response, .. } => Some(response),
            _ => None,
        }
    }

    /// What happened, in a word.
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

    /// The error of the request that failed.
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
                    "`{id}` is in the state `{}`, which the API cannot end; act elsewhere, then wait again",
                    plain(interaction.state())
                )
            }
            Self::StillRunning { .. } => write!(f, "`{id}` has not ended before the deadline{state}; wait again with this ID"),
            Self::Poll { error, .. } => write!(f, "cannot find out how `{id}` is{state}: {error}"),
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
