//! Schemas for which no code is generated: those of webhooks, callbacks, response headers, and of bodies that are not parsed or
//! not of the media type that the client uses. The model has types for them too: each schema becomes the request body of an
//! artificial operation (a carrier), added to the operations of the document.

use crate::document::Document;
use crate::document::follow::resolve;
use crate::document::incoming::{callbacks, webhooks};
use crate::document::operations::{self, OperationAt};
use crate::document::pointer::Pointer;
use crate::model::Form;
use crate::model::operations::Operation;
use crate::model::parameters::{has_setter, schema};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The prefix of a carrier's path. Paths of a document begin with `/`, so they cannot collide with it.
const PATH: &str = "beside ";

/// The media type under which a carrier holds a schema that has none.
const JSON: &str = "application/json";

/// The carriers, by the places of the bodies or schemas that they carry.
#[derive(Debug, Default)]
pub struct Beside {
    operations: IndexMap<Pointer, Carrier>,
}

/// An artificial operation that carries a request body of the document, or a single schema.
#[derive(Debug)]
struct Carrier {
    operation: Value,
    /// The media type under which it holds a single schema.
    media: Option<String>,
}

impl Beside {
    /// Creates the carriers of a document.
    pub fn of(document: &Value) -> Self {
        let mut beside = Self::default();
        for operation in operations::of(document) {
            beside.parameters(document, &operation);
            beside.request(document, &operation);
            beside.responses(document, &operation);
        }
        for incoming in webhooks(document).iter().chain(&callbacks(document)) {
            let OperationAt { pointer, value, .. } = &incoming.operation;
            let Some(body) = value.get("requestBody") else { continue };
            let (at, body) = resolve(document, pointer.at("requestBody"), body);
            beside.add(at, incoming.operation.name(), body.clone(), None);
        }
        beside
    }

    fn add(&mut self, at: Pointer, id: String, body: Value, media: Option<String>) {
        let operation = json!({ "operationId": id, "requestBody": body, "responses": {} });
        self.operations.entry(at).or_insert(Carrier { operation, media });
    }

    fn schema(&mut self, at: Pointer, id: String, media: &str, schema: &Value) {
        self.add(at, id, json!({ "content": { media: { "schema": schema } } }), Some(media.to_owned()));
    }

    fn parameters(&mut self, document: &Value, operation: &OperationAt<'_>) {
        for (at, value) in operation.parameters() {
            let (at, value) = resolve(document, at, value);
            if !has_setter(value) {
                let (at, schema) = schema(value, &at);
                self.schema(at, operation.name(), JSON, schema);
            }
        }
    }

    fn request(&mut self, document: &Value, operation: &OperationAt<'_>) {
        let Some(body) = operation.value.get("requestBody") else { return };
        let (at, body) = resolve(document, operation.pointer.at("requestBody"), body);
        // The code has the type of a form, unless there is a media type that it prefers.
        let is_alone = body.get("content").and_then(Value::as_object).is_none_or(|content| content.len() == 1);
        let forms: &[Form] = if is_alone { &[] } else { &[Form::FormData, Form::UrlEncoded] };
        self.media(operation, &at, body, &[forms, &[Form::Multipart, Form::Text, Form::Bytes]].concat(), true);
    }

    fn responses(&mut self, document: &Value, operation: &OperationAt<'_>) {
        let responses = operation.value.get("responses").and_then(Value::as_object);
        for (key, response) in responses.into_iter().flatten() {
            let (at, response) = resolve(document, operation.pointer.at("responses").at(key), response);
            let forms = [Form::FormData, Form::Multipart, Form::UrlEncoded, Form::Text, Form::Bytes];
            self.media(operation, &at, response, &forms, false);
            for (name, header) in response.get("headers").and_then(Value::as_object).into_iter().flatten() {
                let (at, header) = resolve(document, at.at("headers").at(name), header);
                if let Some(schema) = header.get("schema") {
                    self.schema(at.at("schema"), operation.name(), JSON, schema);
                }
            }
        }
    }

    /// Adds the schemas of all bodies in `forms`. `has_files`: whether parts can be files, as in requests.
    fn media(&mut self, operation: &OperationAt<'_>, at: &Pointer, holder: &Value, forms: &[Form], has_files: bool) {
        let content = holder.get("content").and_then(Value::as_object);
        for (media, value) in content.into_iter().flatten() {
            let form = Form::of(media, || false);
            if let Some(schema) = value.get("schema").filter(|_| forms.contains(&form)) {
                let carried = if has_files && form == Form::FormData { media } else { JSON };
                self.schema(at.at("content").at(media).at("schema"), operation.name(), carried, schema);
            }
        }
    }

    /// Returns the document with the carriers added after its own operations.
    pub fn added_to<'a>(&self, document: &'a Document) -> Cow<'a, Document> {
        if self.operations.is_empty() {
            return Cow::Borrowed(document);
        }
        let mut document = document.clone();
        if let Some(root) = document.value.as_object_mut() {
            let paths = root.entry("paths").or_insert_with(|| Value::Object(Map::new()));
            for (number, carrier) in self.operations.values().enumerate() {
                if let Some(paths) = paths.as_object_mut() {
                    paths.insert(format!("{PATH}{number}"), json!({ "post": carrier.operation }));
                }
            }
        }
        Cow::Owned(document)
    }

    /// Whether an operation is a carrier.
    pub fn is_carrier(operation: &Operation) -> bool {
        operation.pointer.as_str().strip_prefix("/paths/").is_some_and(|path| path.starts_with(PATH))
    }

    /// The index of the carrier for the body or schema at a place.
    pub fn number(&self, place: &Pointer) -> Option<usize> {
        self.operations.get_index_of(place)
    }

    /// Translates a pointer into a carrier to the place in the published document. Other pointers stay the same.
    pub fn published<'a>(&self, pointer: &'a Pointer) -> Cow<'a, Pointer> {
        if self.operations.is_empty() {
            return Cow::Borrowed(pointer);
        }
        let below = pointer.as_str().strip_prefix("/paths/").and_then(|path| path.strip_prefix(PATH));
        let Some((number, below)) = below.and_then(|below| below.split_once("/post/requestBody")) else {
            return Cow::Borrowed(pointer);
        };
        let Some((place, carrier)) = number.parse().ok().and_then(|number: usize| self.operations.get_index(number)) else {
            return Cow::Borrowed(pointer);
        };
        let schema = carrier.media.as_ref().map(|media| Pointer::default().at("content").at(media).at("schema"));
        let within = schema.and_then(|schema| below.strip_prefix(schema.as_str()));
        Cow::Owned(place.below(within.unwrap_or(below)))
    }
}
