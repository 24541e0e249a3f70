//! Simulates jobs: they go through their states, ask for input, accept answers, and can be canceled and listed.

mod bodies;
mod facts;
mod job;
mod kind;
mod list;
mod world;

use crate::check::Variables;
use crate::document::{Document, DocumentError};
use crate::http::Request;
use crate::refusals::Refusals;
use crate::{Answer, Judge, Life, Operation, Values};
use kind::LivingKind;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use world::World;

/// The jobs of a server: see [`FakeServer::play`](crate::FakeServer::play).
#[derive(Clone)]
pub struct Jobs {
    world: Arc<Mutex<World>>,
}

/// The record of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct StartedJob {
    /// The id of the operation that created the job.
    pub operation: String,
    /// The ID of the job.
    pub id: String,
    /// The idempotency key of the request that created the job.
    pub key: Option<String>,
    /// The current state.
    pub state: String,
    /// The accepted answers.
    pub answers: Vec<Value>,
}

/// Chooses the life of the job that a request creates.
type Choose = Box<dyn FnMut(&Request) -> Life + Send>;

impl Jobs {
    pub(crate) fn new(
        judge: &Arc<Judge>,
        values: &mut Values,
        clock: impl Fn() -> Duration + Send + 'static,
    ) -> Result<Self, DocumentError> {
        let document: &Document = judge.document();
        let kinds = facts::read(document)?.into_iter().map(|kind| LivingKind::new(judge, kind, values));
        let world = World {
            judge: judge.clone(),
            clock: Box::new(clock),
            refusals: Refusals::of(document),
            operations: document.operations(),
            kinds: kinds.collect::<Result<_, _>>()?,
            lives: HashMap::new(),
            jobs: BTreeMap::new(),
            count: 0,
            by_id: HashMap::new(),
            keys: HashMap::new(),
            problems: Vec::new(),
        };
        Ok(Self { world: Arc::new(Mutex::new(world)) })
    }

    /// Returns the ids of the operations that create jobs.
    #[must_use]
    pub fn operations(&self) -> Vec<String> {
        self.lock().kinds.iter().map(|kind| kind.facts.creates.id.clone()).collect()
    }

    /// Sets the life of all jobs that the operation with this id creates from now on.
    pub fn live(&self, operation: &str, life: Life) {
        self.live_with(operation, move |_| life.clone());
    }

    /// Lets `choose` set the life of each job that the operation with this id creates from now on.
    pub fn live_with(&self, operation: &str, choose: impl FnMut(&Request) -> Life + Send + 'static) {
        let mut world = self.lock();
        if world.kinds.iter().all(|kind| kind.facts.creates.id != operation) {
            world.problems.push(format!("`live` or `live_with` was called for `{operation}`, which has no `x-poll`"));
        }
        world.lives.insert(operation.to_owned(), Box::new(choose));
    }

    /// Returns all started jobs, in order.
    #[must_use]
    pub fn started(&self) -> Vec<StartedJob> {
        let mut world = self.lock();
        let now = (world.clock)();
        let World { jobs, kinds, .. } = &mut *world;
        jobs.values_mut().map(|job| job.tell(&kinds[job.kind].facts, now)).collect()
    }

    /// Removes a job and its idempotency key. A test with many jobs that checks each one at its end can thus limit its memory.
    #[must_use]
    pub fn take(&self, id: &str) -> Option<StartedJob> {
        let mut world = self.lock();
        let now = (world.clock)();
        let World { jobs, kinds, by_id, keys, .. } = &mut *world;
        let number = (0..kinds.len()).find_map(|kind| by_id.remove(&(kind, id.to_owned())))?;
        let mut job = jobs.remove(&number)?;
        if let Some(key) = &job.key {
            keys.remove(key);
        }
        Some(job.tell(&kinds[job.kind].facts, now))
    }

    /// Returns whether a job was started with this idempotency key.
    #[must_use]
    pub fn has_started(&self, key: &str) -> bool {
        self.lock().keys.get(key).is_some_and(|done| done.creates)
    }

    /// Returns the response to a request, if it concerns a job.
    pub(crate) fn answer(&self, operation: &Operation, variables: &Variables, request: &Request) -> Option<Answer> {
        self.lock().answer(operation, variables, request)
    }

    /// Returns the problems of the given lives since the last call.
    pub(crate) fn take_problems(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().problems)
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("started", &self.lock().jobs.len()).finish_non_exhaustive()
    }
}
