//! Finds properties with a single possible value: a constant, or the tag by which unions recognise their struct.

use super::directions::reach;
use crate::model::operations::Operation;
use crate::model::types::{Field, Origin, Shape};
use crate::model::{Scalar, Type, Types, guards};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// The values by which unions recognise a struct, by the names of struct and guard.
type Tags = IndexMap<(String, String), IndexSet<String>>;

/// Sets the constant of every property.
pub fn set(types: &mut Types, operations: &[Operation]) {
    let tags = tags(types, operations);
    let of_type = |(name, shape): (&String, &Shape)| match shape {
        Shape::Struct(item) => item.fields.values().map(|field| constant(types, &tags, name, field)).collect(),
        _ => Vec::new(),
    };
    let constants: Vec<Vec<Option<Value>>> = types.iter().map(|(name, def)| of_type((name, &def.shape))).collect();
    for (def, constants) in types.values_mut().zip(constants) {
        let Shape::Struct(item) = &mut def.shape else { continue };
        for (field, constant) in item.fields.values_mut().zip(constants) {
            field.constant = constant;
        }
    }
}

/// The only possible value of a property: by its schema, or else because all unions recognise its struct by one value.
fn constant(types: &Types, tags: &Tags, owner: &str, field: &Field) -> Option<Value> {
    if !field.required || field.value.nullable {
        return None;
    }
    let ty = field.value.ty.behind_aliases(types);
    let by_tag = || {
        let values = tags.get(&(owner.to_owned(), guards::name(&field.wire)))?;
        values.first().filter(|_| values.len() == 1).and_then(|text| parsed(ty, text))
    };
    let own = field.constant.clone().or_else(|| only_string(types, ty));
    own.or_else(by_tag).filter(|value| holds(types, ty, value))
}

/// The tags of all unions that are components or that operations use.
fn tags(types: &Types, operations: &[Operation]) -> Tags {
    let components = types.iter().filter(|(_, def)| matches!(def.origin, Origin::Component(_)));
    let components: Vec<Type> = components.map(|(name, _)| Type::Named(name.clone())).collect();
    let used = operations.iter().flat_map(|operation| operation.sent().chain(operation.received()));
    let used = reach(types, used.chain(&components));
    let mut tags = Tags::new();
    for (_, def) in types.iter().filter(|(name, _)| used.contains(*name)) {
        let Shape::Union(union) = &def.shape else { continue };
        for variant in &union.variants {
            for name in structs(types, &variant.value.ty) {
                for (property, values) in &variant.guards {
                    tags.entry((name.clone(), property.clone())).or_default().extend(values.iter().cloned());
                }
            }
        }
    }
    tags
}

/// The struct of an alternative, or the structs in it if it is a union.
fn structs(types: &Types, ty: &Type) -> IndexSet<String> {
    let mut found: IndexSet<String> = ty.behind_aliases(types).name().map(str::to_owned).into_iter().collect();
    let mut next = 0;
    while let Some(def) = found.get_index(next).and_then(|name| types.get(name)) {
        if let Shape::Union(union) = &def.shape {
            let inner = union.variants.iter().filter_map(|variant| variant.value.ty.behind_aliases(types).name());
            found.extend(inner.map(str::to_owned));
        }
        next += 1;
    }
    found
}

fn only_string(types: &Types, ty: &Type) -> Option<Value> {
    match types.get(ty.name()?).map(|def| &def.shape) {
        Some(Shape::StringEnum(known)) if !known.open => match known.variants.as_slice() {
            [(value, _)] => Some(value.as_str().into()),
            _ => None,
        },
        _ => None,
    }
}

/// Parses the text of a guard as a value of the type.
fn parsed(ty: &Type, text: &str) -> Option<Value> {
    match ty {
        Type::Scalar(scalar) if scalar.name != "string" => serde_json::from_str(text).ok(),
        _ => Some(text.into()),
    }
}

/// Whether generated code can have a literal of this type for the value.
fn holds(types: &Types, ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Scalar(scalar), _) if scalar.lenient => false,
        (Type::Scalar(scalar), Value::String(_)) => scalar.is_plain_text(),
        (Type::Scalar(scalar), Value::Bool(_)) => scalar.rust == "bool",
        (Type::Scalar(scalar), Value::Number(number)) => match scalar.rust.as_ref() {
            "f64" => true,
            "f32" => number.as_f64().is_some_and(|number| number.abs() <= f64::from(f32::MAX)),
            _ => number.as_i64().is_some_and(|number| is_within(scalar, number)),
        },
        (Type::Named(name), Value::String(text)) => match types.get(name).map(|def| &def.shape) {
            Some(Shape::StringEnum(known)) => known.variants.iter().any(|(value, _)| value == text),
            Some(Shape::Id) => true,
            _ => false,
        },
        _ => false,
    }
}

fn is_within(scalar: &Scalar, number: i64) -> bool {
    let powers = scalar.powers().filter(|_| scalar.is_primitive_number());
    powers.is_some_and(|(low, high)| {
        let number = i128::from(number);
        let least = if low == 0 { 0 } else { -(1_i128 << low) };
        (least..1_i128 << high).contains(&number)
    })
}
