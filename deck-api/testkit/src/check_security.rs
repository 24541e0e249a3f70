//! Checks that a request has the credentials of one of the document's security requirements.

use crate::http::Request;
use crate::{Document, Operation};
use serde_json::Value;

/// Returns which credentials are missing, if any.
pub fn violation(document: &Document, operation: &Operation, request: &Request) -> Option<String> {
    let asked = document.at(&operation.pointer).and_then(|value| value.get("security")).or_else(|| document.at("/security"));
    let asked = asked.and_then(Value::as_array).filter(|asked| !asked.is_empty())?;
    let mut missing = Vec::new();
    for requirement in asked.iter().filter_map(Value::as_object) {
        let absent: Vec<String> = requirement.keys().filter_map(|name| absent(document, name, request)).collect();
        if absent.is_empty() {
            return None;
        }
        missing.push(absent.join(" and "));
    }
    Some(format!("the request is not authenticated: it has no {}", missing.join(", or ")))
}

/// Returns the credential of the scheme, if the request does not have it.
fn absent(document: &Document, name: &str, request: &Request) -> Option<String> {
    let scheme = document.at(&format!("/components/securitySchemes/{}", crate::document::escape(name)))?;
    let scheme = document.resolve(scheme);
    let text = |key: &str| scheme.get(key).and_then(Value::as_str).unwrap_or_default();
    let key = text("name");
    let cookie = || request.header("cookie").is_some_and(|all| all.split("; ").any(|pair| pair.split('=').next() == Some(key)));
    let (there, what) = match (text("type"), text("in")) {
        ("apiKey", "header") => (request.header(key).is_some_and(|value| !value.is_empty()), format!("header `{key}`")),
        ("apiKey", "query") => {
            let there = request.query_pairs().iter().any(|(name, value)| name == key && !value.is_empty());
            (there, format!("query parameter `{key}`"))
        }
        ("apiKey", _) => (cookie(), format!("cookie `{key}`")),
        // A client certificate is not visible in the request.
        ("mutualTLS", _) => return None,
        ("http", _) => credentials(request, text("scheme")),
        _ => credentials(request, "bearer"),
    };
    (!there).then_some(what)
}

fn credentials(request: &Request, scheme: &str) -> (bool, String) {
    let sent = request.header("authorization").and_then(|value| value.split_once(' '));
    let there = sent.is_some_and(|(own, value)| own.eq_ignore_ascii_case(scheme) && !value.is_empty());
    let mut name = scheme.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    (there, format!("`Authorization: {name} …`"))
}
