//! The token endpoints for OAuth 2.0 client credentials that a document declares, and the granted tokens.

use crate::http::{Request, unescape};
use crate::{Answer, Document, Operation};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// The token endpoints of a document, and the granted tokens.
#[derive(Debug, Default)]
pub struct Tokens {
    endpoints: Vec<Endpoint>,
    granted: Vec<Token>,
    pub lifetime: Option<u64>,
    pub queued: VecDeque<Answer>,
    pub requests: Vec<Request>,
}

#[derive(Debug)]
struct Endpoint {
    scheme: String,
    path: String,
    scopes: Vec<String>,
}

#[derive(Debug)]
struct Token {
    scheme: String,
    text: String,
    scopes: Vec<String>,
    is_revoked: bool,
}

impl Tokens {
    /// Collects the token endpoints of `document`.
    pub fn of(document: &Document) -> Self {
        let schemes = document.at("/components/securitySchemes").and_then(Value::as_object).into_iter().flatten();
        let endpoint = |(name, scheme): (&String, &Value)| {
            let flow = document.resolve(scheme).pointer("/flows/clientCredentials")?;
            let url = flow.get("tokenUrl").and_then(Value::as_str).unwrap_or("/oauth/token");
            let path = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |slash| &rest[slash..]));
            let path = format!("/{}", path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/'));
            let scopes = flow.get("scopes").and_then(Value::as_object).into_iter().flatten().map(|(scope, _)| scope.clone());
            Some(Endpoint { scheme: name.clone(), path, scopes: scopes.collect() })
        };
        Self { endpoints: schemes.filter_map(endpoint).collect(), lifetime: Some(3600), ..Self::default() }
    }

    /// Returns the path of the first endpoint.
    pub fn path(&self) -> Option<&str> {
        self.endpoints.first().map(|endpoint| endpoint.path.as_str())
    }

    /// Revokes all tokens that have been granted.
    pub fn revoke(&mut self) {
        self.granted.iter_mut().for_each(|token| token.is_revoked = true);
    }

    /// Returns the response to a token request, and its violations of RFC 6749 and the document. Returns `None` for other
    /// requests.
    pub fn answer(&mut self, request: &Request) -> Option<(Answer, Vec<String>)> {
        let endpoint = self.endpoints.iter().position(|endpoint| endpoint.path == request.path)?;
        self.requests.push(request.clone());
        let endpoint = &self.endpoints[endpoint];
        let asked = check(endpoint, request);
        if let Some(answer) = self.queued.pop_front() {
            return Some((answer, asked.err().into_iter().collect()));
        }
        Some(match asked {
            Err(violation) => {
                let error = if violation.contains("scope") { "invalid_scope" } else { "invalid_request" };
                (Answer::json(400, &json!({ "error": error, "error_description": violation })), vec![violation])
            }
            Ok(scopes) => {
                let text = format!("fake-access-token-{}", self.granted.len() + 1);
                let mut body = json!({ "access_token": text, "token_type": "Bearer" });
                if let Some(lifetime) = self.lifetime {
                    body["expires_in"] = lifetime.into();
                }
                self.granted.push(Token { scheme: endpoint.scheme.clone(), text, scopes, is_revoked: false });
                (Answer::json(200, &body), Vec::new())
            }
        })
    }

    /// Returns the refusal of a request for `operation`, if its token was revoked or lacks a required scope.
    pub fn refusal(&self, document: &Document, operation: &Operation, request: &Request) -> Option<Answer> {
        let sent = request.header("authorization")?.strip_prefix("Bearer ")?;
        let token = self.granted.iter().find(|token| token.text == sent)?;
        if token.is_revoked {
            return Some(Answer::json(401, &json!({ "error": "invalid_token" })).header("www-authenticate", "Bearer"));
        }
        let asked = document.at(&operation.pointer).and_then(|value| value.get("security")).or_else(|| document.at("/security"));
        let alternatives = asked.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let has = |scopes: &Value| {
            let mut scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str);
            scopes.all(|scope| token.scopes.iter().any(|own| own == scope))
        };
        let is_enough = |schemes: &Value| schemes.get(&token.scheme).is_none_or(has);
        let is_refused = !alternatives.is_empty() && !alternatives.iter().any(is_enough);
        is_refused.then(|| Answer::json(403, &json!({ "error": "insufficient_scope" })))
    }
}

/// Returns the requested scopes.
fn check(endpoint: &Endpoint, request: &Request) -> Result<Vec<String>, String> {
    let problem = |text: &str| Err(format!("the token request {text}"));
    let form: Vec<(String, String)> = pairs(&String::from_utf8_lossy(&request.body));
    let value = |name: &str| form.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    if request.method != "POST" || !request.query.is_empty() {
        return problem("is not a POST without a query");
    }
    if request.header("content-type") != Some("application/x-www-form-urlencoded") {
        return problem("is not a form");
    }
    if value("grant_type") != Some("client_credentials") {
        return problem("has another `grant_type` than `client_credentials`");
    }
    let in_header = request.header("authorization").and_then(|value| decode(value.strip_prefix("Basic ")?));
    let in_header = in_header
        .as_deref()
        .and_then(|pair| pair.split_once(':'))
        .is_some_and(|(id, secret)| !id.is_empty() && !secret.is_empty());
    let in_body = value("client_id").is_some() && value("client_secret").is_some_and(|secret| !secret.is_empty());
    if in_header == in_body || request.header("authorization").is_some() && !in_header {
        return problem("must send the client id and secret in exactly one way");
    }
    let scopes: Vec<String> =
        value("scope").unwrap_or_default().split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect();
    match scopes.iter().find(|scope| !endpoint.scopes.contains(scope)) {
        Some(scope) => problem(&format!("asks for the scope `{scope}`, which the document does not declare")),
        None => Ok(scopes),
    }
}

fn pairs(form: &str) -> Vec<(String, String)> {
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (unescape(&name.replace('+', " ")), unescape(&value.replace('+', " ")))).collect()
}

/// Decodes Base64.
fn decode(text: &str) -> Option<String> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        bits = bits << 6 | u32::try_from(DIGITS.iter().position(|digit| *digit == byte)?).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_refused_if_each_alternative_needs_more_scopes() {
        for (security, is_refused) in [
            (json!([{ "oauth": ["read"] }]), false),
            (json!([{ "oauth": ["write"] }]), true),
            (json!([{ "oauth": ["write"] }, { "oauth": [] }]), false),
            (json!([{ "oauth": ["write"] }, {}]), false),
            (json!([{ "oauth": ["write"] }, { "key": [] }]), false),
            (json!([]), false),
        ] {
            let operation = json!({ "security": security, "responses": {} });
            let document = json!({ "openapi": "3.1.0", "paths": { "/a": { "get": operation } } });
            let document = Document::parse(&document.to_string()).unwrap();
            let token = Token { scheme: "oauth".into(), text: "t".into(), scopes: vec!["read".into()], is_revoked: false };
            let tokens = Tokens { granted: vec![token], ..Tokens::default() };
            let request = Request::new("GET", "/a", &[("authorization", "Bearer t")], b"");
            let refusal = tokens.refusal(&document, &document.operations()[0], &request);
            assert_eq!(refusal.is_some(), is_refused, "{security}");
        }
    }
}
