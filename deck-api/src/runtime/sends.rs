//! How a call is sent: by what its success carries.

use super::{Call, Error, Numbers, OperationError, ReadNumber, Response, Success, answer, send};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::future::Future;

impl Call {
    /// Sends the call; a success is JSON.
    ///
    /// # Errors
    ///
    /// As [`Error`] tells.
    pub fn send<T: DeserializeOwned, E: OperationError>(self) -> impl Future<Output = Result<Response<T>, Error<E>>> + use<T, E> {
        send::send(self, |operation, http| Ok(Response::new(answer::read_json(operation, &http)?, http)))
    }

    /// Sends the call; a success is a number, or a list or map of numbers.
    ///
    /// # Errors
    ///
    /// As [`Error`] tells.
    pub async fn send_numbers<T: for<'de> ReadNumber<'de>, E: OperationError>(self) -> Result<Response<T>, Error<E>> {
        send::send(self, |operation, http| {
            let Numbers(value) = answer::read_json(operation, &http)?;
            Ok(Response::new(value, http))
        })
        .await
    }

    /// Sends the call; what a success carries depends on its status.
    ///
    /// # Errors
    ///
    /// As [`Error`] tells.
    pub fn send_by_status<T: Success, E: OperationError>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error<E>>> + use<T, E> {
        send::send(self, T::decode)
    }

    /// Sends the call; a success is text.
    ///
    /// # Errors
    ///
    /// As [`Error`] tells.
    pub fn send_text<E: OperationError>(self) -> impl Future<Output = Result<Response<String>, Error<E>>> + use<E> {
        send::send(self, |operation, http| Ok(Response::new(answer::read_text(operation, &http)?, http)))
    }

    /// Sends the call; a success has no body that matters.
    ///
    /// # Errors
    ///
    /// As [`Error`] tells.
    pub fn send_empty<E: OperationError>(self) -> impl Future<Output = Result<Response<()>, Error<E>>> + use<E> {
        send::send(self, |_, http| Ok(Response::new((), http)))
    }

    /// Sends the call; a success has a body that is not JSON.
    ///
    /// # Errors
    ///
    /// As [`Error`] tells.
    pub fn send_bytes<E: OperationError>(self) -> impl Future<Output = Result<Response<Bytes>, Error<E>>> + use<E> {
        send::send(self, |operation, http| Ok(Response::new(answer::read_bytes(operation, &http)?, http)))
    }
}
