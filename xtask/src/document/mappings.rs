//! Keeps the meaning of discriminators when files are bundled: their values still name the same schemas.

use super::inheritance::parts;
use super::place::Place;
use super::pointer::{Pointer, decode, schema_reference};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// An alternative of a union that is a reference.
pub struct Alternative {
    /// The place of the reference, and its text.
    pub at: Pointer,
    pub reference: String,
    /// The name that the reference implies for the alternative.
    pub name: String,
}

/// The alternatives of the schema at `at` that are references, plain or alone in an `allOf`.
pub fn alternatives(at: &Pointer, schema: &Value) -> Vec<Alternative> {
    let mut found = Vec::new();
    for key in ["oneOf", "anyOf"] {
        for (index, branch) in schema.get(key).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let at = at.at(key).nth(index);
            let (at, schema) = match branch.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
                Some([only]) => (at.at("allOf").nth(0), only),
                _ => (at, branch),
            };
            if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
                found.push(Alternative { at: at.at("$ref"), reference: reference.to_owned(), name: name_of(reference) });
            }
        }
    }
    found
}

/// The name that a reference implies for its schema.
pub fn name_of(reference: &str) -> String {
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    Place { file: file.to_owned(), pointer: decode(pointer) }.name()
}

/// Whether a value of a mapping is a reference instead of the name of a component.
pub fn is_reference(target: &str) -> bool {
    target.contains(['#', '/']) || [".yaml", ".yml", ".json"].iter().any(|end| target.ends_with(end))
}

/// Adds names and references to the mapping of a discriminator, except references that it maps already.
pub fn add(schema: &mut Value, names: Vec<(String, String)>) {
    let Some(Value::Object(discriminator)) = schema.get_mut("discriminator").filter(|_| !names.is_empty()) else { return };
    let mapping = discriminator.entry("mapping").or_insert_with(|| json!({}));
    let Some(mapping) = mapping.as_object_mut() else { return };
    let named: HashSet<String> = mapping.values().filter_map(Value::as_str).map(str::to_owned).collect();
    for (name, reference) in names.into_iter().filter(|(_, reference)| !named.contains(reference)) {
        mapping.entry(name).or_insert_with(|| reference.into());
    }
}

/// Adds the original names of renamed components to the mappings of the components that they inherit from.
pub fn keep_names(document: &mut Value, renamed: &[(String, String)]) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return };
    let mut names: IndexMap<String, Vec<(String, String)>> = IndexMap::new();
    for (component, name) in renamed {
        for base in above(schemas, component) {
            names.entry(base).or_default().push((name.clone(), schema_reference(component)));
        }
    }
    for (base, names) in names {
        if let Some(schema) = schemas.get_mut(&base) {
            add(schema, names);
        }
    }
}

/// The components that `component` inherits from, directly or indirectly.
fn above(schemas: &Map<String, Value>, component: &str) -> IndexSet<String> {
    let mut found = IndexSet::from([component.to_owned()]);
    let mut next = 0;
    while let Some(name) = found.get_index(next) {
        let bases: Vec<String> = schemas.get(name).into_iter().flat_map(parts).collect();
        found.extend(bases);
        next += 1;
    }
    found.shift_remove(component);
    found
}
