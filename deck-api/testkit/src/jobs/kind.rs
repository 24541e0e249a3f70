//! A kind of job that the fake server simulates: its default life, and the bodies of its operations.

use super::bodies::{Template, nth_id, text_of};
use super::facts::{Call, Input, Kind, Source};
use super::job::Job;
use super::list::{self, List};
use crate::check::Variables;
use crate::document::DocumentError;
use crate::http::{Request, unescape};
use crate::judge::Place;
use crate::life::{Life, Stage};
use crate::refusals::put;
use crate::styles::Wire;
use crate::{Judge, Values, coerce};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The maximum number of attempts to generate an ID.
const ID_TRIES: usize = 50;

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
        judge: &Arc<Judge>,
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
        let id = self.nth_id(judge, number as u64 + 1);
        let echo = self.echo(judge, &variables, &request.json());
        Job { kind, id, key, answers: Vec::new(), variables, echo, life, at: 0, since: now }
    }

    /// Returns the ID of the job with this number. It is counted if its schemas allow that, or else any ID that they allow.
    fn nth_id(&self, judge: &Arc<Judge>, number: u64) -> Value {
        let template = self.template(&self.facts.creates.id);
        let made = template.and_then(|template| template.body.as_ref()?.pointer(&self.facts.id));
        let counted = nth_id(made.unwrap_or(&Value::Null), number);
        let own = template.and_then(|template| template.schema_of(judge, &self.facts.id));
        let sent: Vec<Place> = self.facts.calls().flat_map(|call| call.ids(judge)).collect();
        let admits = |id: &Value| {
            let as_text = Wire::Text(text_of(id));
            let is_sent = |place: &Place| {
                let value = coerce::value(judge, std::slice::from_ref(place), &as_text);
                judge.admits_at(place, &value).unwrap_or(true)
            };
            own.as_ref().is_none_or(|place| judge.admits_at(place, id).unwrap_or(true)) && sent.iter().all(is_sent)
        };
        let mut values = Values::by(judge.clone(), number);
        let uuid = json!(format!("00000000-0000-4000-8000-{number:012x}"));
        let any = own.iter().chain(&sent).cycle().take(ID_TRIES);
        let any = any.filter_map(|place| values.make_of(place, judge.schema(place)).ok().flatten());
        [counted.clone(), uuid].into_iter().chain(any).find(admits).unwrap_or(counted)
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

impl Call {
    /// Returns the schemas of the parameters that are IDs of the job.
    fn ids(&self, judge: &Judge) -> Vec<Place> {
        let is_id = |name: &str| self.parameters.iter().any(|(own, source)| own == name && matches!(source, Source::Body(_)));
        let ids = self.operation.parameters.iter().filter(|parameter| is_id(&parameter.name));
        ids.filter_map(|parameter| judge.place(&format!("{}/schema", parameter.pointer)).ok()).collect()
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
    let listed = listed(judge, facts, polled);
    let mut admits = |state: &str| polled.set(judge, &facts.state, json!(state));
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
fn listed(judge: &Judge, facts: &Kind, polled: &Template) -> Vec<String> {
    let place = polled.schema_of(judge, &facts.state);
    let values = place.and_then(|place| judge.follow(judge.schema(&place)).get("enum").and_then(Value::as_array));
    values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
