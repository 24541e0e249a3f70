//! Where operations are served: by the first server that is named for them, with the defaults of its variables.

use crate::document::walk::{self, OperationAt};
use serde_json::Value;

const WAY_OUT: &str = "set the server's URL with an action of the overlay";

/// The URL of a server, whose variables have their defaults.
pub fn url(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        if let Some(default) = variable.get("default").and_then(Value::as_str) {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    Some(url.trim_end_matches('/').to_owned())
}

/// Whether a client can use the URL as it is.
#[must_use]
pub fn is_whole(url: &str) -> bool {
    url.contains("://") && !url.contains('{')
}

/// The server of the whole API, if the document says which it is: its first, or that of the first operation where all have one.
pub fn base(document: &Value) -> Option<String> {
    if let Some(server) = first(document) {
        return url(server).filter(|url| is_whole(url));
    }
    let operations = walk::operations(document);
    let all: Option<Vec<&Value>> = operations.iter().map(named).collect();
    all?.first().and_then(|server| url(server)).filter(|url| is_whole(url))
}

/// The server of an operation, if it is another one than `base`, that of the `document`.
///
/// # Errors
/// Where the client could not use it: what is wrong with it, and the way out.
pub fn of(operation: &OperationAt<'_>, document: &Value, base: Option<&str>) -> Result<Option<String>, (String, &'static str)> {
    let Some(url) = named(operation).and_then(url) else { return Ok(None) };
    if base == Some(url.as_str()) || first(document).and_then(self::url).as_ref() == Some(&url) {
        return Ok(None);
    }
    let whole = if url.contains("://") { Some(url.clone()) } else { base.map(|base| beside(base, &url)) };
    match whole {
        Some(whole) if whole.contains('{') => Err((format!("the server {url} has a variable without a default"), WAY_OUT)),
        Some(whole) if !whole.starts_with("https://") && base.is_some_and(|base| base.starts_with("https://")) => {
            Err((format!("the server {url} is not reached by `https`, as the rest of the API is"), WAY_OUT))
        }
        Some(whole) => Ok(Some(whole).filter(|whole| base != Some(whole))),
        None => Err((format!("the server {url} is on a host that the document does not name"), WAY_OUT)),
    }
}

fn named<'a>(operation: &OperationAt<'a>) -> Option<&'a Value> {
    first(operation.value).or_else(|| first(operation.item))
}

fn first(holder: &Value) -> Option<&Value> {
    holder.get("servers")?.get(0)
}

/// `path` on the host of `base`.
fn beside(base: &str, path: &str) -> String {
    let host = base.find("://").map_or(0, |scheme| scheme + 3);
    let end = base[host..].find('/').map_or(base.len(), |slash| host + slash);
    format!("{}/{}", &base[..end], path.trim_start_matches('/')).trim_end_matches('/').to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_operation_is_served_where_the_nearest_list_says_first() {
        let whole = |url: &str| json!([{ "url": url }]);
        let templated = json!([{ "url": "{scheme}://a.b/", "variables": { "scheme": { "default": "https" } } }]);
        for (document, item, operation, expected) in [
            (whole("https://a.b/v1"), json!(null), json!(null), Ok(None)),
            (whole("https://a.b/v1"), json!(null), whole("https://a.b/v1/"), Ok(None)),
            (whole("https://a.b/v1"), whole("https://c.d"), json!(null), Ok(Some("https://c.d"))),
            (whole("https://a.b/v1"), whole("https://c.d"), whole("https://e.f"), Ok(Some("https://e.f"))),
            (whole("https://a.b/v1"), json!(null), whole("/v2/"), Ok(Some("https://a.b/v2"))),
            (whole("https://a.b/v1"), json!(null), whole("/"), Ok(Some("https://a.b"))),
            (whole("https://a.b/v1"), json!([]), templated, Ok(Some("https://a.b"))),
            (json!(null), json!(null), whole("https://c.d"), Ok(None)),
            (whole("/"), json!(null), whole("/"), Ok(None)),
            (whole("/"), json!(null), whole("/v2"), Err("on a host that the document does not name")),
            (whole("https://a.b"), json!(null), whole("http://a.b"), Err("is not reached by `https`")),
            (whole("https://a.b"), json!(null), whole("https://{x}.b"), Err("a variable without a default")),
        ] {
            let value = json!({
                "servers": document,
                "paths": { "/a": { "servers": item, "get": { "servers": operation } } },
            });
            let found = of(&walk::operations(&value)[0], &value, base(&value).as_deref());
            match (&found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.as_deref(), expected, "{value}"),
                (Err((message, _)), Err(expected)) => assert!(message.contains(expected), "{value}: {message}"),
                _ => panic!("{value}: {found:?}, expected {expected:?}"),
            }
        }
    }
}
