//! Objects: `patternProperties`, forbidden properties, and an empty `required`.

use super::checks::applies_others;
use super::{Lowering, distinct};
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if let Some(rest) = object.shift_remove("unevaluatedProperties") {
        let (loss, text) = if applies_others(object) {
            (Loss::Widened, "became `additionalProperties` of the whole")
        } else {
            (Loss::Exact, "became `additionalProperties`: nothing else applies to the object")
        };
        lowering.note(&site.pointer.at("unevaluatedProperties"), loss, text);
        object.entry("additionalProperties").or_insert(rest);
    }
    patterns(object, site, lowering);
    forbidden(object, site, lowering);
    required(object, site, lowering);
}

/// Properties by pattern become properties with any name.
fn patterns(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(Value::Object(patterns)) = object.get("patternProperties").cloned() else { return };
    let has_properties = object.get("properties").and_then(Value::as_object).is_some_and(|own| !own.is_empty());
    let schemas = patterns.into_iter().map(|(_, schema)| schema).filter(|schema| schema != &json!(false));
    let additional = object.get("additionalProperties").cloned();
    let kinds = match &additional {
        Some(Value::Object(other)) => distinct(schemas.chain([Value::Object(other.clone())])),
        _ => distinct(schemas),
    };
    let mut text = "keys of any name are admitted";
    match kinds.as_slice() {
        [] => {}
        _ if additional == Some(json!(true)) => {}
        // Other keys have any value, and those of the patterns must not be dropped with them.
        _ if additional.is_none() && has_properties => {
            text = "other properties are any JSON";
            object.insert("additionalProperties".into(), json!(true));
        }
        [only] => drop(object.insert("additionalProperties".into(), only.clone())),
        _ => drop(object.insert("additionalProperties".into(), json!({ "anyOf": kinds }))),
    }
    lowering.keep(object, "patternProperties", site.pointer, Loss::Widened, text);
}

/// Removes properties whose schema is `false`, since they are forbidden.
fn forbidden(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    let names: Vec<String> =
        properties.iter().filter(|(_, schema)| **schema == json!(false)).map(|(name, _)| name.clone()).collect();
    for name in &names {
        properties.shift_remove(name);
        lowering.note(&site.pointer.at("properties").at(name), Loss::Validation, "must be absent, left out");
    }
    // No value satisfies a schema that requires a forbidden property.
    if let Some(Value::Array(required)) = object.get_mut("required").filter(|_| !names.is_empty()) {
        required.retain(|required| !names.iter().any(|name| required == name));
        if required.is_empty() {
            object.shift_remove("required");
        }
    }
}

fn required(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if object.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        object.shift_remove("required");
        lowering.note(&site.pointer.at("required"), Loss::Exact, "requires nothing, left out");
    }
}
