//! Refuses objects of the wrong type that would otherwise be ignored, such as a list of paths or a string as a schema.

use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node, Site};
use crate::model::type_choices::LENIENT;
use crate::problem::Problems;
use serde_json::Value;

const FIX: &str = "correct the document, or the place with an action of the overlay";

/// Adds a problem for every such place. Keys without a value count as absent, since YAML makes them easy to write.
pub fn check(document: &Value, problems: &mut Problems) {
    let info = Pointer::default().at("info");
    for (at, value) in [
        (info.clone(), document.get("info").filter(|info| info.is_object())),
        (info.at("title"), document.pointer("/info/title").filter(|title| title.is_string())),
        (info.at("version"), document.pointer("/info/version").filter(|version| version.is_string())),
    ] {
        if value.is_none() {
            problems.add(&at, format!("`{}` is missing or of the wrong type", at.last()), FIX);
        }
    }
    walk::read(document, &mut |site, value| {
        if let Some(expected) = misfit(site, value) {
            // In a map, `$ref` is the name of an entry.
            let is_reference = site.pointer.last() == "$ref" && value.is_string();
            let whole = site.pointer.segments().into_iter().rev().nth(1).filter(|_| is_reference);
            let message = match whole {
                Some(whole) => format!("`{whole}` cannot be a reference: OpenAPI allows none here"),
                None => format!("must be {expected}"),
            };
            problems.add(site.pointer, message, FIX);
        }
        for (key, expected) in walk::misfits(site.node, value) {
            problems.add(site.pointer.at(key), format!("`{key}` must be {expected}"), FIX);
        }
        if site.node == Node::Schema && value.get(LENIENT).is_some_and(|lenient| !lenient.is_boolean()) {
            problems.add(site.pointer.at(LENIENT), "must be `true` or `false`", "correct the action of the overlay that sets it");
        }
        for key in missing_texts(site.node, value) {
            problems.add(site.pointer.at(key), format!("`{key}` is missing or not a string"), FIX);
        }
    });
}

fn misfit(site: Site<'_>, value: &Value) -> Option<&'static str> {
    match (site.node, value) {
        (_, Value::Object(_) | Value::Null) | (Node::Schema, Value::Bool(_)) => None,
        // Older drafts allow an array here, which a pass handles.
        (Node::Schema, Value::Array(_)) if site.key == "items" => None,
        (Node::Schema, _) => Some("a schema: an object, `true` or `false`"),
        _ => Some("an object"),
    }
}

/// The fields that must be strings and are not.
fn missing_texts(node: Node, value: &Value) -> Vec<&'static str> {
    let required: &[&str] = match node {
        Node::Parameter => &["name", "in"],
        Node::Server => &["url"],
        Node::Tag | Node::License => &["name"],
        Node::SecurityScheme => &["type"],
        _ => &[],
    };
    let optional: &[&str] = if node == Node::Schema { &[] } else { &["operationId"] };
    let Some(object) = value.as_object() else { return Vec::new() };
    let required = if object.contains_key("$ref") { &[] } else { required };
    let text = |key: &str| object.get(key).filter(|value| !value.is_null()).map(Value::is_string);
    let missing = required.iter().filter(|key| text(key) != Some(true));
    missing.chain(optional.iter().filter(|key| text(key) == Some(false))).copied().collect()
}
