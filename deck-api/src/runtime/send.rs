//! Sends a call, as often as its policy allows, and reads the whole of each answer.

use super::arrived::Arrived;
use super::retry::{Failure, Kind, Progress};
use super::timer::within;
use super::trace::Trace;
use super::{
    ApiError, AttemptRequest, AttemptResponse, Call, DecodeError, Error, ErrorItem, Http, OperationError, Response, StatusCode,
    TransportError, headers,
};
use crate::generated::API;
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use ring::rand::{SecureRandom, SystemRandom};
use std::future::Future;
use std::pin::pin;

/// Turns a success into the value that the caller wants.
pub(super) type Decode<T> = fn(&'static super::Operation, Http) -> Result<Response<T>, Box<DecodeError>>;

/// Sends the call until it succeeds, fails for good, or runs out of tries or time.
///
/// Not an `async fn`: that would keep a second copy of the call in its future, as would those below of what they are given.
pub(super) fn send<T, E: OperationError>(
    mut call: Call,
    decode: Decode<T>,
) -> impl Future<Output = Result<Response<T>, Error<E>>> + use<T, E> {
    let marked = mark(&mut call);
    async move {
        marked?;
        let trace = Trace::call(&call);
        let outcome = trace.run(tries(&call, decode)).await;
        trace.end(outcome.as_ref().map(|response| response.http().status().as_u16()));
        outcome
    }
}

async fn tries<T, E: OperationError>(call: &Call, decode: Decode<T>) -> Result<Response<T>, Error<E>> {
    let (policy, timer) = (call.retry(), call.client.timer());
    let started = timer.now();
    let mut progress = Progress::default();
    loop {
        // No try outlives the whole call; the first one always has its full time.
        let tried = progress.tries + progress.slot_tries;
        let left = if tried == 0 { call.timeout() } else { policy.deadline(&progress).saturating_sub(progress.elapsed) };
        // A block, so that the future has no room for the outcome while it waits.
        let error = {
            let trace = Trace::attempt(call, tried);
            let outcome = trace.run(attempt(call, tried + 1, left.min(call.timeout()), decode)).await;
            trace.end(outcome.as_ref().map(|response| response.http().status().as_u16()));
            match outcome {
                Ok(response) => return Ok(response),
                Err(error) => error,
            }
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
    number: u32,
    time: std::time::Duration,
    decode: Decode<T>,
) -> Result<Response<T>, Error<E>> {
    let (operation, mut request) = (call.operation, request(call)?);
    for hook in call.client.hooks() {
        let seen = hook.before_attempt(&mut AttemptRequest { operation, number, request: &mut request });
        seen.map_err(|error| super::InvalidRequest::new(format!("a hook does not let it be sent: {error}")))?;
    }
    let mut arrived = Arrived::default();
    let (timer, started) = (call.client.timer(), call.client.timer().now());
    let limit = timer.limit(time);
    let broken = match within(limit, pin!(exchange(call, request, &mut arrived))).await {
        Some(Ok(())) => None,
        Some(Err(broken)) => Some(broken),
        None => Some(TransportError::late(operation)),
    };
    let http = arrived.finish();
    if let Some(http) = &http {
        let elapsed = timer.now().saturating_sub(started);
        let response = AttemptResponse { operation, number, elapsed, is_complete: broken.is_none(), http };
        call.client.hooks().iter().for_each(|hook| hook.after_response(&response));
    }
    match (http, broken) {
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

fn exchange(call: &Call, request: reqwest::Request, arrived: &mut Arrived) -> impl Future<Output = Result<(), TransportError>> {
    let pending = call.client.http().execute(request);
    async move {
        let failed = |error| TransportError::new(call.operation, error);
        let mut response = in_read_time(call, pending).await?.map_err(failed)?;
        arrived.head = Some((response.status(), std::mem::take(response.headers_mut())));
        let (limit, announced) = (call.client.max_body_bytes(), response.content_length());
        // Without a body it is the length that GET would have.
        let bodiless = call.operation.method == http::Method::HEAD || response.status() == StatusCode::NOT_MODIFIED;
        let announced = announced.filter(|_| !bodiless);
        while let Some(chunk) = in_read_time(call, response.chunk()).await?.map_err(failed)? {
            if arrived.len() + chunk.len() > limit {
                return Err(TransportError::too_large(call.operation, limit));
            }
            arrived.push(&chunk, announced);
        }
        // HTTP/1 notices by itself, HTTP/2 not always.
        let missing = announced.is_some_and(|bytes| (arrived.len() as u64) < bytes);
        if missing { Err(TransportError::cut_short(call.operation)) } else { Ok(()) }
    }
}

/// What `work` comes to, unless nothing arrives for too long.
async fn in_read_time<T>(call: &Call, work: impl Future<Output = T>) -> Result<T, TransportError> {
    match call.read_timeout() {
        None => Ok(work.await),
        Some(time) => {
            let limit = call.client.timer().limit(time);
            within(limit, pin!(work)).await.ok_or_else(|| TransportError::idle(call.operation))
        }
    }
}

fn request<E>(call: &Call) -> Result<reqwest::Request, Error<E>> {
    let mut request = reqwest::Request::new(call.operation.method.clone(), call.url()?);
    let headers = request.headers_mut();
    headers.insert(ACCEPT, declared(call.operation.accept)?);
    call.client.identify(headers);
    if let (Some(_), Some(media)) = (&call.body, call.operation.content_type) {
        headers.insert(CONTENT_TYPE, declared(media)?);
    }
    if call.client.asks_for_no_compression() {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    if call.body.is_none() && takes_a_body(&call.operation.method) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    headers::replace(headers, &call.headers);
    if call.body.is_some() && !headers.contains_key(CONTENT_TYPE) {
        return Err(super::InvalidRequest::new(
            "the document names only a range of media types for the body: say which one it is by `with_header(\"content-type\", …)`",
        )
        .into());
    }
    *request.body_mut() = call.body.clone().map(Into::into);
    Ok(request)
}

/// Methods whose requests say how long their body is even where there is none (RFC 9110, 8.6).
fn takes_a_body(method: &http::Method) -> bool {
    [http::Method::POST, http::Method::PUT, http::Method::PATCH].contains(method)
}

/// A media type of the document as a header, without a copy.
fn declared(media: &'static str) -> Result<HeaderValue, super::InvalidRequest> {
    HeaderValue::from_maybe_shared(Bytes::from_static(media.as_bytes()))
        .map_err(|_| super::InvalidRequest::new(format!("the document's media type `{}` is no header", media.escape_debug())))
}

/// One key for all tries of a call: that is what makes them one call for the API.
fn mark(call: &mut Call) -> Result<(), super::InvalidRequest> {
    if let Some(name) = call.operation.idempotency_key
        && !call.headers.contains_key(name)
    {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| super::InvalidRequest::new(format!("`{name}`, which is to carry the idempotency key, is no header")))?;
        call.headers.insert(name, idempotency_key()?);
    }
    Ok(())
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
