//! Plays the life of jobs: they go through their states, ask for input, accept answers, and can be canceled and listed.

mod bodies;
mod facts;
mod job;
mod kind;
mod list;

use crate::check::Variables;
use crate::document::{Document, DocumentError};
use crate::http::Request;
use crate::refusals::Refusals;
use crate::{Answer, Judge, Life, Operation, Parameter, Values};
use job::Job;
use kind::LivingKind;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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

pub(crate) struct World {
    judge: Arc<Judge>,
    clock: Box<dyn Fn() -> Duration + Send>,
    refusals: Refusals,
    /// The document with the overlay, which may add the idempotency key header.
    operations: Vec<Operation>,
    kinds: Vec<LivingKind>,
    lives: HashMap<String, Choose>,
    /// The jobs by number, in the order in which they were started.
    jobs: BTreeMap<usize, Job>,
    count: usize,
    /// The numbers of jobs by kind and ID.
    by_id: HashMap<(usize, String), usize>,
    keys: HashMap<String, Done>,
    problems: Vec<String>,
}

/// The effect of the first request with an idempotency key.
struct Done {
    /// The fingerprint of the whole request.
    hash: u64,
    job: usize,
    creates: bool,
}

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
            world.problems.push(format!("a life was given to what `{operation}` creates, but it has no `x-poll`"));
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

impl World {
    fn answer(&mut self, operation: &Operation, variables: &Variables, request: &Request) -> Option<Answer> {
        let role = self.kinds.iter().enumerate().find_map(|(index, kind)| Some((index, kind.role(&operation.id)?)));
        let (kind, role) = role?;
        let now = (self.clock)();
        let key = self.idempotency_key(operation, request);
        let hash = hash(request);
        if let Some(done) = key.as_ref().and_then(|key| self.keys.get(key)) {
            let conflict = "the idempotency key was used before with other parameters";
            return Some(if done.hash == hash {
                self.shown(done.job, operation, role, now)
            } else {
                self.refusals.answer(409, "idempotency", "idempotency_error", conflict)
            });
        }
        let job = match role {
            kind::Role::Lists => return Some(self.list(kind, operation, request, now)),
            kind::Role::Creates => self.start(kind, variables, request, key.clone(), now),
            _ => match self.find(kind, operation, variables, request) {
                Some(job) => job,
                None => return Some(self.refusals.answer(404, "request", "not_found", "there is no such job")),
            },
        };
        if let Err(message) = self.act(job, operation, role, request, now) {
            return Some(self.refusals.answer(409, "request", "conflict", message));
        }
        if let Some(key) = key {
            self.keys.insert(key, Done { hash, job, creates: role == kind::Role::Creates });
        }
        Some(self.shown(job, operation, role, now))
    }

    /// Starts a job.
    fn start(&mut self, kind: usize, variables: &Variables, request: &Request, key: Option<String>, now: Duration) -> usize {
        let living = &self.kinds[kind];
        let life = self.lives.get_mut(&living.facts.creates.id).map(|choose| choose(request));
        let number = self.count;
        self.count += 1;
        let job = living.start(&self.judge, kind, life, variables, request, number, key, now);
        self.problems.extend(living.problems(&self.judge, &job));
        self.by_id.insert((kind, job.id_text()), number);
        self.jobs.insert(number, job);
        number
    }

    /// Returns the job to which a request refers.
    fn find(&self, kind: usize, operation: &Operation, variables: &Variables, request: &Request) -> Option<usize> {
        let living = &self.kinds[kind];
        let call = living.facts.calls().find(|call| call.operation.id == operation.id)?;
        let sent = |name: &str| sent(variables, request, name);
        let id = call.parameters.iter().find(|(_, source)| matches!(source, facts::Source::Body(_)));
        let number = *self.by_id.get(&(kind, sent(&id?.0)?))?;
        let job = self.jobs.get(&number)?;
        let fits = |(name, source): &(String, facts::Source)| match source {
            facts::Source::Path(path) => sent(name).as_ref() == job.variable(path),
            facts::Source::Body(_) => true,
        };
        call.parameters.iter().all(fits).then_some(number)
    }

    /// Carries out a request on a job. Returns the reason if that is not possible now.
    fn act(
        &mut self,
        job: usize,
        operation: &Operation,
        role: kind::Role,
        request: &Request,
        now: Duration,
    ) -> Result<(), &'static str> {
        let Some(job) = self.jobs.get_mut(&job) else { return Err("there is no such job any more") };
        let kind = &self.kinds[job.kind].facts;
        job.advance(kind, now);
        match role {
            kind::Role::Answers => job.take_answer(kind, operation, request, now),
            kind::Role::Cancels => job.cancel(kind, now),
            kind::Role::Creates | kind::Role::Polls | kind::Role::Lists => Ok(()),
        }
    }

    /// Returns the response of an operation for a job. The creating operation always returns the initial state, even if it is
    /// repeated.
    fn shown(&mut self, job: usize, operation: &Operation, role: kind::Role, now: Duration) -> Answer {
        let Some(job) = self.jobs.get_mut(&job) else { return Answer::empty(410) };
        let living = &self.kinds[job.kind];
        job.advance(&living.facts, now);
        let stage = if role == kind::Role::Creates { job.first() } else { job.stage() };
        living
            .template(&operation.id)
            .map_or_else(|| Answer::empty(204), |template| template.answer(&living.body(template, job, stage)))
    }

    /// Returns the idempotency key of a request: the header with `x-idempotency-key`, or the header called `Idempotency-Key`.
    fn idempotency_key(&self, operation: &Operation, request: &Request) -> Option<String> {
        let document = self.judge.document();
        let own = self.operations.iter().find(|own| own.id == operation.id)?;
        let headers = || own.parameters.iter().filter(|parameter| parameter.location == "header");
        let is_marked =
            |parameter: &&Parameter| document.at(&format!("{}/x-idempotency-key", parameter.pointer)) == Some(&Value::Bool(true));
        let named = headers().find(|parameter| parameter.name.eq_ignore_ascii_case("idempotency-key"));
        request.header(&headers().find(is_marked).or(named)?.name).map(str::to_owned)
    }

    fn list(&mut self, kind: usize, operation: &Operation, request: &Request, now: Duration) -> Answer {
        let living = &self.kinds[kind];
        let mut items = Vec::new();
        for job in self.jobs.values_mut().filter(|job| job.kind == kind) {
            job.advance(&living.facts, now);
            items.push(living.body(&living.polled, job, job.stage()));
        }
        living
            .lists
            .iter()
            .find(|list| list.operation.id == operation.id)
            .map_or_else(|| Answer::empty(204), |list| list.answer(items, request))
    }
}

/// Returns the value of a path or query parameter.
fn sent(variables: &Variables, request: &Request, name: &str) -> Option<String> {
    let path = variables.iter().find(|(own, _)| own == name).map(|(_, value)| crate::http::unescape(value));
    path.or_else(|| request.query_pairs().into_iter().find(|(own, _)| own == name).map(|(_, value)| value))
}

fn hash(request: &Request) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&request.method, &request.path, &request.query, &request.body).hash(&mut hasher);
    hasher.finish()
}
