//! Checks requests and responses against a document.

use crate::Judge;
use crate::check::{self, Variables};
use crate::check_body::media;
use crate::compare::Direction;
use crate::document::{Document, Operation, escape};
use crate::examples::is_json;
use crate::http::Request;
use crate::success::has_body;
use serde_json::Value;
use std::sync::Arc;

/// Checks requests and responses against a document.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use deck_api_testkit::{Contract, Document, Request};
///
/// let contract = Contract::of(Document::published()?, Document::overlaid()?);
/// let request = Request::new("GET", "/v2/test", &[("authorization", "Bearer sk_test")], b"");
/// assert!(contract.request(&request).is_empty());
/// assert!(!contract.response(&request, 200, "application/json", b"{}").is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Contract {
    pub(crate) operations: Vec<Operation>,
    pub(crate) base_path: String,
    pub(crate) requests: Judge,
    pub(crate) responses: Arc<Judge>,
}

impl Contract {
    /// Creates a contract that checks requests against `published`, and responses against `answers`, the same document with its
    /// overlay.
    #[must_use]
    pub fn of(published: Document, answers: Document) -> Self {
        Self {
            operations: published.operations(),
            base_path: published.base_path(),
            requests: Judge::towards(Arc::new(published), Direction::Request),
            responses: Arc::new(Judge::towards(Arc::new(answers), Direction::Response)),
        }
    }

    /// Returns all violations of the document in a request.
    #[must_use]
    pub fn request(&self, request: &Request) -> Vec<String> {
        self.violations(self.find(request).as_ref(), request)
    }

    /// Returns all violations of the document in the response to a request: in its status, its media type, and its body if that
    /// is JSON.
    #[must_use]
    pub fn response(&self, request: &Request, status: u16, content_type: &str, body: &[u8]) -> Vec<String> {
        let Some((operation, _)) = self.find(request) else { return vec![undeclared(request)] };
        let document = self.responses.document();
        let responses = format!("{}/responses", operation.pointer);
        let keys = || document.at(&responses).and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key);
        let wanted = [status.to_string(), format!("{}XX", status / 100), "default".to_owned()];
        let declared = wanted.iter().find_map(|wanted| keys().find(|key| key.eq_ignore_ascii_case(wanted)));
        let Some(declared) = declared else { return vec![format!("the status {status} is not declared")] };
        let holder = document.locate(&format!("{responses}/{declared}"));
        let content = document.at(&format!("{holder}/content")).and_then(Value::as_object);
        if content.is_none_or(serde_json::Map::is_empty) || !has_body(&operation.method, status) {
            // There is no body, or the document does not describe it.
            return Vec::new();
        }
        let Some(media) = media(document, &holder, content_type) else {
            return vec![format!("the media type `{content_type}` of the response is not declared")];
        };
        let pointer = format!("{holder}/content/{}/schema", escape(&media));
        if !is_json(content_type) || self.responses.place(&pointer).is_err() {
            return Vec::new();
        }
        match serde_json::from_slice(body).map(|value| self.responses.problems(&pointer, &value)) {
            Err(error) => vec![format!("the body is not JSON: {error}")],
            Ok(Err(error)) => vec![error.to_string()],
            Ok(Ok(problems)) => {
                problems.into_iter().map(|problem| format!("the body does not fit its schema, {problem}")).collect()
            }
        }
    }

    pub(crate) fn find(&self, request: &Request) -> Option<(&Operation, Variables)> {
        check::find(&self.operations, &self.base_path, request)
    }

    pub(crate) fn violations(&self, found: Option<&(&Operation, Variables)>, request: &Request) -> Vec<String> {
        match found {
            Some((operation, variables)) => check::violations(&self.requests, operation, variables, request),
            None => vec![undeclared(request)],
        }
    }
}

fn undeclared(request: &Request) -> String {
    format!("{} {} is not an operation of the document", request.method, request.path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_status_is_declared_by_its_code_its_range_or_the_default() {
        for (key, status, is_declared) in [
            ("200", 200, true),
            ("200", 201, false),
            ("2XX", 201, true),
            ("2xx", 201, true),
            ("4xx", 201, false),
            ("default", 201, true),
        ] {
            let responses = json!({ key: { "description": "Done." } });
            let document = json!({ "openapi": "3.1.0", "paths": { "/a": { "get": { "responses": responses } } } });
            let document = Document::parse(&document.to_string()).unwrap();
            let contract = Contract::of(document.clone(), document);
            let violations = contract.response(&Request::new("GET", "/a", &[], b""), status, "", b"");
            assert_eq!(violations.is_empty(), is_declared, "{key} {status}: {violations:?}");
        }
    }

    #[test]
    fn a_response_is_checked_only_if_it_has_a_body_that_the_document_describes() {
        let json = |media: &str| json!({ media: { "schema": { "type": "object", "required": ["a"] } } });
        for (method, status, content, sent, body, expected) in [
            ("GET", 200, json("application/json"), "application/json", "{}", "does not fit its schema"),
            ("GET", 200, json("*/*"), "application/json", "{}", "does not fit its schema"),
            ("GET", 200, json("application/*+json"), "application/hal+json; v=1", "{}", "does not fit its schema"),
            ("GET", 200, json("application/*+json"), "application/hal+xml", "", "is not declared"),
            ("GET", 200, json!({}), "", "", ""),
            ("GET", 204, json!({}), "", "", ""),
            ("GET", 204, json("application/json"), "", "", ""),
            ("GET", 205, json("application/json"), "", "", ""),
            ("HEAD", 200, json("application/json"), "application/json", "", ""),
        ] {
            let responses = json!({ "default": { "content": content } });
            let document =
                json!({ "openapi": "3.1.0", "paths": { "/a": { method.to_lowercase(): { "responses": responses } } } });
            let document = Document::parse(&document.to_string()).unwrap();
            let contract = Contract::of(document.clone(), document);
            let found = contract.response(&Request::new(method, "/a", &[], b""), status, sent, body.as_bytes()).join("");
            let fits = if expected.is_empty() { found.is_empty() } else { found.contains(expected) };
            assert!(fits, "{method} {status} {content} {sent}: {found}");
        }
    }
}
