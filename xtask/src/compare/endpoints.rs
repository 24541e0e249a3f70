//! The operations of one document: their resolved schemas from the document, and their Rust form from the model.

use super::api_view::ApiView;
use super::shape::Node;
use crate::document::follow::resolve;
use crate::document::incoming::IncomingAt;
use crate::document::operations::{self, OperationAt};
use crate::document::pointer::Pointer;
use crate::model::media::is_same;
use crate::model::operations::{Documented, Encoding, Location, Operation, Serialization, Success};
use crate::model::parameters::schema;
use crate::model::servers::whole_url;
use crate::model::{Form, Status};
use serde_json::Value;
use std::collections::HashMap;

/// An operation, a webhook or a callback.
#[derive(Debug)]
pub struct Endpoint<'a> {
    pub at: Pointer,
    pub path: String,
    pub method: &'a str,
    pub value: &'a Value,
    pub id: Option<&'a str>,
    /// The operation id, or method and path if it has none.
    pub label: String,
    /// The name of its method on the client.
    pub rust: String,
    pub parameters: Vec<Parameter<'a>>,
    pub body: Option<Body<'a>>,
    pub responses: Vec<Response<'a>>,
    /// Whether its successful responses are an enum with a variant for each status.
    pub has_several: bool,
    /// Its own server, if it is not the server of the whole API.
    pub server: Option<String>,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter<'a> {
    pub at: Pointer,
    pub value: &'a Value,
    pub name: &'a str,
    pub location: &'a str,
    pub required: bool,
    pub schema: Option<Node<'a>>,
    /// The name of its setter. `None` if the runtime sets it.
    pub rust: Option<&'a str>,
    pub serialization: Option<Serialization>,
}

/// A request body.
#[derive(Debug)]
pub struct Body<'a> {
    pub at: Pointer,
    pub value: &'a Value,
    pub required: bool,
    pub content: Content<'a>,
}

/// A response.
#[derive(Debug)]
pub struct Response<'a> {
    pub at: Pointer,
    pub key: &'a str,
    pub status: Status,
    pub success: bool,
    pub value: &'a Value,
    pub content: Content<'a>,
}

/// The media types of a body, and the one that the client uses.
#[derive(Debug, Default)]
pub struct Content<'a> {
    pub media: Vec<Media<'a>>,
    pub used: Option<Used<'a>>,
}

/// A media type of a body.
#[derive(Clone, Debug)]
pub struct Media<'a> {
    pub name: &'a str,
    pub at: Pointer,
    pub value: &'a Value,
}

/// The media type that the client uses.
#[derive(Clone, Debug)]
pub struct Used<'a> {
    pub media: Media<'a>,
    pub form: Form,
    /// The schema of a body that is parsed.
    pub schema: Option<Node<'a>>,
    /// Whether the generated code uses the type of the schema.
    pub generated: bool,
    /// How a request body is encoded.
    pub encoding: Option<&'a Encoding>,
}

/// The operations of `side`, in document order.
pub fn of<'a>(side: &ApiView<'a>) -> Vec<Endpoint<'a>> {
    let known: HashMap<&Pointer, &'a Operation> =
        side.snapshot.model.operations.iter().map(|operation| (&operation.pointer, operation)).collect();
    let operations = operations::of(side.document).into_iter();
    operations.filter_map(|operation| Some(endpoint(side, &operation, known.get(&operation.pointer)?))).collect()
}

/// The webhooks or callbacks in `all`: requests that the API sends.
pub fn incoming<'a>(side: &ApiView<'a>, all: Vec<IncomingAt<'a>>) -> Vec<Endpoint<'a>> {
    let endpoint = |IncomingAt { path, operation }: IncomingAt<'a>| Endpoint {
        path,
        body: request(side, &operation, None),
        ..bare(&operation)
    };
    all.into_iter().map(endpoint).collect()
}

/// An endpoint with nothing but the name of its operation.
fn bare<'a>(operation: &OperationAt<'a>) -> Endpoint<'a> {
    Endpoint {
        at: operation.pointer.clone(),
        path: operation.path.to_owned(),
        method: operation.method,
        value: operation.value,
        id: operation.value.get("operationId").and_then(Value::as_str),
        label: operation.label(),
        rust: String::new(),
        parameters: Vec::new(),
        body: None,
        responses: Vec::new(),
        has_several: false,
        server: None,
    }
}

