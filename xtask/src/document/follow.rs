//! Places of a published document, which references may lead away from where a pointer seems to go.

use super::pointer::{Pointer, decode};
use serde_json::Value;

/// So many references are followed one after the other.
const MAX_REFERENCES: usize = 64;

/// What stands at `pointer`, and where it stands: a `$ref` on the way is followed.
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

/// What the `$ref` of `value` leads to in one step.
#[must_use]
pub fn follow<'a>(document: &'a Value, value: &'a Value) -> Option<(Pointer, &'a Value)> {
    let reference = value.get("$ref")?.as_str()?;
    let pointer = decode(reference.strip_prefix('#')?);
    document.pointer(&pointer).map(|value| (Pointer::parse(&pointer), value))
}

/// What the object at `at` is behind its references.
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
