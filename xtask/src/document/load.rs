//! Reads JSON and YAML into a value and makes sure that it is an OpenAPI document of a version we know.

use super::Document;
use crate::problem::{Problem, Refused};
use serde_json::Value;

/// Parses the text of a document. `file` is its name in messages.
///
/// # Errors
/// Where the text is neither JSON nor YAML, or no OpenAPI document of version 3.0 or 3.1.
pub fn parse(file: &str, text: &str) -> Result<Document, Refused> {
    let value = parse_value(file, text)?;
    let problem = |pointer: &str, message: String, fix: &str| {
        Refused::one(Problem { file: file.to_owned(), pointer: pointer.to_owned(), message, fix: fix.to_owned() })
    };
    if !value.is_object() {
        return Err(problem("#", "the document is not an object".into(), "put an OpenAPI document into the file"));
    }
    let upgrade = "use a document of OpenAPI 3.0 or 3.1";
    match value.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.0.") || version.starts_with("3.1.") => {}
        Some(version) => {
            return Err(problem("#/openapi", format!("OpenAPI {version} is not supported, only 3.0 and 3.1"), upgrade));
        }
        None => return Err(problem("#/openapi", "the text `openapi` is missing".into(), upgrade)),
    }
    Ok(Document { file: file.to_owned(), value })
}

/// Parses JSON or YAML without looking at what it says.
pub(super) fn parse_value(file: &str, text: &str) -> Result<Value, Refused> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let outcome = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| error.to_string())
    } else {
        yaml(text)
    };
    outcome.map_err(|message| {
        Refused::one(Problem {
            file: file.to_owned(),
            pointer: "#".to_owned(),
            message: format!("the file cannot be read: {message}"),
            fix: "mend the syntax at that line and column, then run the command again".to_owned(),
        })
    })
}

/// By way of YAML's own value, because only that one refuses a key that is there twice.
fn yaml(text: &str) -> Result<Value, String> {
    let value: yaml_serde::Value = yaml_serde::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_value(value).map_err(|error| format!("a key is not text: {error}"))
}
