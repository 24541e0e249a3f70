//! Conditions are not checked, but properties that only they declare are added to the type.

use super::{Lowering, distinct};
use crate::account::Loss;
use crate::document::reserved::CONDITIONAL;
use crate::document::walk::Site;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let mut found: IndexMap<String, Vec<Value>> = IndexMap::new();
    for key in ["then", "else", "dependentSchemas"] {
        let branches: Vec<&Value> = match object.get(key) {
            Some(Value::Object(map)) if key == "dependentSchemas" => map.values().collect(),
            Some(branch) => vec![branch],
            None => continue,
        };
        for branch in branches {
            if branch.get("$ref").is_some() {
                lowering.note(&site.pointer.at(key), Loss::Widened, "what it refers to is not part of the type");
            }
            declared(branch, &mut found);
        }
        lowering.keep(object, key, site.pointer, Loss::Validation, "the condition is not checked");
    }
    let own = object.get("properties").and_then(Value::as_object);
    found.retain(|name, _| own.is_none_or(|own| !own.contains_key(name)));
    if found.is_empty() {
        return;
    }
    let properties = object.entry("properties").or_insert_with(|| json!({}));
    let Some(properties) = properties.as_object_mut() else { return };
    for (name, schemas) in found {
        let mut schemas = distinct(schemas);
        let schema = if schemas.len() == 1 { schemas.remove(0) } else { json!({ "anyOf": schemas }) };
        let text = "became optional: it is declared under a condition only";
        lowering.note(&site.pointer.at("properties").at(&name), Loss::Widened, text);
        properties.insert(name, conditional(schema));
    }
}

/// Marks the schema of a property: where another part of a composition declares the property too, the condition does not always
/// apply.
fn conditional(schema: Value) -> Value {
    match schema {
        Value::Object(mut schema) if !schema.contains_key("$ref") => {
            schema.insert(CONDITIONAL.to_owned(), json!(true));
            Value::Object(schema)
        }
        reference => json!({ "allOf": [reference], CONDITIONAL: true }),
    }
}

/// Collects the properties of a branch and of its parts.
fn declared(branch: &Value, found: &mut IndexMap<String, Vec<Value>>) {
    for (name, schema) in branch.get("properties").and_then(Value::as_object).into_iter().flatten() {
        found.entry(name.clone()).or_default().push(schema.clone());
    }
    for part in branch.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        declared(part, found);
    }
}
