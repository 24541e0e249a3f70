//! The properties by which a value says which alternative it is: how they are read, and how they are written.

use super::super::Json;
use super::super::digits::exact_integer;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The value; and the same with the integers that are written as floats in it.
pub(super) fn spellings(value: &Value) -> impl Iterator<Item = Value> {
    let mut integers = value.clone();
    let respelled = with_integers(&mut integers).then_some(integers);
    std::iter::once(value.clone()).chain(respelled)
}

/// Writes integers as integers. Whether any was a float.
fn with_integers(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => items.iter_mut().fold(false, |found, item| with_integers(item) | found),
        Value::Object(object) => object.values_mut().fold(false, |found, value| with_integers(value) | found),
        Value::Number(number) => {
            let integer = number.as_f64().filter(|_| number.is_f64()).and_then(exact_integer).map(Value::from);
            let found = integer.is_some();
            if let Some(integer) = integer {
                *value = integer;
            }
            found
        }
        _ => false,
    }
}

pub(super) fn admits(guards: &[(&str, &[&str])], value: &Value) -> bool {
    guards.iter().all(|(property, values)| tag(value, property).is_none_or(|tag| values.contains(&&*tag)))
}

pub(super) fn is_named(guards: &[(&str, &[&str])], value: &Value) -> bool {
    guards.iter().any(|(property, _)| tag(value, property).is_some())
}

/// The text, number or boolean that a property holds. An integer may be written as a float.
fn tag<'v>(value: &'v Value, property: &str) -> Option<Cow<'v, str>> {
    let found = if property.starts_with('/') { value.pointer(property) } else { value.get(property) };
    match found? {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(known) => Some(Cow::Borrowed(if *known { "true" } else { "false" })),
        number @ Value::Number(_) => spellings(number).last().map(|number| Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// The name of a property, which is a JSON pointer where it begins with `/`.
fn name_of(property: &str) -> String {
    let escaped = property.strip_prefix('/');
    escaped.map_or_else(|| property.to_owned(), |name| name.replace("~1", "/").replace("~0", "~"))
}

/// Writes a value with the property that says which alternative it is, where the value itself does not by its `guards`.
///
/// # Errors
///
/// Those of the serializer.
pub fn write_tagged<S: Serializer>(
    value: &impl Serialize,
    written: Option<(&str, Value)>,
    guards: &[(&str, &[&str])],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let Some((property, wanted)) = written else { return value.serialize(serializer) };
    let json = Json::from(serde_json::value::to_raw_value(value).map_err(S::Error::custom)?);
    let values = guards.iter().find(|(guard, _)| *guard == property).map(|(_, values)| *values).unwrap_or_default();
    let own = json.as_value().and_then(|value| tag(value, property));
    if !json.is_object() || own.is_some_and(|own| values.contains(&&*own)) {
        return json.serialize(serializer);
    }
    let mut fields: BTreeMap<String, Json> = serde_json::from_str(&json.text()).map_err(S::Error::custom)?;
    fields.insert(name_of(property), wanted.into());
    fields.serialize(serializer)
}
