//! `Display`, `Debug` and `std::error::Error` for the error of a call.

use super::{CarriedOut, Error};
use std::fmt;

impl<E> Error<E> {
    /// Mentions the earlier attempts, and what the API carried out if that differs from the last attempt.
    fn write_history(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((history, [before @ .., last])) = self.history().map(|history| (history, history.attempts())) else {
            return Ok(());
        };
        if before.is_empty() {
            return Ok(());
        }
        write!(f, "; this was the last of {} attempts", before.len() + 1)?;
        match (history.carried_out(), last.carried_out()) {
            (CarriedOut::Yes, CarriedOut::Yes) | (CarriedOut::No, _) | (CarriedOut::Unknown, CarriedOut::Unknown) => Ok(()),
            (CarriedOut::Unknown, _) => write!(f, "; an earlier one may have been carried out"),
            (CarriedOut::Yes, _) => match history.created_id() {
                Some(id) => write!(f, "; an earlier one was carried out and created `{}`", history.secrets().redact(id)),
                None => write!(f, "; an earlier one was carried out"),
            },
        }
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => write!(f, "the request is invalid and was not sent: {error}"),
            Self::Credential(error) => write!(f, "the request was not sent: {error}"),
            Self::Connect(error) if !error.is_diagnosed() => {
                let prefix = crate::generated::API.env_prefix;
                let advice = "check the network, and the base URL if it is set";
                write!(f, "{}: {}; {advice} ({prefix}_BASE_URL)", error.operation_id(), error.chain())
            }
            Self::Connect(error) | Self::Timeout(error) => write!(f, "{}: {error}", error.operation_id()),
            Self::Transport(error) => {
                write!(f, "{}: {}, before the response was complete", error.operation_id(), error.chain())
            }
            Self::Api(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }?;
        self.write_history(f)
    }
}

/// Omits the contents of bodies and headers.
impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::Credential(error) => error.fmt(f),
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
            Self::Invalid(_) | Self::Credential(_) => None,
            Self::Api(error) => error.source(),
            Self::Connect(error) | Self::Timeout(error) | Self::Transport(error) => error.source(),
            Self::Decode(error) => error.source(),
        }
    }
}
