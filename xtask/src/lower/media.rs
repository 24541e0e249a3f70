//! Media types without a schema, and files in forms.

use super::nulls::is_annotation;
use super::{Lowering, has_type};
use crate::account::Loss;
use crate::document::walk::{Node, Site};
use crate::model::media::is_binary;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if site.node != Node::MediaType {
        return;
    }
    let media = site.pointer.last().to_ascii_lowercase();
    if !object.contains_key("schema") {
        let essence = media.split(';').next().unwrap_or_default().trim();
        let (schema, text) = match essence.split('/').next() {
            _ if essence.ends_with("json") => (json!({}), "without a schema is any JSON"),
            Some("text") => (json!({ "type": "string" }), "without a schema is text"),
            Some("multipart") => (json!({ "type": "object" }), "without a schema is any form"),
            _ if media.contains("x-www-form-urlencoded") => (json!({ "type": "object" }), "without a schema is any form"),
            _ => (json!({ "type": "string", "format": "binary" }), "without a schema is bytes"),
        };
        object.insert("schema".into(), schema);
        lowering.note(site.pointer, Loss::Exact, text);
    }
    let encoding = object.get("encoding").cloned().unwrap_or_default();
    if media.starts_with("multipart/")
        && let Some(Value::Object(parts)) = object.get_mut("schema").and_then(|schema| schema.get_mut("properties"))
    {
        for (name, part) in parts.iter_mut() {
            let part = if part.get("type").is_some_and(|name| name == "array") { part.get_mut("items") } else { Some(part) };
            let Some(Value::Object(part)) = part else { continue };
            let at = site.pointer.at("schema").at("properties").at(name);
            let text = match encoding.get(name).and_then(|encoding| encoding.get("contentType")?.as_str()) {
                _ if is_plain(part, &[]) => "a part of a form without a type is a file",
                Some(media) if is_plain(part, &["type"]) && has_type(part, "string") && media.split(',').all(is_binary) => {
                    "a part of a form with such a `contentType` is a file"
                }
                _ => continue,
            };
            part.insert("type".into(), json!("string"));
            part.insert("format".into(), json!("binary"));
            lowering.note(&at, Loss::Exact, text);
        }
    }
}

/// Whether a schema has only annotations and these keywords.
fn is_plain(part: &Map<String, Value>, keywords: &[&str]) -> bool {
    part.keys().all(|key| is_annotation(key) || keywords.contains(&key.as_str()))
}
