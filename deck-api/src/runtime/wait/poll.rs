//! Polls an object: schedules the polls, and interprets the state in each response.

use super::facts::{Source, wrapped};
use super::policy::jittered;
use super::{Interaction, States, Step, WaitError, WaitPolicy};
use crate::Client;
use crate::runtime::budget::Purpose;
use crate::runtime::redact::Secrets;
use crate::runtime::{Call, Error, InvalidRequest, Json, Response, StatusCode, Untyped, find, random};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// How long an object's creation or answer may take to become visible in the whole API.
const SETTLING: Duration = Duration::from_secs(10);
/// The minimum time limit of a poll near the deadline.
const MIN_TIMEOUT: Duration = Duration::from_secs(1);

/// Polls one object.
pub(super) struct Poller {
    id: String,
    pub(super) call: Call,
    states: &'static States,
    /// The time of the first poll.
    since: Option<Duration>,
    /// The time of the next poll.
    due: Option<Duration>,
    interval: Option<Duration>,
    /// If not, the first poll is delayed by an interval.
    pub(super) created_before: bool,
    state: Option<String>,
    error: Option<Box<Error>>,
    asked: Option<Asked>,
}

/// The last question.
struct Asked {
    interaction: Interaction,
    body: Bytes,
    answered: Option<Duration>,
}

impl Poller {
    pub(super) fn new(id: String, call: Call, states: &'static States) -> Self {
        Self {
            id: Secrets::of(&call).hide(id),
            call,
            states,
            since: None,
            due: None,
            interval: None,
            created_before: true,
            state: None,
            error: None,
            asked: None,
        }
    }

    /// Polls until there is a step to report.
    pub(super) async fn step<T: DeserializeOwned>(
        &mut self,
        client: &Client,
        policy: &WaitPolicy,
    ) -> Result<Step<T>, WaitError<T>> {
        loop {
            self.pause(client, policy).await?;
            if let Some(step) = self.poll(client, policy).await? {
                return Ok(step);
            }
        }
    }

    /// Waits until the next poll is due and the request budget allows it.
    async fn pause<T>(&mut self, client: &Client, policy: &WaitPolicy) -> Result<(), WaitError<T>> {
        let timer = client.timer();
        let now = timer.now();
        let since = *self.since.get_or_insert(now);
        if !self.created_before && self.due.is_none() {
            self.schedule(now, policy, None);
        }
        let deadline = since.saturating_add(policy.deadline);
        let reservation = client.budget().reserve(Purpose::Poll, now, self.due.unwrap_or(now));
        if reservation.at() > deadline {
            drop(reservation);
            timer.pause(deadline.saturating_sub(now)).await.map_err(|error| self.failed::<T>(Err(error.into())))?;
            return Err(WaitError::StillRunning { id: self.id.clone(), state: self.state.clone(), error: self.error.take() });
        }
        timer.pause(reservation.at().saturating_sub(now)).await.map_err(|error| self.failed::<T>(Err(error.into())))?;
        reservation.spend();
        Ok(())
    }

    /// Schedules the next poll.
    fn schedule(&mut self, now: Duration, policy: &WaitPolicy, asked: Option<Duration>) {
        let interval = self.interval.unwrap_or(policy.first_interval);
        let wait = jittered(interval, random::number().unwrap_or(u32::MAX));
        self.due = Some(now.saturating_add(wait.max(asked.unwrap_or_default())));
        self.interval = Some(policy.grown(interval));
    }

    async fn poll<T: DeserializeOwned>(&mut self, client: &Client, policy: &WaitPolicy) -> Result<Option<Step<T>>, WaitError<T>> {
        let timer = client.timer();
        let deadline = self.since.unwrap_or_default().saturating_add(policy.deadline);
        let left = deadline.saturating_sub(timer.now()).max(MIN_TIMEOUT);
        let mut call = self.call.clone();
        (call.timeout, call.retry) = (Some(left.min(call.timeout())), Some(call.retry().once()));
        call.is_poll = true;
        let outcome: Result<Response<T>, Error<Untyped>> = call.send().await;
        let now = timer.now();
        // A far time would end the wait, although the object may be final much earlier.
        let asked = outcome.as_ref().err().and_then(Error::retry_after);
        self.schedule(now, policy, asked.map(|asked| asked.min(self.call.retry().retry_after_ceiling())));
        let body = match &outcome {
            Ok(response) => response.http().body(),
            // A body that cannot be decoded as a whole may still contain the state.
            Err(Error::Decode(undecoded)) if !undecoded.is_cut_off() => undecoded.http().body(),
            Err(error) if self.passes(error, now) => {
                self.error = outcome.err().map(Box::new);
                return Ok(None);
            }
            Err(_) => return Err(self.failed(outcome)),
        };
        let Some(state) = find::find_text(body, self.states.state) else { return Ok(self.goes_on(outcome)) };
        let body = body.clone();
        self.state = Some(Secrets::of(&self.call).hide(state.clone()));
        self.judge(outcome, &state, body, now)
    }

