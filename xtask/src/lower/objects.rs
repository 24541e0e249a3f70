//! Objects: patterns of keys, properties that may not be there, and names that `required` cannot mean.

use super::{Lowering, distinct};
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if let Some(rest) = object.shift_remove("unevaluatedProperties") {
        let text = "became `additionalProperties`: nothing else applies to the object";
        lowering.note(&site.pointer.at("unevaluatedProperties"), Loss::Exact, text);
        object.entry("additionalProperties").or_insert(rest);
    }
    patterns(object, site, lowering);
    forbidden(object, site, lowering);
    required(object, site, lowering);
}

/// Keys by pattern become keys of any name.
fn patterns(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(Value::Object(patterns)) = object.get("patternProperties").cloned() else { return };
    let has_properties = object.get("properties").and_then(Value::as_object).is_some_and(|own| !own.is_empty());
    let schemas = patterns.into_iter().map(|(_, schema)| schema).filter(|schema| schema != &json!(false));
    let additional = object.get("additionalProperties").cloned();
    let kinds = match &additional {
        Some(Value::Object(other)) => distinct(schemas.chain([Value::Object(other.clone())])),
        _ => distinct(schemas),
    };
    let open = additional == Some(json!(true)) || additional.is_none() && has_properties;
    if !open && let Some(first) = kinds.first() {
        let any = if kinds.len() == 1 { first.clone() } else { json!({ "anyOf": kinds }) };
        object.insert("additionalProperties".into(), any);
    }
    lowering.keep(object, "patternProperties", site.pointer, Loss::Widened, "keys of any name are admitted");
}

/// A property whose schema is `false` may not be there, so there is no field for it.
fn forbidden(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    let names: Vec<String> =
        properties.iter().filter(|(_, schema)| **schema == json!(false)).map(|(name, _)| name.clone()).collect();
    for name in names {
        properties.shift_remove(&name);
        lowering.note(&site.pointer.at("properties").at(&name), Loss::Validation, "may not be there, left out");
    }
}

fn required(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer.at("required");
    let Some(Value::Array(names)) = object.get("required") else { return };
    if names.is_empty() {
        object.shift_remove("required");
        return lowering.note(&at, Loss::Exact, "requires nothing, left out");
    }
    if !is_whole(object, site, lowering) {
        return;
    }
    let Some(Value::Object(properties)) = object.get("properties") else { return };
    let (known, unknown): (Vec<Value>, Vec<Value>) =
        names.iter().cloned().partition(|name| name.as_str().is_some_and(|name| properties.contains_key(name)));
    if unknown.is_empty() {
        return;
    }
    for name in unknown.iter().map(|name| name.as_str().unwrap_or_default()) {
        lowering.note(&at, Loss::Widened, format!("requires `{name}`, which is declared nowhere, left out"));
    }
    if known.is_empty() {
        object.shift_remove("required");
    } else {
        object.insert("required".into(), Value::Array(known));
    }
}

/// Whether all properties of the object are declared here: it is neither a map, nor a part of another schema, nor made of parts.
fn is_whole(object: &Map<String, Value>, site: Site<'_>, lowering: &Lowering<'_>) -> bool {
    let is_part = matches!(site.key, "allOf" | "anyOf" | "oneOf" | "not" | "then" | "else" | "dependentSchemas")
        || lowering.targets.is_part(site.pointer);
    let has_parts = ["allOf", "anyOf", "oneOf", "$ref"].iter().any(|key| object.contains_key(*key));
    let is_map = object.get("additionalProperties").is_some_and(|additional| additional != &json!(false));
    !is_part && !has_parts && !is_map && object.contains_key("properties")
}
