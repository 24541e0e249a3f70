//! Reads `x-from`: conversions between schemas, property by property.

use crate::document::pointer::Pointer;
use crate::model::Scalar;
use crate::model::conversions::{Conversion, FieldFrom};
use crate::model::types::{Field, Shape, Type, TypeUse, Types};
use crate::problem::Problems;
use serde_json::Value;
use std::collections::HashMap;

/// A conversion with the Rust names of its types. Its properties are not determined yet.
#[derive(Debug)]
pub struct Requested {
    target: String,
    source: String,
    at: Pointer,
}

const FIX: &str = "correct the action of the overlay that sets it, then run `cargo xtask generate`";

/// Reads `x-from` of all components. `published` maps their Rust names to their published names.
pub fn requested(document: &Value, published: &HashMap<String, String>, problems: &mut Problems) -> Vec<Requested> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let mut found = Vec::new();
    for (target, schema) in schemas.into_iter().flatten() {
        let Some(asked) = schema.get("x-from") else { continue };
        let published = |name: &String| published.get(name).unwrap_or(name).clone();
        let at = Pointer::parse("/components/schemas").at(published(target)).at("x-from");
        for (index, source) in asked.as_array().into_iter().flatten().enumerate() {
            let at = at.nth(index);
            let mut known = schemas.into_iter().flatten().map(|(name, _)| name);
            match known.find(|name| source.as_str() == Some(&published(name))) {
                Some(source) => found.push(Requested { target: target.clone(), source: source.clone(), at }),
                None => problems.add(at, "names no schema of `components`", FIX),
            }
        }
        if !asked.is_array() {
            problems.add(at, "must be a list of names of schemas", FIX);
        }
    }
    found
}

/// Determines the source of every property's value.
pub fn decided(types: &Types, requested: Vec<Requested>, problems: &mut Problems) -> Vec<Conversion> {
    requested.into_iter().filter_map(|wanted| decide(types, wanted, problems)).collect()
}

fn decide(types: &Types, wanted: Requested, problems: &mut Problems) -> Option<Conversion> {
    let Requested { target, source, at } = wanted;
    let object = |name: &String| match types.get(name).map(|def| &def.shape) {
        Some(Shape::Struct(item)) if item.rest.is_none() => Ok(item),
        _ => Err(format!("`{name}` is not an object with a fixed set of properties")),
    };
    let (to, from) = match (object(&target), object(&source)) {
        (Ok(to), Ok(from)) => (to, from),
        (Err(message), _) | (_, Err(message)) => {
            problems.add(at, message, FIX);
            return None;
        }
    };
    let may_be_absent = |field: &Field| !field.required || field.value.nullable;
    let mut fields = Vec::new();
    for own in to.fields.values() {
        let name = &own.wire;
        let how = match from.fields.values().find(|theirs| theirs.wire == *name) {
            Some(theirs) if may_be_absent(theirs) && !may_be_absent(own) => {
                Err(format!("`{name}` can be absent or null in `{source}`, but never in `{target}`"))
            }
            Some(theirs) if same(&own.value.ty, &theirs.value.ty) => Ok(FieldFrom::Same),
            Some(theirs) if is_text(types, &own.value.ty) && is_text(types, &theirs.value.ty) => Ok(FieldFrom::Text),
            Some(_) => Err(format!("`{name}` has another type in `{source}`")),
            None if own.required => Err(format!("`{source}` has no `{name}`, which `{target}` requires")),
            None => Ok(FieldFrom::Absent),
        };
        match how {
            Ok(how) => fields.push((name.clone(), how)),
            Err(message) => problems.add(&at, message, FIX),
        }
    }
    Some(Conversion { target, source, fields })
}

/// Whether two types are the same, apart from annotations.
fn same(one: &Type, other: &Type) -> bool {
    let same_values = |one: &TypeUse, other: &TypeUse| one.nullable == other.nullable && same(&one.ty, &other.ty);
    match (one, other) {
        (Type::Array(one), Type::Array(other)) | (Type::Map(Some(one)), Type::Map(Some(other))) => same_values(one, other),
        _ => one == other,
    }
}

/// Whether a type is a string, an id or an enum of strings.
pub fn is_text(types: &Types, ty: &Type) -> bool {
    match ty {
        Type::Named(name) => types.get(name).is_some_and(|def| matches!(def.shape, Shape::Id | Shape::StringEnum(_))),
        ty => *ty == Type::Scalar(Scalar::text()),
    }
}
