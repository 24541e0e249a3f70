//! Requests that are not sent, because they are not complete or not valid.

use super::Error;
use super::error::Attached;
use std::fmt;

/// A request that is not complete or not valid.
#[derive(Clone)]
pub struct InvalidRequest {
    message: String,
    pub(super) history: Attached,
}

impl InvalidRequest {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), history: None }
    }
}

impl PartialEq for InvalidRequest {
    fn eq(&self, other: &Self) -> bool {
        self.message == other.message
    }
}

impl Eq for InvalidRequest {}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InvalidRequest").field(&self.message).finish()
    }
}

impl std::error::Error for InvalidRequest {}

impl<E> From<InvalidRequest> for Error<E> {
    fn from(error: InvalidRequest) -> Self {
        Self::Invalid(error)
    }
}
