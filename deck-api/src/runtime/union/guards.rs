//! Guards: the properties that name the alternative of a value, such as a discriminator. This file reads and writes them.

use super::super::Json;
use super::super::digits::exact_integer;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Returns the value and, if it contains integers that are written as floats, the value with these as integers.
pub(super) fn spellings(value: &Value) -> impl Iterator<Item = Value> {
    let mut integers = value.clone();
    let respelled = with_integers(&mut integers).then_some(integers);
    std::iter::once(value.clone()).chain(respelled)
}

/// Converts floats without a fraction to integers. Returns whether there were any.
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

/// Returns the string, number or boolean of a property as text. An integer may be written as a float.
fn tag<'v>(value: &'v Value, property: &str) -> Option<Cow<'v, str>> {
    let found = if property.starts_with('/') { value.pointer(property) } else { value.get(property) };
    match found? {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(known) => Some(Cow::Borrowed(if *known { "true" } else { "false" })),
        number @ Value::Number(_) => spellings(number).last().map(|number| Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// Returns the name of a property. The text is a JSON pointer if it begins with `/`.
fn name_of(property: &str) -> String {
    let escaped = property.strip_prefix('/');
    escaped.map_or_else(|| property.to_owned(), |name| name.replace("~1", "/").replace("~0", "~"))
}

/// Serializes a value, and adds the property that names its alternative unless the value already has one of its `guards`.
///
/// # Errors
///
/// Returns the errors of the serializer.
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

#[cfg(test)]
mod tests {
    use super::super::union_of;
    use serde_json::json;

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Bare {
        a: i64,
    }
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Twig {
        below: f64,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Tagged {
        Bare(Bare),
    }
    union_of!(Tagged: Bare(Bare) ["kind" = ["bare"]] from => "kind" = "bare");

    #[derive(Clone, Debug, PartialEq)]
    enum Numbered {
        First(Bare),
        Second(Twig),
    }
    union_of!(Numbered: First(Bare) ["/~1v" = ["1"]] => "/~1v" = 1, Second(Twig) ["/~1v" = ["true"]] => "/~1v" = true);

    #[test]
    fn a_type_without_a_field_for_its_tag_is_written_with_the_tag() {
        let json = json!({ "kind": "bare", "a": 1 });
        let read: Tagged = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), json);
        let json = json!({ "/v": 1, "a": 1 });
        let first = Numbered::First(Bare { a: 1 });
        assert_eq!(serde_json::to_value(&first).unwrap(), json, "the tag is a number");
        assert_eq!(serde_json::from_value::<Numbered>(json).unwrap(), first);
        let second = Numbered::Second(Twig { below: 1.5 });
        assert_eq!(serde_json::to_value(&second).unwrap(), json!({ "/v": true, "below": 1.5 }));
    }
}
