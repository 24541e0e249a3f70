//! Security: the schemes of a document, and the alternatives in its requirements.

use crate::document::operations::OperationAt;
use crate::document::pointer::{Pointer, resolve};
use crate::document::reserved::{PUBLISHED_REQUIREMENTS, PUBLISHED_SCHEMES};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use std::mem::discriminant;

/// Schemes that are required together, each with its scopes or roles.
pub type Alternative = IndexMap<String, IndexSet<String>>;

/// A security scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in `components.securitySchemes`.
    pub name: String,
    /// Its place in the document.
    pub pointer: Pointer,
    pub kind: SchemeKind,
    /// The endpoint from which a client with id and secret gets an access token.
    pub token_endpoint: Option<TokenEndpoint>,
    pub description: String,
    /// `x-credential`: the names from the overlay.
    pub fact: Option<CredentialFact>,
}

/// The kind of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    Key(Carrier),
    /// Another HTTP scheme, with its name as in the document.
    Http(String),
    OAuth2,
    OpenIdConnect,
    MutualTls,
    /// An unknown kind, with its text in the document.
    Unknown(String),
}

/// The token endpoint for the client credentials flow of OAuth 2.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// The URL as in the document. It may be relative.
    pub url: Option<String>,
}

/// The part of a request that carries a credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    Header(String),
    Query(String),
    Cookie(String),
}

/// `x-credential`: the method of the builder, and the environment variables to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialFact {
    pub method: String,
    pub variables: Vec<String>,
}

impl Scheme {
    /// A description that identifies the scheme.
    #[must_use]
    pub fn identity(&self) -> String {
        match &self.kind {
            SchemeKind::Key(Carrier::Header(name)) => format!("a key in the header `{name}`"),
            SchemeKind::Key(Carrier::Query(name)) => format!("a key in the query `{name}`"),
            SchemeKind::Key(Carrier::Cookie(name)) => format!("a key in the cookie `{name}`"),
            SchemeKind::Http(scheme) => format!("HTTP {}", scheme.to_ascii_lowercase()),
            SchemeKind::OAuth2 => "oauth2".to_owned(),
            SchemeKind::OpenIdConnect => "openIdConnect".to_owned(),
            SchemeKind::MutualTls => "mutualTLS".to_owned(),
            SchemeKind::Unknown(kind) => kind.clone(),
        }
    }

    /// The part of the request that carries the credential. `None` if there is none, or it is unknown.
    #[must_use]
    pub fn carrier(&self) -> Option<Carrier> {
        match &self.kind {
            SchemeKind::Key(Carrier::Header(name)) => Some(Carrier::Header(name.to_ascii_lowercase())),
            SchemeKind::Key(carrier) => Some(carrier.clone()),
            SchemeKind::Http(_) | SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => {
                Some(Carrier::Header("authorization".to_owned()))
            }
            SchemeKind::MutualTls | SchemeKind::Unknown(_) => None,
        }
    }

    /// Whether both schemes are of the same kind, with the same names. Names of headers and of HTTP schemes have no case.
    #[must_use]
    pub fn is_of_kind(&self, other: &Self) -> bool {
        let is_same_form = self.wire_form().is_some() && self.wire_form() == other.wire_form();
        self.kind == other.kind || is_same_form && discriminant(&self.kind) == discriminant(&other.kind)
    }

    /// The carrier and the form of the credential. Equal forms look the same on the wire.
    #[must_use]
    pub fn wire_form(&self) -> Option<(Carrier, String)> {
        let form = match &self.kind {
            SchemeKind::Http(scheme) => scheme.to_ascii_lowercase(),
            SchemeKind::OAuth2 | SchemeKind::OpenIdConnect => "bearer".to_owned(),
            _ => String::new(),
        };
        self.carrier().map(|carrier| (carrier, form))
    }
}

/// The schemes of a published or lowered document, in its order.
#[must_use]
pub fn schemes(document: &Value) -> IndexMap<String, Scheme> {
    let components = document.get("components");
    let lists = ["securitySchemes", PUBLISHED_SCHEMES].map(|key| components.and_then(|all| all.get(key)?.as_object()));
    let all = lists.into_iter().flatten().flatten();
    all.map(|(name, value)| (name.clone(), scheme(document, name, value))).collect()
}

fn scheme(document: &Value, name: &str, value: &Value) -> Scheme {
    let resolved = resolve(document, value).unwrap_or(value);
    let text = |key: &str| resolved.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = match (text("type").as_str(), text("in").as_str()) {
        ("apiKey", "header") => SchemeKind::Key(Carrier::Header(text("name"))),
        ("apiKey", "query") => SchemeKind::Key(Carrier::Query(text("name"))),
        ("apiKey", "cookie") => SchemeKind::Key(Carrier::Cookie(text("name"))),
        ("http", _) => SchemeKind::Http(text("scheme")),
        ("oauth2", _) => SchemeKind::OAuth2,
        ("openIdConnect", _) => SchemeKind::OpenIdConnect,
        ("mutualTLS", _) => SchemeKind::MutualTls,
        (kind, _) => SchemeKind::Unknown(kind.to_owned()),
    };
    let fact = value.get("x-credential").or_else(|| resolved.get("x-credential"));
    let fact = fact.and_then(|fact| {
        let variables = fact.get("variables").and_then(Value::as_array).into_iter().flatten();
        let variables = variables.filter_map(Value::as_str).map(str::to_owned).collect();
        Some(CredentialFact { method: fact.get("method")?.as_str()?.to_owned(), variables })
    });
    let flow = resolved.pointer("/flows/clientCredentials").filter(|_| kind == SchemeKind::OAuth2);
    let url = |flow: &Value| flow.get("tokenUrl").and_then(Value::as_str).filter(|url| !url.is_empty()).map(str::to_owned);
    let token_endpoint = flow.map(|flow| TokenEndpoint { url: url(flow) });
    let pointer = Pointer::parse("/components/securitySchemes").at(name);
    Scheme { name: name.to_owned(), pointer, kind, token_endpoint, description: text("description"), fact }
}

