//! `x-from`: schemas whose values can be made from those of another one, property by property.

use super::properties::{Property, properties};
use crate::document::pointer::{Pointer, resolve};
use crate::problem::Problems;
use serde_json::{Map, Value};

/// A conversion that the overlay asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The component that is made.
    pub target: String,
    /// The component that it is made from.
    pub source: String,
    /// The properties of the target by their names on the wire, in its order.
    pub fields: Vec<(String, FieldFrom)>,
}

/// Where the value of a property comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldFrom {
    /// The property of the same name, which has the same type.
    Same,
    /// The property of the same name, which is also text.
    Text,
    /// Nowhere: the source has no such property, and the target can do without.
    Absent,
}

/// A conversion by the Rust names of its types, before their properties are known.
#[derive(Debug)]
pub struct Requested {
    target: String,
    source: String,
    at: Pointer,
}

const FIX: &str = "mend the action of the overlay that sets it, then run `cargo xtask generate`";

/// Reads `x-from` of all components.
pub fn requested(document: &Value, problems: &mut Problems) -> Vec<Requested> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let mut found = Vec::new();
    for (target, schema) in schemas.into_iter().flatten() {
        let Some(asked) = schema.get("x-from") else { continue };
        let published = |name: &String, schema: &Value| {
            schema.get("x-published-name").and_then(Value::as_str).map_or_else(|| name.clone(), str::to_owned)
        };
        let at = Pointer::parse("/components/schemas").at(published(target, schema)).at("x-from");
        for (index, source) in asked.as_array().into_iter().flatten().enumerate() {
            let at = at.at(index);
            let known = schemas.into_iter().flatten().find(|(name, schema)| source.as_str() == Some(&published(name, schema)));
            match known {
                Some((source, _)) => found.push(Requested { target: target.clone(), source: source.clone(), at }),
                None => problems.add(at, "names no schema of `components`", FIX),
            }
        }
        if !asked.is_array() {
            problems.add(at, "must be a list of names of schemas", FIX);
        }
    }
    found
}

/// Decides for each property where its value comes from.
pub fn decided(document: &Value, requested: Vec<Requested>, problems: &mut Problems) -> Vec<Conversion> {
    requested.into_iter().filter_map(|wanted| decide(document, wanted, problems)).collect()
}

fn decide(document: &Value, wanted: Requested, problems: &mut Problems) -> Option<Conversion> {
    let Requested { target, source, at } = wanted;
    let schema = |name: &str| document.pointer("/components/schemas").and_then(|schemas| schemas.get(name));
    let is_object = |name: &str| {
        let other = |schema: &Value| schema.get("x-union").or_else(|| schema.get("additionalProperties")).is_some();
        schema(name).is_some_and(|schema| schema.get("properties").is_some() && !other(schema))
    };
    if let Some(other) = [&target, &source].into_iter().find(|name| !is_object(name)) {
        problems.add(at, format!("`{other}` is not an object with a fixed set of properties"), FIX);
        return None;
    }
    let (to, from) = (by_wire_name(document, schema(&target)?), by_wire_name(document, schema(&source)?));
    let mut fields = Vec::new();
    for (name, (property, own)) in &to {
        let how = match from.iter().find(|(other, _)| other == name) {
            Some((_, (theirs, _))) if may_be_absent(theirs) && !may_be_absent(property) => {
                Err(format!("`{name}` can be absent or null in `{source}`, but never in `{target}`"))
            }
            Some((_, (_, theirs))) if same(own, theirs) => Ok(FieldFrom::Same),
            Some((_, (_, theirs))) if is_text(document, own) && is_text(document, theirs) => Ok(FieldFrom::Text),
            Some(_) => Err(format!("`{name}` has another type in `{source}`")),
            None if property.holding.required => Err(format!("`{source}` has no `{name}`, which `{target}` requires")),
            None => Ok(FieldFrom::Absent),
        };
        match how {
            Ok(how) => fields.push((name.clone(), how)),
            Err(message) => problems.add(&at, message, FIX),
        }
    }
    Some(Conversion { target, source, fields })
}

type Named = Vec<(String, (Property, Value))>;

fn by_wire_name(document: &Value, schema: &Value) -> Named {
    let own = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
    let named = |(key, property): (String, Property)| {
        let schema = own.get(&key).cloned().unwrap_or_default();
        (property.wire.clone().unwrap_or(key), (property, schema))
    };
    properties(document, schema).into_iter().map(named).collect()
}

fn may_be_absent(property: &Property) -> bool {
    !property.holding.required || property.holding.nullable
}

/// Whether two fitted schemas become the same type.
fn same(one: &Value, other: &Value) -> bool {
    let bare = |schema: &Value| {
        let mut schema = schema.as_object().cloned().unwrap_or_default();
        for key in ["description", "nullable", "deprecated"] {
            schema.shift_remove(key);
        }
        schema
    };
    bare(one) == bare(other)
}

/// Whether it is a string, an ID or an enum of text.
fn is_text(document: &Value, schema: &Value) -> bool {
    let only = schema.get("allOf").and_then(Value::as_array).and_then(|parts| parts.first()).unwrap_or(schema);
    resolve(document, only)
        .is_some_and(|schema| schema.get("type").and_then(Value::as_str) == Some("string") && schema.get("format").is_none())
}
