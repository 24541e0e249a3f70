//! Waits for an object that an operation created: polls until its state is final, and reports its interactions.

mod error;
mod facts;
mod interaction;
mod policy;
mod poll;

pub use error::WaitError;
pub use facts::{AnswerWith, Created, InputState, Source, States, from_json, id_text, to_json};
pub use interaction::{Interaction, InteractionField};
pub use policy::WaitPolicy;

use super::trace::Trace;
use super::{Call, Error, Response};
use crate::Client;
use poll::Poller;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Handler = Box<dyn Fn(Interaction) -> Boxed<Option<Value>> + Send + Sync>;

/// A wait for an object that an operation created. Await it to get the result, or call `next` for each step:
///
/// ```text
/// while let Some(step) = wait.next().await? {
///     match step {
///         Step::State(job) => println!("{}", job.state),
///         Step::Interaction(question) => wait.answer(ask(&question)).await?,
///         Step::Done(job) => println!("{:?}", job.result),
///     }
/// }
/// ```
///
/// Dropping the wait stops the polling, but does not cancel the object.
#[must_use = "a wait polls only while it is awaited"]
pub struct Wait<T> {
    client: Client,
    phase: Phase<T>,
    policy: WaitPolicy,
    handler: Option<Handler>,
}

enum Phase<T> {
    /// The request that creates the object has not been answered yet.
    Starting(Boxed<Result<Poller, WaitError<T>>>),
    Polling(Box<Poller>),
    Over,
}

/// A step of a wait.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step<T> {
    /// A poll found a state that is not final.
    State(Response<T>),
    /// The object asks for input: call [`Wait::answer`]. Each question is reported once, unless the API asks it again after an
    /// answer.
    Interaction(Interaction),
    /// The object reached a final state that is a success.
    Done(Response<T>),
}

impl<T: DeserializeOwned + Send + 'static> Wait<T> {
    /// Creates a wait that polls with `call`.
    #[doc(hidden)]
    pub fn new(id: String, call: Call, states: &'static States) -> Self {
        let client = call.client().clone();
        Self::with_phase(client, Phase::Polling(Box::new(Poller::new(id, call, states))))
    }

    /// Creates a wait for the object that `start` creates. `wait` returns the wait for that object.
    #[doc(hidden)]
    pub fn after<C, E>(
        client: Client,
        start: impl Future<Output = Result<Response<C>, Error<E>>> + Send + 'static,
        wait: impl FnOnce(&Created) -> Self + Send + 'static,
    ) -> Self
    where
        C: Send + 'static,
        E: Send + 'static,
    {
        let start = async move {
            let created = match start.await {
                Ok(response) => Created::raw(response.http().body()),
                // The object was created, although its response is incomplete.
                Err(error) => match Created::by(&error) {
                    Some(created) => created,
                    None => return Err(WaitError::Start(error.untyped())),
                },
            };
            match wait(&created).phase {
                Phase::Polling(mut poller) => {
                    poller.created_before = false;
                    Ok(*poller)
                }
                Phase::Starting(start) => start.await,
                Phase::Over => Err(WaitError::Start(super::InvalidRequest::new("the wait is already over").into())),
            }
        };
        Self::with_phase(client, Phase::Starting(Box::pin(start)))
    }

    fn with_phase(client: Client, phase: Phase<T>) -> Self {
        Self { client, phase, policy: WaitPolicy::default(), handler: None }
    }

    /// Sets the polling policy.
    pub fn with_policy(mut self, policy: WaitPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the time from the first poll until the wait gives up. The default is an hour.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.policy.deadline = deadline;
        self
    }

    /// Sets a handler that answers each interaction while the wait is awaited. If it returns `None`, the wait ends with
    /// [`WaitError::NeedsInput`].
    pub fn on_interaction<F, R>(mut self, handler: F) -> Self
    where
        F: Fn(Interaction) -> R + Send + Sync + 'static,
        R: Future<Output: Into<Option<Value>>> + Send + 'static,
    {
        self.handler = Some(Box::new(move |interaction| {
            let answer = handler(interaction);
            Box::pin(async move { answer.await.into() })
        }));
        self
    }

    /// Waits for the next step. Returns `None` after the last one.
    ///
    /// # Errors
    ///
    /// See [`WaitError`]. An interaction is a step, not an error.
    pub async fn next(&mut self) -> Result<Option<Step<T>>, WaitError<T>> {
        self.begin().await?;
        let Phase::Polling(poller) = &mut self.phase else { return Ok(None) };
        let trace = Trace::wait(&poller.call);
        let outcome = trace.run(poller.step(&self.client, &self.policy)).await;
        trace.end_wait(outcome.as_ref().err());
        match &outcome {
            Ok(Step::Done(_)) | Err(WaitError::Ended { .. } | WaitError::Poll { .. }) => self.phase = Phase::Over,
            _ => {}
        }
        outcome.map(Some)
    }

    /// Answers the last interaction.
    ///
    /// # Errors
    ///
    /// Returns [`WaitError::NeedsInput`] if the API accepts no answer in this state, and [`WaitError::Answer`] if there is no
    /// open question or the answer is not accepted. The wait can continue after either error.
    pub async fn answer(&mut self, answer: impl Serialize) -> Result<(), WaitError<T>> {
        self.begin().await?;
        match &mut self.phase {
            Phase::Polling(poller) => poller.answer(&self.client, &self.policy, super::to_value("answer", answer)).await,
            _ => Err(WaitError::Answer {
                id: String::new(),
                error: Box::new(super::InvalidRequest::new("the wait is over, so there is no open question").into()),
            }),
        }
    }

    /// Waits for the result, like awaiting the wait itself.
    ///
    /// # Errors
    ///
    /// See [`WaitError`].
    pub async fn finish(mut self) -> Result<Response<T>, WaitError<T>> {
        loop {
            match self.next().await? {
                Some(Step::Done(response)) => return Ok(response),
                Some(Step::Interaction(interaction)) => {
                    let answer = match &self.handler {
                        Some(handler) if interaction.is_answerable() => handler(interaction.clone()).await,
                        _ => None,
                    };
                    let Some(answer) = answer else { return Err(WaitError::NeedsInput(Box::new(interaction))) };
                    self.answer(answer).await?;
                }
                Some(Step::State(_)) => {}
                None => return Err(WaitError::Start(super::InvalidRequest::new("the wait is already over").into())),
            }
        }
    }

    async fn begin(&mut self) -> Result<(), WaitError<T>> {
        if let Phase::Starting(start) = &mut self.phase {
            let started = start.as_mut().await;
            self.phase = Phase::Over;
            self.phase = Phase::Polling(Box::new(started?));
        }
        Ok(())
    }
}

