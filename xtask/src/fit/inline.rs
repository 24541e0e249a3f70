//! Replaces references to parameters, bodies and responses by their targets, and adds the parameters of paths to the
//! operations.

use crate::account::{Account, Loss};
use crate::document::pointer::{Pointer, resolve};
use crate::document::reserved::{PUBLISHED_SCHEMES, STOOD_AT};
use crate::document::walk::METHODS;
use crate::document::{MAX_COPIED_BYTES, size};
use crate::problem::Problems;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Runs the pass.
pub fn run(document: &mut Value, problems: &mut Problems, account: &mut Account) {
    let mut paths = document.get_mut("paths").map(Value::take).unwrap_or_default();
    let mut inline = Inline { source: document, copied: 0, problems, account };
    let at = Pointer::default().at("paths");
    for (path, item) in paths.as_object_mut().into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
        let Value::Object(item) = item else { continue };
        inline.item(item, &at.at(path));
    }
    document["paths"] = paths;
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|kind, _| matches!(kind.as_str(), "schemas" | "securitySchemes" | PUBLISHED_SCHEMES));
    }
}

struct Inline<'a> {
    source: &'a Value,
    copied: usize,
    problems: &'a mut Problems,
    account: &'a mut Account,
}

impl Inline<'_> {
    fn item(&mut self, item: &mut Map<String, Value>, at: &Pointer) {
        let mut shared = item.shift_remove("parameters").unwrap_or_default();
        self.parameters(shared.as_array_mut(), at);
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else { continue };
            self.operation(operation, &at.at(method));
            share_parameters(operation, shared.as_array().map(Vec::as_slice).unwrap_or_default());
        }
    }

    fn operation(&mut self, operation: &mut Map<String, Value>, at: &Pointer) {
        if operation.shift_remove("callbacks").is_some() {
            self.account.note(&at.at("callbacks"), Loss::Kept, "are requests that the API makes: no code is generated from them");
        }
        self.parameters(operation.get_mut("parameters").and_then(Value::as_array_mut), at);
        operation.get_mut("requestBody").into_iter().for_each(|body| self.inline(body, at));
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (_, response) in responses.into_iter().flatten() {
            self.inline(response, at);
            if let Some(response) = response.as_object_mut() {
                // The runtime gives callers all headers, whether documented or not.
                response.retain(|key, _| !matches!(key.as_str(), "headers" | "links"));
            }
        }
    }

    /// Inlines parameters, and records their places: afterwards, those of a path and of its operations are one list.
    fn parameters(&mut self, parameters: Option<&mut Vec<Value>>, at: &Pointer) {
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            self.inline(parameter, at);
            if let Some(parameter) = parameter.as_object_mut() {
                parameter.insert(STOOD_AT.to_owned(), json!(at.at("parameters").nth(index).as_str()));
            }
        }
    }

    /// Replaces references in `value` and in its media types by their targets.
    fn inline(&mut self, value: &mut Value, at: &Pointer) {
        self.inline_ref(value, at);
        let content = value.get_mut("content").and_then(Value::as_object_mut);
        content.into_iter().flatten().for_each(|(_, media)| self.inline_ref(media, at));
    }

    fn inline_ref(&mut self, value: &mut Value, at: &Pointer) {
        if value.get("$ref").is_none() {
            return;
        }
        let Some(target) = resolve(self.source, value) else { return };
        self.copied = self.copied.saturating_add(size(target));
        if self.copied > MAX_COPIED_BYTES {
            let message = format!("it refers to {}, and inlining all such references would copy too much", value["$ref"]);
            self.problems.add(at, message, "move the large schema to `components.schemas`");
            return *value = json!({});
        }
        *value = target.clone();
    }
}

/// Adds the parameters of a path. A parameter of the operation with the same name and location takes precedence.
fn share_parameters(operation: &mut Map<String, Value>, shared: &[Value]) {
    let Some(own) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut() else { return };
    let key = |parameter: &Value| (parameter.get("name").cloned(), parameter.get("in").cloned());
    let taken: HashSet<_> = own.iter().map(key).collect();
    let inherited: Vec<Value> = shared.iter().filter(|parameter| !taken.contains(&key(parameter))).cloned().collect();
    own.splice(..0, inherited);
}
