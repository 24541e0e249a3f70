//! The error for a successful response that cannot be decoded: its location, what was expected, and the id of the created object.

use super::find::find_text;
use super::redact::{self, plain_line};
use super::{Http, Json, Operation, TransportError};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt;

/// The API reported a success, but the response body cannot be decoded. The API carried out the request.
pub struct DecodeError {
    operation: &'static Operation,
    http: Http,
    path: String,
    expected: String,
    cut_off: bool,
    broken: Option<TransportError>,
    pub(super) history: super::error::Attached,
}

impl DecodeError {
    /// Decodes the body again with a slower decoder that locates the error.
    pub(super) fn new<T: DeserializeOwned>(operation: &'static Operation, http: Http) -> Self {
        let text = json_text(http.body());
        if text.is_empty() {
            let cut_off = !http.is_delimited();
            return Self { cut_off, ..Self::unexpected(operation, http, "a body, found none") };
        }
        let mut json = serde_json::Deserializer::from_slice(text);
        let ((path, expected), cut_off) = match serde_path_to_error::deserialize::<_, T>(&mut json) {
            Err(error) => (explain(&error.path().to_string(), error.inner()), error.inner().is_eof()),
            Ok(_) => ((String::new(), "nothing after the value".to_owned()), false),
        };
        Self { path, cut_off, ..Self::unexpected(operation, http, &expected) }
    }

    /// Creates an error about the body as a whole.
    pub(crate) fn unexpected(operation: &'static Operation, http: Http, expected: &str) -> Self {
        let expected = expected.to_owned();
        Self { operation, http, path: String::new(), expected, cut_off: false, broken: None, history: None }
    }

    /// Creates an error for a connection that broke while the body was read.
    pub(super) fn broken(operation: &'static Operation, http: Http, error: TransportError) -> Self {
        let expected = format!("the rest of a body that broke off after {} bytes: {error}", http.body().len());
        Self { cut_off: !error.is_too_large(), broken: Some(error), ..Self::unexpected(operation, http, &expected) }
    }

    /// Returns whether the body was cut off, so that another attempt may receive all of it.
    pub(super) fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    /// Returns whether the time limit passed while the body was read.
    pub(super) fn is_late(&self) -> bool {
        self.broken.as_ref().is_some_and(TransportError::is_late)
    }

    /// Returns the status, the headers and the raw body.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Returns the location in the body, such as `errors[0].code`; empty for the body as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Describes what was expected at that location.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// Returns the id of the created object if the received part of the body contains it.
    #[must_use]
    pub fn created_id(&self) -> Option<String> {
        find_text(self.http.body(), self.operation.created_id?)
    }

    pub(super) fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.broken.as_ref().map(|error| error as _)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the API answered {}, but the body cannot be decoded: ", self.operation.id, self.http.status())?;
        let said = |text: &str| redact::said(&self.history, text);
        if !self.path.is_empty() {
            write!(f, "at `{}`, ", said(&self.path))?;
        }
        write!(f, "expected {}", said(&self.expected))?;
        if let Some(id) = self.created_id() {
            write!(f, "; the request was carried out nevertheless and created `{}`", said(&id))?;
        }
        if let Some(id) = self.http.request_id() {
            write!(f, " (request {})", said(&id))?;
        }
        write!(f, "; `body()` returns the raw body")
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("operation", &self.operation.id)
            .field("http", &self.http)
            .field("path", &redact::said(&self.history, &self.path))
            .field("expected", &redact::said(&self.history, &self.expected))
            .finish_non_exhaustive()
    }
}

/// Strips the byte order mark that a JSON body may begin with (RFC 8259, 8.1).
pub(super) fn json_text(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Decodes free-form JSON into a type of the caller's. An absent value is read as null.
///
/// # Errors
///
/// Returns an error if the value does not fit the type.
pub fn value_as<T: DeserializeOwned>(name: &str, value: Option<&Json>) -> Result<T, ValueError> {
    let text = value.map_or(Cow::Borrowed("null"), Json::text);
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(&text)).map_err(|error| {
        let (path, expected) = explain(&error.path().to_string(), error.inner());
        let joint = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        ValueError { path: format!("{name}{joint}{path}"), expected }
    })
}

/// The error for free-form JSON that does not fit the caller's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    path: String,
    expected: String,
}

impl ValueError {
    /// Returns the location in the value, such as `output.rooms[0].price`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at `{}`, expected {}", plain_line(&self.path), plain_line(&self.expected))
    }
}

impl std::error::Error for ValueError {}

