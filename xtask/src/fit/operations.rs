//! Reads the operations.

use super::schemas::TypeBuilder;
use super::security;
use super::{bodies, parameters, responses, servers};
use crate::account::Loss;
use crate::document::operations::{self, OperationAt};
use crate::model::api::Security;
use crate::model::names::{MAX_NAME_LENGTH, method_name, type_name};
use crate::model::operations::Operation;
use crate::model::servers::{Server, choices};
use heck::ToUpperCamelCase;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The methods of a client that are not operations.
pub const CLIENT_METHODS: [&str; 24] = [
    "new",
    "from_env",
    "from_variables",
    "builder",
    "base_url",
    "http",
    "url_for",
    "server_of",
    "own_server",
    "timeout",
    "read_timeout",
    "total_timeout",
    "hooks",
    "http_is_own",
    "retry",
    "max_body_bytes",
    "blocking",
    "timer",
    "budget",
    "user_agent_header",
    "held_credentials",
    "check_credentials",
    "tokens",
    "clone",
];

/// Traits whose names generated code uses beside the builders.
const TRAITS: [&str; 2] = ["Future", "Send"];

/// Reads all operations. `security` is that of the whole API.
pub fn run<'d>(document: &'d Value, security: &Security, builder: &mut TypeBuilder<'_, 'd>) -> Vec<Operation> {
    let mut methods = Methods::default();
    let mut operations = Vec::new();
    let base = choices(document).into_iter().next();
    for operation in operations::of(document) {
        if operation.value.get("operationId").and_then(Value::as_str).is_none() {
            builder.reader.account.note(&operation.pointer, Loss::Exact, "has no operation id, is named after method and path");
        }
        let id = operation.name();
        let wanted = Methods::wanted(&id);
        let name = methods.free(&wanted);
        if name != wanted {
            builder.reader.account.note(&operation.pointer, Loss::Kept, format!("is the method `{name}`: `{wanted}` is taken"));
        }
        let server = servers::of(&operation, document, base.as_ref()).unwrap_or_else(|(message, fix)| {
            builder.reader.problems.add(operation.pointer.at("servers"), message, fix);
            None
        });
        servers::note_others(&operation, document, builder.reader.account);
        let own = security::of_operation(operation.value, &operation.pointer, security, builder.reader.account);
        operations.push(Operation { security: own, ..fit(&operation, id, name, server, builder) });
    }
    operations
}

/// Makes unique method names, so that the types named after methods are unique, too.
#[derive(Default)]
pub struct Methods {
    taken: HashSet<String>,
    /// The next number to try for each name.
    next: HashMap<String, usize>,
}

impl Methods {
    /// The preferred method name for an operation id.
    #[must_use]
    pub fn wanted(id: &str) -> String {
        let mut plain = method_name(id, &[]);
        // Leaves room for prefixes and suffixes, so that the builder's type has the whole name.
        if plain.len() > MAX_NAME_LENGTH - 16 {
            plain.truncate(MAX_NAME_LENGTH - 16);
            plain.truncate(plain.trim_end_matches('_').len());
        }
        // The builder's type has the same name. A trailing underscore would get lost there.
        let builder = type_name(&plain);
        let is_taken = CLIENT_METHODS.contains(&plain.as_str()) || TRAITS.contains(&builder.as_str());
        if is_taken || builder != plain.to_upper_camel_case() { format!("call_{plain}") } else { plain }
    }

    /// Takes and returns the first free one of `wanted`, `wanted2`, `wanted3` ….
    pub fn free(&mut self, wanted: &str) -> String {
        let types = |name: &str| ["", "Error", "Success"].map(|suffix| format!("{}{suffix}", type_name(name)));
        let number = self.next.entry(wanted.to_owned()).or_insert(1);
        let mut name = wanted.to_owned();
        loop {
            let all = types(&name);
            *number += 1;
            if !self.taken.contains(&name) && !all.iter().any(|name| self.taken.contains(name)) {
                self.taken.extend(all);
                self.taken.insert(name.clone());
                return name;
            }
            name = format!("{wanted}{number}");
        }
    }
}

fn fit<'d>(
    operation: &OperationAt<'d>,
    id: String,
    name: String,
    server: Option<Server>,
    builder: &mut TypeBuilder<'_, 'd>,
) -> Operation {
    let text = |key: &str| operation.value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let base = type_name(&id);
    let body = bodies::of(operation, &base, builder);
    // The setters for the fields of the body, which are methods of the operation's builder.
    let fields = body.as_ref().and_then(|body| Some(builder.fields(body.component()?))).unwrap_or_default();
    let parameters = parameters::of(operation, &base, &fields, builder);
    let answers = responses::of(operation, &base, builder);
    Operation {
        pointer: operation.pointer.clone(),
        id,
        method_name: name,
        method: operation.method.to_ascii_uppercase(),
        path: parameters.path,
        server,
        security: None,
        summary: text("summary"),
        description: text("description"),
        deprecated: operation.value.get("deprecated") == Some(&Value::Bool(true)),
        parameters: parameters.set,
        unset: parameters.unset,
        body,
        success: answers.success,
        accept: answers.accept,
        errors: answers.errors,
        responses: answers.documented,
        outcomes: answers.outcomes,
        idempotency_key: parameters.idempotency_key,
        created_id: operation.value.get("x-created-id").and_then(Value::as_str).map(str::to_owned),
    }
}
