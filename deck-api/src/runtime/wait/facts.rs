//! The metadata for waits, which generated code defines: the states of an object, and the JSON pointers into its body.

use crate::runtime::{Error, Operation, find};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The meaning of an object's states.
#[doc(hidden)]
#[derive(Debug)]
pub struct States {
    /// JSON pointer to the state.
    pub state: &'static str,
    /// The final states that are a success.
    pub success: &'static [&'static str],
    /// The final states that are a failure.
    pub failure: &'static [&'static str],
    /// The states in which the object needs input.
    pub input: &'static [InputState],
}

/// A state in which an object needs input.
#[doc(hidden)]
#[derive(Debug)]
pub struct InputState {
    /// The state.
    pub state: &'static str,
    /// JSON pointer to the question.
    pub prompt: Option<&'static str>,
    /// JSON pointer to the text of the question.
    pub message: Option<&'static str>,
    /// JSON pointer to the list of the answer's fields.
    pub fields: Option<&'static str>,
    /// The operation that accepts the answer.
    pub answer: Option<AnswerWith>,
}

/// The operation that accepts an answer.
#[doc(hidden)]
#[derive(Debug)]
pub struct AnswerWith {
    /// The operation.
    pub operation: &'static Operation,
    /// The path parameters, and where their values come from.
    pub parameters: &'static [(&'static str, Source)],
    /// JSON pointer to the location of the answer in the request body.
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

/// The body of a response, from which the next request takes values. The body as a whole need not be decodable.
#[doc(hidden)]
#[derive(Debug)]
pub struct Created {
    body: Vec<u8>,
    /// The pointer to the ID, and the ID, which may be known only from an earlier attempt.
    id: Option<(&'static str, String)>,
}

impl Created {
    /// Creates a body from a decoded value.
    #[must_use]
    pub fn of(value: &impl Serialize) -> Self {
        Self { body: serde_json::to_vec(value).unwrap_or_default(), id: None }
    }

    pub(super) fn raw(body: &[u8]) -> Self {
        Self { body: body.to_vec(), id: None }
    }

    /// The object that a failed call created: the received part of a success, and the known ID.
    pub(super) fn by<E>(error: &Error<E>) -> Option<Self> {
        let (pointer, id) = error.history()?.created()?;
        let body = match error {
            Error::Decode(error) => error.http().body().to_vec(),
            _ => Vec::new(),
        };
        Some(Self { body, id: Some((pointer, id.to_owned())) })
    }

    /// Returns the value at a JSON pointer, if it has this type.
    #[must_use]
    pub fn at<T: DeserializeOwned>(&self, pointer: &str) -> Option<T> {
        let known = self.id.as_ref().filter(|(known, _)| *known == pointer).map(|(_, id)| Value::String(id.clone()).into());
        known.or_else(|| find::find(&self.body, pointer))?.parse().ok()
    }
}

/// Converts the value of a parameter to JSON.
#[doc(hidden)]
pub fn to_json(value: &Option<impl Serialize>) -> Option<Value> {
    value.as_ref().and_then(|value| serde_json::to_value(value).ok())
}

/// Converts JSON to the value of a parameter.
#[doc(hidden)]
#[must_use]
pub fn from_json<T: DeserializeOwned>(value: &Option<Value>) -> Option<T> {
    value.clone().and_then(|value| serde_json::from_value(value).ok())
}

/// Converts an ID to text.
#[doc(hidden)]
#[must_use]
pub fn id_text(id: Option<&impl Serialize>) -> String {
    match id.and_then(|id| serde_json::to_value(id).ok()) {
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

/// Wraps `value` in objects so that it is at the JSON pointer.
pub(super) fn wrapped(pointer: &str, value: Value) -> Value {
    pointer.rsplit('/').filter(|segment| !segment.is_empty()).fold(value, |value, segment| {
        let key = segment.replace("~1", "/").replace("~0", "~");
        Value::Object([(key, value)].into_iter().collect())
    })
}