    /// Interprets the state of a response.
    fn judge<T>(
        &mut self,
        outcome: Result<Response<T>, Error>,
        state: &str,
        body: Bytes,
        now: Duration,
    ) -> Result<Option<Step<T>>, WaitError<T>> {
        let is = |states: &[&str]| states.contains(&state);
        let is_failure = is(self.states.failure);
        if is(self.states.success) || is_failure {
            return match outcome {
                Ok(response) if is_failure => {
                    Err(WaitError::Ended { id: self.id.clone(), state: state.to_owned(), response: Box::new(response) })
                }
                Ok(response) => Ok(Some(Step::Done(response))),
                Err(_) => Err(self.failed(outcome)),
            };
        }
        let asks = self.states.input.iter().find(|input| input.state == state);
        let Some(asks) = asks else {
            self.asked = None;
            return Ok(self.goes_on(outcome));
        };
        let interaction = Interaction::read(&self.id, asks, &body);
        if self.asked.as_ref().is_some_and(|asked| asked.covers(&interaction, now)) {
            return Ok(self.goes_on(outcome));
        }
        self.asked = Some(Asked { interaction: interaction.clone(), body, answered: None });
        Ok(Some(Step::Interaction(interaction)))
    }

    /// Continues the wait. A response that cannot be decoded does not end it, but gives no step either.
    fn goes_on<T>(&mut self, outcome: Result<Response<T>, Error>) -> Option<Step<T>> {
        match outcome {
            Ok(response) => {
                self.error = None;
                Some(Step::State(response))
            }
            Err(error) => {
                self.error = Some(Box::new(error));
                None
            }
        }
    }

    /// Returns whether a later poll may succeed.
    fn passes(&self, error: &Error, now: Duration) -> bool {
        let young = now.saturating_sub(self.since.unwrap_or(now)) < SETTLING;
        error.outcome().is_transient(self.call.retry().statuses()) || young && error.status() == Some(StatusCode::NOT_FOUND)
    }

    pub(super) fn failed<T>(&self, outcome: Result<Response<T>, Error>) -> WaitError<T> {
        let (id, state) = (self.id.clone(), self.state.clone());
        match outcome {
            Err(error) => WaitError::Poll { id, state, error: Box::new(error) },
            Ok(_) => WaitError::StillRunning { id, state, error: None },
        }
    }

    /// Answers the last question.
    pub(super) async fn answer<T>(
        &mut self,
        client: &Client,
        policy: &WaitPolicy,
        answer: Result<Value, InvalidRequest>,
    ) -> Result<(), WaitError<T>> {
        let id = self.id.clone();
        let refused = |error: Error| WaitError::Answer { id: id.clone(), error: Box::new(error) };
        let Some(asked) = self.asked.as_mut() else {
            return Err(refused(InvalidRequest::new("there is no open question to answer").into()));
        };
        let with = self.states.input.iter().find(|input| input.state == asked.interaction.state());
        let Some(with) = with.and_then(|input| input.answer.as_ref()) else {
            return Err(WaitError::NeedsInput(Box::new(asked.interaction.clone())));
        };
        let mut call = Call::new(client, with.operation).body(answer.map(|answer| wrapped(with.body, answer)));
        for (name, source) in with.parameters {
            let value = match source {
                Source::Response(pointer) => find::find(&asked.body, pointer),
                Source::Path(name) => self.call.path_value(name).map(|text| Value::String(text).into()),
            };
            call = call.path(name, value);
        }
        let outcome: Result<Response<Json>, Error> = call.send::<Json, Untyped>().await;
        let body = match &outcome {
            Ok(response) => response.http().body(),
            // The API has accepted the answer, with or without a response body; the next poll gets the state.
            Err(Error::Decode(undecoded)) => undecoded.http().body(),
            Err(_) => return outcome.map(drop).map_err(refused),
        };
        let now = client.timer().now();
        let state = find::find_text(body, self.states.state);
        if state.is_some_and(|state| self.states.input.iter().all(|input| input.state != state)) {
            // If the same question appears again, it is a new one.
            self.asked = None;
        } else {
            asked.answered = Some(now);
        }
        self.interval = None;
        self.schedule(now, policy, None);
        Ok(())
    }
}

impl Asked {
    /// Returns whether this question has already been reported. It is reported again only if it is still open some time after an
    /// answer.
    fn covers(&self, interaction: &Interaction, now: Duration) -> bool {
        self.interaction == *interaction && self.answered.is_none_or(|answered| now.saturating_sub(answered) < SETTLING)
    }
}
