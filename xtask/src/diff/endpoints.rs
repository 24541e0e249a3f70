//! The operations of one document, with references followed and with the names that they have in Rust.

use super::media::{Content, content};
use super::names;
use super::rust::Kind;
use super::shape::Node;
use super::side::Side;
use crate::document::Names;
use crate::document::pointer::Pointer;
use crate::document::walk::{self, OperationAt};
use crate::fit::{Status, part_name, servers, type_name};
use crate::model::parameters::{ANY, TEXT, is_header_of_the_runtime, is_idempotency_key, schema, setter_name, variables};
use crate::model::responses::{UNSPECIFIED, are_several, by_status, is_success};
use crate::model::servers::Server;
use crate::model::{Form, path};
use serde_json::Value;

/// An operation, a webhook or a callback.
#[derive(Debug)]
pub struct Endpoint<'a> {
    pub at: Pointer,
    pub path: String,
    pub method: &'a str,
    pub value: &'a Value,
    pub id: Option<&'a str>,
    /// Its id, or else method and path.
    pub label: String,
    /// Its method on the client.
    pub rust: String,
    pub parameters: Vec<Parameter<'a>>,
    pub body: Option<Body<'a>>,
    pub answers: Vec<Answer<'a>>,
    /// Where it is served, if that is elsewhere than the rest of the API.
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
    pub schema: Node<'a>,
    /// Its setter. `None` where the runtime sets it.
    pub rust: Option<String>,
}

/// A request body.
#[derive(Debug)]
pub struct Body<'a> {
    pub at: Pointer,
    pub value: &'a Value,
    pub required: bool,
    pub content: Content<'a>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer<'a> {
    pub at: Pointer,
    pub key: &'a str,
    pub status: Status,
    pub success: bool,
    pub value: &'a Value,
    pub content: Content<'a>,
}

/// The operations of `side`, in the order of the document.
pub fn of<'a>(side: &Side<'a>) -> Vec<Endpoint<'a>> {
    walk::operations(side.document).into_iter().map(|operation| endpoint(side, &operation)).collect()
}

/// The webhooks of `side`.
pub fn webhooks<'a>(side: &Side<'a>) -> Vec<Endpoint<'a>> {
    let hooks = side.document.get("webhooks").and_then(Value::as_object);
    let hooks = hooks.into_iter().flatten().flat_map(|(name, item)| {
        let (at, item) = side.resolve(Pointer::default().at("webhooks").at(name), item);
        item_operations(side, name, &at, item)
    });
    hooks.collect()
}

/// The callbacks of all operations of `side`.
pub fn callbacks<'a>(side: &Side<'a>) -> Vec<Endpoint<'a>> {
    let mut all = Vec::new();
    for operation in walk::operations(side.document) {
        let label = label(operation.value, operation.method, operation.path);
        for (name, callback) in operation.value.get("callbacks").and_then(Value::as_object).into_iter().flatten() {
            let (at, callback) = side.resolve(operation.pointer.at("callbacks").at(name), callback);
            for (expression, item) in callback.as_object().into_iter().flatten().filter(|(key, _)| !key.starts_with("x-")) {
                let (at, item) = side.resolve(at.at(expression), item);
                let path = |endpoint: Endpoint<'a>| Endpoint { path: format!("{name} of {label}"), ..endpoint };
                all.extend(item_operations(side, expression, &at, item).into_iter().map(path));
            }
        }
    }
    all
}

/// The id of an operation, or else method and path.
pub fn label(operation: &Value, method: &str, path: &str) -> String {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.map_or_else(|| format!("{} {path}", method.to_uppercase()), str::to_owned)
}

fn item_operations<'a>(side: &Side<'a>, path: &'a str, at: &Pointer, item: &'a Value) -> Vec<Endpoint<'a>> {
    let methods = walk::METHODS.into_iter().filter_map(|method| {
        let value = item.get(method)?;
        Some(endpoint(side, &OperationAt { pointer: at.at(method), path, method, item, value }))
    });
    methods.collect()
}

fn endpoint<'a>(side: &Side<'a>, operation: &OperationAt<'a>) -> Endpoint<'a> {
    let id = operation.value.get("operationId").and_then(Value::as_str);
    let base = type_name(&names::operation_id(operation.value, operation.method, operation.path));
    let body = operation.value.get("requestBody").map(|value| body(side, operation.pointer.at("requestBody"), value, &base));
    let parameters = parameters(side, operation, &base, body.as_ref());
    Endpoint {
        at: operation.pointer.clone(),
        path: operation.path.to_owned(),
        method: operation.method,
        value: operation.value,
        id,
        label: label(operation.value, operation.method, operation.path),
        rust: side.names.operation(operation.path, operation.method),
        parameters,
        body,
        answers: answers(side, operation, &base),
        server: server(side, operation),
    }
}

/// The URL of the operation's own server.
fn server(side: &Side<'_>, operation: &OperationAt<'_>) -> Option<String> {
    let own = servers::of(operation, side.document, side.server.as_ref()).ok()??;
    servers::whole_url(&own, side.server.as_ref().and_then(Server::usable_url).as_deref())
}

