//! Discriminators as part of the schemas: each branch of a union is narrowed to the values that select it.

use crate::dialect::inner_mut;
use crate::document::{resolve, target, unescape};
use serde_json::{Map, Value, json};

/// So many schemas are looked into that are composed of each other, or are other names for each other.
const MAX_DEPTH: usize = 16;

/// The value of a discriminator's property selects one branch, so each branch admits its own values of it alone, and a value has to
/// have it. The discriminator stands beside the union, or in what its branches are composed of.
pub fn discriminate(schema: &mut Map<String, Value>, document: &Value) {
    let beside = schema.get("discriminator").cloned();
    for key in ["oneOf", "anyOf"] {
        for branch in schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            let branch = inner_mut(branch);
            if branch.get("$ref").is_none() {
                continue;
            }
            let Some(discriminator) = beside.clone().or_else(|| inherited(document, branch, 0)) else { continue };
            narrow(branch, &discriminator, document);
        }
    }
}

/// Narrows a branch, which is a reference, to its own values of the discriminator.
pub fn narrow(branch: &mut Value, discriminator: &Value, document: &Value) {
    let Some(tag) = discriminator.get("propertyName").and_then(Value::as_str) else { return };
    let reference = branch.get("$ref").and_then(Value::as_str).unwrap_or_default().to_owned();
    let own = tag_values(document, branch, tag, 0);
    let is_constant = own.as_ref().is_some_and(|values| values.len() == 1);
    let mut tags = mapped(discriminator, &names(document, reference));
    tags.retain(|tag| own.as_ref().is_none_or(|own| own.contains(tag)));
    let Some(branch) = branch.as_object_mut().filter(|_| is_constant || !tags.is_empty()) else { return };
    if !is_constant {
        branch.insert("properties".to_owned(), json!({ tag: { "enum": tags } }));
    }
    branch.insert("required".to_owned(), json!([tag]));
}

/// The branch of a base, narrowed to those of its values that do not select one of its children; `None` where none is left.
pub fn narrow_base(children: &[&Value], mut base: Value, discriminator: &Value, document: &Value) -> Option<Value> {
    let Some(tag) = discriminator.get("propertyName").and_then(Value::as_str) else { return Some(base) };
    let selecting = |branch: &Value| match branch.get("properties") {
        Some(narrowed) => narrowed[tag]["enum"].as_array().cloned(),
        None => tag_values(document, branch, tag, 0).filter(|values| values.len() == 1),
    };
    let taken: Vec<Value> = children.iter().filter_map(|child| selecting(child)).flatten().collect();
    let mut own = match tag_values(document, &base, tag, 0) {
        Some(own) if base.get("properties").is_none() => own,
        _ => return Some(base),
    };
    own.retain(|value| !taken.contains(value));
    if own.is_empty() {
        return None;
    }
    base["properties"] = json!({ tag: { "enum": own } });
    base["required"] = json!([tag]);
    Some(base)
}

/// The discriminator of a branch, from what it is composed of.
fn inherited(document: &Value, schema: &Value, depth: usize) -> Option<Value> {
    let schema = resolve(document, schema).filter(|_| depth < MAX_DEPTH)?;
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let is_union = schema.get("oneOf").or(schema.get("anyOf")).is_some();
    // A union within a union has one for itself; a base that lists its children has one for all of them.
    let own = schema.get("discriminator").filter(|_| depth > 0 || !is_union).cloned();
    own.or_else(|| parts.into_iter().find_map(|part| inherited(document, part, depth + 1)))
}

/// The reference, and those that it is only another name for.
fn names(document: &Value, reference: String) -> Vec<String> {
    let next = |reference: &String| {
        let schema = document.pointer(&target(reference)?)?;
        schema.get("$ref").and_then(Value::as_str).map(str::to_owned)
    };
    std::iter::successors(Some(reference), next).take(MAX_DEPTH).collect()
}

/// The values that select the branch with these references; without any, its name does. A value that is a number or a boolean
/// stands in the mapping as a string.
fn mapped(discriminator: &Value, references: &[String]) -> Vec<Value> {
    let name =
        |reference: &str| target(reference).map(|at| unescape(at.rsplit('/').next().unwrap_or_default())).unwrap_or_default();
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let leads_here = |target: &Value| references.iter().any(|own| target == own || *target == name(own));
    let both = |text: &String| {
        let parsed = serde_json::from_str(text).ok().filter(|value: &Value| value.is_number() || value.is_boolean());
        std::iter::once(json!(text)).chain(parsed)
    };
    let selecting = mapping.into_iter().flatten().filter(|(_, target)| leads_here(target));
    let values: Vec<Value> = selecting.flat_map(|(text, _)| both(text)).collect();
    if values.is_empty() { references.first().map(|own| json!(name(own))).into_iter().collect() } else { values }
}

/// The values that the branch and all its parts admit for the property: by `const`, or by `enum`.
fn tag_values(document: &Value, schema: &Value, tag: &str, depth: usize) -> Option<Vec<Value>> {
    let schema = resolve(document, schema)?;
    let own = schema.get("properties").and_then(|properties| resolve(document, properties.get(tag)?));
    let own = own.and_then(|property| match (property.get("const"), property.get("enum")) {
        (Some(value), _) => Some(vec![value.clone()]),
        (None, Some(Value::Array(values))) => Some(values.clone()),
        _ => None,
    });
    let parts = schema.get("allOf").and_then(Value::as_array).filter(|_| depth < MAX_DEPTH).into_iter().flatten();
    let all = own.into_iter().chain(parts.filter_map(|part| tag_values(document, part, tag, depth + 1)));
    all.reduce(|one, other| one.into_iter().filter(|value| other.contains(value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_is_narrowed_however_its_reference_is_escaped() {
        let kind = json!({ "properties": { "kind": { "enum": ["Big Cat", "a/b", "other"] } } });
        let document = json!({ "components": { "schemas": { "Big Cat": kind.clone(), "a/b": kind } } });
        for (reference, tag) in [("Big%20Cat", "Big Cat"), ("a~1b", "a/b")] {
            let mut branch = json!({ "$ref": format!("#/components/schemas/{reference}") });
            narrow(&mut branch, &json!({ "propertyName": "kind" }), &document);
            assert_eq!(branch["properties"], json!({ "kind": { "enum": [tag] } }), "{reference}");
        }
    }
}
