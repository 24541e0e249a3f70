//! The keywords of a schema, by what they are for.

use serde_json::Value;

/// Keywords that only check a value; no types are made of them.
pub const CHECKS: [&str; 13] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

pub const MARKS: [&str; 3] = ["readOnly", "writeOnly", "deprecated"];

/// Keywords that are read elsewhere, or that nothing depends on.
const KNOWN: [&str; 23] = [
    "$ref",
    "$defs",
    "$schema",
    "$id",
    "$anchor",
    "$comment",
    "type",
    "nullable",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "prefixItems",
    "patternProperties",
    "allOf",
    "oneOf",
    "anyOf",
    "discriminator",
    "format",
    "default",
    "xml",
];

/// Texts for people.
pub const PROSE: [&str; 5] = ["title", "description", "example", "examples", "externalDocs"];

/// Whether it is none of the keywords that are read by their name, and no extension.
pub fn is_unknown(key: &str) -> bool {
    let read = [&PROSE[..], &MARKS, &KNOWN, &CHECKS, &["contentEncoding", "contentMediaType"]];
    !key.starts_with("x-") && !read.iter().any(|keys| keys.contains(&key))
}

/// Keys that say nothing of the value.
pub fn is_annotation(key: &str) -> bool {
    PROSE.contains(&key) || MARKS.contains(&key) || key.starts_with("x-")
}

/// Keywords by which a schema is more than the one it refers to.
pub fn is_structure(key: &str) -> bool {
    [
        "properties",
        "enum",
        "const",
        "items",
        "prefixItems",
        "oneOf",
        "anyOf",
        "allOf",
        "additionalProperties",
        "patternProperties",
    ]
    .contains(&key)
}

/// Whether a part of an `allOf` does more than describe and check.
pub fn says_something(part: &Value) -> bool {
    let quiet = |key: &String| {
        CHECKS.contains(&key.as_str())
            || PROSE.contains(&key.as_str())
            || key.starts_with("x-")
            || ["nullable", "default", "deprecated", "readOnly", "writeOnly", "type"].contains(&key.as_str())
    };
    part.as_object().is_some_and(|part| !part.keys().all(quiet) || part.len() == 1 && part.contains_key("type"))
}
