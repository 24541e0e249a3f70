//! Reports what generation ignores, unless the pass that meets it reports it.

use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node, Site};
use crate::model::media::essence;
use crate::model::type_choices::LENIENT;
use crate::model::{Form, TypeChoices, scalars};
use serde_json::{Map, Value};

/// Records the parts of a lowered document that do not affect the code.
pub fn note(document: &Value, choices: &TypeChoices, account: &mut Account) {
    let mut plain_numbers = Vec::new();
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
            // The pass that reads the parts reports what has no effect there.
            Node::Encoding if is_of_parts(at) => {}
            Node::Encoding => {
                key(object, at, "contentType", "has no effect: a property is written as its schema and its style say", account);
                key(object, at, "headers", "have no effect: only parts of `multipart` bodies have headers", account);
            }
            Node::Parameter => {
                flag(object, at, "allowEmptyValue", "has no effect: a value that is empty is sent like any other", account);
                flag(object, at, "deprecated", DEPRECATED, account);
            }
            Node::SecurityScheme => security_scheme(object, at, account),
            Node::Schema => {
                schema(object, at, choices, account);
                leniency(object, at, account);
                if is_plain_number(object, choices) {
                    plain_numbers.push(at.clone());
                }
            }
            _ => {}
        }
    });
    // The document does not say how many digits these need.
    account.note_once(&plain_numbers, Loss::Widened, "keeps 15 digits: `--type number=Number` keeps all of them");
}

fn is_plain_number(object: &Map<String, Value>, choices: &TypeChoices) -> bool {
    let is_number = object.get("type").is_some_and(|name| name == "number");
    let is_plain = is_number && ["format", "enum"].iter().all(|key| !object.contains_key(*key));
    is_plain && choices.scalar("number", object).rust == "f64"
}

/// Only scalars can be lenient.
fn leniency(object: &Map<String, Value>, at: &Pointer, account: &mut Account) {
    if object.get(LENIENT) != Some(&Value::Bool(true)) {
        return;
    }
    let text = match object.get("type").and_then(Value::as_str).and_then(scalars::json_type) {
        Some("string") if object.contains_key("enum") => "has no effect: an enum keeps every string that it receives",
        Some(_) => return,
        None => "has no effect: only strings, numbers and booleans are lenient; set it at the schemas within",
    };
    account.note(&at.at(LENIENT), Loss::Kept, text);
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
    if !matches!(site.parent, Node::RequestBody | Node::Response) {
        return;
    }
    let name = site.pointer.last();
    let essence = essence(&name);
    let text = if essence == "text/event-stream" {
        "is a stream of events, which is returned as bytes when it has ended"
    } else if essence.ends_with("/xml") || essence.ends_with("+xml") {
        "is passed on unparsed: no XML is read or written"
    } else {
        ""
    };
    if !text.is_empty() {
        account.note(site.pointer, Loss::Kept, text);
    }
    let Some(charset) = charset(&name) else { return };
    let text = match site.parent {
        Node::RequestBody if !is_utf_8(&charset) => "names a charset, but JSON and forms are sent in UTF-8",
        Node::Response if !is_utf_8(&charset) && !READ_CHARSETS.contains(&charset.as_str()) => {
            "names a charset in which text is not read: a response in it is an error"
        }
        _ => return,
    };
    account.note(site.pointer, Loss::Kept, text);
}

/// Whether an Encoding Object belongs to a `multipart/form-data` body.
fn is_of_parts(at: &Pointer) -> bool {
    let media = at.parent().and_then(|encoding| encoding.parent()).map(|media| media.last());
    media.is_some_and(|media| Form::of(&media, || false) == Form::FormData)
}

/// The charsets that the runtime reads, apart from UTF-8.
pub const READ_CHARSETS: [&str; 12] = [
    "utf-16",
    "utf-16le",
    "utf-16be",
    "us-ascii",
    "ascii",
    "iso-8859-1",
    "iso8859-1",
    "iso_8859-1",
    "latin1",
    "l1",
    "windows-1252",
    "cp1252",
];

/// The charset in a media type, in lower case.
fn charset(media: &str) -> Option<String> {
    let mut parameters = media.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches('"').to_ascii_lowercase())
}

fn is_utf_8(charset: &str) -> bool {
    ["utf-8", "utf8"].contains(&charset)
}

fn security_scheme(object: &Map<String, Value>, at: &Pointer, account: &mut Account) {
    key(object, at, "openIdConnectUrl", "is not used: the client sends the token that its caller gives", account);
    let at = at.at("flows");
    for (name, flow) in object.get("flows").and_then(Value::as_object).into_iter().flatten() {
        let (at, Value::Object(flow)) = (at.at(name), flow) else { continue };
        if name == "clientCredentials" {
            for field in ["authorizationUrl", "refreshUrl", "deviceAuthorizationUrl"] {
                key(flow, &at, field, "has no effect: with client credentials, the client always fetches a new token", account);
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

fn schema(object: &Map<String, Value>, at: &Pointer, choices: &TypeChoices, account: &mut Account) {
    key(object, at, "xml", "has no effect: no XML is read or written", account);
    flag(object, at, "deprecated", DEPRECATED, account);
    let Some(name) = object.get("type").and_then(Value::as_str).and_then(scalars::json_type) else { return };
    let scalar = choices.scalar(name, object);
    if let Some(lost) = scalar.lost(object) {
        account.note(at, Loss::Widened, lost);
    }
    if scalar.is_plain_text() && object.contains_key("format") {
        account.note(&at.at("format"), Loss::Validation, "is left to the server to check");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_content_type_has_no_effect_in_a_urlencoded_form() {
        for (media, has_effect) in [("application/x-www-form-urlencoded", false), ("multipart/form-data", true)] {
            let encoding = json!({ "a": { "contentType": "text/plain" } });
            let body = json!({ "content": { media: { "encoding": encoding } } });
            let document = json!({ "paths": { "/a": { "post": { "requestBody": body } } } });
            let mut account = Account::default();
            note(&document, &TypeChoices::default(), &mut account);
            assert_eq!(account.changes.is_empty(), has_effect, "{media}");
        }
    }

    #[test]
    fn media_types_without_full_support_are_reported() {
        let noted = |holder: &str, media: &str| {
            let content = json!({ "content": { media: {} } });
            let operation = match holder {
                "request" => json!({ "requestBody": content }),
                _ => json!({ "responses": { "200": content } }),
            };
            let mut account = Account::default();
            let document = json!({ "paths": { "/a": { "post": operation } } });
            note(&document, &TypeChoices::default(), &mut account);
            account.changes.iter().map(|change| change.text.clone()).collect::<Vec<_>>().join("; ")
        };
        for (holder, media, expected) in [
            ("response", "text/event-stream", "is a stream of events"),
            ("response", "application/xml", "no XML is read or written"),
            ("request", "application/atom+xml; charset=utf-8", "no XML is read or written"),
            ("request", "application/json; charset=iso-8859-1", "are sent in UTF-8"),
            ("response", "text/plain; charset=\"Shift_JIS\"", "a response in it is an error"),
            ("response", "text/plain; charset=ISO-8859-1", ""),
            ("request", "application/json; charset=UTF-8", ""),
            ("response", "application/json", ""),
        ] {
            let found = noted(holder, media);
            assert!(if expected.is_empty() { found.is_empty() } else { found.contains(expected) }, "{holder} {media}: {found}");
        }
    }
}
