//! Servers: the URLs of a document and their variables, and resolving relative URLs.

use crate::document::operations::{self, OperationAt};
use crate::document::pointer::Pointer;
use crate::document::reserved::{PUBLISHED_NAME, PUBLISHED_SELF};
use serde_json::Value;
use std::collections::HashSet;

/// The vendor extension with the URL of the document itself.
pub const DOCUMENT_URL: &str = "x-document-url";

/// A server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub pointer: Pointer,
    /// The URL with variables in braces and without a trailing slash. It stays relative if the URL of the document is unknown.
    pub url: String,
    /// Its name and description, by which users can choose it.
    pub names: Vec<String>,
    /// The variables in its URL.
    pub variables: Vec<ServerVariable>,
    /// Variables that it declares but does not use.
    pub unused: Vec<String>,
}

/// A variable of a server's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    pub name: String,
    pub default: Option<String>,
    /// The values that it accepts; empty if it accepts any.
    pub values: Vec<String>,
    pub description: String,
}

/// The text of a value of a variable, which YAML reads as a number or a boolean if it has no quotes.
#[must_use]
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl Server {
    fn read(value: &Value, pointer: Pointer, document_url: Option<&str>) -> Option<Self> {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let written = value.get("url")?.as_str()?;
        let names = [text(value, PUBLISHED_NAME), text(value, "name"), text(value, "description")];
        let declared = value.get("variables").and_then(Value::as_object);
        let variable = |name: &str| {
            let value = declared.and_then(|all| all.get(name)).unwrap_or(&Value::Null);
            let values = value.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(scalar);
            ServerVariable {
                name: name.to_owned(),
                default: value.get("default").and_then(scalar),
                values: values.collect(),
                description: text(value, "description"),
            }
        };
        let mut used: Vec<&str> = written.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
        let mut seen = HashSet::new();
        used.retain(|name| seen.insert(*name));
        let unused = declared.into_iter().flatten().map(|(name, _)| name).filter(|name| !used.contains(&name.as_str()));
        Some(Self {
            url: resolved(written, document_url).trim_end_matches('/').to_owned(),
            names: names.into_iter().filter(|name| !name.trim().is_empty()).collect(),
            variables: used.iter().map(|name| variable(name)).collect(),
            unused: unused.cloned().collect(),
            pointer,
        })
    }

    /// Whether the URL has no host.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        !self.url.contains("://")
    }

    /// The URL with default values for its variables. Variables without one stay in braces.
    #[must_use]
    pub fn default_url(&self) -> String {
        let defaults = self.variables.iter().filter_map(|variable| Some((&variable.name, variable.default.as_ref()?)));
        defaults.fold(self.url.clone(), |url, (name, default)| url.replace(&format!("{{{name}}}"), default))
    }

    /// The URL with default values, if a client can use it.
    #[must_use]
    pub fn usable_url(&self) -> Option<String> {
        Some(self.default_url()).filter(|url| url.contains("://") && !url.contains('{'))
    }
}

/// The URL of `document` itself, from the command line, the overlay or `$self`.
#[must_use]
pub fn document_url(document: &Value) -> Option<&str> {
    let keys = [DOCUMENT_URL, PUBLISHED_SELF, "$self"];
    keys.iter().find_map(|key| document.get(key)?.as_str().filter(|url| is_absolute(url)))
}

/// Whether a URL has a scheme and a host.
#[must_use]
pub fn is_absolute(url: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')))
}

/// The servers of the whole API. Without a list, OpenAPI assumes the server `/`, which is usable only if the URL of the
/// document is known.
#[must_use]
pub fn of_document(document: &Value) -> Vec<Server> {
    let at = Pointer::default().at("servers");
    let listed = list(document, &Pointer::default(), document);
    match document_url(document) {
        Some(base) if listed.is_empty() => Server::read(&serde_json::json!({ "url": "/" }), at, Some(base)).into_iter().collect(),
        _ => listed,
    }
}

/// The servers in `holder`, which is at `at` in `document`.
fn list(holder: &Value, at: &Pointer, document: &Value) -> Vec<Server> {
    let servers = holder.get("servers").and_then(Value::as_array).into_iter().flatten().enumerate();
    let read = |(index, server): (usize, &Value)| Server::read(server, at.at("servers").nth(index), document_url(document));
    servers.filter_map(read).collect()
}

/// The servers of an operation, or else of its path item.
#[must_use]
pub fn of_operation(operation: &OperationAt<'_>, document: &Value) -> Vec<Server> {
    let own = list(operation.value, &operation.pointer, document);
    let path = || operation.pointer.as_str().rsplit_once('/').map_or_else(Pointer::default, |(path, _)| Pointer::parse(path));
    if own.is_empty() { list(operation.item, &path(), document) } else { own }
}