#[cfg(feature = "blocking")]
impl<T: DeserializeOwned + Send + 'static> Wait<T> {
    /// Like [`finish`](Self::finish), but blocks the thread. Requires the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as `finish`, and an error if it is called in async code, which it would block.
    pub fn finish_blocking(self) -> Result<Response<T>, WaitError<T>> {
        let client = self.client.clone();
        super::blocking::enter(&client, "finish").map_err(|error| self.refused(error))?.block_on(self.finish())
    }

    /// The error for a blocking call in async code.
    fn refused(&self, error: super::InvalidRequest) -> WaitError<T> {
        match &self.phase {
            Phase::Polling(poller) => poller.failed::<T>(Err(error.into())),
            _ => WaitError::Start(error.into()),
        }
    }

    /// Like [`next`](Self::next), but blocks the thread. Requires the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as `next`, and an error if it is called in async code, which it would block.
    pub fn next_blocking(&mut self) -> Result<Option<Step<T>>, WaitError<T>> {
        let client = self.client.clone();
        super::blocking::enter(&client, "next").map_err(|error| self.refused(error))?.block_on(self.next())
    }

    /// Like [`answer`](Self::answer), but blocks the thread. Requires the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as `answer`, and an error if it is called in async code, which it would block.
    pub fn answer_blocking(&mut self, answer: impl Serialize) -> Result<(), WaitError<T>> {
        let client = self.client.clone();
        super::blocking::enter(&client, "answer").map_err(|error| self.refused(error))?.block_on(self.answer(answer))
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for Wait<T> {
    type Output = Result<Response<T>, WaitError<T>>;
    type IntoFuture = Boxed<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.finish())
    }
}

impl<T> fmt::Debug for Wait<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("policy", &self.policy).field("handler", &self.handler.is_some()).finish_non_exhaustive()
    }
}