/// The requirements of `holder`, a document or an operation, if it has any. An empty list means that nothing is required.
#[must_use]
pub fn own(holder: &Value) -> Option<Vec<Alternative>> {
    let list = holder.get(PUBLISHED_REQUIREMENTS).or_else(|| holder.get("security"))?.as_array()?;
    Some(list.iter().filter_map(Value::as_object).map(|schemes| schemes.iter().map(needed).collect()).collect())
}

fn needed((name, scopes): (&String, &Value)) -> (String, IndexSet<String>) {
    let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    (name.clone(), scopes.collect())
}

/// The alternatives for an `operation` of `document`: its own, or those of the document. Empty if nothing is required.
#[must_use]
pub fn accepted(document: &Value, operation: &Value) -> Vec<Alternative> {
    own(operation).or_else(|| own(document)).unwrap_or_default()
}

/// Whether requests without credentials are accepted.
#[must_use]
pub fn is_open(alternatives: &[Alternative]) -> bool {
    alternatives.is_empty() || alternatives.iter().any(IndexMap::is_empty)
}

/// The distinct combinations of schemes that a client can send for any of `operations`.
#[must_use]
pub fn combinations(
    document: &Value,
    schemes: &IndexMap<String, Scheme>,
    operations: &[OperationAt<'_>],
) -> IndexSet<Vec<String>> {
    let mut combinations = IndexSet::new();
    for operation in operations {
        let mut sent = accepted(document, operation.value);
        sent.retain(|alternative| conflict(schemes, alternative).is_none());
        // Sending no credentials counts as a combination, too.
        if sent.is_empty() {
            combinations.insert(Vec::new());
        }
        combinations.extend(sent.into_iter().map(|alternative| alternative.into_keys().collect::<Vec<_>>()));
    }
    combinations
}

/// The reason why one request cannot satisfy an alternative, if there is one.
#[must_use]
pub fn conflict(schemes: &IndexMap<String, Scheme>, alternative: &Alternative) -> Option<String> {
    let mut carriers = IndexMap::new();
    for name in alternative.keys() {
        let Some(scheme) = schemes.get(name) else {
            return Some(format!("the document has no security scheme `{name}`"));
        };
        match (&scheme.kind, scheme.carrier()) {
            (SchemeKind::Unknown(_), _) => {
                return Some(format!("the scheme `{name}` has an unknown `type`, or an API key with an unknown `in`"));
            }
            (_, Some(carrier)) => {
                if let Some(other) = carriers.insert(carrier, name) {
                    return Some(format!("`{other}` and `{name}` would be sent in the same place of the request"));
                }
            }
            (_, None) => {}
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn schemes_are_read_through_references_and_from_lowered_documents() {
        let document = json!({ "components": {
            "securitySchemes": {
                "alias": { "$ref": "#/components/securitySchemes/token" },
                "token": { "type": "http", "scheme": "Bearer" },
                "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
                "odd": { "type": "apiKey", "in": "body", "name": "k" },
            },
            "x-oas31-securitySchemes": { "tls": { "type": "mutualTLS" } },
        } });
        let read: Vec<(String, String)> =
            schemes(&document).into_iter().map(|(name, scheme)| (name, scheme.identity())).collect();
        let expected = [
            ("alias", "HTTP bearer"),
            ("token", "HTTP bearer"),
            ("key", "a key in the header `X-Key`"),
            ("odd", "apiKey"),
            ("tls", "mutualTLS"),
        ];
        assert_eq!(read, expected.map(|(name, identity)| (name.to_owned(), identity.to_owned())));
    }

    #[test]
    fn the_requirements_of_an_operation_replace_those_of_the_document() {
        let document = json!({ "security": [{ "a": ["x"], "b": [] }, {}] });
        let names = |operation: Value| -> Vec<Vec<String>> {
            accepted(&document, &operation).into_iter().map(|schemes| schemes.into_keys().collect()).collect()
        };
        assert_eq!(names(json!({})), [vec!["a".to_owned(), "b".to_owned()], vec![]]);
        assert_eq!(names(json!({ "security": [] })), Vec::<Vec<String>>::new());
        assert_eq!(names(json!({ "security": [{ "c": [] }] })), [["c"]]);
        assert_eq!(names(json!({ "security": [], "x-oas31-security": [{ "tls": [] }] })), [["tls"]]);
    }
}
