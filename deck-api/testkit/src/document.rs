//! The OpenAPI document that the fake server uses, with or without its overlay.

use crate::yaml::Yaml;
use enumset::EnumSet;
use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_0;
use roas_overlay::v1_1::Overlay;
use serde_json::Value;
use std::fmt;
use std::path::Path;

/// The methods that a path item may have.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// A published OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document {
    value: Value,
}

/// The error for a document that cannot be used.
#[derive(Debug)]
pub struct DocumentError(String);

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DocumentError {}

impl Document {
    /// Parses a document in JSON or YAML.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is neither.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        Ok(Self { value: read(text)? })
    }

    /// Reads a document from a file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read or is not a document.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, DocumentError> {
        Self::parse(&read_file(path.as_ref())?)
    }

    /// Applies the overlay in a file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, is not an overlay, or does not match the document.
    pub fn with_overlay(self, path: impl AsRef<Path>) -> Result<Self, DocumentError> {
        self.overlaid_by(&read_file(path.as_ref())?)
    }

    /// Applies an overlay.
    pub(crate) fn overlaid_by(mut self, overlay: &str) -> Result<Self, DocumentError> {
        let overlay = read(overlay)?;
        let version = overlay.get("overlay").and_then(Value::as_str).unwrap_or_default();
        let overlay = if version.starts_with("1.0.") {
            serde_json::from_value::<v1_0::Overlay>(overlay).map(Overlay::from)
        } else {
            serde_json::from_value(overlay)
        };
        let overlay = overlay.map_err(|error| DocumentError(format!("not an OpenAPI Overlay of version 1.0 or 1.1: {error}")))?;
        overlay
            .apply(&mut self.value, EnumSet::only(ApplyOptions::ErrorOnZeroMatch))
            .map_err(|error| DocumentError(error.to_string()))?;
        Ok(self)
    }

    /// Returns the whole document as JSON.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Returns the value at a JSON pointer.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    /// Returns the pointers of all schemas of `components`.
    #[must_use]
    pub fn schemas(&self) -> Vec<String> {
        let schemas = self.at("/components/schemas").and_then(Value::as_object);
        schemas.into_iter().flatten().map(|(name, _)| format!("/components/schemas/{}", escape(name))).collect()
    }

    /// Returns the path of the first server's URL, such as `/v2`, with the defaults of its variables. A variable without a
    /// default has its own name as value.
    #[must_use]
    pub fn base_path(&self) -> String {
        let mut url = self.at("/servers/0/url").and_then(Value::as_str).unwrap_or_default().to_owned();
        for (name, variable) in self.at("/servers/0/variables").and_then(Value::as_object).into_iter().flatten() {
            // Without quotes, YAML reads `v: 2` as a number.
            let default = match variable.get("default") {
                Some(Value::String(text)) => text.clone(),
                Some(scalar @ (Value::Number(_) | Value::Bool(_))) => scalar.to_string(),
                _ => continue,
            };
            url = url.replace(&format!("{{{name}}}"), &default);
        }
        url.retain(|character| !matches!(character, '{' | '}'));
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
            None => &url,
        };
        let path = path.trim_matches('/');
        if path.is_empty() { String::new() } else { format!("/{path}") }
    }

    /// Returns all operations.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.at("/paths").and_then(Value::as_object).into_iter().flatten();
        let mut operations = Vec::new();
        for (path, _) in paths.filter(|(path, _)| path.starts_with('/')) {
            let item = self.locate(&format!("/paths/{}", escape(path)));
            for method in METHODS {
                let value = self.at(&format!("{item}/{method}")).filter(|value| value.is_object());
                operations.extend(value.map(|value| self.operation(path, method, &item, value)));
            }
        }
        operations
    }

    /// Follows the references at a pointer. Returns the same pointer if there is no reference.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> String {
        let mut pointer = pointer.to_owned();
        for _ in 0..64 {
            match self.at(&pointer).and_then(|value| target(value.get("$ref")?.as_str()?)) {
                Some(target) => pointer = target,
                None => break,
            }
        }
        pointer
    }

    fn operation(&self, path: &str, method: &str, item: &str, value: &Value) -> Operation {
        let pointer = format!("{item}/{}", escape(method));
        let mut parameters: Vec<Parameter> = Vec::new();
        for holder in [item, pointer.as_str()] {
            for parameter in self.parameters(holder) {
                // A parameter of the operation takes precedence over one of its path item.
                parameters.retain(|other| (&other.name, &other.location) != (&parameter.name, &parameter.location));
                // A path parameter that the template does not have is an error of the document, which no request can satisfy.
                if parameter.location != "path" || path.contains(&format!("{{{}}}", parameter.name)) {
                    parameters.push(parameter);
                }
            }
        }
        Operation {
            id: value.get("operationId").and_then(Value::as_str).map_or_else(|| format!("{method} {path}"), str::to_owned),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            parameters,
            pointer,
        }
    }

    fn parameters(&self, holder: &str) -> Vec<Parameter> {
        let pointer = format!("{holder}/parameters");
        let count = self.at(&pointer).and_then(Value::as_array).map_or(0, Vec::len);
        let parameter = |index| {
            let pointer = self.locate(&format!("{pointer}/{index}"));
            let value = self.at(&pointer)?;
            Some(Parameter {
                name: value.get("name")?.as_str()?.to_owned(),
                location: value.get("in")?.as_str()?.to_owned(),
                required: value.get("required") == Some(&Value::Bool(true)),
                pointer,
            })
        };
        (0..count).filter_map(parameter).collect()
    }

    /// Follows references, with a limit that ends cycles.
    #[must_use]
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        resolve(&self.value, value).unwrap_or(value)
    }
}

