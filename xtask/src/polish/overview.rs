//! The overview in the crate's documentation: operations with their ids, and environment variables.

use super::{docs, environment};
use crate::model::api::Model;
use crate::model::operations::Operation;

/// The maximum number of operations in an overview.
const MAX_LISTED: usize = 300;

/// A line for each operation: its method, its id and its summary.
#[must_use]
pub fn operations(model: &Model) -> Vec<String> {
    let mut lines: Vec<String> = model.operations.iter().take(MAX_LISTED).map(operation).collect();
    let others = model.operations.len().saturating_sub(MAX_LISTED);
    if others > 0 {
        lines.push(format!("- … and {others} more: see the methods of [`Client`](crate::Client)."));
    }
    lines
}

fn operation(operation: &Operation) -> String {
    let Operation { method_name, id, method, path, summary, .. } = operation;
    let summary = summary.lines().next().map(docs::prose).filter(|text| !text.is_empty() && !text.starts_with("```"));
    let summary = summary.map(|text| format!(": {text}")).unwrap_or_default();
    let (id, call) = (docs::code(id), docs::code(&format!("{method} {path}")));
    format!("- [`{method_name}`](crate::Client::{method_name}), operation {id}, {call}{summary}")
}

/// A line for each environment variable that `Client::from_env` reads.
#[must_use]
pub fn variables(model: &Model, crate_name: &str) -> Vec<String> {
    let prefix = environment::env_prefix(crate_name);
    let mut lines: Vec<String> = Vec::new();
    for credential in &model.api.security.credentials {
        let scheme = docs::code(&credential.scheme.name);
        let names: Vec<String> = environment::variables(credential, &prefix).iter().map(|name| docs::code(name)).collect();
        // A certificate belongs to the HTTP client, and cannot be in a variable.
        let Some(setter) = credential.methods.first() else { continue };
        let setter = format!("[`{setter}`](crate::ClientBuilder::{setter})");
        lines.push(format!("- {}: the value of {setter}, for the security scheme {scheme}.", names.join(" and ")));
        if let Some(token) = &credential.token {
            let name = docs::code(&format!("{prefix}_{}", token.url.to_ascii_uppercase()));
            lines.push(format!("- {name}: the token URL of {scheme}, in place of the default."));
        }
    }
    let base_url = docs::code(&format!("{prefix}_BASE_URL"));
    let default = model.api.base_url.as_deref().map(|url| format!(", by default {}", docs::code(url))).unwrap_or_default();
    lines.push(format!("- {base_url}: the base URL of the API{default}."));
    lines
}
