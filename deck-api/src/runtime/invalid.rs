//! The error for requests that are incomplete or invalid, and so are not sent.

use super::Error;
use super::error::Attached;
use std::fmt;

/// The error for an incomplete or invalid request.
#[derive(Clone)]
pub struct InvalidRequest {
    message: String,
    /// The location of the error, such as `recipients[0].address`; empty for the request itself.
    place: String,
    pub(super) history: Attached,
}

impl InvalidRequest {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), history: None, place: String::new() }
    }

    /// Prefixes the location with `place`, the location of the value within another value.
    pub(super) fn within(self, place: &str) -> Self {
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        Self { place: format!("{place}{dot}{}", self.place), ..self }
    }
}

impl PartialEq for InvalidRequest {
    fn eq(&self, other: &Self) -> bool {
        (&self.place, &self.message) == (&other.place, &other.message)
    }
}

impl Eq for InvalidRequest {}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() { f.write_str(&self.message) } else { write!(f, "in `{}`: {}", self.place, self.message) }
    }
}

impl fmt::Debug for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InvalidRequest").field(&self.to_string()).finish()
    }
}

impl std::error::Error for InvalidRequest {}

impl<E> From<InvalidRequest> for Error<E> {
    fn from(error: InvalidRequest) -> Self {
        Self::Invalid(error)
    }
}