fn parameters<'a>(side: &Side<'a>, operation: &OperationAt<'a>, base: &str, body: Option<&Body<'a>>) -> Vec<Parameter<'a>> {
    let item = operation.pointer.as_str().rsplit_once('/').map_or_else(Pointer::default, |(item, _)| Pointer::parse(item));
    let lists = [(item, operation.item), (operation.pointer.clone(), operation.value)];
    let mut all: Vec<Parameter<'a>> = Vec::new();
    for (at, holder) in lists {
        for (index, value) in holder.get("parameters").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let Some(parameter) = parameter(side, at.at("parameters").at(index), value, base) else { continue };
            // One of the operation takes the place of one of its path.
            all.retain(|known| (known.name, known.location) != (parameter.name, parameter.location));
            all.push(parameter);
        }
    }
    // Every variable of the path is a parameter, and the other way round.
    let queries: Vec<&str> = all.iter().filter(|own| own.location == "query").map(|own| own.name).collect();
    let template = path::template(operation.path, &queries).text;
    let sent: Vec<&str> = variables(operation.path).into_iter().filter(|name| variables(&template).contains(name)).collect();
    all.retain(|parameter| parameter.location != "path" || sent.contains(&parameter.name));
    for name in sent {
        if !all.iter().any(|parameter| parameter.location == "path" && parameter.name == name) {
            all.push(undeclared(operation, name));
        }
    }
    let mut setters = Names::default();
    body.map(|body| fields(side, body)).into_iter().flatten().for_each(|field| setters.take(&field));
    for parameter in all.iter_mut().filter(|parameter| parameter.rust.is_some()) {
        parameter.rust = Some(setter_name(parameter.name, parameter.location, &mut setters));
    }
    all
}

/// A variable of the path that no parameter declares: it is taken for text.
fn undeclared<'a>(operation: &OperationAt<'a>, name: &'a str) -> Parameter<'a> {
    Parameter {
        at: operation.pointer.clone(),
        value: &Value::Null,
        name,
        location: "path",
        required: true,
        schema: Node::new(operation.pointer.at("parameters").at(name), &TEXT, ""),
        rust: Some(String::new()),
    }
}

fn parameter<'a>(side: &Side<'a>, at: Pointer, value: &'a Value, base: &str) -> Option<Parameter<'a>> {
    let (at, value) = side.resolve(at, value);
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let (name, location) = (text("name")?, text("in")?);
    let (schema_at, schema) = schema(value, &at);
    let schema = Node::new(schema_at, schema, format!("{base}{}", part_name(name)));
    let own = location == "header" && is_header_of_the_runtime(name);
    let runtime = own || location == "cookie" || is_idempotency_key(value);
    let required = location == "path" || value.get("required") == Some(&Value::Bool(true));
    Some(Parameter { at, value, name, location, required, schema, rust: (!runtime).then(String::new) })
}

/// The setters that the fields of a body take.
fn fields<'a>(side: &Side<'a>, body: &Body<'a>) -> Vec<String> {
    let used = body.content.used().filter(|media| matches!(media.form, Form::Json | Form::UrlEncoded));
    let shape = used.map(|media| side.shape(&media.schema));
    // A body that may be null, or is one of several types, is set as a whole.
    let shape = shape.filter(|shape| shape.kind() == Kind::Struct && !shape.nullable);
    shape.map(|shape| shape.properties.values().map(|member| member.field.clone()).collect()).unwrap_or_default()
}

fn body<'a>(side: &Side<'a>, at: Pointer, value: &'a Value, base: &str) -> Body<'a> {
    let (at, value) = side.resolve(at, value);
    let content = content(side, &at, value, &format!("{base}Request"));
    Body { required: value.get("required") == Some(&Value::Bool(true)), at, value, content }
}

fn answers<'a>(side: &Side<'a>, operation: &OperationAt<'a>, base: &str) -> Vec<Answer<'a>> {
    let responses = operation.value.get("responses").and_then(Value::as_object);
    let responses = responses.filter(|responses| !responses.is_empty()).or_else(|| UNSPECIFIED.as_object());
    let all = by_status(responses).into_iter().filter_map(|(key, status, value)| {
        let (at, value) = side.resolve(operation.pointer.at("responses").at(key), value);
        Some((key, status?, at, value))
    });
    let all: Vec<(&'a String, Status, Pointer, &'a Value)> = all.collect();
    let statuses: Vec<Status> = all.iter().map(|(_, status, ..)| *status).collect();
    let answer = |(key, status, at, value): (&'a String, Status, Pointer, &'a Value)| {
        let success = is_success(status, &statuses);
        let name = if success { format!("{base}Response") } else { format!("{base}{}Error", status.name()) };
        // A response to HEAD, or with 304, has no body, whatever is described.
        let content =
            if operation.method == "head" || !status.has_body() { Content::default() } else { content(side, &at, value, &name) };
        Answer { at, key, status, success, value, content }
    };
    let mut all: Vec<Answer<'a>> = all.into_iter().map(answer).collect();
    if several(&all) {
        for answer in all.iter_mut().filter(|answer| answer.success) {
            let name = format!("{base}{}Response", answer.status.name());
            answer.content.media.iter_mut().for_each(|media| media.schema.name.clone_from(&name));
        }
    }
    all
}

/// Whether successes carry different things, and so are an enum by status.
pub fn several(answers: &[Answer<'_>]) -> bool {
    fn carried<'v>(answer: &Answer<'v>) -> Option<(Form, &'v Value)> {
        answer.content.used().map(|media| (media.form, media.value.get("schema").unwrap_or(&ANY)))
    }
    are_several(answers.iter().filter(|answer| answer.success).map(carried))
}
