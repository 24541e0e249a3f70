//! What generation does not honour, beside what the passes note that meet it: each such thing has a line in the report.

use super::schemas::TEXT_FORMATS;
use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node, Site};
use crate::model::media::essence;
use serde_json::{Map, Value};

/// Notes what of a lowered document has no effect on the code.
pub fn note(document: &Value, account: &mut Account) {
    walk::read(document, &mut |site, value| {
        let Value::Object(object) = value else { return };
        let at = site.pointer;
        match site.node {
            Node::Components => {
                entries(object, at, "headers", HEADER, account);
                entries(object, at, "links", LINK, account);
                entries(object, at, "callbacks", "is a request that the API makes: no code is generated from it", account);
            }
            Node::Response => {
                entries(object, at, "headers", HEADER, account);
                entries(object, at, "links", LINK, account);
            }
            Node::MediaType => media_type(site, account),
            Node::Encoding => {
                key(object, at, "contentType", "has no effect: a property is written as its schema and its style say", account);
                key(object, at, "headers", "have no effect: only parts of `multipart` bodies have headers", account);
            }
            Node::Parameter => {
                flag(object, at, "allowEmptyValue", "has no effect: a value that is empty is sent like any other", account);
                flag(object, at, "deprecated", DEPRECATED, account);
            }
            Node::SecurityScheme => security_scheme(object, at, account),
            Node::Schema => schema(object, at, account),
            _ => {}
        }
    });
}

const HEADER: &str = "is text among the headers of the response: it has no type of its own";
const LINK: &str = "no code follows it";
const DEPRECATED: &str = "has no effect: only the document says so";

fn entries(object: &Map<String, Value>, at: &Pointer, list: &str, text: &str, account: &mut Account) {
    for (name, _) in object.get(list).and_then(Value::as_object).into_iter().flatten() {
        account.note(&at.at(list).at(name), Loss::Kept, text);
    }
}

fn key(object: &Map<String, Value>, at: &Pointer, name: &str, text: &str, account: &mut Account) {
    if object.contains_key(name) {
        account.note(&at.at(name), Loss::Kept, text);
    }
}

fn flag(object: &Map<String, Value>, at: &Pointer, name: &str, text: &str, account: &mut Account) {
    if object.get(name) == Some(&Value::Bool(true)) {
        account.note(&at.at(name), Loss::Kept, text);
    }
}

fn media_type(site: Site<'_>, account: &mut Account) {
    let segments = site.pointer.segments();
    let Some(name) = segments.last().filter(|_| matches!(site.parent, Node::RequestBody | Node::Response)) else { return };
    let essence = essence(name);
    let text = if essence == "text/event-stream" {
        "is a stream of events, which is handed over as bytes at its end"
    } else if essence.ends_with("/xml") || essence.ends_with("+xml") {
        "is handed over as it is: no XML is read or written"
    } else {
        ""
    };
    if !text.is_empty() {
        account.note(site.pointer, Loss::Kept, text);
    }
    if site.parent == Node::RequestBody && has_other_charset(name) {
        account.note(site.pointer, Loss::Kept, "names a charset, but JSON and forms are sent in UTF-8");
    }
}

/// Whether a media type names a charset in which bodies are not written.
fn has_other_charset(media: &str) -> bool {
    let parameters = media.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets
        .any(|(_, value)| !["utf-8", "utf8", "us-ascii"].contains(&value.trim().trim_matches('"').to_ascii_lowercase().as_str()))
}

fn security_scheme(object: &Map<String, Value>, at: &Pointer, account: &mut Account) {
    key(object, at, "openIdConnectUrl", "is not asked: the client sends the token that its caller gives", account);
    let at = at.at("flows");
    for (name, flow) in object.get("flows").and_then(Value::as_object).into_iter().flatten() {
        let (at, Value::Object(flow)) = (at.at(name), flow) else { continue };
        if name == "clientCredentials" {
            for field in ["authorizationUrl", "refreshUrl", "deviceAuthorizationUrl"] {
                key(flow, &at, field, "has no effect: with client credentials each token is fetched anew", account);
            }
        } else if !name.starts_with("x-") {
            account.note(
                &at,
                Loss::Kept,
                "is a flow in which somebody logs in: the client sends the token that its caller gives",
            );
        }
    }
}

fn schema(object: &Map<String, Value>, at: &Pointer, account: &mut Account) {
    key(object, at, "xml", "has no effect: no XML is read or written", account);
    flag(object, at, "deprecated", DEPRECATED, account);
    let is_text = object.get("type").is_some_and(|own| own == "string");
    let format = object.get("format").and_then(Value::as_str);
    if format.is_some_and(|format| is_text && !TEXT_FORMATS.contains(&format)) {
        account.note(&at.at("format"), Loss::Validation, "is left to the server to check");
    }
}
