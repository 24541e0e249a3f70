//! Keys through which a stage passes on what OpenAPI 3.0 cannot express. They have no meaning in published documents.

use super::walk::METHODS;
use serde_json::Value;

/// Security schemes that do not exist in 3.0.
pub const PUBLISHED_SCHEMES: &str = "x-oas31-securitySchemes";
/// Security requirements that 3.0 cannot fully express.
pub const PUBLISHED_REQUIREMENTS: &str = "x-oas31-security";
/// The name of a server.
pub const PUBLISHED_NAME: &str = "x-oas31-name";
/// The URL at which the document is served.
pub const PUBLISHED_SELF: &str = "x-oas31-self";
/// Marks a property that is only declared under a condition.
pub const CONDITIONAL: &str = "x-oas31-conditional";
/// The place of a parameter in the published document.
pub const STOOD_AT: &str = "x-stood-at";

/// Removes these keys wherever a stage would read them, except `CONDITIONAL`: in a published schema, it only keeps the
/// type of that property from narrowing another declaration of it.
pub fn remove(document: &mut Value) {
    clear(document);
    each(document, "servers");
    document.get_mut("components").into_iter().for_each(clear);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (_, item) in paths.into_iter().flatten() {
        each(item, "parameters");
        each(item, "servers");
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else { continue };
            clear(operation);
            each(operation, "servers");
            each(operation, "parameters");
        }
    }
}

/// Clears the items of the array `key`.
fn each(holder: &mut Value, key: &str) {
    holder.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().for_each(clear);
}

fn clear(value: &mut Value) {
    let Value::Object(object) = value else { return };
    for key in [PUBLISHED_SCHEMES, PUBLISHED_REQUIREMENTS, PUBLISHED_NAME, PUBLISHED_SELF, STOOD_AT] {
        object.shift_remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::security::{accepted, schemes};
    use serde_json::json;

    #[test]
    fn internal_keys_in_a_published_document_have_no_effect() {
        let mut document = json!({
            "security": [{ "key": [] }],
            "x-oas31-security": [],
            "x-oas31-self": "https://elsewhere.example.com",
            "servers": [{ "url": "/", "x-oas31-name": "other" }],
            "components": {
                "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": "k" } },
                "x-oas31-securitySchemes": { "key": { "type": "http", "scheme": "basic" } },
            },
            "paths": { "/a": {
                "parameters": [{ "name": "a", "in": "query", "x-stood-at": "/elsewhere" }],
                "get": { "x-oas31-security": [{}], "parameters": [{ "name": "b", "in": "query", "x-stood-at": "/elsewhere" }] },
            } },
        });
        remove(&mut document);
        assert!(!document.to_string().contains("x-"), "{document}");
        assert_eq!(schemes(&document)["key"].identity(), "a key in the header `k`");
        assert!(accepted(&document, &document["paths"]["/a"]["get"])[0].contains_key("key"));
    }
}
