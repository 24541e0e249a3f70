//! References: afterwards, each leads to a component, and has no siblings.

use super::{Lowering, WAY_OUT, checks, malformed};
use crate::account::Loss;
use crate::document::keywords::REFERENCES;
use crate::document::pointer::Pointer;
use crate::document::targets::{UnresolvedRef, stays_outside};
use crate::document::walk::{self, Node, Site};
use serde_json::{Map, Value, json};

const ANCHORS: [&str; 3] = ["$anchor", "$dynamicAnchor", "$recursiveAnchor"];

/// The keywords that the pass changes.
pub const KEYS: [&str; 10] = [
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$id",
    "$defs",
    "discriminator",
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
];

/// Whether schemas of this dialect can be read like those of OpenAPI 3.1.
pub fn is_known_dialect(dialect: &str) -> bool {
    dialect.contains("spec.openapis.org/oas/3.") || dialect.contains("draft/2020-12")
}

/// Whether the schema at `at` has no keyword with another meaning in older drafts of JSON Schema.
fn reads_alike(source: &Value, at: &Pointer) -> bool {
    let Some(schema) = at.find(source) else { return false };
    let mut alike = true;
    walk::read_below(Node::Schema, at, schema, &mut |_, schema| {
        let other = ["additionalItems", "definitions", "dependencies", "id", "$recursiveRef", "$dynamicRef"];
        let beside = schema.get("$ref").is_some() && schema.as_object().is_some_and(|schema| schema.len() > 1);
        alike &=
            !beside && !schema.get("items").is_some_and(Value::is_array) && other.iter().all(|key| schema.get(*key).is_none());
    });
    alike
}

/// Removes names of schemas, and makes references lead to components.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer;
    if let Some(dialect) = object.shift_remove("$schema").as_ref().and_then(Value::as_str) {
        let at = at.at("$schema");
        if is_known_dialect(dialect) {
            lowering.note(&at, Loss::Exact, "names the dialect of OpenAPI 3.1, left out");
        } else if dialect.contains("//json-schema.org/") && reads_alike(lowering.source, site.pointer) {
            lowering.note(&at, Loss::Kept, format!("names `{dialect}`, which reads this schema in the same way, left out"));
        } else {
            lowering.refuse(at, format!("schemas of the dialect `{dialect}` are not supported"), WAY_OUT);
        }
    }
    for key in ANCHORS {
        if object.shift_remove(key).is_some() {
            lowering.note(&at.at(key), Loss::Exact, "left out: references to it lead to a component now");
        }
    }
    lowering.keep(object, "$id", at, Loss::Kept, "left out: references to it lead to a component now");
    if let Some(Value::Object(definitions)) = object.shift_remove("$defs") {
        for (name, schema) in definitions.into_iter().filter(|(_, schema)| schema.get("$ref").is_none()) {
            lowering.targets.add(&at.at("$defs").at(name), schema);
        }
    }
    map_to_components(object, site, lowering);
    let found: Vec<(&str, Value)> = REFERENCES.iter().filter_map(|key| Some((*key, object.shift_remove(*key)?))).collect();
    match found.as_slice() {
        [] => {}
        [(key, Value::String(text))] => refer(object, site, key, text, lowering),
        [(key, _), ..] => lowering.refuse(at.at(key), "`$ref` must be a single string", WAY_OUT),
    }
}

/// Rewrites the mapping of a discriminator, if schemas have moved.
fn map_to_components(object: &mut Map<String, Value>, site: Site<'_>, lowering: &Lowering<'_>) {
    let mapping = object.get_mut("discriminator").and_then(|discriminator| discriminator.get_mut("mapping")?.as_object_mut());
    for target in mapping.into_iter().flat_map(Map::values_mut) {
        let Some(text) = target.as_str().filter(|text| text.contains('#')) else { continue };
        let place = lowering.targets.locate(lowering.source, site.pointer, "$ref", text).ok();
        if let Some(reference) = place.and_then(|place| lowering.targets.reference(&place)) {
            *target = json!(reference);
        }
    }
}