/// Returns the path and what was expected there. serde's messages quote the value that was found; ours never do, because it may
/// be a secret.
fn explain(path: &str, error: &serde_json::Error) -> (String, String) {
    let path = if path == "." { "" } else { path };
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(head, _)| head);
    if error.is_eof() {
        return (path.to_owned(), "more: the text ends early".to_owned());
    }
    // A union parses the text of its value itself, so its messages contain a line number of that text.
    let beyond = beyond_serde_json(message.split(" at line ").next().unwrap_or_default());
    if error.is_syntax() || beyond.is_some() {
        let place = format!("(line {}, column {})", error.line(), error.column());
        return (path.to_owned(), format!("{} {place}", beyond.unwrap_or("JSON")));
    }
    if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let joint = if path.is_empty() { "" } else { "." };
        return (format!("{path}{joint}{field}"), "a value, but the field is missing".to_owned());
    }
    let kinds = ["invalid type: ", "invalid value: ", "invalid length "];
    let described = kinds.iter().find_map(|kind| message.strip_prefix(kind)).and_then(|rest| rest.rsplit_once(", expected "));
    let expected = match described {
        Some((found, expected)) => {
            let found = found.split(['`', '"']).next().unwrap_or_default().trim();
            format!("{expected}, found {found}")
        }
        None => "a value that fits the schema".to_owned(),
    };
    (path.to_owned(), expected)
}

/// Describes the limit of `serde_json` that valid JSON exceeded.
fn beyond_serde_json(message: &str) -> Option<&'static str> {
    Some(match message {
        "recursion limit exceeded" => "at most 127 levels of nesting",
        "number out of range" => "a number that 64 bits can hold",
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => "a string without a lone surrogate",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::transport::Reason;
    use super::*;

    #[test]
    fn limits_of_serde_json_are_not_reported_as_invalid_json() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for (body, expected) in
            [(deep.as_str(), "127 levels"), ("1e999", "64 bits"), (r#""\ud800""#, "surrogate"), ("[1,}", "JSON (")]
        {
            let error = serde_json::from_str::<serde_json::Value>(body).unwrap_err();
            let (_, found) = explain("", &error);
            assert!(found.contains(expected), "{body}: {found}");
        }
    }

    #[test]
    fn the_expectation_never_quotes_what_was_found() {
        #[derive(Debug, serde::Deserialize)]
        struct Inner {
            #[allow(dead_code, reason = "only decoded")]
            n: i64,
        }
        for body in [r#"{"n":"SECRET"}"#, r#"{"n":["SECRET"]}"#, r#"{"m":"SECRET"}"#, r#"{"n":SECRET}"#, r#"{"n":{"SECRET":1}}"#]
        {
            let mut json = serde_json::Deserializer::from_str(body);
            let error = serde_path_to_error::deserialize::<_, Inner>(&mut json).unwrap_err();
            let (path, expected) = explain(&error.path().to_string(), error.inner());
            assert!(!expected.contains("SECRET") && path == "n" || expected.starts_with("JSON"), "{path}: {expected}");
        }
    }

    static OPERATION: Operation = Operation {
        id: "getThings",
        method: http::Method::GET,
        path: "/things",
        security: None,
        accept: "application/json",
        outcomes: &[],
        content_type: None,
        idempotency_key: None,
        server: None,
        created_id: None,
    };

    fn response(body: &'static str) -> Http {
        Http::new(http::StatusCode::OK, http::HeaderMap::new(), body.into())
    }

    #[test]
    fn a_key_of_the_body_cannot_forge_a_log_line() {
        type Counts = std::collections::HashMap<String, u8>;
        let error = DecodeError::new::<Counts>(&OPERATION, response(r#"{"a\n2026-01-01 INFO all is well":"x"}"#));
        assert!(error.path().contains('\n') && !error.to_string().contains('\n'), "{error}");
        let error = value_as::<Counts>("output", Some(&serde_json::json!({ "a\nb": "x" }).into())).unwrap_err();
        assert!(error.path().contains('\n') && !error.to_string().contains('\n'), "{error}");
    }

    #[test]
    fn an_empty_body_is_cut_off_only_if_its_end_is_not_marked() {
        let missing = |http: Http| DecodeError::new::<u8>(&OPERATION, http);
        assert!(missing(response("")).is_cut_off(), "HTTP/1.1 without a length ends with the connection");
        let mut delimited = http::HeaderMap::new();
        delimited.insert("content-length", 0.into());
        assert!(!missing(Http::new(http::StatusCode::OK, delimited, "".into())).is_cut_off());
        assert!(!missing(response("").with_version(http::Version::HTTP_2)).is_cut_off());
    }

    #[test]
    fn a_body_that_broke_off_says_why() {
        let broken = |why| DecodeError::broken(&OPERATION, response("[1,"), why);
        let late = broken(TransportError::of(&OPERATION, Reason::Late));
        assert!(late.is_late() && late.is_cut_off() && late.expected().contains("time limit passed"), "{}", late.expected());
        let large = broken(TransportError::of(&OPERATION, Reason::BodyTooLarge(3)));
        assert!(!large.is_late() && !large.is_cut_off(), "a larger limit is needed, not another attempt");
        assert!(large.expected().contains("larger than 3 bytes"), "{}", large.expected());
    }
}
