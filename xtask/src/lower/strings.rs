//! Strings that represent bytes, and `format` on types other than strings.

use super::{Lowering, has_type};
use crate::account::Loss;
use crate::document::walk::Site;
use crate::model::media::format_of_content;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer;
    let text = has_type(object, "string") || !object.contains_key("type");
    let has_media = object.contains_key("contentMediaType");
    let encoding = object.get("contentEncoding").and_then(Value::as_str);
    let is_base64 = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
    match format_of_content(object).filter(|_| text) {
        Some("byte") => {
            let format = object.entry("format").or_insert(json!("byte"));
            // The media type of encoded data stays as an annotation.
            if is_base64 && format == "byte" && !has_media {
                object.shift_remove("contentEncoding");
                lowering.note(&at.at("contentEncoding"), Loss::Kept, "became the format `byte`: text as the API writes it");
            }
        }
        Some(format) => {
            object.entry("type").or_insert(json!("string"));
            object.entry("format").or_insert(json!(format));
        }
        None => {}
    }
    for key in ["contentEncoding", "contentMediaType"] {
        lowering.keep(object, key, at, Loss::Kept, "says what the text represents");
    }
    let named = ["object", "array", "boolean"].into_iter().find(|name| object.get("type").is_some_and(|own| own == name));
    if let Some(name) = named {
        lowering.keep(object, "format", at, Loss::Kept, &format!("has no meaning for a value of type {name}"));
    }
}
