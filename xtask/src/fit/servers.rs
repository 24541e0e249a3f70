//! Determines the servers of operations: the first one in the list that applies, unless the caller chooses another one of the
//! API.

use crate::account::{Account, Loss};
use crate::document::operations::OperationAt;
use crate::document::pointer::Pointer;
use crate::model::servers::{DOCUMENT_URL, Server, choices, is_absolute, of_document, of_operation, whole_url};
use crate::problem::Problems;
use serde_json::Value;

const WAY_OUT: &str = "set the server's URL with an action of the overlay";
const WAY_OUT_OF_RELATIVE: &str =
    "give the URL of the document with `--document-url URL`, or with `x-document-url` in the overlay";

/// The servers of the whole API. The client uses the first, unless the caller chooses another.
pub fn of_api(document: &Value, account: &mut Account, problems: &mut Problems) -> Vec<Server> {
    if let Some(fact) = document.get(DOCUMENT_URL)
        && !fact.as_str().is_some_and(is_absolute)
    {
        let fix = "correct `--document-url`, or the action of the overlay that sets it";
        problems.add(Pointer::default().at(DOCUMENT_URL), "is not an absolute URL", fix);
    }
    let servers = choices(document);
    if let Some(first) = servers.first().filter(|first| first.is_relative()) {
        let text = "is relative to an unknown URL: a client has to set `base_url`, unless `--document-url` gives it";
        account.note(&first.pointer.at("url"), Loss::Kept, text);
    }
    // The default server of OpenAPI for documents without a list.
    if let Some(default) = servers.first().filter(|server| server.pointer == Pointer::default().at("servers")) {
        let text = format!("lists no server, so that the API is called at the host of the document: {}", default.url);
        account.note(&default.pointer, Loss::Kept, text);
    }
    for server in &servers {
        note_variables(server, account);
    }
    servers
}

fn note_variables(server: &Server, account: &mut Account) {
    for name in &server.unused {
        account.note(&server.pointer.at("variables").at(name), Loss::Kept, "is not part of the URL, so it has no effect");
    }
}

/// The server of an operation, if it differs from `base`, the first server of the `document`.
///
/// # Errors
/// Returns the problem and its fix if the client cannot use it.
pub fn of(
    operation: &OperationAt<'_>,
    document: &Value,
    base: Option<&Server>,
) -> Result<Option<Server>, (String, &'static str)> {
    let Some(own) = of_operation(operation, document).into_iter().next() else { return Ok(None) };
    let is_that_of = |server: &Server| server.url == own.url && server.default_url() == own.default_url();
    if base.is_some_and(is_that_of) || of_document(document).first().is_some_and(is_that_of) {
        return Ok(None);
    }
    let base_url = base.and_then(Server::usable_url);
    let url = whole_url(&own, base_url.as_deref());
    match url {
        Some(url) if url.contains('{') => Err((format!("the server {url} has a variable without a default"), WAY_OUT)),
        Some(url) if !url.starts_with("https://") && base_url.as_ref().is_some_and(|base| base.starts_with("https://")) => {
            Err((format!("the server {url} is not reached by `https`, as the rest of the API is"), WAY_OUT))
        }
        Some(url) => Ok(Some(own).filter(|_| base_url.as_ref() != Some(&url))),
        None => {
            let message = format!("the server {} is relative to an unknown URL", own.url);
            Err((message, WAY_OUT_OF_RELATIVE))
        }
    }
}

/// Reports that only one of several servers of an operation or path is used.
pub fn note_others(operation: &OperationAt<'_>, document: &Value, account: &mut Account) {
    let servers = of_operation(operation, document);
    for server in servers.iter().skip(1) {
        account.note(&server.pointer, Loss::Kept, "is not used: the operation is called at the first server of its list");
    }
    servers.first().into_iter().for_each(|server| note_variables(server, account));
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::document::operations;
    use serde_json::json;

    #[test]
    fn an_operation_uses_the_first_server_of_the_nearest_array() {
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
            (whole("/"), json!(null), whole("/v2"), Err("is relative to an unknown URL")),
            (whole("https://a.b"), json!(null), whole("http://a.b"), Err("is not reached by `https`")),
            (whole("https://a.b"), json!(null), whole("https://{x}.b"), Err("a variable without a default")),
        ] {
            let value = json!({
                "servers": document,
                "paths": { "/a": { "servers": item, "get": { "servers": operation } } },
            });
            let base = choices(&value).into_iter().next();
            let found = of(&operations::of(&value)[0], &value, base.as_ref());
            let base_url = base.and_then(|base| base.usable_url());
            let found = found.map(|server| server.and_then(|server| whole_url(&server, base_url.as_deref())));
            match (&found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.as_deref(), expected, "{value}"),
                (Err((message, _)), Err(expected)) => assert!(message.contains(expected), "{value}: {message}"),
                _ => panic!("{value}: {found:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn servers_without_an_effect_are_reported() {
        let value = json!({
            "servers": [{ "url": "/v1", "variables": { "unused": { "default": "x" } } }],
            "paths": { "/a": { "get": { "servers": [{ "url": "https://a.b" }, { "url": "https://c.d" }] } } },
        });
        let (mut account, mut problems) = (Account::default(), Problems::new("a.json"));
        of_api(&value, &mut account, &mut problems);
        note_others(&operations::of(&value)[0], &value, &mut account);
        let notes: Vec<&str> = account.changes.iter().map(|change| change.pointer.as_str()).collect();
        assert_eq!(notes, ["/servers/0/url", "/servers/0/variables/unused", "/paths/~1a/get/servers/1"]);
        problems.finish(()).unwrap();
    }

    #[test]
    fn the_default_server_of_openapi_is_reported() {
        let value = json!({ "x-document-url": "https://a.b/docs/openapi.json", "paths": {} });
        let (mut account, mut problems) = (Account::default(), Problems::new("a.json"));
        assert_eq!(of_api(&value, &mut account, &mut problems)[0].url, "https://a.b");
        assert!(account.changes[0].text.ends_with("at the host of the document: https://a.b"), "{:?}", account.changes);
    }
}
