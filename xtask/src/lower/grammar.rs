//! The fields of OpenAPI 3.0.3 objects. Other fields are kept as `x-oas31-…`, or refused if they are new in 3.2.

use super::{Lowering, WAY_OUT};
use crate::account::Loss;
use crate::document::fields;
use crate::document::keywords::{self, Since};
use crate::document::pointer::Pointer;
use crate::document::walk::{METHODS, Node, Site};
use serde_json::{Map, Value};

/// Whether a `node` can have `key` in 3.0.3.
pub fn knows(node: Node, key: &str) -> bool {
    match node {
        Node::Schema => keywords::since(key) == Some(Since::V3_0),
        _ => names(node).any(|known| known == key),
    }
}

/// The fields of a `node` in 3.0.3, without extensions.
fn names(node: Node) -> impl Iterator<Item = &'static str> {
    let keywords = keywords::ALL.iter().filter(move |keyword| node == Node::Schema && keyword.since == Since::V3_0);
    let fields = fields::of(node).iter().filter(|field| field.since == Since::V3_0);
    fields.map(|field| field.name).chain(keywords.map(|keyword| keyword.name))
}

/// Fields that are new in 3.2 and affect what is sent or received.
const NEW_IN_3_2: [(Node, &[&str]); 3] = [
    (Node::PathItem, &["query", "additionalOperations"]),
    (Node::MediaType, &["$ref", "itemSchema", "prefixEncoding", "itemEncoding"]),
    (Node::Encoding, &["encoding", "prefixEncoding", "itemEncoding"]),
];

/// Refuses fields that only 3.2 has.
pub fn refuse(object: &Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let newer = || lowering.source.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.2."));
    let mut refuse = |at: Pointer, what: String| {
        lowering.refuse(at, format!("{what} is new in OpenAPI 3.2 and not supported"), WAY_OUT);
    };
    let at = site.pointer;
    for key in NEW_IN_3_2.iter().filter(|(node, _)| *node == site.node).flat_map(|(_, keys)| *keys) {
        // In older documents, the other fields are just unknown keywords. These would lose an operation or a body.
        if !newer() && !["query", "additionalOperations", "$ref"].contains(key) {
            continue;
        }
        match object.get(*key) {
            Some(Value::Object(operations)) if *key == "additionalOperations" => {
                operations.keys().for_each(|method| refuse(at.at(key).at(method), format!("the method `{method}`")));
            }
            Some(_) => refuse(at.at(key), format!("`{key}`")),
            None => {}
        }
    }
    let says = |key: &str, text: &str| object.get(key).is_some_and(|value| value == text);
    match site.node {
        Node::Parameter if says("in", "querystring") => refuse(at.at("in"), "a parameter in `querystring`".into()),
        Node::Parameter if says("style", "cookie") => refuse(at.at("style"), "the style `cookie`".into()),
        Node::Schema if object.get("discriminator").is_some_and(|d| d.get("defaultMapping").is_some()) => {
            refuse(at.at("discriminator").at("defaultMapping"), "`defaultMapping`".into());
        }
        _ => {}
    }
}

/// Removes keys without a value, such as `properties:` in YAML. Data stays, since it can be null. Operations stay, since they
/// exist even without a value.
pub fn leave_out_empty(object: &mut Map<String, Value>, node: Node) {
    let known = |key: &str| knows(node, key) || node == Node::Schema && is_of_3_1(key);
    let stays = |key: &str| ["default", "example", "const"].contains(&key) || METHODS.contains(&key) || !known(key);
    object.retain(|key, value| {
        if node == Node::Schema && key == "type" && value.is_null() {
            // YAML reads `null` without quotes as a value.
            *value = "null".into();
        }
        !value.is_null() || stays(key)
    });
}

/// Keeps fields that 3.0 does not have.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    for key in unknown(object, site.node) {
        let text = match resembles(&key, site.node) {
            Some(known) => format!("is unknown and has no effect (did you mean `{known}`?)"),
            None => "has no equal in OpenAPI 3.0".to_owned(),
        };
        lowering.keep(object, &key, site.pointer, Loss::Kept, &text);
    }
}

/// The fields of `object` that 3.0 does not have.
pub fn unknown(object: &Map<String, Value>, node: Node) -> Vec<String> {
    if node == Node::Callback {
        return Vec::new();
    }
    object.keys().filter(|key| !key.starts_with("x-") && !knows(node, key)).cloned().collect()
}

/// The keywords that only 3.1 has.
fn newer() -> impl Iterator<Item = &'static str> {
    keywords::ALL.iter().filter(|keyword| keyword.since == Since::V3_1).map(|keyword| keyword.name)
}

/// Whether only 3.1 has this keyword.
pub fn is_of_3_1(key: &str) -> bool {
    keywords::since(key) == Some(Since::V3_1)
}

/// The keyword that an unknown one resembles: `required` for `require`, `additionalProperties` for `additional_properties`.
pub fn resembles(key: &str, node: Node) -> Option<&'static str> {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let all = || names(node).chain(newer().filter(|_| node == Node::Schema));
    let near = |known: &str| {
        let (key, known) = (plain(key), plain(known));
        let near = known.len() > 4 && key.len() > 4 && key.len().abs_diff(known.len()) < 2;
        key == known || near && strsim::osa_distance(&key, &known) == 1
    };
    if all().any(|known| known == key) { None } else { all().find(|known| near(known)) }
}
