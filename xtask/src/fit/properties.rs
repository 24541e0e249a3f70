//! The properties of an object schema, in the order of the document and through `allOf`.

use crate::document::keywords::is_annotation;
use crate::document::pointer::resolve;
use crate::model::{Holding, OneWay};
use indexmap::IndexMap;
use serde_json::Value;

/// What a property is, apart from its type.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name on the wire, where that is not the name by which typify knows it.
    pub wire: Option<String>,
    /// What the document says of it, or else of what it holds.
    pub description: String,
    /// Whether it may be absent or null.
    pub holding: Holding,
    /// Whether it is a number, or a list or map of numbers, which may come in other spellings than serde reads.
    pub number: bool,
}

/// The properties of `schema`.
#[must_use]
pub fn properties(document: &Value, schema: &Value) -> IndexMap<String, Property> {
    let mut found = IndexMap::new();
    collect(document, schema, &mut found, 0);
    found
}

fn collect(document: &Value, schema: &Value, found: &mut IndexMap<String, Property>, depth: usize) {
    let Some(schema) = resolve(document, schema) else { return };
    // A schema that holds itself by `allOf` is refused elsewhere; here it must only end.
    if depth > 32 {
        return;
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        collect(document, part, found, depth + 1);
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        found.insert(name.clone(), describe(document, property));
    }
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if let Some(property) = found.get_mut(name) {
            property.holding.required = true;
        }
    }
}

fn describe(document: &Value, schema: &Value) -> Property {
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    let says = |key: &String| !is_annotation(key) && key != "nullable";
    let any = schema.as_object().is_none_or(|object| !object.keys().any(says));
    let own = schema.get("description").or_else(|| target(document, schema)?.get("description"));
    let description = own.and_then(Value::as_str).unwrap_or_default().to_owned();
    let wire = schema.get("x-wire-name").and_then(Value::as_str).map(str::to_owned);
    let says = |key: &str| {
        let own = schema.get(key).or_else(|| target(document, schema)?.get(key));
        own == Some(&Value::Bool(true))
    };
    let one_way = if says("readOnly") { Some(OneWay::Received) } else { says("writeOnly").then_some(OneWay::Sent) };
    let holding = Holding { required: false, nullable, any, one_way };
    Property { wire, description, holding, number: is_number(document, schema) }
}

/// The component that the property holds.
fn target<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    let only = match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => only,
        _ => schema,
    };
    resolve(document, only)
}

/// Whether `schema` is a number, or a list or map of numbers.
#[must_use]
pub fn is_number(document: &Value, schema: &Value) -> bool {
    is_number_at(document, schema, 0)
}

fn is_number_at(document: &Value, schema: &Value, depth: usize) -> bool {
    // An alias of a number is a number.
    let alias = target(document, schema).filter(|target| target.get("x-alias").is_some()).unwrap_or(schema);
    let below = |key: &str| depth < 16 && alias.get(key).is_some_and(|schema| is_number_at(document, schema, depth + 1));
    match alias.get("type").and_then(Value::as_str) {
        Some("integer") => true,
        Some("number") => alias.get(crate::lower::NUMERIC_STRING).is_some(),
        Some("array") => below("items"),
        Some("object") => alias.get("properties").is_none() && below("additionalProperties"),
        _ => alias != schema && depth < 16 && is_number_at(document, alias, depth + 1),
    }
}
