//! Makes discriminators a part of the schemas: narrows each branch of a union to the values that select it.

use crate::dialect::{has_only, inner_mut};
use crate::document::{resolve, target, unescape};
use serde_json::{Map, Value, json};

/// The maximum depth of compositions and aliases.
const MAX_DEPTH: usize = 16;

/// Narrows the branches of a union. The value of the discriminator property selects one branch, so each branch allows only its
/// own values, and the property is required. The discriminator is beside the union, or in the base schema of its branches.
pub fn discriminate(schema: &mut Map<String, Value>, document: &Value) {
    let beside = schema.get("discriminator").cloned();
    for key in ["oneOf", "anyOf"] {
        for branch in schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            let branch = inner_mut(branch);
            if branch.get("$ref").is_none() {
                continue;
            }
            let Some(discriminator) = beside.clone().or_else(|| inherited(document, branch, 0)) else { continue };
            match union_within(branch, &discriminator, document) {
                Some(union) => *branch = union,
                None => narrow(branch, &discriminator, document),
            }
        }
    }
}

/// Returns the target of a branch with narrowed branches, if the target is a plain union whose branches the mapping names.
fn union_within(branch: &Value, discriminator: &Value, document: &Value) -> Option<Value> {
    let is_mapped = |branch: &Value| {
        let reference = branch.get("$ref").and_then(Value::as_str).unwrap_or_default();
        names(document, reference.to_owned()).iter().any(|name| !keys(discriminator, name).is_empty())
    };
    let union = resolve(document, branch).filter(|_| !is_mapped(branch))?.as_object()?;
    let key = ["oneOf", "anyOf"].into_iter().find(|key| union.contains_key(*key) && has_only(union, key))?;
    let mut branches = union[key].as_array()?.clone();
    if branches.iter().any(|branch| branch.get("$ref").is_none()) || !branches.iter().any(is_mapped) {
        return None;
    }
    for branch in &mut branches {
        narrow(branch, discriminator, document);
    }
    Some(json!({ key: branches }))
}

/// Narrows a branch, which is a reference, to its own discriminator values.
pub fn narrow(branch: &mut Value, discriminator: &Value, document: &Value) {
    let Some(tag) = discriminator.get("propertyName").and_then(Value::as_str) else { return };
    let reference = branch.get("$ref").and_then(Value::as_str).unwrap_or_default().to_owned();
    let declared = declarations(document, branch, tag, 0);
    let is_constant = values(&declared).is_some_and(|values| values.len() == 1);
    let mut tags = mapped(discriminator, &names(document, reference));
    tags.retain(|tag| declared.iter().all(|declared| listed(declared).is_none_or(|values| values.contains(tag))));
    let typed: Vec<Value> =
        tags.iter().filter(|tag| declared.iter().all(|declared| is_of_type(declared, tag))).cloned().collect();
    // A branch whose name does not have the property's type has no values, instead of all values.
    let tags = if typed.is_empty() { tags } else { typed };
    let Some(branch) = branch.as_object_mut().filter(|_| is_constant || !tags.is_empty()) else { return };
    if !is_constant {
        branch.insert("properties".to_owned(), json!({ tag: { "enum": tags } }));
    }
    branch.insert("required".to_owned(), json!([tag]));
}