fn endpoint<'a>(side: &ApiView<'a>, operation: &OperationAt<'a>, known: &'a Operation) -> Endpoint<'a> {
    let base = side.snapshot.model.api.base_url.as_deref();
    Endpoint {
        rust: known.method_name.clone(),
        parameters: parameters(side, known),
        body: request(side, operation, known.body.as_ref()),
        responses: known.responses.iter().map(|known| response(side, operation, known)).collect(),
        has_several: matches!(known.success, Success::Several(_)),
        server: known.server.as_ref().and_then(|own| whole_url(own, base)),
        ..bare(operation)
    }
}

fn parameters<'a>(side: &ApiView<'a>, known: &'a Operation) -> Vec<Parameter<'a>> {
    let located = |at: &Pointer| {
        let (at, value) = side.snapshot.locate(at)?;
        Some(resolve(side.document, at, value))
    };
    let own = known.parameters.iter().map(|parameter| {
        // A path variable that is not declared has no parameter object in the document.
        let (at, value) = located(&parameter.at).unwrap_or_else(|| (parameter.at.clone(), &Value::Null));
        Parameter {
            at,
            value,
            name: &parameter.name,
            location: parameter.location.name(),
            required: parameter.required,
            schema: Some(Node(&parameter.value)),
            rust: Some(&parameter.rust),
            serialization: Some(parameter.serialization),
        }
    });
    let unset = known.unset.iter().filter_map(|at| {
        let (at, value) = located(at)?;
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let (name, location) = (text("name")?, text("in")?);
        let schema = side.snapshot.carried(&schema(value, &at).0).map(Node);
        let required = location == Location::Path.name() || value.get("required") == Some(&Value::Bool(true));
        Some(Parameter { at, value, name, location, required, schema, rust: None, serialization: None })
    });
    own.chain(unset).collect()
}

fn request<'a>(
    side: &ApiView<'a>,
    operation: &OperationAt<'a>,
    known: Option<&'a crate::model::operations::Body>,
) -> Option<Body<'a>> {
    let value = operation.value.get("requestBody")?;
    let (at, value) = resolve(side.document, operation.pointer.at("requestBody"), value);
    let known = known.or_else(|| side.snapshot.incoming(&at));
    let used = known.map(|body| (body.media.as_str(), body.form, body.value.as_ref()));
    let mut content = content(side, &at, value, used);
    if let Some(used) = &mut content.used {
        used.encoding = known.map(|body| &body.encoding);
    }
    Some(Body { required: value.get("required") == Some(&Value::Bool(true)), at, value, content })
}

fn response<'a>(side: &ApiView<'a>, operation: &OperationAt<'a>, known: &'a Documented) -> Response<'a> {
    let at = operation.pointer.at("responses").at(&known.key);
    // A status of the operation may be missing in the document, which then describes it nowhere.
    let (at, value) = side.snapshot.locate(&at).unwrap_or((at, &Value::Null));
    let (at, value) = resolve(side.document, at, value);
    let used = known.media.as_ref().map(|(name, form)| (name.as_str(), *form, known.value.as_ref()));
    let content = if used.is_some() { content(side, &at, value, used) } else { Content::default() };
    Response { at, key: &known.key, status: known.status, success: known.is_success, value, content }
}

/// The media type that the client uses, the form of its body, and the body's type.
type Chosen<'a> = (&'a str, Form, Option<&'a crate::model::TypeUse>);

fn content<'a>(side: &ApiView<'a>, at: &Pointer, holder: &'a Value, used: Option<Chosen<'a>>) -> Content<'a> {
    let all = holder.get("content").and_then(Value::as_object);
    let media = |(name, value): (&'a String, &'a Value)| Media { name, at: at.at("content").at(name), value };
    let media: Vec<Media<'a>> = all.into_iter().flatten().map(media).collect();
    let used = used.map(|(name, form, value)| {
        let known = media.iter().find(|media| media.name == name).cloned();
        // An operation without documented responses accepts any response.
        let undocumented = || Media { name, at: at.at("content").at(name), value: &Value::Null };
        let media = known.unwrap_or_else(undocumented);
        let schema = value.or_else(|| side.snapshot.carried(&media.at.at("schema"))).map(Node);
        Used { media, form, schema, generated: value.is_some(), encoding: None }
    });
    let media = if media.is_empty() { used.iter().map(|used| used.media.clone()).collect() } else { media };
    Content { media, used }
}

impl<'a> Content<'a> {
    /// The form in which the client handles the body, if there is a body.
    pub fn form(&self) -> Option<Form> {
        self.used.as_ref().map(|used| used.form)
    }

    /// The media types that `other` does not have.
    pub fn without<'p>(&'p self, other: &Content<'_>) -> Vec<&'p Media<'a>> {
        let is_in_both = |media: &&Media<'_>| other.media.iter().any(|other| is_same(other.name, media.name));
        self.media.iter().filter(|media| !is_in_both(media)).collect()
    }
}
