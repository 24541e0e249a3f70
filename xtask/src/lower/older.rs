//! A document of 3.0 stays as it is; what has no effect in it is noted.

use super::grammar;
use crate::account::{Account, Loss};
use crate::document::walk::{self, Node};
use serde_json::Value;

/// Runs the pass.
pub fn run(source: &Value, account: &mut Account) -> Value {
    account.pass("grammar");
    walk::read(source, &mut |site, value| {
        let Value::Object(object) = value else { return };
        if site.node != Node::PathItem && object.contains_key("$ref") {
            for key in object.keys().filter(|key| *key != "$ref" && !key.starts_with("x-")) {
                let (loss, text) = if says_what_is_valid(site.node, key) {
                    (Loss::Widened, "stands beside a `$ref`, where it has no effect in OpenAPI 3.0")
                } else {
                    (Loss::Kept, "stands beside a `$ref`, where it has no effect in OpenAPI 3.0")
                };
                account.note(&site.pointer.at(key), loss, text);
            }
            return;
        }
        for key in grammar::unknown(object, site.node) {
            account.note(&site.pointer.at(&key), Loss::Kept, sentence(&key, site.node));
        }
    });
    source.clone()
}

fn sentence(key: &str, node: Node) -> String {
    if node == Node::Schema && grammar::is_of_3_1(key) {
        return "is a keyword of OpenAPI 3.1, and has no effect in a document of 3.0".to_owned();
    }
    match grammar::resembles(key, node) {
        Some(known) => format!("is unknown and has no effect (`{known}` was perhaps meant)"),
        None => "is unknown to OpenAPI 3.0 and has no effect".to_owned(),
    }
}

fn says_what_is_valid(node: Node, key: &str) -> bool {
    node == Node::Schema && !super::nulls::is_annotation(key) && !["readOnly", "writeOnly", "xml"].contains(&key)
}
