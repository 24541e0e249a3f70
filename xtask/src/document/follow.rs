//! Follows references to places in a published document.

use super::pointer::{Pointer, decode};
use serde_json::Value;

/// The maximum number of references that are followed in a chain.
const MAX_REFERENCES: usize = 64;

/// The value at `pointer`, and its place after following every `$ref` on the way.
#[must_use]
pub fn locate<'a>(document: &'a Value, pointer: &Pointer) -> Option<(Pointer, &'a Value)> {
    if let Some(value) = pointer.find(document) {
        return Some((pointer.clone(), value));
    }
    let (mut at, mut value) = (Pointer::default(), document);
    for segment in pointer.segments() {
        let mut child = below(value, &segment);
        for _ in 0..MAX_REFERENCES {
            if child.is_some() {
                break;
            }
            (at, value) = follow(document, value)?;
            child = below(value, &segment);
        }
        (at, value) = (at.at(&segment), child?);
    }
    Some((at, value))
}

/// The target of the `$ref` in `value`, without following further references.
#[must_use]
pub fn follow<'a>(document: &'a Value, value: &'a Value) -> Option<(Pointer, &'a Value)> {
    let reference = value.get("$ref")?.as_str()?;
    let pointer = decode(reference.strip_prefix('#')?);
    document.pointer(&pointer).map(|value| (Pointer::parse(&pointer), value))
}

/// The object at `at` after following its references.
#[must_use]
pub fn resolve<'a>(document: &'a Value, at: Pointer, value: &'a Value) -> (Pointer, &'a Value) {
    let (mut at, mut value) = (at, value);
    for _ in 0..MAX_REFERENCES {
        match follow(document, value) {
            Some(target) => (at, value) = target,
            None => break,
        }
    }
    (at, value)
}

fn below<'a>(value: &'a Value, segment: &str) -> Option<&'a Value> {
    match value {
        Value::Object(object) => object.get(segment),
        Value::Array(list) => list.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}
