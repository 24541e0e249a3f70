//! What a paused thing asks somebody for.

use super::facts::InputState;
use crate::runtime::{Json, decode};
use serde_json::Value;
use std::fmt;

/// What is asked of somebody before it goes on: a security code, an approval.
#[derive(Clone, PartialEq)]
pub struct Interaction {
    id: String,
    state: String,
    question: Json,
    message: Option<String>,
    fields: Vec<InteractionField>,
    answerable: bool,
}

/// A field of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InteractionField {
    /// Its name in the answer.
    pub name: String,
    /// Its type, in the words of the API: `string`.
    pub kind: Option<String>,
    /// Its label, for people.
    pub label: Option<String>,
}

impl Interaction {
    pub(super) fn read(id: &str, facts: &InputState, body: &[u8]) -> Self {
        let at = |pointer: Option<&str>| decode::find(body, pointer?);
        let fields = at(facts.fields);
        let fields = fields.as_ref().and_then(Json::as_array).into_iter().flatten();
        Self {
            id: id.to_owned(),
            state: facts.state.to_owned(),
            question: at(facts.prompt).unwrap_or_default(),
            message: at(facts.message).and_then(|message| message.as_str().map(str::to_owned)),
            fields: fields.filter_map(InteractionField::read).collect(),
            answerable: facts.answer.is_some(),
        }
    }

    /// The ID of what asks.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The state in which it asks.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// Everything that is asked, as the API says it. Null where it says nothing.
    #[must_use]
    pub fn prompt(&self) -> &Json {
        &self.question
    }

    /// The sentence that asks.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The fields that the answer has.
    #[must_use]
    pub fn fields(&self) -> &[InteractionField] {
        &self.fields
    }

    /// Whether the API takes an answer. If not, somebody has to act elsewhere.
    #[must_use]
    pub fn is_answerable(&self) -> bool {
        self.answerable
    }
}

impl InteractionField {
    fn read(field: &Value) -> Option<Self> {
        let text = |key: &str| field.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self { name: text("name")?, kind: text("type"), label: text("label") })
    }
}

/// Not the prompt, which may name a person.
impl fmt::Debug for Interaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        f.debug_struct("Interaction")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("fields", &fields)
            .field("answerable", &self.answerable)
            .finish_non_exhaustive()
    }
}
