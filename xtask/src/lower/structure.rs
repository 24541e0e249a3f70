//! The document around the schemas: its version, what `info` may hold, webhooks, missing paths and responses.

use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node};
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    let Some(root) = document.as_object_mut() else { return };
    let at = Pointer::default();
    root.insert("openapi".into(), json!("3.0.3"));
    account.note(&at.at("openapi"), Loss::Exact, "became `3.0.3`");
    for key in ["webhooks", "jsonSchemaDialect"] {
        rename(root, key, &format!("x-{key}"), &at, account);
    }
    if let Some(Value::Object(info)) = root.get_mut("info") {
        rename(info, "summary", "x-summary", &at.at("info"), account);
        if let Some(Value::Object(license)) = info.get_mut("license") {
            rename(license, "identifier", "x-identifier", &at.at("info").at("license"), account);
        }
    }
    if !root.contains_key("paths") {
        root.insert("paths".into(), json!({}));
        account.note(&at.at("paths"), Loss::Exact, "was missing, became empty");
    }
    walk::walk(document, &mut |site, value| {
        let Value::Object(object) = value else { return };
        if site.node == Node::Operation && !object.contains_key("responses") {
            object.insert("responses".into(), json!({ "default": { "description": "" } }));
            account.note(site.pointer, Loss::Exact, "has no responses, got an unspecified one");
        }
        if !matches!(site.node, Node::Schema | Node::PathItem) && object.contains_key("$ref") {
            for key in ["summary", "description"] {
                rename(object, key, &format!("x-oas31-{key}"), site.pointer, account);
            }
        }
    });
}

fn rename(object: &mut Map<String, Value>, from: &str, to: &str, at: &Pointer, account: &mut Account) {
    if let Some(value) = object.shift_remove(from) {
        object.insert(to.to_owned(), value);
        account.note(&at.at(from), Loss::Kept, format!("became `{to}`"));
    }
}
