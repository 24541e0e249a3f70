//! What the keywords of a schema are to a comparison.

use crate::document::keywords::{Class, class, is_annotation, is_check};
use serde_json::Value;

/// Whether it cannot be told what a change of it means: it is unknown, or no types are made of it.
pub fn is_unknown(key: &str) -> bool {
    !key.starts_with("x-") && matches!(class(key), None | Some(Class::Dynamic | Class::Assertion | Class::Condition))
}

/// Whether a schema is more than the one it refers to by it.
pub fn is_structure(key: &str) -> bool {
    class(key) == Some(Class::Part) || matches!(key, "enum" | "const")
}

/// Whether a part of an `allOf` does more than describe and check.
pub fn says_something(part: &Value) -> bool {
    let quiet = |key: &String| {
        is_check(key) || is_annotation(key) || class(key) == Some(Class::Hint) || matches!(key.as_str(), "nullable" | "type")
    };
    part.as_object().is_some_and(|part| !part.keys().all(quiet) || part.len() == 1 && part.contains_key("type"))
}
