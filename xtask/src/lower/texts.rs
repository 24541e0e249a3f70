//! Repairs texts that do not affect calls: a missing title or version, and descriptions that are not strings.

use crate::account::{Account, Loss};
use crate::document::walk::{self, Node};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Adds the texts that OpenAPI requires, and removes texts that are not strings.
pub fn complete<'d>(document: &'d Value, account: &mut Account) -> Cow<'d, Value> {
    let mut complete = Cow::Borrowed(document);
    account.pass("texts");
    if lacks_text(document) {
        walk::walk(complete.to_mut(), &mut |site, value| {
            let Value::Object(object) = value else { return };
            if site.node == Node::Info {
                for key in ["title", "version"] {
                    if !is_missing(object, key) {
                        continue;
                    }
                    object.insert(key.to_owned(), json!(""));
                    account.note(&site.pointer.at(key), Loss::Kept, "is missing, became an empty text");
                }
            }
            for key in not_texts(site.node, object) {
                let value = object.shift_remove(key);
                object.insert(format!("x-{key}"), value.unwrap_or_default());
                account.note(&site.pointer.at(key), Loss::Kept, format!("is not a string, became `x-{key}`"));
                if (site.node, key) == (Node::Response, "description") {
                    object.insert(key.to_owned(), json!(""));
                }
            }
        });
    }
    complete
}

/// Whether the document needs any repair. Most do not, and are not copied.
fn lacks_text(document: &Value) -> bool {
    let mut lacks = false;
    walk::read(document, &mut |site, value| {
        let Value::Object(object) = value else { return };
        lacks |= site.node == Node::Info && ["title", "version"].iter().any(|key| is_missing(object, key));
        lacks |= !not_texts(site.node, object).is_empty();
    });
    lacks
}

fn is_missing(object: &Map<String, Value>, key: &str) -> bool {
    object.get(key).is_none_or(Value::is_null)
}

/// Texts that are not strings, which happens when a tool expands references everywhere. Another pass handles those of schemas.
fn not_texts(node: Node, object: &Map<String, Value>) -> Vec<&'static str> {
    let is_text = |key: &&str| object.get(*key).is_none_or(|value| value.is_string() || value.is_null());
    let keys = ["description", "summary"].into_iter();
    if node == Node::Schema { Vec::new() } else { keys.filter(|key| !is_text(key)).collect() }
}