/// Makes a schema refer to the component of its target, or inlines the target.
pub fn refer(object: &mut Map<String, Value>, site: Site<'_>, key: &str, text: &str, lowering: &mut Lowering<'_>) {
    let at = site.pointer.at(key);
    let target = match lowering.targets.locate(lowering.source, site.pointer, key, text) {
        Ok(target) if !is_cycle(lowering, &target) => target,
        unresolved => {
            let (message, fix) = unresolved.err().unwrap_or(UnresolvedRef::Nowhere).explain(text);
            return lowering.refuse(at, message, fix);
        }
    };
    let Some(reference) = lowering.targets.reference(&target) else {
        return inline(object, site, &target, lowering);
    };
    match key {
        "$recursiveRef" => lowering.note(&at, Loss::Widened, "is of draft 2019-09, read as a `$ref`"),
        "$dynamicRef" => lowering.note(&at, Loss::Exact, "became a `$ref`: there is one such anchor"),
        _ => {}
    }
    leave_out_repeated(object, site.pointer, &target, lowering);
    // Puts `$ref` first, as is usual.
    object.shift_insert(0, "$ref".to_owned(), json!(reference));
}

/// Merges the target into the schema. Existing keywords take precedence.
fn inline(object: &mut Map<String, Value>, site: Site<'_>, target: &Pointer, lowering: &mut Lowering<'_>) {
    let Some(scalar) = lowering.targets.inline(lowering.source, target) else { return };
    for (key, value) in scalar.iter().filter(|(key, _)| !ANCHORS.contains(&key.as_str())) {
        object.entry(key.clone()).or_insert_with(|| value.clone());
    }
    lowering.note(&site.pointer.at("$ref"), Loss::Exact, "became what it refers to, which has no name");
    // The target has not been checked for this place.
    malformed::run(object, site, lowering);
    checks::run(object, site, lowering);
}

/// Whether `target` is only a reference that leads back to itself.
fn is_cycle(lowering: &Lowering<'_>, target: &Pointer) -> bool {
    let mut current = target.clone();
    for _ in 0..64 {
        let reference = current.find(lowering.source).and_then(|schema| schema.get("$ref")?.as_str());
        let Some(next) = reference.and_then(|text| lowering.targets.locate(lowering.source, &current, "$ref", text).ok()) else {
            return false;
        };
        current = next;
    }
    true
}

/// Removes siblings of a reference that the target has, too. In most cases this is `type`.
fn leave_out_repeated(object: &mut Map<String, Value>, at: &Pointer, target: &Pointer, lowering: &Lowering<'_>) {
    let (own, target) = (at.find(lowering.source), target.find(lowering.source));
    let (Some(own), Some(target)) = (own.and_then(Value::as_object), target.and_then(Value::as_object)) else { return };
    object.retain(|key, _| stays_outside(key) || own.get(key).is_none() || own.get(key) != target.get(key));
}

/// Moves siblings of a `$ref` around an `allOf`, since 3.0 does not allow them.
pub fn wrap(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if object.len() < 2 {
        return;
    }
    let Some(reference) = object.shift_remove("$ref") else { return };
    let (outside, mut constraints): (Vec<_>, Vec<_>) =
        std::mem::take(object).into_iter().partition(|(key, _)| stays_outside(key));
    object.extend(outside);
    let mut all = vec![json!({ "$ref": reference })];
    if let Some(index) = constraints.iter().position(|(key, _)| key == "allOf")
        && let (_, Value::Array(own)) = constraints.remove(index)
    {
        all.extend(own);
    }
    if !constraints.is_empty() {
        all.push(Value::Object(constraints.into_iter().collect()));
    }
    object.insert("allOf".into(), Value::Array(all));
    lowering.note(site.pointer, Loss::Exact, "the `$ref` and its siblings became an `allOf`");
}
