//! Parameters: the names of their setters, which of them the caller sets, and their schemas.

use super::names::method_name;
use crate::document::Names;
use crate::document::pointer::Pointer;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// What a builder has besides its setters.
const BUILDER_METHODS: [&str; 9] = ["send", "send_blocking", "send_and_wait", "wait", "build", "clone", "call", "body", "new"];

/// Whether `name` means something else on a builder than a value of the document.
#[must_use]
pub fn is_builder_method(name: &str) -> bool {
    BUILDER_METHODS.contains(&name) || name.starts_with("with_")
}

/// The name of the setter of a parameter. The document's names are plain; one that is taken gets its location as a prefix.
pub fn setter_name(name: &str, location: &str, setters: &mut Names) -> String {
    let plain = method_name(name, &[]);
    if !is_builder_method(&plain) && !setters.has(&plain) {
        setters.take(&plain);
        return plain;
    }
    // progenitor drops an underscore at the end, unless it needs one for a keyword.
    setters.free(&format!("{location}_{}", plain.trim_end_matches('_')))
}

/// Whether the client sets the header `name` by itself, so that it has no setter: OpenAPI says to ignore the first three, the
/// others frame the request.
#[must_use]
pub fn is_header_of_the_runtime(name: &str) -> bool {
    ["accept", "content-type", "authorization", "content-length", "transfer-encoding", "host"]
        .contains(&name.to_ascii_lowercase().as_str())
}

/// Whether the caller sets a parameter by a setter of its own.
#[must_use]
pub fn has_setter(parameter: &Value) -> bool {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("in") {
        "path" | "query" => true,
        "header" => !is_header_of_the_runtime(text("name")) && !is_idempotency_key(parameter),
        // A cookie, or a place that no client can write yet.
        _ => false,
    }
}

/// Whether a parameter is the idempotency key: by the overlay, or by the name that the IETF's draft gives to the header.
#[must_use]
pub fn is_idempotency_key(parameter: &Value) -> bool {
    let is = |key: &str, wanted: &str| {
        parameter.get(key).and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
    };
    let marked = parameter.get("x-idempotency-key").and_then(Value::as_bool);
    is("in", "header") && marked.unwrap_or_else(|| is("name", "idempotency-key"))
}

/// The variables of a path, in their order.
#[must_use]
pub fn variables(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

/// The schema of a parameter of which the document says nothing.
pub static TEXT: LazyLock<Value> = LazyLock::new(|| json!({ "type": "string" }));

/// The schema that says nothing.
pub static ANY: LazyLock<Value> = LazyLock::new(|| json!({}));

/// The schema of the parameter `value`, which stands at `at`, and where the schema stands.
#[must_use]
pub fn schema<'a>(value: &'a Value, at: &Pointer) -> (Pointer, &'a Value) {
    let content = value.get("content").and_then(Value::as_object).and_then(|content| content.iter().next());
    match content {
        Some((media, content)) => (at.at("content").at(media).at("schema"), content.get("schema").unwrap_or(&ANY)),
        None => (at.at("schema"), value.get("schema").unwrap_or(&TEXT)),
    }
}
