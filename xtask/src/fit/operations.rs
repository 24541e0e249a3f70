//! Operations: each goes into the table, and what progenitor must not see of it is taken out.

use super::names::{method_name, type_name, unique};
use super::table::{Body, Operation, Success};
use super::{media, parameters, responses};
use crate::account::{Account, Loss};
use crate::document::pointer::component_name;
use crate::document::walk::{self, OperationAt};
use crate::problem::Problems;
use indexmap::IndexSet;
use serde_json::{Map, Value, json};

/// What a client has besides the operations.
const CLIENT_METHODS: [&str; 4] = ["new", "from_env", "builder", "base_url"];

/// Runs the pass: rewrites `paths` and returns the table.
pub fn run(document: &mut Value, problems: &mut Problems, account: &mut Account) -> Vec<Operation> {
    let mut taken = IndexSet::new();
    let mut table = Vec::new();
    let mut paths = Map::new();
    for operation in walk::operations(document) {
        let id = operation.value.get("operationId").and_then(Value::as_str).map(str::to_owned);
        if id.is_none() {
            account.note(&operation.pointer, Loss::Exact, "has no operation id, is named after method and path");
        }
        let id = id.unwrap_or_else(|| format!("{} {}", operation.method, operation.path));
        // The builder's type comes from the same name; a method that ends in `_` would give it none of its own.
        let plain = method_name(&id, &[]);
        let name = unique(
            if CLIENT_METHODS.contains(&plain.as_str()) || type_name(&plain) == type_name("client") {
                format!("call_{plain}")
            } else {
                plain
            },
            &mut taken,
        );
        let Some((entry, fitted)) = fit(document, &operation, id, name, problems, account) else { continue };
        let variables: String = entry
            .parameters
            .iter()
            .filter(|parameter| parameter.location == super::Location::Path)
            .map(|parameter| format!("/{{{}}}", parameter.rust))
            .collect();
        // The path is the runtime's; here it only has to be one of its own.
        paths.insert(format!("/{}{variables}", entry.method_name), json!({ operation.method: fitted }));
        table.push(entry);
    }
    document["paths"] = Value::Object(paths);
    table
}

fn fit(
    document: &Value,
    operation: &OperationAt<'_>,
    id: String,
    name: String,
    problems: &mut Problems,
    account: &mut Account,
) -> Option<(Operation, Value)> {
    let text = |key: &str| operation.value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let body = body(operation, problems, account);
    let fields = body.as_ref().map(|(body, _)| body_fields(document, body)).unwrap_or_default();
    let parameters = parameters::of(operation, &fields, problems, account);
    let answers = responses::of(document, operation, problems, account)?;
    let idempotency_key = parameters.idempotency_key;
    let mut fitted = json!({ "operationId": name, "parameters": parameters.fitted, "responses": answers.fitted });
    if let Some((_, schema)) = &body {
        fitted["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    let entry = Operation {
        pointer: operation.pointer.clone(),
        id,
        method_name: name,
        method: operation.method.to_ascii_uppercase(),
        path: operation.path.to_owned(),
        summary: text("summary"),
        description: text("description"),
        deprecated: operation.value.get("deprecated") == Some(&Value::Bool(true)),
        parameters: parameters.table,
        body: body.map(|(body, _)| body),
        success: answers.success,
        accept: answers.accept,
        errors: answers.errors,
        idempotency_key,
        created_id: operation.value.get("x-created-id").and_then(Value::as_str).map(str::to_owned),
    };
    debug_assert!(entry.success != Success::Json || !entry.accept.is_empty());
    Some((entry, fitted))
}

fn body(operation: &OperationAt<'_>, problems: &mut Problems, account: &mut Account) -> Option<(Body, Value)> {
    let body = operation.value.get("requestBody")?;
    let at = operation.pointer.at("requestBody");
    let (name, content) = body.get("content")?.as_object()?.iter().next()?;
    if !media::is_json(name) {
        let message = format!("a request body of the media type `{name}` is not supported, only JSON");
        problems.add(at.at("content").at(name), message, "leave the operation out with `--select`");
        return None;
    }
    if body.get("required") != Some(&Value::Bool(true)) {
        account.note(&at, Loss::Kept, "is optional, but always sent");
    }
    let schema = content.get("schema").cloned().unwrap_or_else(|| json!({}));
    let component = reference(&schema);
    let description = body.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some((Body { component, description }, schema))
}

/// The component that a schema is, by itself or in an `allOf` of one.
pub fn reference(schema: &Value) -> Option<String> {
    let only = match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only,
        _ => schema,
    };
    component_name(only.get("$ref")?.as_str()?, "schemas")
}

/// The setters that the body's fields take on the builder.
fn body_fields(document: &Value, body: &Body) -> Vec<String> {
    let schema = body.component.as_ref().and_then(|name| document.pointer("/components/schemas")?.get(name));
    let properties = schema.map(|schema| super::properties(document, schema)).unwrap_or_default();
    properties.keys().map(|name| method_name(name, &[])).collect()
}
