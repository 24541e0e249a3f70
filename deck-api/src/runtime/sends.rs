//! The ways to send a call, one for each kind of response body.

use super::{Call, Error, Numbers, OperationError, ReadNumber, Response, Success, answer, send};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::future::Future;

impl Call {
    /// Sends the call and decodes the response body as JSON.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send<T: DeserializeOwned, E: OperationError>(self) -> impl Future<Output = Result<Response<T>, Error<E>>> + use<T, E> {
        send::send(self, |operation, http| Ok(Response::new(answer::read_json(operation, &http)?, http)))
    }

    /// Sends the call and decodes the response body as a number, or a list or map of numbers.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn send_numbers<T: for<'de> ReadNumber<'de>, E: OperationError>(self) -> Result<Response<T>, Error<E>> {
        send::send(self, |operation, http| {
            let Numbers(value) = answer::read_json(operation, &http)?;
            Ok(Response::new(value, http))
        })
        .await
    }

    /// Sends the call and decodes the response body by its status.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send_by_status<T: Success, E: OperationError>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error<E>>> + use<T, E> {
        send::send(self, T::decode)
    }

    /// Sends the call and decodes the response body as text.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send_text<E: OperationError>(self) -> impl Future<Output = Result<Response<String>, Error<E>>> + use<E> {
        send::send(self, |operation, http| Ok(Response::new(answer::read_text(operation, &http)?, http)))
    }

    /// Sends the call and ignores the response body.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send_empty<E: OperationError>(self) -> impl Future<Output = Result<Response<()>, Error<E>>> + use<E> {
        send::send(self, |_, http| Ok(Response::new((), http)))
    }

    /// Sends the call and returns the raw response body.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send_bytes<E: OperationError>(self) -> impl Future<Output = Result<Response<Bytes>, Error<E>>> + use<E> {
        send::send(self, |operation, http| Ok(Response::new(answer::read_bytes(operation, &http)?, http)))
    }
}
