//! Parameters: names for their setters, styles for the runtime, and plain copies for progenitor.

use super::names::method_name;
use super::table::{Location, Parameter, Style};
use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::OperationAt;
use crate::problem::Problems;
use serde_json::{Value, json};

/// What a builder has besides its setters.
const BUILDER_METHODS: [&str; 6] = ["send", "build", "clone", "call", "body", "new"];

/// Whether `name` means something else on a builder than a value of the document.
pub fn is_builder_method(name: &str) -> bool {
    BUILDER_METHODS.contains(&name) || name.starts_with("with_")
}

/// The parameters of one operation.
#[derive(Debug, Default)]
pub struct Parameters {
    /// For the table.
    pub table: Vec<Parameter>,
    /// For progenitor.
    pub fitted: Vec<Value>,
    /// The header that carries an idempotency key: the runtime's affair, so not in the table.
    pub idempotency_key: Option<String>,
}

/// Reads the parameters of `operation`; `fields` are the setters that its body needs.
pub fn of(operation: &OperationAt<'_>, fields: &[String], problems: &mut Problems, account: &mut Account) -> Parameters {
    let mut parameters = Parameters::default();
    let list = operation.value.get("parameters").and_then(Value::as_array);
    for (index, value) in list.into_iter().flatten().enumerate() {
        let at = operation.pointer.at("parameters").at(index);
        let Some(name) = value.get("name").and_then(Value::as_str) else { continue };
        if value.get("x-idempotency-key") == Some(&Value::Bool(true)) {
            account.note(&at, Loss::Kept, "is set by the runtime: `with_idempotency_key`");
            parameters.idempotency_key = Some(name.to_ascii_lowercase());
            continue;
        }
        // Headers that OpenAPI says to ignore: the runtime sets them.
        let header = value.get("in").and_then(Value::as_str) == Some("header");
        if header && ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str()) {
            account.note(&at, Loss::Kept, "is set by the runtime");
            continue;
        }
        let Some((location, style)) = supported(value, name, &at, problems) else { continue };
        let taken: Vec<&str> =
            parameters.table.iter().map(|p| p.rust.as_str()).chain(fields.iter().map(String::as_str)).collect();
        let rust = setter(name, location, &taken, &at, account);
        parameters.fitted.push(json!({
            "name": rust,
            "in": location_name(location),
            "required": value.get("required") == Some(&json!(true)) || location == Location::Path,
            "schema": value.get("schema").cloned().unwrap_or_else(|| json!({ "type": "string" })),
        }));
        parameters.table.push(Parameter {
            name: name.to_owned(),
            rust,
            location,
            required: value.get("required") == Some(&json!(true)) || location == Location::Path,
            style,
            description: value.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        });
    }
    undeclared(operation, &parameters, problems);
    parameters
}

/// Rule: the document's names are plain; what clashes gets its location as a prefix.
fn setter(name: &str, location: Location, taken: &[&str], at: &Pointer, account: &mut Account) -> String {
    let plain = method_name(name, &[]);
    let clashes = |name: &str| taken.contains(&name) || is_builder_method(name);
    if !clashes(&plain) {
        return plain;
    }
    let mut prefixed = format!("{}_{plain}", location_name(location));
    while clashes(&prefixed) {
        prefixed.push('_');
    }
    account.note(at, Loss::Kept, format!("is set by `{prefixed}`: `{plain}` is taken"));
    prefixed
}

fn location_name(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
    }
}

const WAY_OUT: &str = "leave the operation out with `--select`, or the parameter with an action of the overlay";

fn supported(value: &Value, name: &str, at: &Pointer, problems: &mut Problems) -> Option<(Location, Style)> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let kind = value.get("schema").and_then(|schema| schema.get("type")).and_then(Value::as_str).unwrap_or("string");
    let explode = value.get("explode").and_then(Value::as_bool);
    let mut refuse = |key: &str, message: String| {
        problems.add(at.at(key), message, WAY_OUT);
        None
    };
    if value.get("content").is_some() {
        return refuse("content", format!("the parameter `{name}` is described by `content`, which is not supported"));
    }
    if kind == "object" {
        return refuse("schema", format!("the parameter `{name}` is an object, which is not supported"));
    }
    match (text("in"), text("style")) {
        (Some("path"), None | Some("simple")) => Some((Location::Path, Style::Joined(","))),
        (Some("header"), None | Some("simple")) => Some((Location::Header, Style::Joined(","))),
        (Some("query"), None | Some("form")) if explode == Some(false) => Some((Location::Query, Style::Joined(","))),
        (Some("query"), None | Some("form")) => Some((Location::Query, Style::Repeated)),
        (Some("path" | "header" | "query"), Some(style)) => {
            refuse("style", format!("the style `{style}` of the parameter `{name}` is not supported"))
        }
        (place, _) => refuse("in", format!("the parameter `{name}` in `{}` is not supported", place.unwrap_or_default())),
    }
}

/// Every variable of the path must be a parameter, and the other way round.
fn undeclared(operation: &OperationAt<'_>, parameters: &Parameters, problems: &mut Problems) {
    let variables: Vec<&str> =
        operation.path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
    let declared: Vec<&str> = parameters.table.iter().filter(|p| p.location == Location::Path).map(|p| p.name.as_str()).collect();
    for variable in variables.iter().filter(|name| !declared.contains(name)) {
        problems.add(
            &operation.pointer,
            format!("the path holds `{{{variable}}}`, but no parameter of that name is declared"),
            "declare it with an action of the overlay",
        );
    }
    for name in declared.iter().filter(|name| !variables.contains(name)) {
        problems.add(
            &operation.pointer,
            format!("the path parameter `{name}` does not stand in the path"),
            "correct the path or the parameter",
        );
    }
}
