//! Who may call an operation: the security schemes of a document, and the alternatives that its requirements give.

use crate::document::pointer::{Pointer, resolve};
use crate::document::reserved::{PUBLISHED_REQUIREMENTS, PUBLISHED_SCHEMES};
use crate::document::walk::OperationAt;
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// Schemes that are needed together, each with the scopes or roles that it needs.
pub type Alternative = IndexMap<String, IndexSet<String>>;

/// A security scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Its name below `components.securitySchemes`.
    pub name: String,
    /// Where the document names it.
    pub pointer: Pointer,
    pub kind: SchemeKind,
    /// Where a client that has an id and a secret gets its access token.
    pub token_endpoint: Option<TokenEndpoint>,
    pub description: String,
    /// `x-credential`: the names that the overlay gives it.
    pub fact: Option<CredentialFact>,
}

/// What a scheme is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    Key(Carrier),
    /// With the name of the HTTP scheme as the document writes it.
    Http(String),
    OAuth2,
    OpenIdConnect,
    MutualTls,
    /// None of those, with what the document says.
    Unknown(String),
}

/// The token endpoint of OAuth 2.0's client credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEndpoint {
    /// As the document writes it; it may be relative.
    pub url: Option<String>,
}

/// The part of a request that carries a credential.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    Header(String),
    Query(String),
    Cookie(String),
}

/// `x-credential`: the method of the builder, and the environment variables that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialFact {
    pub method: String,
    pub variables: Vec<String>,
}

impl Scheme {
    /// What the scheme is, in words.
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

    /// What of a request carries its credential. `None`: nothing does, or nobody knows.
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

    /// How the credential is written: a server that takes one of these takes the same request as for another.
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

/// The schemes of `document`, published or lowered, in its order.
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

/// The alternatives that `holder`, a document or an operation, names itself. An empty list: nothing is needed.
#[must_use]
pub fn own(holder: &Value) -> Option<Vec<Alternative>> {
    let list = holder.get(PUBLISHED_REQUIREMENTS).or_else(|| holder.get("security"))?.as_array()?;
    Some(list.iter().filter_map(Value::as_object).map(|schemes| schemes.iter().map(needed).collect()).collect())
}

fn needed((name, scopes): (&String, &Value)) -> (String, IndexSet<String>) {
    let scopes = scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    (name.clone(), scopes.collect())
}

/// The alternatives that an `operation` of `document` accepts: its own list, or that of the document. None: nothing is needed.
#[must_use]
pub fn accepted(document: &Value, operation: &Value) -> Vec<Alternative> {
    own(operation).or_else(|| own(document)).unwrap_or_default()
}

/// Whether requests without credentials are accepted.
#[must_use]
pub fn is_open(alternatives: &[Alternative]) -> bool {
    alternatives.is_empty() || alternatives.iter().any(IndexMap::is_empty)
}

/// The alternatives of `all` whose credentials one request can carry; `refused` gets the index of each other one, and why.
pub fn sendable(
    schemes: &IndexMap<String, Scheme>,
    all: &[Alternative],
    refused: &mut impl FnMut(usize, String),
) -> Vec<Alternative> {
    let mut sent = Vec::new();
    for (index, alternative) in all.iter().enumerate() {
        match conflict(schemes, alternative) {
            Some(reason) => refused(index, reason),
            None => sent.push(alternative.clone()),
        }
    }
    sent
}

/// The schemes of each alternative that a client can send for any of `operations`, every combination once.
#[must_use]
pub fn combinations(
    document: &Value,
    schemes: &IndexMap<String, Scheme>,
    operations: &[OperationAt<'_>],
) -> IndexSet<Vec<String>> {
    let mut combinations = IndexSet::new();
    for operation in operations {
        let sent = sendable(schemes, &accepted(document, operation.value), &mut |_, _| {});
        // Where nothing can or need be sent, that is a combination too.
        if sent.is_empty() {
            combinations.insert(Vec::new());
        }
        combinations.extend(sent.into_iter().map(|alternative| alternative.into_keys().collect::<Vec<_>>()));
    }
    combinations
}

/// Why no request can carry all credentials of an alternative.
fn conflict(schemes: &IndexMap<String, Scheme>, alternative: &Alternative) -> Option<String> {
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
    fn schemes_are_read_through_references_and_from_where_lowering_keeps_them() {
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
    fn an_operations_own_list_replaces_that_of_the_document() {
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