/// The servers that the client can choose from: those of the document. If only operations have servers, it is the first one of
/// the first operation.
#[must_use]
pub fn choices(document: &Value) -> Vec<Server> {
    let listed = of_document(document);
    if !listed.is_empty() {
        return listed;
    }
    let firsts: Option<Vec<Server>> =
        operations::of(document).iter().map(|operation| of_operation(operation, document).into_iter().next()).collect();
    firsts.into_iter().flatten().take(1).collect()
}

/// Resolves `reference` against `base` (RFC 3986, section 5.2). Variables stay as they are.
fn resolved(reference: &str, base: Option<&str>) -> String {
    let has_scheme = reference.split_once("://").is_some_and(|(scheme, _)| !scheme.contains('/'));
    let Some((scheme, rest)) = base.filter(|_| !has_scheme).and_then(|base| base.split_once("://")) else {
        return reference.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if reference.starts_with("//") {
        return format!("{scheme}:{reference}");
    }
    let folder = path.rfind('/').map_or("", |slash| &path[..slash]);
    let whole = if reference.starts_with('/') { reference.to_owned() } else { format!("{folder}/{reference}") };
    let mut segments: Vec<&str> = Vec::new();
    for segment in whole.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    format!("{scheme}://{host}/{}", segments.join("/"))
}

/// The URL of an operation's server with default values. A relative URL uses the host of `base`.
#[must_use]
pub fn whole_url(server: &Server, base: Option<&str>) -> Option<String> {
    let url = server.default_url();
    if server.is_relative() { base.map(|base| beside(base, &url)) } else { Some(url) }
}

/// A URL with `path` on the host of `base`.
fn beside(base: &str, path: &str) -> String {
    let host = base.find("://").map_or(0, |scheme| scheme + 3);
    let end = base[host..].find('/').map_or(base.len(), |slash| host + slash);
    format!("{}/{}", &base[..end], path.trim_start_matches('/')).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn relative_urls_are_resolved_against_the_url_of_the_document() {
        let base = "https://a.b/docs/v1/openapi.yaml?x=1";
        for (reference, expected) in [
            ("https://c.d/v2", "https://c.d/v2"),
            ("{scheme}://c.d", "{scheme}://c.d"),
            ("//c.d/v2", "https://c.d/v2"),
            ("/v2", "https://a.b/v2"),
            ("/", "https://a.b/"),
            ("", "https://a.b/docs/v1/"),
            (".", "https://a.b/docs/v1"),
            ("../v2", "https://a.b/docs/v2"),
            ("v2/{region}", "https://a.b/docs/v1/v2/{region}"),
        ] {
            assert_eq!(resolved(reference, Some(base)), expected, "{reference}");
        }
        assert_eq!(resolved("/v2", Some("https://a.b")), "https://a.b/v2");
        assert_eq!(resolved("/v2", None), "/v2");
    }

    #[test]
    fn a_document_has_its_url_in_the_overlay_or_in_self() {
        for (document, expected) in [
            (json!({ "servers": [{ "url": "/v1" }] }), vec!["/v1"]),
            (json!({ "servers": [{ "url": "/v1" }], "$self": "https://a.b/openapi.json" }), vec!["https://a.b/v1"]),
            (json!({ "servers": [{ "url": "/v1" }], "$self": "/openapi.json" }), vec!["/v1"]),
            (
                json!({ "servers": [{ "url": "v1" }], "$self": "https://a.b/x", "x-document-url": "https://c.d/e/f" }),
                vec!["https://c.d/e/v1"],
            ),
            (json!({ "$self": "https://a.b/openapi.json" }), vec!["https://a.b"]),
            (json!({}), vec![]),
        ] {
            assert_eq!(of_document(&document).into_iter().map(|server| server.url).collect::<Vec<_>>(), expected, "{document}");
        }
    }

    #[test]
    fn variables_in_the_url_have_their_declarations() {
        let document = json!({ "servers": [{
            "url": "https://{tenant}.a.b:{port}/{tenant}",
            "description": "Production",
            "variables": { "tenant": { "default": "demo" }, "port": { "enum": ["1", "2"], "default": "1" }, "other": { "default": "x" } },
        }] });
        let server = of_document(&document).remove(0);
        let names: Vec<&str> = server.variables.iter().map(|variable| variable.name.as_str()).collect();
        assert_eq!((names, server.unused.as_slice()), (vec!["tenant", "port"], ["other".to_owned()].as_slice()));
        assert_eq!(
            (server.default_url().as_str(), server.names.as_slice()),
            ("https://demo.a.b:1/demo", ["Production".to_owned()].as_slice())
        );
    }
}
