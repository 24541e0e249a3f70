//! Sends a call once and reads the whole answer.

use super::{ApiError, Call, DecodeError, Error, Http, OperationError, TransportError};
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

/// Sends the call. Only a success comes back; everything else is an error with all that the answer had.
pub async fn send<E: OperationError>(call: Call) -> Result<Http, Error<E>> {
    let operation = call.operation;
    let request = request(&call)?;
    let failed = |error: reqwest::Error| Error::transport(TransportError::new(operation, error));
    let mut response = call.client.http().execute(request).await.map_err(failed)?;
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let (body, broken) = read(response).await;
    let http = Http::new(status, headers, body);
    match broken {
        None if status.is_success() => Ok(http),
        // The operation may have been carried out: what arrived of its answer must not be lost.
        Some(error) if status.is_success() => Err(Error::Decode(Box::new(DecodeError::broken(operation, http, error)))),
        broken => Err(Error::Api(Box::new(ApiError::new(operation, http, broken)))),
    }
}

fn request<E>(call: &Call) -> Result<reqwest::Request, Error<E>> {
    let mut request = reqwest::Request::new(call.operation.method.clone(), call.url()?);
    *request.timeout_mut() = call.timeout;
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static(call.operation.accept));
    call.client.identify(headers);
    if call.body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in &call.headers {
        headers.insert(name.clone(), value.clone());
    }
    *request.body_mut() = call.body.clone().map(Into::into);
    Ok(request)
}

/// All of the body that arrived, and why it is not all of it.
async fn read(mut response: reqwest::Response) -> (Bytes, Option<reqwest::Error>) {
    // Most answers are one chunk, which is taken as it is.
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let broken = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if first.is_empty() => first = chunk,
            Ok(Some(chunk)) => {
                if rest.is_empty() {
                    rest.extend_from_slice(&first);
                }
                rest.extend_from_slice(&chunk);
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    (if rest.is_empty() { first } else { rest.freeze() }, broken)
}
