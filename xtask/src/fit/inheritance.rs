//! Inheritance: where a base with a discriminator is used as a value, the value is one of its children.
//!
//! Such a base becomes a union. What its children inherit becomes another component.

use crate::account::{Account, Loss};
use crate::document::Names;
use crate::document::inheritance::{Bases, alternatives, referenced};
use crate::document::keywords::is_annotation;
use crate::document::pointer::{Pointer, schema_reference};
use crate::document::walk;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Rewrites the bases. Returns the names of the new components, each with the name of its base.
pub fn run(document: &mut Value, published: &mut HashMap<String, String>, account: &mut Account) -> IndexMap<String, String> {
    let bases = Bases::of(document);
    if bases.names().next().is_none() {
        return IndexMap::new();
    }
    let values = values(document, &bases);
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return IndexMap::new() };
    let mut taken = Names::default();
    schemas.keys().for_each(|name| taken.take(name));
    let common: IndexMap<String, String> = values.iter().map(|base| (base.clone(), taken.free(&format!("{base}Base")))).collect();
    let discriminators: HashMap<String, Value> =
        bases.names().filter_map(|name| Some((name.clone(), schemas.get(name)?.get("discriminator")?.clone()))).collect();
    let mut rewritten = Map::new();
    for (name, schema) in std::mem::take(schemas) {
        if bases.children(&name).next().is_none() {
            rewritten.insert(name, schema);
            continue;
        }
        let own = without_union(&schema);
        let Some(base) = common.get(&name) else {
            rewritten.insert(name, own);
            continue;
        };
        let at = Pointer::parse("/components/schemas").at(published.get(&name).unwrap_or(&name));
        account.note(&at, Loss::Exact, format!("a value is one of the components that are composed of it; these share `{base}`"));
        published.insert(base.clone(), published.get(&name).unwrap_or(&name).clone());
        rewritten.insert(name.clone(), union(&name, &schema, &bases, &common, &discriminators));
        rewritten.insert(base.clone(), own);
    }
    *schemas = rewritten;
    walk::schemas(document, &mut |site, schema| {
        let Some(parts) = schema.get("allOf").and_then(Value::as_array) else { return };
        let renamed: Vec<(usize, &String)> = parts
            .iter()
            .enumerate()
            .filter_map(|(index, part)| {
                let base = referenced(part)?;
                let name = common.get(&base)?;
                bases.composes(&place(site.pointer, &common), schema, &base).then_some((index, name))
            })
            .collect();
        for (index, name) in renamed {
            schema["allOf"][index]["$ref"] = schema_reference(name).into();
        }
    });
    common.into_iter().map(|(base, name)| (name, base)).collect()
}

/// The place of a component before it was split off from its base.
fn place(at: &Pointer, common: &IndexMap<String, String>) -> Pointer {
    let moved = common
        .iter()
        .find(|(_, name)| at.parent().is_some_and(|parent| parent.as_str() == "/components/schemas") && at.last() == **name);
    moved.map_or_else(|| at.clone(), |(base, _)| Pointer::parse("/components/schemas").at(base))
}

/// The bases that are used as values, and not only inherited from.
fn values(document: &Value, bases: &Bases) -> IndexSet<String> {
    let mut uses: HashMap<String, isize> = HashMap::new();
    walk::read(document, &mut |site, schema| {
        if site.node != walk::Node::Schema {
            return;
        }
        if let Some(name) = referenced(schema) {
            *uses.entry(name).or_default() += 1;
        }
        for base in schema.get("allOf").and_then(Value::as_array).into_iter().flatten().filter_map(referenced) {
            if bases.composes(site.pointer, schema, &base) {
                *uses.entry(base).or_default() -= 1;
            }
        }
    });
    bases.names().filter(|name| uses.get(*name).is_some_and(|uses| *uses > 0)).cloned().collect()
}

/// The part of a base that its children inherit. It keeps the discriminator, which unions of the children use.
fn without_union(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|key, _| !["oneOf", "anyOf", "nullable"].contains(&key.as_str()));
    }
    schema
}

/// The union for a base: the alternatives that it lists, or else its children and itself.
fn union(
    name: &str,
    schema: &Value,
    bases: &Bases,
    common: &IndexMap<String, String>,
    discriminators: &HashMap<String, Value>,
) -> Value {
    let listed: Vec<String> = alternatives(schema).filter_map(referenced).collect();
    let all: Vec<String> =
        if listed.is_empty() { bases.children(name).cloned().chain([name.to_owned()]).collect() } else { listed };
    let branches: Vec<Value> =
        all.iter().map(|name| json!({ "$ref": schema_reference(common.get(name).unwrap_or(name)) })).collect();
    let mut union = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        if key == "nullable" || is_annotation(key) {
            union.insert(key.clone(), value.clone());
        }
    }
    // A child that admits null does not make its base nullable.
    union.insert("type".to_owned(), "object".into());
    union.insert("oneOf".to_owned(), branches.into());
    union.insert("discriminator".to_owned(), whole_discriminator(name, bases, discriminators));
    Value::Object(union)
}

/// The discriminator of a base. Its mapping includes those of related bases for the same property.
fn whole_discriminator(name: &str, bases: &Bases, discriminators: &HashMap<String, Value>) -> Value {
    let mut whole = discriminators.get(name).cloned().unwrap_or_default();
    let is_related =
        |other: &String| bases.children(name).any(|child| child == other) || bases.children(other).any(|child| child == name);
    let property = whole.get("propertyName").cloned();
    let others = bases.names().filter(|other| is_related(other)).filter_map(|other| discriminators.get(other));
    let mut mapping = whole.get("mapping").and_then(Value::as_object).cloned().unwrap_or_default();
    for other in others.filter(|other| other.get("propertyName") == property.as_ref()) {
        for (value, target) in other.get("mapping").and_then(Value::as_object).into_iter().flatten() {
            mapping.entry(value).or_insert_with(|| target.clone());
        }
    }
    if !mapping.is_empty() {
        whole["mapping"] = Value::Object(mapping);
    }
    whole
}
