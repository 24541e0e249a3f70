//! A job: its current state, its path parameters, and the calls that changed it.

use super::StartedJob;
use super::bodies::text_of;
use super::facts::Kind;
use crate::http::Request;
use crate::life::{Life, Stage};
use crate::{Operation, check::Variables};
use serde_json::Value;
use std::time::Duration;

pub struct Job {
    pub kind: usize,
    pub id: Value,
    pub key: Option<String>,
    pub answers: Vec<Value>,
    /// The path parameters of the request that created the job.
    pub variables: Variables,
    /// The values of that request that the bodies repeat.
    pub echo: Vec<(String, Value)>,
    pub life: Life,
    pub at: usize,
    /// When the job entered that state.
    pub since: Duration,
}

impl Job {
    pub fn id_text(&self) -> String {
        text_of(&self.id)
    }

    pub fn stage(&self) -> &Stage {
        &self.life.stages[self.at]
    }

    pub fn first(&self) -> &Stage {
        &self.life.stages[0]
    }

    pub fn state(&self) -> &str {
        &self.stage().state
    }

    /// Returns a path parameter of the request that created the job.
    pub fn variable(&self, name: &str) -> Option<&String> {
        self.variables.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Returns the record of the job so far.
    pub fn tell(&mut self, kind: &Kind, now: Duration) -> StartedJob {
        self.advance(kind, now);
        StartedJob {
            operation: kind.creates.id.clone(),
            id: self.id_text(),
            key: self.key.clone(),
            state: self.state().to_owned(),
            answers: self.answers.clone(),
        }
    }

    /// Advances to the current state.
    pub fn advance(&mut self, kind: &Kind, now: Duration) {
        while self.at + 1 < self.life.stages.len() {
            let stage = self.stage();
            let asks = kind.input(&stage.state).is_some_and(|input| input.answer.is_some());
            let until = self.since.saturating_add(stage.lasts);
            if asks || kind.is_final(&stage.state) || now < until {
                return;
            }
            (self.at, self.since) = (self.at + 1, until);
        }
    }

    pub fn take_answer(
        &mut self,
        kind: &Kind,
        operation: &Operation,
        request: &Request,
        now: Duration,
    ) -> Result<(), &'static str> {
        let input = kind.input(self.state()).and_then(|input| input.answer.as_ref());
        let Some((_, body)) = input.filter(|(call, _)| call.operation.id == operation.id) else {
            return Err("there is no open question to answer");
        };
        self.answers.push(request.json().pointer(body).cloned().unwrap_or_default());
        if self.at + 1 < self.life.stages.len() {
            (self.at, self.since) = (self.at + 1, now);
        }
        Ok(())
    }

    pub fn cancel(&mut self, kind: &Kind, now: Duration) -> Result<(), &'static str> {
        if kind.is_final(self.state()) {
            return Err("it has ended, so it cannot be canceled");
        }
        let states = kind.cancel.iter().flat_map(|cancel| cancel.states.iter().cloned());
        self.life.stages.truncate(self.at + 1);
        self.life.stages.extend(Life::of(states).stages);
        if self.at + 1 < self.life.stages.len() {
            (self.at, self.since) = (self.at + 1, now);
        }
        Ok(())
    }
}
