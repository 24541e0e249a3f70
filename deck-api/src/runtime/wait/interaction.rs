//! Interactions: the input that a paused object asks for.

use super::facts::InputState;
use crate::runtime::{Json, find};
use serde_json::Value;
use std::fmt;

/// The input that an object asks for before it continues, such as a security code or an approval.
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
    /// The name in the answer.
    pub name: String,
    /// The type in the API's own terms, such as `string`.
    pub kind: Option<String>,
    /// The label for people.
    pub label: Option<String>,
}

impl Interaction {
    pub(super) fn read(id: &str, facts: &InputState, body: &[u8]) -> Self {
        let at = |pointer: Option<&str>| find::find(body, pointer?);
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

    /// Returns the ID of the object that asks.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the state in which the object asks.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// Returns the whole question as the API sent it, or null if there is none.
    #[must_use]
    pub fn prompt(&self) -> &Json {
        &self.question
    }

    /// Returns the text of the question.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the fields of the answer.
    #[must_use]
    pub fn fields(&self) -> &[InteractionField] {
        &self.fields
    }

    /// Returns whether the API accepts an answer. If not, somebody has to act outside the API.
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

/// Omits the prompt, which may name a person, and the names of fields, which come from the server.
impl fmt::Debug for Interaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interaction")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("fields", &self.fields.len())
            .field("answerable", &self.answerable)
            .finish_non_exhaustive()
    }
}
