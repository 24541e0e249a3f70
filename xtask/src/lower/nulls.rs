//! A null alternative of a union becomes `nullable`. In 3.1 documents, `nullable` is accepted as well.

use super::Lowering;
use crate::account::Loss;
use crate::document::keywords;
use crate::document::pointer::Pointer;
use crate::document::walk::Site;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if object.get("nullable") == Some(&json!(true)) {
        let text = "has no meaning in OpenAPI 3.1; honoured as in 3.0, so that null is admitted";
        lowering.note(&site.pointer.at("nullable"), Loss::Widened, text);
    }
    for union in ["oneOf", "anyOf"] {
        lower_union(object, union, site.pointer, lowering);
    }
}

fn lower_union(object: &mut Map<String, Value>, union: &str, at: &Pointer, lowering: &mut Lowering<'_>) {
    let Some(Value::Array(branches)) = object.get_mut(union) else { return };
    if !branches.iter().any(is_null) {
        return;
    }
    let (mut rest, at): (Vec<Value>, _) = (std::mem::take(branches), at.at(union));
    rest.retain(|branch| !is_null(branch));
    let only = if rest.len() == 1 { rest.pop() } else { None };
    match only {
        Some(only) => {
            object.shift_remove(union);
            merge_branch(object, only, &at, lowering);
        }
        None if rest.is_empty() => {
            object.shift_remove(union);
            object.insert("enum".into(), json!([null]));
            return lowering.note(&at, Loss::Exact, "of null only became `enum: [null]`");
        }
        None => drop(object.insert(union.to_owned(), Value::Array(rest))),
    }
    object.insert("nullable".into(), json!(true));
    lowering.note(&at, Loss::Exact, "the null branch became `nullable`");
}

/// Replaces a union by its only remaining alternative. Keywords outside the union take precedence.
fn merge_branch(object: &mut Map<String, Value>, branch: Value, at: &Pointer, lowering: &mut Lowering<'_>) {
    let conflicts = |branch: &Map<String, Value>| {
        branch.iter().any(|(key, value)| !is_annotation(key) && object.get(key).is_some_and(|own| own != value))
    };
    match branch {
        Value::Object(branch) if !branch.contains_key("$ref") && !is_mixed(&branch) && !conflicts(&branch) => {
            for (key, value) in branch {
                object.entry(key).or_insert(value);
            }
            lowering.note(at, Loss::Exact, "the one other branch took the place of the union");
        }
        branch => match object.get_mut("allOf") {
            Some(Value::Array(all)) => all.push(branch),
            _ => drop(object.insert("allOf".into(), json!([branch]))),
        },
    }
}

/// Whether a schema has both a type of its own and parts, all of which would have to allow null.
fn is_mixed(branch: &Map<String, Value>) -> bool {
    let is_part = |key: &String| ["allOf", "anyOf", "oneOf"].contains(&key.as_str());
    branch.keys().any(is_part) && branch.keys().any(|key| !is_part(key) && !is_annotation(key))
}

/// Whether a keyword does not affect validity.
pub fn is_annotation(key: &str) -> bool {
    key.starts_with("x-") || keywords::only_describes(key)
}

/// Whether a lowered schema allows only null.
fn is_null(schema: &Value) -> bool {
    schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.iter().all(Value::is_null) && !values.is_empty())
}
