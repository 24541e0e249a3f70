//! `oneOf` and `anyOf`: null out of them, those that are one type made one, the rest a union. As fitting does it.

use super::reading::{Null, Reading};
use super::shape::{Identity, Node, Union, list};
use crate::document::keywords::{is_annotation, is_check, only_requires};
use crate::document::pointer::Pointer;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

impl<'a> Reading<'_, 'a> {
    /// Reads the alternatives under `key`, if there are any.
    pub fn alternatives(
        &mut self,
        at: &Pointer,
        key: &'static str,
        object: &'a Map<String, Value>,
        owner: &str,
        (holder, depth): (Identity, usize),
    ) -> Option<Null> {
        let all: Vec<(usize, &'a Value)> = list(object, key).enumerate().collect();
        let beside = object.contains_key("properties") || all.iter().all(|(_, branch)| only_requires(branch));
        let mut branches = all.clone();
        branches.retain(|(_, branch)| !(is_null(branch) || beside && only_requires(branch)));
        let null = all.iter().any(|(_, branch)| is_null(branch));
        match branches.as_slice() {
            [] => return (!all.is_empty()).then_some(Null { admitted: null, shaped: false }),
            [(index, only)] => {
                let only = self.part(&at.at(index), only, owner, depth + 1);
                return Some(Null { admitted: null || only.admitted, ..only });
            }
            _ => {}
        }
        let schemas: Vec<&'a Value> =
            branches.iter().map(|(index, branch)| self.side.definition(&at.at(index), branch, "").1).collect();
        let admitted = null || schemas.iter().any(|schema| admits_null(schema));
        if schemas.iter().any(|schema| says_nothing(schema)) {
            return Some(Null { admitted, shaped: false });
        }
        if let Some((values, open)) = texts(&schemas) {
            self.shape.open = open;
            self.restrict(BTreeSet::from(["string"]));
            if !values.is_empty() {
                self.list(values);
            }
        } else if let Some((name, values)) = numbers(&schemas) {
            self.restrict(BTreeSet::from([name]));
            if !values.is_empty() {
                self.list(values);
            }
        } else if let Some(types) = bare_types(&schemas) {
            self.restrict(types);
        } else {
            let branches = branches.iter().map(|(index, branch)| Node::new(at.at(index), branch, "")).collect();
            let union = Union { key, branches, discriminator: object.get("discriminator"), holder };
            if self.shape.union.is_none() {
                self.shape.union = Some(union);
            } else {
                self.shape.other.insert(format!("a second `{key}`"), &object[key]);
            }
        }
        Some(Null { admitted, shaped: true })
    }
}

/// Whether null is among the values of an alternative.
fn admits_null(schema: &Value) -> bool {
    let among = schema.get("type").and_then(Value::as_array).is_some_and(|types| types.iter().any(|name| name == "null"));
    among || schema.get("nullable") == Some(&Value::Bool(true))
}

/// Whether `schema` admits null and nothing else.
pub fn is_null(schema: &Value) -> bool {
    let only = |key: &str, wanted: &Value| schema.get(key) == Some(wanted);
    only("type", &Value::from("null"))
        || only("type", &Value::from(vec!["null"]))
        || only("const", &Value::Null)
        || only("enum", &Value::from(vec![Value::Null]))
}

/// Whether any value is one of it.
fn says_nothing(schema: &Value) -> bool {
    schema == &Value::Bool(true) || schema.as_object().is_some_and(|object| object.keys().all(|key| is_annotation(key)))
}

/// Where every alternative is text: the values that some list, and whether another is any text.
fn texts<'a>(branches: &[&'a Value]) -> Option<(Vec<&'a Value>, bool)> {
    let (mut values, mut open) = (Vec::new(), false);
    for branch in branches {
        let object = branch.as_object()?;
        let text = |value: &Value| object.get("type").is_none_or(|name| name == "string") && value.is_string();
        match (object.get("const"), object.get("enum").and_then(Value::as_array)) {
            _ if !object.keys().all(|key| is_scalar(key)) => return None,
            (Some(value), _) if text(value) => values.push(value),
            (None, Some(listed)) if listed.iter().all(text) => values.extend(listed),
            (None, None) if object.get("type").is_some_and(|name| name == "string") => open = true,
            _ => return None,
        }
    }
    Some((values, open))
}

/// Whether a keyword says something of scalars alone.
fn is_scalar(key: &str) -> bool {
    ["type", "format", "const", "enum"].contains(&key) || is_check(key) || is_annotation(key)
}

/// Where every alternative lists numbers: their type, and the numbers.
fn numbers<'a>(branches: &[&'a Value]) -> Option<(&'static str, Vec<&'a Value>)> {
    let mut values = Vec::new();
    for branch in branches {
        let object = branch.as_object().filter(|object| object.keys().all(|key| is_scalar(key)))?;
        match (object.get("const"), object.get("enum").and_then(Value::as_array)) {
            (Some(value), _) => values.push(value),
            (None, Some(listed)) => values.extend(listed),
            (None, None) => return None,
        }
    }
    let integers = values.iter().all(|value| value.is_i64() || value.is_u64());
    values.iter().all(|value| value.is_number()).then_some((if integers { "integer" } else { "number" }, values))
}

/// The types, where the alternatives are that and no more.
fn bare_types<'a>(branches: &[&'a Value]) -> Option<BTreeSet<&'a str>> {
    let one = |branch: &&'a Value| {
        let object = branch.as_object()?;
        object.keys().all(|key| key == "type" || is_annotation(key)).then(|| object.get("type")?.as_str())?
    };
    branches.iter().map(one).collect()
}
