//! What generated code says about waiting: the states of what can be waited for, and where things stand in its body.

use crate::runtime::{Operation, decode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What the states of a thing mean, as the API's own facts say.
#[doc(hidden)]
#[derive(Debug)]
pub struct States {
    /// JSON pointer to the state.
    pub state: &'static str,
    /// Final states that are a success.
    pub success: &'static [&'static str],
    /// Final states that are a failure.
    pub failure: &'static [&'static str],
    /// States in which somebody has to do something.
    pub input: &'static [InputState],
}

/// A state in which somebody has to do something.
#[doc(hidden)]
#[derive(Debug)]
pub struct InputState {
    /// The state.
    pub state: &'static str,
    /// JSON pointer to what is asked.
    pub prompt: Option<&'static str>,
    /// JSON pointer to the sentence that asks.
    pub message: Option<&'static str>,
    /// JSON pointer to the list of fields that the answer has.
    pub fields: Option<&'static str>,
    /// The operation that takes the answer.
    pub answer: Option<AnswerWith>,
}

/// The operation that takes an answer.
#[doc(hidden)]
#[derive(Debug)]
pub struct AnswerWith {
    /// The operation.
    pub operation: &'static Operation,
    /// Its path parameters, and where their values come from.
    pub parameters: &'static [(&'static str, Source)],
    /// JSON pointer to the place of the answer in the request body.
    pub body: &'static str,
}

/// Where the value of a parameter comes from.
#[doc(hidden)]
#[derive(Debug)]
pub enum Source {
    /// JSON pointer into the response.
    Response(&'static str),
    /// A path parameter of the request.
    Path(&'static str),
}

/// The body of a response, for the values that the next request needs. It need not decode as a whole.
#[doc(hidden)]
#[derive(Debug)]
pub struct Created {
    body: Vec<u8>,
    /// The ID, where it may be known from an earlier attempt only.
    id: Option<String>,
}

impl Created {
    /// The body that `value` was decoded from.
    #[must_use]
    pub fn of(value: &impl Serialize) -> Self {
        Self { body: serde_json::to_vec(value).unwrap_or_default(), id: None }
    }

    pub(super) fn raw(body: &[u8]) -> Self {
        Self { body: body.to_vec(), id: None }
    }

    pub(super) fn known(body: &[u8], id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::raw(body) }
    }

    /// The value at a JSON pointer, if there is one of this type.
    #[must_use]
    pub fn at<T: DeserializeOwned>(&self, pointer: &str) -> Option<T> {
        let found = decode::find(&self.body, pointer).or_else(|| self.id.clone().map(|id| Value::String(id).into()));
        found.and_then(|value| value.parse().ok())
    }
}

/// The value of a parameter as JSON.
#[doc(hidden)]
pub fn to_json(value: &Option<impl Serialize>) -> Option<Value> {
    value.as_ref().and_then(|value| serde_json::to_value(value).ok())
}

/// JSON as the value of a parameter.
#[doc(hidden)]
#[must_use]
pub fn from_json<T: DeserializeOwned>(value: &Option<Value>) -> Option<T> {
    value.clone().and_then(|value| serde_json::from_value(value).ok())
}

/// An ID as text.
#[doc(hidden)]
#[must_use]
pub fn id_text(id: Option<&impl Serialize>) -> String {
    match id.and_then(|id| serde_json::to_value(id).ok()) {
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// `value` at a JSON pointer in an object that holds nothing else.
pub(super) fn wrapped(pointer: &str, value: Value) -> Value {
    pointer.rsplit('/').filter(|segment| !segment.is_empty()).fold(value, |value, segment| {
        let key = segment.replace("~1", "/").replace("~0", "~");
        Value::Object([(key, value)].into_iter().collect())
    })
}
