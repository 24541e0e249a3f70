//! Sends a call, as often as its policy allows, and reads the whole of each answer.

use super::retry::{Failure, Kind, Progress};
use super::timer::within;
use super::trace::Trace;
use super::{
    ApiError, Call, DecodeError, Error, ErrorItem, HeaderMap, Http, OperationError, Response, StatusCode, TransportError,
};
use crate::generated::API;
use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use ring::rand::{SecureRandom, SystemRandom};

/// Turns a success into the value that the caller wants.
pub(super) type Decode<T> = fn(&'static super::Operation, Http) -> Result<Response<T>, Box<DecodeError>>;

/// Sends the call until it succeeds, fails for good, or runs out of tries or time.
pub(super) async fn send<T, E: OperationError>(call: Call, decode: Decode<T>) -> Result<Response<T>, Error<E>> {
    let trace = Trace::call(&call);
    let outcome = trace.run(tries(&call, decode)).await;
    trace.end(outcome.as_ref().map(|response| response.http().status().as_u16()));
    outcome
}

async fn tries<T, E: OperationError>(call: &Call, decode: Decode<T>) -> Result<Response<T>, Error<E>> {
    let request = request(call)?;
    let (policy, timer) = (call.retry(), call.client.timer());
    let started = timer.now();
    let mut progress = Progress::default();
    loop {
        // No try outlives the whole call; the first one always has its full time.
        let tried = progress.tries + progress.slot_tries;
        let left = if tried == 0 { call.timeout() } else { policy.deadline(&progress).saturating_sub(progress.elapsed) };
        let trace = Trace::attempt(call, tried);
        let outcome = trace.run(attempt(call, &request, left.min(call.timeout()), decode)).await;
        trace.end(outcome.as_ref().map(|response| response.http().status().as_u16()));
        let error = match outcome {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        let failure = judge(call, &error);
        if failure.slot {
            progress.slot_tries += 1;
        } else {
            progress.tries += 1;
        }
        progress.elapsed = timer.now().saturating_sub(started);
        // Without random numbers it is the longest wait: what went wrong is worth more than they are.
        match policy.wait(&failure, &progress, random().unwrap_or(u32::MAX)) {
            Some(wait) => timer.sleep(wait).await,
            None => return Err(error),
        }
        progress.elapsed = timer.now().saturating_sub(started);
    }
}

/// One try within its time.
async fn attempt<T, E: OperationError>(
    call: &Call,
    request: &reqwest::Request,
    time: std::time::Duration,
    decode: Decode<T>,
) -> Result<Response<T>, Error<E>> {
    let operation = call.operation;
    let mut copy = reqwest::Request::new(request.method().clone(), request.url().clone());
    copy.headers_mut().clone_from(request.headers());
    *copy.body_mut() = call.body.clone().map(Into::into);
    let mut arrived = Arrived::default();
    let limit = call.client.timer().limit(time);
    let broken = match within(limit, exchange(call, copy, &mut arrived)).await {
        Some(Ok(())) => None,
        Some(Err(broken)) => Some(broken),
        None => Some(TransportError::late(operation)),
    };
    match (arrived.finish(), broken) {
        (None, Some(broken)) => Err(Error::transport(broken)),
        (None, None) => Err(Error::transport(TransportError::late(operation))),
        (Some(http), None) if http.status().is_success() => decode(operation, http).map_err(Error::Decode),
        // The operation may have been carried out: what arrived of its answer must not be lost.
        (Some(http), Some(broken)) if http.status().is_success() => {
            Err(Error::Decode(Box::new(DecodeError::broken(operation, http, broken))))
        }
        (Some(http), broken) => Err(Error::Api(Box::new(ApiError::new(call, http, broken)))),
    }
}

/// Whatever has arrived of an answer, even if the rest never does.
#[derive(Default)]
struct Arrived {
    head: Option<(StatusCode, HeaderMap)>,
    first: Bytes,
    rest: BytesMut,
}

impl Arrived {
    /// Most answers are one chunk, which is taken as it is.
    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() {
            self.first = chunk;
            return;
        }
        if self.rest.is_empty() {
            self.rest.extend_from_slice(&self.first);
        }
        self.rest.extend_from_slice(&chunk);
    }

    fn len(&self) -> usize {
        self.first.len().max(self.rest.len())
    }

    fn finish(self) -> Option<Http> {
        let (status, headers) = self.head?;
        Some(Http::new(status, headers, if self.rest.is_empty() { self.first } else { self.rest.freeze() }))
    }
}

async fn exchange(call: &Call, request: reqwest::Request, arrived: &mut Arrived) -> Result<(), TransportError> {
    let failed = |error| TransportError::new(call.operation, error);
    let mut response = call.client.http().execute(request).await.map_err(failed)?;
    arrived.head = Some((response.status(), std::mem::take(response.headers_mut())));
    let limit = call.client.max_body_bytes();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if arrived.len() + chunk.len() > limit {
            return Err(TransportError::too_large(call.operation, limit));
        }
        arrived.push(chunk);
    }
    Ok(())
}

fn request<E>(call: &Call) -> Result<reqwest::Request, Error<E>> {
    let mut request = reqwest::Request::new(call.operation.method.clone(), call.url()?);
    let headers = request.headers_mut();
    headers.insert(ACCEPT, super::encode::header_value("accept", call.operation.accept)?);
    call.client.identify(headers);
    if let (Some(_), Some(media)) = (&call.body, call.operation.content_type) {
        headers.insert(CONTENT_TYPE, super::encode::header_value("content-type", media)?);
    }
    for (name, value) in &call.headers {
        headers.insert(name.clone(), value.clone());
    }
    // One key for all tries of a call: that is what makes them one call for the API.
    if let Some(name) = call.operation.idempotency_key
        && !headers.contains_key(name)
    {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| super::InvalidRequest::new(format!("`{name}`, which is to carry the idempotency key, is no header")))?;
        headers.insert(name, idempotency_key()?);
    }
    Ok(request)
}

/// What a failed try means for the next one.
fn judge<E>(call: &Call, error: &Error<E>) -> Failure {
    let kind = match error {
        Error::Connect(_) => Kind::NotSent,
        Error::Timeout(_) | Error::Transport(_) => Kind::Unknown,
        Error::Api(error) => Kind::Status(error.http().status()),
        Error::Decode(error) if error.is_incomplete() => Kind::Unknown,
        Error::Invalid(_) | Error::Decode(_) => Kind::Final,
    };
    let slot = error.errors().filter_map(ErrorItem::code).any(|code| API.wait_codes.contains(&code));
    let idempotent = call.operation.idempotency_key.is_some() || call.operation.method.is_idempotent();
    Failure {
        kind,
        idempotent,
        slot: slot && kind == Kind::Status(StatusCode::TOO_MANY_REQUESTS),
        retry_after: error.retry_after(),
    }
}

fn random_bytes<const N: usize>() -> Result<[u8; N], super::InvalidRequest> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map(|()| bytes).map_err(|_| super::InvalidRequest::new("the system has no random numbers, which keys and waits need"))
}

fn random() -> Result<u32, super::InvalidRequest> {
    random_bytes().map(u32::from_le_bytes)
}

/// 128 random bits.
fn idempotency_key() -> Result<HeaderValue, super::InvalidRequest> {
    let text = format!("{:032x}", u128::from_le_bytes(random_bytes()?));
    HeaderValue::from_str(&text).map_err(|_| super::InvalidRequest::new("the idempotency key is no header"))
}
