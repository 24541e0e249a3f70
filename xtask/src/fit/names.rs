//! Gives components unique names, following the rules of typify.

use crate::account::{Account, Loss};
use crate::document::Names;
use crate::document::pointer::{Pointer, component_name, schema_reference};
use crate::document::walk;
use crate::model::names::schema_name;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Renames every schema in `components` to a valid Rust name. Returns the published names of those that changed.
pub fn run(document: &mut Value, account: &mut Account) -> HashMap<String, String> {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return HashMap::new() };
    let mut taken = Names::default();
    let names = schemas.keys().map(|name| (name.clone(), taken.free(&schema_name(name))));
    let names: IndexMap<String, String> = names.filter(|(published, name)| published != name).collect();
    if names.is_empty() {
        return HashMap::new();
    }
    let at = Pointer::parse("/components/schemas");
    for (published, name) in &names {
        account.note(&at.at(published), Loss::Kept, format!("is the type `{name}`"));
    }
    let rename = |(published, schema): (String, Value)| (names.get(&published).cloned().unwrap_or(published), schema);
    *schemas = std::mem::take(schemas).into_iter().map(rename).collect::<Map<_, _>>();
    walk::schemas(document, &mut |_, schema| {
        let Some(published) = schema.get("$ref").and_then(Value::as_str).and_then(|r| component_name(r, "schemas")) else {
            return;
        };
        if let Some(name) = names.get(&published) {
            schema["$ref"] = json!(schema_reference(name));
        }
    });
    names.into_iter().map(|(published, name)| (name, published)).collect()
}
