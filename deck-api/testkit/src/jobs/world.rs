//! The state of all jobs, and the responses that follow from it.

use super::job::Job;
use super::kind::{LivingKind, Role};
use super::{Choose, facts};
use crate::check::Variables;
use crate::http::Request;
use crate::refusals::Refusals;
use crate::{Answer, Judge, Operation, Parameter};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

pub(super) struct World {
    pub(super) judge: Arc<Judge>,
    pub(super) clock: Box<dyn Fn() -> Duration + Send>,
    pub(super) refusals: Refusals,
    /// The document with the overlay, which may add the idempotency key header.
    pub(super) operations: Vec<Operation>,
    pub(super) kinds: Vec<LivingKind>,
    pub(super) lives: HashMap<String, Choose>,
    /// The jobs by number, in the order in which they were started.
    pub(super) jobs: BTreeMap<usize, Job>,
    pub(super) count: usize,
    /// The numbers of jobs by kind and ID.
    pub(super) by_id: HashMap<(usize, String), usize>,
    pub(super) keys: HashMap<String, Done>,
    pub(super) problems: Vec<String>,
}

/// The effect of the first request with an idempotency key.
pub(super) struct Done {
    /// The fingerprint of the whole request.
    pub(super) hash: u64,
    pub(super) job: usize,
    pub(super) creates: bool,
}

impl World {
    pub(super) fn answer(&mut self, operation: &Operation, variables: &Variables, request: &Request) -> Option<Answer> {
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
            Role::Lists => return Some(self.list(kind, operation, request, now)),
            Role::Creates => self.start(kind, variables, request, key.clone(), now),
            // Several kinds of jobs can share an operation.
            _ => match (0..self.kinds.len()).find_map(|kind| self.find(kind, operation, variables, request)) {
                Some(job) => job,
                None => return Some(self.refusals.answer(404, "request", "not_found", "there is no such job")),
            },
        };
        if let Err(message) = self.act(job, operation, role, request, now) {
            return Some(self.refusals.answer(409, "request", "conflict", message));
        }
        if let Some(key) = key {
            self.keys.insert(key, Done { hash, job, creates: role == Role::Creates });
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
        role: Role,
        request: &Request,
        now: Duration,
    ) -> Result<(), &'static str> {
        let Some(job) = self.jobs.get_mut(&job) else { return Err("there is no such job any more") };
        let kind = &self.kinds[job.kind].facts;
        job.advance(kind, now);
        match role {
            Role::Answers => job.take_answer(kind, operation, request, now),
            Role::Cancels => job.cancel(kind, now),
            Role::Creates | Role::Polls | Role::Lists => Ok(()),
        }
    }

    /// Returns the response of an operation for a job. The creating operation always returns the initial state, even if it is
    /// repeated.
    fn shown(&mut self, job: usize, operation: &Operation, role: Role, now: Duration) -> Answer {
        let Some(job) = self.jobs.get_mut(&job) else { return Answer::empty(410) };
        let living = &self.kinds[job.kind];
        job.advance(&living.facts, now);
        let stage = if role == Role::Creates { job.first() } else { job.stage() };
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
        let list_of = |kind: usize| self.kinds[kind].lists.iter().find(|list| list.operation.id == operation.id);
        let mut items = Vec::new();
        for job in self.jobs.values_mut().filter(|job| list_of(job.kind).is_some()) {
            let living = &self.kinds[job.kind];
            job.advance(&living.facts, now);
            items.push(living.body(&living.polled, job, job.stage()));
        }
        list_of(kind).map_or_else(|| Answer::empty(204), |list| list.answer(&self.judge, items, request))
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
