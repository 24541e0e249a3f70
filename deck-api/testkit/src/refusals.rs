//! Error responses in the format of the API, as `x-error-list`, `x-error-item` and `x-request-id` define it.

use crate::answer::Answer;
use crate::document::Document;
use serde_json::{Map, Value, json};

/// The error format of an API.
#[derive(Clone, Debug)]
pub struct Refusals {
    /// JSON pointer to the list of errors.
    list: Option<String>,
    /// JSON pointer to the request ID.
    request_id: Option<String>,
    /// The names of an error's fields for kind, code and message.
    names: [String; 3],
}

impl Refusals {
    pub fn of(document: &Document) -> Self {
        let pointer = |fact: &str| document.at(&format!("/{fact}")).and_then(Value::as_str).map(str::to_owned);
        let item = document.schemas().iter().find_map(|schema| document.at(&format!("{schema}/x-error-item")).cloned());
        let name = |key: &str| item.as_ref().and_then(|item| item.get(key)?.as_str()).unwrap_or(key).to_owned();
        Self { list: pointer("x-error-list"), request_id: pointer("x-request-id"), names: ["kind", "code", "message"].map(name) }
    }

    /// Creates an error response; plain text if the document does not define a format.
    pub fn answer(&self, status: u16, kind: &str, code: &str, message: &str) -> Answer {
        let Some(list) = &self.list else { return Answer::body(status, "text/plain", message) };
        let fields = self.names.iter().cloned().zip([kind, code, message].map(Value::from));
        let mut body = Value::Object(Map::new());
        put(&mut body, list, json!([fields.collect::<Map<_, _>>()]));
        if let Some(pointer) = &self.request_id {
            put(&mut body, pointer, json!("req_1"));
        }
        Answer::json(status, &body)
    }
}

/// Sets the value at a JSON pointer, and creates the objects along the pointer.
pub fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for segment in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(object) = place else { return };
        place = object.entry(crate::document::unescape(segment)).or_insert(Value::Null);
    }
    *place = value;
}
