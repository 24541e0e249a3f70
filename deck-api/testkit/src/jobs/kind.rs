//! A kind of job that the fake server simulates: its default life, and the bodies of its operations.

use super::bodies::{Template, nth_id};
use super::facts::{Input, Kind};
use super::job::Job;
use super::list::{self, List};
use crate::check::Variables;
use crate::document::DocumentError;
use crate::http::{Request, unescape};
use crate::life::{Life, Stage};
use crate::refusals::put;
use crate::{Judge, Values};
use serde_json::{Value, json};
use std::time::Duration;

pub struct LivingKind {
    pub facts: Kind,
    /// The default life.
    pub life: Life,
    pub polled: Template,
    /// The other operations on a job.
    templates: Vec<(String, Template)>,
    pub lists: Vec<List>,
}

/// The effect of an operation on jobs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Creates,
    Polls,
    Answers,
    Cancels,
    Lists,
}

impl LivingKind {
    pub fn new(judge: &Judge, facts: Kind, values: &mut Values) -> Result<Self, DocumentError> {
        let mut polled = Template::of(judge, &facts.polls.operation, values)?;
        let states = states(judge, &facts, &mut polled);
        if states.is_empty() {
            let at = format!("#{}: the success of `{}`", facts.creates.pointer, facts.polls.operation.id);
            return Err(DocumentError::new(format!("{at} must be JSON that holds a final state at `{}`", facts.state)));
        }
        let mut templates = vec![(facts.creates.id.clone(), Template::of(judge, &facts.creates, values)?)];
        for call in facts.calls().skip(1) {
            templates.push((call.operation.id.clone(), Template::of(judge, &call.operation, values)?));
        }
        for (_, template) in &mut templates {
            template.set(judge, &facts.state, json!(states[0]));
        }
        let lists = list::of(judge, &facts.polls.operation, values)?;
        Ok(Self { life: Life::of(states), facts, polled, templates, lists })
    }

    pub fn role(&self, operation: &str) -> Option<Role> {
        let facts = &self.facts;
        let answers =
            || facts.inputs.iter().filter_map(|input| input.answer.as_ref()).any(|(call, _)| call.operation.id == operation);
        match operation {
            id if id == facts.creates.id => Some(Role::Creates),
            id if id == facts.polls.operation.id => Some(Role::Polls),
            id if facts.cancel.as_ref().is_some_and(|cancel| cancel.call.operation.id == id) => Some(Role::Cancels),
            _ if answers() => Some(Role::Answers),
            id => self.lists.iter().any(|list| list.operation.id == id).then_some(Role::Lists),
        }
    }

    pub fn template(&self, operation: &str) -> Option<&Template> {
        if operation == self.facts.polls.operation.id {
            return Some(&self.polled);
        }
        self.templates.iter().find(|(id, _)| id == operation).map(|(_, template)| template)
    }

    /// Creates the job with this number.
    #[allow(clippy::too_many_arguments, reason = "each is a part of the job")]
    pub fn start(
        &self,
        judge: &Judge,
        kind: usize,
        life: Option<Life>,
        variables: &Variables,
        request: &Request,
        number: usize,
        key: Option<String>,
        now: Duration,
    ) -> Job {
        let variables: Variables = variables.iter().map(|(name, value)| (name.clone(), unescape(value))).collect();
        let life = life.filter(|life| !life.stages.is_empty()).unwrap_or_else(|| self.life.clone());
        let made = self.template(&self.facts.creates.id).and_then(|template| template.body.as_ref()?.pointer(&self.facts.id));
        let id = nth_id(made.unwrap_or(&Value::Null), number as u64 + 1);
        let echo = self.echo(judge, &variables, &request.json());
        Job { kind, id, key, answers: Vec::new(), variables, echo, life, at: 0, since: now }
    }

