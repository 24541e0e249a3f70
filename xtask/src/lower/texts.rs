//! Repairs texts that do not affect calls: a missing title or version, and descriptions that are not strings.

use crate::account::{Account, Loss};
use crate::document::walk::{self, Node};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Adds the texts that OpenAPI requires, and removes texts that are not strings.
pub fn complete<'d>(document: &'d Value, account: &mut Account) -> Cow<'d, Value> {
    account.pass("texts");
    let mut wrong = Vec::new();
    walk::read(document, &mut |site, value| {
        let Value::Object(object) = value else { return };
        wrong.extend(wrong_texts(site.node, object).map(|key| (site.pointer.clone(), site.node, key)));
    });
    // Most documents are not copied.
    let mut complete = Cow::Borrowed(document);
    for (at, node, key) in wrong {
        let Some(Value::Object(object)) = complete.to_mut().pointer_mut(at.as_str()) else { continue };
        if ["title", "version"].contains(&key) {
            object.insert(key.to_owned(), json!(""));
            account.note(&at.at(key), Loss::Kept, "is missing, became an empty text");
            continue;
        }
        let value = object.shift_remove(key);
        object.insert(format!("x-{key}"), value.unwrap_or_default());
        account.note(&at.at(key), Loss::Kept, format!("is not a string, became `x-{key}`"));
        if (node, key) == (Node::Response, "description") {
            object.insert(key.to_owned(), json!(""));
        }
    }
    complete
}

/// The texts that are missing, and those that are not strings, which happens when a tool expands references everywhere. Another
/// pass handles those of schemas.
fn wrong_texts(node: Node, object: &Map<String, Value>) -> impl Iterator<Item = &'static str> {
    let is_missing = move |key: &&str| node == Node::Info && object.get(*key).is_none_or(Value::is_null);
    let is_other =
        move |key: &&str| node != Node::Schema && object.get(*key).is_some_and(|value| !value.is_string() && !value.is_null());
    ["title", "version"].into_iter().filter(is_missing).chain(["description", "summary"].into_iter().filter(is_other))
}
