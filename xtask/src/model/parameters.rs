//! Parameters: names of setters, which parameters have one, and schemas.

use super::names::method_name;
use super::operations::{Location, Style};
use crate::document::Names;
use crate::document::pointer::Pointer;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The methods of a builder that are not setters.
const BUILDER_METHODS: [&str; 9] = ["send", "send_blocking", "send_and_wait", "wait", "build", "clone", "call", "body", "new"];

/// Whether a builder already has a method with this name.
#[must_use]
pub fn is_builder_method(name: &str) -> bool {
    BUILDER_METHODS.contains(&name) || name.starts_with("with_")
}

/// The setter's name for a parameter: that of the document, with the location as a prefix if it is taken.
pub fn setter_name(name: &str, location: &str, setters: &mut Names) -> String {
    let plain = method_name(name, &[]);
    if !is_builder_method(&plain) && !setters.has(&plain) {
        setters.take(&plain);
        return plain;
    }
    // progenitor drops a trailing underscore, unless the name is a keyword.
    setters.free(&format!("{location}_{}", plain.trim_end_matches('_')))
}

/// The setters of the fields with these names in Rust. A field has a prefix if the builder has another method of its name.
#[must_use]
pub fn field_setters(fields: &[String]) -> Vec<String> {
    let mut taken = Names::default();
    fields.iter().filter(|field| !is_builder_method(field)).for_each(|field| taken.take(field));
    let setter = |field: &String| if is_builder_method(field) { taken.free(&format!("body_{field}")) } else { field.clone() };
    fields.iter().map(setter).collect()
}

/// Whether a header has no setter, because the runtime sets it. OpenAPI ignores parameters with the first three names, and the
/// others frame the request.
#[must_use]
pub fn is_header_of_the_runtime(name: &str) -> bool {
    ["accept", "content-type", "authorization", "content-length", "transfer-encoding", "host"]
        .contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a parameter has a setter.
#[must_use]
pub fn has_setter(parameter: &Value) -> bool {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
    match text("in") {
        "path" | "query" | "cookie" => true,
        "header" => !is_header_of_the_runtime(text("name")) && !is_idempotency_key(parameter),
        _ => false,
    }
}

/// Whether a parameter is the idempotency key: by the overlay, or by the header name of the IETF draft.
#[must_use]
pub fn is_idempotency_key(parameter: &Value) -> bool {
    let is = |key: &str, wanted: &str| {
        parameter.get(key).and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
    };
    let marked = parameter.get("x-idempotency-key").and_then(Value::as_bool);
    is("in", "header") && marked.unwrap_or_else(|| is("name", "idempotency-key"))
}

/// The variables of a path, in order.
#[must_use]
pub fn variables(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

/// The schema of a parameter without one.
pub static TEXT: LazyLock<Value> = LazyLock::new(|| json!({ "type": "string" }));

/// The empty schema.
pub static ANY: LazyLock<Value> = LazyLock::new(|| json!({}));

/// The schema of the parameter `value` at `at`, with its place.
#[must_use]
pub fn schema<'a>(value: &'a Value, at: &Pointer) -> (Pointer, &'a Value) {
    let content = value.get("content").and_then(Value::as_object).and_then(|content| content.iter().next());
    match content {
        Some((media, content)) => (at.at("content").at(media).at("schema"), content.get("schema").unwrap_or(&ANY)),
        None => (at.at("schema"), value.get("schema").unwrap_or(&TEXT)),
    }
}

/// The style of a parameter, or of a property of a form. `None` if the location does not have it.
#[must_use]
pub fn style_of(value: &Value, location: Location) -> Option<Style> {
    // By default, only `form` is exploded.
    let explode = value.get("explode").and_then(Value::as_bool);
    let exploded = explode == Some(true);
    Some(match (location, value.get("style").and_then(Value::as_str)) {
        (Location::Query | Location::Cookie, None | Some("form")) if explode == Some(false) => Style::FormJoined,
        (Location::Query | Location::Cookie, None | Some("form")) => Style::Form,
        (Location::Query, Some("spaceDelimited" | "pipeDelimited")) if exploded => Style::Form,
        (Location::Query, Some("spaceDelimited")) => Style::SpaceDelimited,
        (Location::Query, Some("pipeDelimited")) => Style::PipeDelimited,
        (Location::Query, Some("deepObject")) => Style::DeepObject,
        (Location::Path | Location::Header, None | Some("simple")) if exploded => Style::SimpleExploded,
        (Location::Path | Location::Header, None | Some("simple")) => Style::Simple,
        (Location::Path, Some("label")) if exploded => Style::LabelExploded,
        (Location::Path, Some("label")) => Style::Label,
        (Location::Path, Some("matrix")) if exploded => Style::MatrixExploded,
        (Location::Path, Some("matrix")) => Style::Matrix,
        _ => return None,
    })
}