/// An operation of a document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`, or the method and the path if there is none.
    pub id: String,
    /// The method, in upper case.
    pub method: String,
    /// The path, with variables in braces.
    pub path: String,
    /// The parameters of the operation and of its path.
    pub parameters: Vec<Parameter>,
    /// Where the document has it.
    pub pointer: String,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name.
    pub name: String,
    /// `path`, `query`, `header` or `cookie`.
    pub location: String,
    /// Whether the parameter is required.
    pub required: bool,
    /// Where the document has it.
    pub pointer: String,
}

/// Returns the pointer of a reference within the document.
pub fn target(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#').filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    Some(percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned())
}

/// The maximum number of references that are followed in a row.
const MAX_REFERENCES: usize = 64;

/// Returns the schema that a schema refers to, or the schema itself.
pub fn resolve<'a>(document: &'a Value, mut schema: &'a Value) -> Option<&'a Value> {
    for _ in 0..MAX_REFERENCES {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return Some(schema) };
        schema = document.pointer(&target(reference)?)?;
    }
    None
}

/// Escapes a segment of a JSON pointer.
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Unescapes a segment of a JSON pointer.
pub fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Visits each value of a document with its JSON pointer, inner values first.
pub fn each_value(value: &Value, at: &mut String, visit: &mut impl FnMut(&str, &Value)) {
    let mut below = |segment: &str, value: &Value| {
        let length = at.len();
        at.push('/');
        at.push_str(&escape(segment));
        each_value(value, at, visit);
        at.truncate(length);
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| below(name, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| below(&index.to_string(), value)),
        _ => {}
    }
    visit(at, value);
}

fn read_file(path: &Path) -> Result<String, DocumentError> {
    std::fs::read_to_string(path).map_err(|error| DocumentError(format!("cannot read {}: {error}", path.display())))
}

fn read(text: &str) -> Result<Value, DocumentError> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| DocumentError(error.to_string()));
    }
    yaml_serde::from_str(text).map(|Yaml(value)| value).map_err(|error| DocumentError(error.to_string()))
}

impl DocumentError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use serde_json::json;

    #[test]
    fn the_base_path_is_that_of_the_first_server_with_its_defaults() {
        let variables =
            json!({ "region": { "default": "eu" }, "basePath": { "default": "v2" }, "number": { "default": 2 }, "unset": {} });
        for (url, expected) in [
            ("https://x.example.com", ""),
            ("https://x.example.com/", ""),
            ("https://x.example.com/v1/", "/v1"),
            ("https://{region}.example.com/{basePath}/{region}", "/v2/eu"),
            ("https://x.example.com/v{number}", "/v2"),
            ("https://x.example.com/{unset}/{undeclared}", "/unset/undeclared"),
            ("/v1", "/v1"),
            ("api/v1", "/api/v1"),
            ("/", ""),
            ("", ""),
        ] {
            let document = json!({ "servers": [{ "url": url, "variables": variables }, { "url": "/other" }] });
            assert_eq!(Document::parse(&document.to_string()).unwrap().base_path(), expected, "{url}");
        }
    }
}
