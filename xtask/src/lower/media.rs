//! Media types without a schema, and files in forms.

use super::nulls::is_annotation;
use super::{Lowering, has_type};
use crate::account::Loss;
use crate::document::pointer::resolve;
use crate::document::walk::{Node, Site};
use crate::model::media::{essence, is_binary};
use indexmap::IndexMap;
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
    if media.starts_with("multipart/") {
        declare_media_types(object, site, lowering);
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

/// Makes the `contentMediaType` of a file the `contentType` of its part, unless an Encoding Object defines how it is written.
fn declare_media_types(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let form = site.pointer.at("schema");
    let Some(published) = form.find(lowering.source) else { return };
    for (name, media) in content_media_types(lowering.source, published) {
        let encoding = object.entry("encoding").or_insert_with(|| json!({}));
        let own = encoding.as_object_mut().map(|encoding| encoding.entry(name.clone()).or_insert_with(|| json!({})));
        let Some(Value::Object(own)) = own else { continue };
        if ["contentType", "style", "explode"].iter().all(|key| !own.contains_key(*key)) {
            own.insert("contentType".into(), media.into());
            lowering.note(&form, Loss::Exact, format!("the `contentMediaType` of `{name}` became the `contentType` of its part"));
        }
    }
}

/// The properties of the form `schema` that are files, or arrays of files, of a known media type.
fn content_media_types<'a>(source: &'a Value, schema: &'a Value) -> Vec<(String, &'a str)> {
    // A composition can contain itself, or the same schema many times.
    let mut composed: IndexMap<*const Value, &Value> = IndexMap::new();
    let mut open = vec![schema];
    while let Some(schema) = open.pop().and_then(|schema| resolve(source, schema)) {
        if composed.insert(schema, schema).is_none() {
            open.extend(schema.get("allOf").and_then(Value::as_array).into_iter().flatten());
        }
    }
    let properties = composed.into_values().filter_map(|schema| schema.get("properties")?.as_object()).flatten();
    let mut found = Vec::new();
    for (name, part) in properties {
        let part = resolve(source, part).unwrap_or(part);
        let part = part.get("items").and_then(|items| resolve(source, items)).unwrap_or(part);
        let Some(part) = part.as_object().filter(|part| has_type(part, "string") || !part.contains_key("type")) else { continue };
        let media = part.get("contentMediaType").and_then(Value::as_str).filter(|_| !part.contains_key("contentEncoding"));
        // Without a declared media type, a file is sent as any bytes.
        let media = media.filter(|media| is_binary(media) && essence(media) != "application/octet-stream");
        found.extend(media.map(|media| (name.clone(), media)));
    }
    found
}

/// Whether a schema has only annotations and these keywords.
fn is_plain(part: &Map<String, Value>, keywords: &[&str]) -> bool {
    part.keys().all(|key| is_annotation(key) || keywords.contains(&key.as_str()))
}