    /// Returns the values of a request that the schema of the job also has.
    fn echo(&self, judge: &Judge, variables: &Variables, sent: &Value) -> Vec<(String, Value)> {
        let Some(body) = &self.polled.body else { return Vec::new() };
        let known = variables.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        let sent = sent.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone()));
        known
            .chain(sent)
            .filter(|(name, value)| {
                let mut with = body.clone();
                repeat(&mut with, name, value) && self.polled.problems(judge, &with).is_empty()
            })
            .collect()
    }

    /// Returns the body of a job in a state.
    pub fn body(&self, template: &Template, job: &Job, stage: &Stage) -> Value {
        let mut body = template.body.clone().unwrap_or_default();
        for (name, value) in &job.echo {
            repeat(&mut body, name, value);
        }
        let ids = self.facts.ids().map(|pointer| (pointer, job.id.clone()));
        for (pointer, value) in ids.chain([(&self.facts.state, json!(stage.state))]) {
            if body.pointer(pointer).is_some() {
                put(&mut body, pointer, value);
            }
        }
        if body.pointer(&self.facts.state).is_some() {
            if let Some(input) = self.facts.input(&stage.state) {
                ask(&mut body, input);
            }
            if let (Value::Object(body), Value::Object(fields)) = (&mut body, &stage.fields) {
                body.extend(fields.clone());
            }
        }
        body
    }

    /// Returns the problems of the bodies of a job.
    pub fn problems(&self, judge: &Judge, job: &Job) -> Vec<String> {
        let id = &self.facts.polls.operation.id;
        let mut found = Vec::new();
        for stage in &job.life.stages {
            let problems = self.polled.problems(judge, &self.body(&self.polled, job, stage));
            let of = |problem| format!("the body of `{id}` in the state `{}` is not valid, {problem}", stage.state);
            found.extend(problems.into_iter().map(of));
        }
        found
    }
}

/// Sets a property if the body has it. Returns whether it does.
fn repeat(body: &mut Value, name: &str, value: &Value) -> bool {
    body.get_mut(name).map(|slot| *slot = value.clone()).is_some()
}

/// Adds a question for a code, if the state asks for input.
fn ask(body: &mut Value, input: &Input) {
    let parts = [
        (&input.prompt, json!({})),
        (&input.message, json!("Enter the code that was sent to you.")),
        (&input.fields, json!([{ "name": "code", "type": "string", "label": "Code" }])),
    ];
    for (pointer, value) in parts {
        if let Some(pointer) = pointer {
            put(body, pointer, value);
        }
    }
}

/// Returns the states of the default life: the listed states that are neither final nor part of a cancellation, a state that asks
/// for input, the state before it again, and a success. If the schema lists no states, the life begins with `started` if
/// possible.
fn states(judge: &Judge, facts: &Kind, polled: &mut Template) -> Vec<String> {
    let mut admits = |state: &str| polled.set(judge, &facts.state, json!(state));
    let listed = listed(judge, facts);
    let canceling = |state: &String| facts.cancel.as_ref().is_some_and(|cancel| cancel.states.contains(state));
    let begins = listed.iter().filter(|state| !facts.is_final(state) && facts.input(state).is_none() && !canceling(state));
    let mut states: Vec<String> = begins.filter(|state| admits(state)).cloned().collect();
    if states.is_empty() {
        states.extend(["started"].into_iter().filter(|state| admits(state)).map(str::to_owned));
    }
    let asks = facts.inputs.iter().find(|input| input.answer.is_some()).map(|input| input.state.clone());
    let asks = asks.filter(|state| admits(state));
    let again = states.last().filter(|_| asks.is_some()).cloned();
    let ends = facts.success.iter().find(|state| admits(state)).cloned();
    if ends.is_none() {
        return Vec::new();
    }
    states.into_iter().chain(asks).chain(again).chain(ends).collect()
}

/// Returns the values that the schema lists for the state.
fn listed(judge: &Judge, facts: &Kind) -> Vec<String> {
    let success = crate::success::find(judge, &facts.polls.operation).ok();
    let schema = success.and_then(|success| success.json_schema(judge));
    let pointer = schema.map(|schema| schema + &facts.state.replace('/', "/properties/"));
    let place = pointer.and_then(|pointer| judge.place(&pointer).ok());
    let values = place.and_then(|place| judge.follow(judge.schema(&place)).get("enum").and_then(Value::as_array));
    values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
