//! `const` becomes an `enum` with one value. A union of documented constants becomes an `enum` with a description for each
//! value.

use super::nulls::is_annotation;
use super::{Lowering, distinct};
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value, json};

/// Runs the pass over a constant.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if let Some(value) = object.shift_remove("const") {
        object.insert("enum".into(), json!([value]));
        lowering.note(&site.pointer.at("const"), Loss::Exact, "became an `enum` of one value");
    }
}

/// Runs the pass over a union of constants, which is how authors describe the values of an enum.
pub fn documented(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    for union in ["oneOf", "anyOf"] {
        let Some(Value::Array(branches)) = object.get(union) else { continue };
        let Some((name, values)) = constants(object, branches) else { continue };
        let of = |key: &str| branches.iter().map(|branch| branch.get(key).cloned()).collect::<Vec<Option<Value>>>();
        let (titles, descriptions) = (of("title"), of("description"));
        let more = branches.iter().any(|branch| {
            branch
                .as_object()
                .is_some_and(|b| b.keys().any(|key| !["type", "enum", "title", "description"].contains(&key.as_str())))
        });
        object.insert("type".into(), json!(name));
        object.insert("enum".into(), Value::Array(values));
        if titles.iter().all(Option::is_some) {
            object.insert("x-enum-varnames".into(), titles.into_iter().flatten().collect());
        }
        if descriptions.iter().any(Option::is_some) {
            let texts = descriptions.into_iter().map(|text| text.unwrap_or_else(|| json!("")));
            object.insert("x-enum-descriptions".into(), texts.collect());
        }
        if more {
            lowering.keep(object, union, site.pointer, Loss::Kept, "of constants became one `enum`");
        } else {
            object.shift_remove(union);
            lowering.note(&site.pointer.at(union), Loss::Exact, "of constants became one `enum`");
        }
    }
}

/// The type and the values of a union of different constants with the same type.
fn constants(object: &Map<String, Value>, branches: &[Value]) -> Option<(String, Vec<Value>)> {
    if ["enum", "discriminator", "allOf", "$ref"].iter().any(|key| object.contains_key(*key)) {
        return None;
    }
    let name = branches.first()?.get("type")?.as_str()?;
    if object.get("type").is_some_and(|own| own != name) {
        return None;
    }
    let values: Option<Vec<Value>> = branches
        .iter()
        .map(|branch| {
            let branch = branch.as_object()?;
            let plain = branch.keys().all(|key| ["type", "enum"].contains(&key.as_str()) || is_annotation(key));
            match branch.get("enum")?.as_array()?.as_slice() {
                [value] if plain && branch.get("type")? == name => Some(value.clone()),
                _ => None,
            }
        })
        .collect();
    let values = values?;
    (distinct(values.iter().cloned()).len() == values.len()).then(|| (name.to_owned(), values))
}
