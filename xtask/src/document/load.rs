//! Reads JSON and YAML, and checks that the result is an OpenAPI document of a supported version.

use super::pointer::Pointer;
use super::{Document, json, yaml};
use crate::problem::{Problem, Refused};
use serde_json::Value;

/// Parses a document. `file` is its name in messages.
///
/// # Errors
/// Returns an error if the text is neither JSON nor YAML, or not an OpenAPI document of version 3.0, 3.1 or 3.2.
pub fn parse(file: &str, text: &str) -> Result<Document, Refused> {
    let mut value = parse_value(file, text)?;
    let problem = |pointer: &str, message: String, fix: &str| {
        Refused::one(Problem { file: file.to_owned(), pointer: pointer.to_owned(), message, fix: fix.to_owned() })
    };
    if !value.is_object() {
        return Err(problem("#", "the document is not an object".into(), "put an OpenAPI document into the file"));
    }
    let upgrade = "use a document of OpenAPI 3.0 or 3.1";
    match value.get("openapi").and_then(Value::as_str) {
        Some(version) if ["3.0.", "3.1.", "3.2."].iter().any(|known| version.starts_with(known)) => {}
        Some(version) => {
            let message = format!("OpenAPI {version} is not supported, only 3.0, 3.1, and of 3.2 what 3.1 can say");
            return Err(problem("#/openapi", message, upgrade));
        }
        None if value.get("swagger").is_some() => {
            let message = "Swagger 2.0 is not supported".into();
            return Err(problem("#/swagger", message, "convert it, with `npx swagger2openapi` for example"));
        }
        None => return Err(problem("#/openapi", "the text `openapi` is missing".into(), upgrade)),
    }
    // In YAML, `version: 1.0` is a number, but its meaning is clear.
    if let Some(version) = value.pointer_mut("/info/version").filter(|version| version.is_number()) {
        *version = Value::String(version.to_string());
    }
    Ok(Document { file: file.to_owned(), value })
}

/// Parses JSON or YAML without interpreting it.
pub(super) fn parse_value(file: &str, text: &str) -> Result<Value, Refused> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let outcome = if text.trim_start().starts_with('{') { json::parse(text) } else { yaml::parse(text) };
    let problem = |pointer: &str, message: String, fix: &str| {
        Refused::one(Problem { file: file.to_owned(), pointer: format!("#{pointer}"), message, fix: fix.to_owned() })
    };
    let value = outcome.map_err(|message| {
        let fix = "correct the syntax at that line and column, then run the command again";
        problem("", format!("the file cannot be read: {message}"), fix)
    })?;
    match too_long(&value, &Pointer::default()) {
        Some(at) => {
            let message = format!("a key here makes a JSON pointer of more than {MAX_POINTER_BYTES} bytes");
            Err(problem(at.as_str(), message, "give it a shorter name"))
        }
        None => Ok(value),
    }
}

/// The maximum length of JSON pointers. Every change and problem contains one, so that long keys could exhaust memory.
const MAX_POINTER_BYTES: usize = 4_096;

/// The object with a key whose JSON pointer would be too long.
fn too_long(value: &Value, at: &Pointer) -> Option<Pointer> {
    let holds = |value: &Value| value.is_object() || value.is_array();
    match value {
        Value::Object(map) => map.iter().filter(|(_, value)| holds(value)).find_map(|(key, value)| {
            if at.as_str().len() + key.len() > MAX_POINTER_BYTES { Some(at.clone()) } else { too_long(value, &at.at(key)) }
        }),
        Value::Array(list) => {
            list.iter().enumerate().filter(|(_, value)| holds(value)).find_map(|(index, value)| too_long(value, &at.nth(index)))
        }
        _ => None,
    }
}
