//! Sends a call with retries, and reads the whole of each response.

use super::arrived::Arrived;
use super::budget::Admission;
use super::history::{Attempt, History};
use super::retry::{Failure, Progress};
use super::timer::with_timeout;
use super::trace::Trace;
use super::transport::Reason;
use super::{
    ApiError, AttemptRequest, AttemptResponse, Call, DecodeError, Error, ErrorItem, Http, InvalidRequest, OperationError,
    Response, StatusCode, TransportError, auth, random, request,
};
use crate::generated::API;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::runtime::Handle;

/// Decodes a successful response.
pub(super) type Decode<T> = fn(&'static super::Operation, Http) -> Result<Response<T>, Box<DecodeError>>;

/// Sends the call until it succeeds, fails for good, or runs out of attempts or time.
///
/// It is not an `async fn`, whose future would hold a second copy of the call. The same applies to the functions below that
/// return `impl Future`.
pub(super) fn send<T, E: OperationError>(
    mut call: Call,
    decode: Decode<T>,
) -> impl Future<Output = Result<Response<T>, Error<E>>> + use<T, E> {
    let keyed = random::ensure_idempotency_key(&mut call);
    async move {
        keyed?;
        ensure_runtime()?;
        let trace = Trace::call(&call);
        let outcome = trace.run(attempts(&call, decode)).await;
        trace.end(outcome.as_ref().map(|response| response.http().status().as_u16()));
        outcome
    }
}

async fn attempts<T, E: OperationError>(call: &Call, decode: Decode<T>) -> Result<Response<T>, Error<E>> {
    let (policy, timer) = (call.retry(), call.client.timer());
    let began = timer.now();
    let (mut progress, mut history) = (Progress::default(), None);
    // Whether the API rejected the access token once, so that a new one is fetched.
    let mut has_new_token = false;
    let admission = Admission::of(call, Duration::ZERO);
    if !is_in_time(call, admission.wait()) {
        return Err(Error::transport(TransportError::of(call.operation, Reason::NoTime)));
    }
    admission.admit(call).await?;
    loop {
        progress.elapsed = timer.now().saturating_sub(began);
        let number = progress.attempts + progress.capacity_attempts + u32::from(has_new_token);
        let limit = limit(call, &progress);
        let mut tokens = auth::UsedTokens::default();
        let start = progress.elapsed;
        // The block ends the life of the outcome before the wait, which keeps the future small.
        let error = {
            let trace = Trace::attempt(call, number);
            let outcome = trace.run(attempt(call, number + 1, limit, &mut tokens, decode)).await;
            trace.end(outcome.as_ref().map(|response| response.http().status().as_u16()));
            match outcome {
                Ok(response) => return Ok(response),
                Err(error) => error,
            }
        };
        progress.elapsed = timer.now().saturating_sub(began);
        let history = history.get_or_insert_with(|| Box::new(History::new(call)));
        remember(call, history, &error, start, progress.elapsed);
        let wait = if !has_new_token && is_in_time(call, progress.elapsed) && tokens.forget_refused(call, error.status()) {
            has_new_token = true;
            Some(Duration::ZERO)
        } else {
            let failure = classify(call, &error);
            if failure.at_capacity {
                progress.capacity_attempts += 1;
            } else {
                progress.attempts += 1;
            }
            // Without random numbers, wait for the longest time: the original error matters more than this one.
            policy.wait(&failure, &progress, random::number().unwrap_or(u32::MAX))
        };
        // An attempt that cannot begin in time would only hide this error.
        let admission = wait.map(|wait| Admission::of(call, wait));
        let then = |admission: &Admission| progress.elapsed.saturating_add(admission.wait());
        match admission.filter(|admission| is_in_time(call, then(admission)) && policy.allows(&progress, then(admission))) {
            Some(admission) => {
                if let Err(error) = admission.admit(call).await {
                    return Err(Error::from(error).with_history(history.take()));
                }
            }
            None => return Err(error.with_history(history.take())),
        }
    }
}

/// Returns whether the time `then` is within the time limit of the call.
fn is_in_time(call: &Call, then: Duration) -> bool {
    call.total_timeout().is_none_or(|limit| then < limit)
}

/// Returns the time limit of the next attempt.
fn limit(call: &Call, progress: &Progress) -> Limit {
    // A retry ends at the policy's deadline at the latest. The first attempt always has its full time.
    let is_first = progress.attempts + progress.capacity_attempts == 0;
    let deadline = if is_first { call.timeout() } else { call.retry().deadline(progress).saturating_sub(progress.elapsed) };
    let time = deadline.min(call.timeout());
    match call.total_timeout().map(|limit| limit.saturating_sub(progress.elapsed)) {
        Some(left) if left < time => Limit { time: left, is_of_call: true },
        _ => Limit { time, is_of_call: false },
    }
}

#[derive(Clone, Copy)]
struct Limit {
    time: Duration,
    is_of_call: bool,
}

impl Limit {
    fn passed(self, operation: &'static super::Operation) -> TransportError {
        TransportError::of(operation, if self.is_of_call { Reason::CallLate } else { Reason::Late })
    }
}

/// Makes one attempt within its time limit.
async fn attempt<T, E: OperationError>(
    call: &Call,
    number: u32,
    limit: Limit,
    tokens: &mut auth::UsedTokens,
    decode: Decode<T>,
) -> Result<Response<T>, Error<E>> {
    let operation = call.operation;
    let (timer, started) = (call.client.timer(), call.client.timer().now());
    let credentials = auth::resolve(call, limit.time, tokens).await?;
    let mut request = request::build(call, &credentials)?;
    for hook in call.client.hooks() {
        let seen = hook.before_attempt(&mut AttemptRequest { operation, number, request: &mut request });
        seen.map_err(|error| InvalidRequest::new(format!("a hook refused the attempt: {error}")))?;
    }
    // After the hooks, which must not see a key in the URL.
    credentials.add_query(request.url_mut());
    let left = limit.time.saturating_sub(timer.now().saturating_sub(started));
    if left.is_zero() {
        return Err(Error::transport(limit.passed(operation).before_sending()));
    }
    let mut arrived = Arrived::default();
    let passed = timer.limit(left);
    let broken = match with_timeout(passed, pin!(exchange(call, request, &mut arrived))).await {
        Some(Ok(())) => None,
        Some(Err(broken)) => Some(broken),
        None => Some(limit.passed(operation)),
    };
    let http = arrived.finish();
    if let Some(http) = &http {
        let elapsed = timer.now().saturating_sub(started);
        let response = AttemptResponse { operation, number, elapsed, is_complete: broken.is_none(), http };
        call.client.hooks().iter().for_each(|hook| hook.after_response(&response));
    }
    match (http, broken) {
        (None, broken) => Err(Error::transport(broken.unwrap_or_else(|| limit.passed(operation)))),
        (Some(http), None) if operation.is_outcome(http.status()) => decode(operation, http).map_err(Error::Decode),
        // The API has carried out the operation, so the received part of the response must not be lost.
        (Some(http), Some(broken)) if operation.is_outcome(http.status()) => {
            Err(Error::Decode(Box::new(DecodeError::broken(operation, http, broken))))
        }
        (Some(http), broken) => Err(Error::Api(Box::new(ApiError::new(call, http, broken)))),
    }
}

/// Adds a failed attempt to the history of the call. An invalid request or a missing credential does not count as an attempt.
fn remember<E>(call: &Call, history: &mut History, error: &Error<E>, start: Duration, end: Duration) {
    // A provider may have returned a new secret.
    history.update_secrets(call);
    if matches!(error, Error::Invalid(_) | Error::Credential(_)) {
        return;
    }
    let created_id = match error {
        Error::Decode(error) => error.created_id(),
        _ => None,
    };
    let attempt = Attempt {
        method: call.operation.method.clone(),
        url: format!("{}{}", call.client.url_for(call.operation), call.operation.path),
        outcome: error.outcome(),
        http_status: error.status(),
        request_id: error.request_id(),
        created_id,
        cause: history.secrets().redact(&error.cause()),
        start,
        duration: end.saturating_sub(start),
    };
    history.push(attempt);
}

/// Checks that a tokio runtime is running. Connections and time limits need it, even if the client has its own clock.
fn ensure_runtime() -> Result<(), InvalidRequest> {
    let message = "calls need a tokio runtime, and none is running here: make them in a function with `#[tokio::main]`, or with \
                   `Runtime::block_on`; `send_blocking` (feature `blocking`) uses its own";
    Handle::try_current().map(drop).map_err(|_| InvalidRequest::new(message))
}

fn exchange(call: &Call, request: reqwest::Request, arrived: &mut Arrived) -> impl Future<Output = Result<(), TransportError>> {
    let pending = call.client.http().execute(request);
    async move {
        let failed = |error| TransportError::new(call, error);
        let mut response = in_read_time(call, pending).await?.map_err(failed)?;
        arrived.head = Some((response.status(), std::mem::take(response.headers_mut()), response.version()));
        let (limit, announced) = (call.client.max_body_bytes(), response.content_length());
        // In a response without a body, `content-length` is the length that a GET would have.
        let bodiless = call.operation.method == http::Method::HEAD || response.status() == StatusCode::NOT_MODIFIED;
        let announced = announced.filter(|_| !bodiless);
        while let Some(chunk) = in_read_time(call, response.chunk()).await?.map_err(|error| failed(error).after_head())? {
            let room = limit.saturating_sub(arrived.len());
            if chunk.len() > room {
                // The part that fits may contain the id of the created object.
                arrived.push(&chunk.slice(..room), announced);
                return Err(TransportError::of(call.operation, Reason::BodyTooLarge(limit)));
            }
            arrived.push(&chunk, announced);
        }
        // HTTP/1 reports a missing part of the body by itself, HTTP/2 not always.
        let missing = announced.is_some_and(|bytes| (arrived.len() as u64) < bytes);
        if missing { Err(TransportError::of(call.operation, Reason::CutShort)) } else { Ok(()) }
    }
}

/// Runs `work` within the read timeout.
async fn in_read_time<T>(call: &Call, work: impl Future<Output = T>) -> Result<T, TransportError> {
    match call.read_timeout() {
        None => Ok(work.await),
        Some(time) => {
            let limit = call.client.timer().limit(time);
            with_timeout(limit, pin!(work)).await.ok_or_else(|| TransportError::of(call.operation, Reason::Idle))
        }
    }
}

/// Returns the properties of a failed attempt for the retry decision.
fn classify<E>(call: &Call, error: &Error<E>) -> Failure {
    let at_capacity =
        error.is_rate_limited() && error.errors().filter_map(ErrorItem::code).any(|code| API.capacity_codes.contains(&code));
    let repeatable = call.operation.is_repeatable();
    Failure { outcome: error.outcome(), repeatable, at_capacity, retry_after: error.retry_after() }
}