/// Narrows the branch of a base schema to the values that do not select one of its children. Returns `None` if none is left.
pub fn narrow_base(children: &[&Value], mut base: Value, discriminator: &Value, document: &Value) -> Option<Value> {
    let Some(tag) = discriminator.get("propertyName").and_then(Value::as_str) else { return Some(base) };
    let selecting = |branch: &Value| match branch.get("properties") {
        Some(narrowed) => narrowed[tag]["enum"].as_array().cloned(),
        None => values(&declarations(document, branch, tag, 0)).filter(|values| values.len() == 1),
    };
    let taken: Vec<Value> = children.iter().filter_map(|child| selecting(child)).flatten().collect();
    let mut own = match values(&declarations(document, &base, tag, 0)) {
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

/// Returns the discriminator of a branch from its base schema.
fn inherited(document: &Value, schema: &Value, depth: usize) -> Option<Value> {
    let schema = resolve(document, schema).filter(|_| depth < MAX_DEPTH)?;
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let is_union = schema.get("oneOf").or(schema.get("anyOf")).is_some();
    // The discriminator of a nested union is its own; that of a base schema which lists its children applies to all of them.
    let own = schema.get("discriminator").filter(|_| depth > 0 || !is_union).cloned();
    own.or_else(|| parts.into_iter().find_map(|part| inherited(document, part, depth + 1)))
}

/// Returns the reference and the references for which it is an alias. A child is not an alias, even if it adds nothing to its
/// base schema.
fn names(document: &Value, reference: String) -> Vec<String> {
    let next = |reference: &String| {
        let schema = document.pointer(&target(reference)?)?;
        let wrapped = || match schema.get("allOf")?.as_array()?.as_slice() {
            [only] if has_only(schema.as_object()?, "allOf") && inherited(document, schema, 1).is_none() => only.get("$ref"),
            _ => None,
        };
        schema.get("$ref").or_else(wrapped).and_then(Value::as_str).map(str::to_owned)
    };
    std::iter::successors(Some(reference), next).take(MAX_DEPTH).collect()
}

/// Returns the values that select the branch with these references: those of the first reference that the mapping names, or the
/// branch's own name. In the mapping, numbers and booleans are strings.
fn mapped(discriminator: &Value, references: &[String]) -> Vec<Value> {
    let both = |text: &str| {
        let parsed = serde_json::from_str(text).ok().filter(|value: &Value| value.is_number() || value.is_boolean());
        std::iter::once(json!(text)).chain(parsed)
    };
    let selecting = references.iter().map(|reference| keys(discriminator, reference)).find(|keys| !keys.is_empty());
    let by_name = || references.first().map(|own| json!(name(own))).into_iter().collect();
    selecting.map_or_else(by_name, |keys| keys.into_iter().flat_map(both).collect())
}

/// Returns the keys of the mapping whose target is the reference.
fn keys<'d>(discriminator: &'d Value, reference: &str) -> Vec<&'d str> {
    let mapping = discriminator.get("mapping").and_then(Value::as_object).into_iter().flatten();
    let name = name(reference);
    mapping.filter(|(_, target)| *target == reference || **target == name).map(|(key, _)| key.as_str()).collect()
}

/// Returns the name of the referenced component.
fn name(reference: &str) -> String {
    target(reference).map(|at| unescape(at.rsplit('/').next().unwrap_or_default())).unwrap_or_default()
}

/// Returns the schemas of the property, in the branch and in all its parts.
fn declarations<'d>(document: &'d Value, schema: &'d Value, tag: &str, depth: usize) -> Vec<&'d Value> {
    let Some(schema) = resolve(document, schema) else { return Vec::new() };
    let own = schema.get("properties").and_then(|properties| resolve(document, properties.get(tag)?));
    let parts = schema.get("allOf").and_then(Value::as_array).filter(|_| depth < MAX_DEPTH).into_iter().flatten();
    own.into_iter().chain(parts.flat_map(|part| declarations(document, part, tag, depth + 1))).collect()
}

/// Returns the values that all declarations list.
fn values(declarations: &[&Value]) -> Option<Vec<Value>> {
    let all = declarations.iter().filter_map(|declared| listed(declared));
    all.reduce(|one, other| one.into_iter().filter(|value| other.contains(value)).collect())
}

/// Returns the values that a schema lists with `const` or `enum`.
fn listed(schema: &Value) -> Option<Vec<Value>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(value), _) => Some(vec![value.clone()]),
        (None, Some(Value::Array(values))) => Some(values.clone()),
        _ => None,
    }
}

/// Returns whether a tag has a type that its property allows.
fn is_of_type(schema: &Value, tag: &Value) -> bool {
    let is_of = |name: &Value| match name.as_str() {
        Some("string") => tag.is_string(),
        Some("integer" | "number") => tag.is_number(),
        Some("boolean") => tag.is_boolean(),
        Some("null" | "array" | "object") => false,
        _ => true,
    };
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(is_of),
        Some(name) => is_of(name),
        None => true,
    }
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
