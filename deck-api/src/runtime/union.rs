//! Values of one of several types: told apart by what the document says, or else by which type keeps most of the value.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::iter::Sum;

/// One alternative of a union.
#[derive(Debug)]
pub struct Alternative<T> {
    /// Properties, and the values that they have where a value is this alternative.
    pub guards: &'static [(&'static str, &'static [&'static str])],
    /// Reads the value as this alternative, and says what became of it.
    pub read: fn(&Value) -> Result<(T, Value), serde_json::Error>,
}

/// Reads a value that is one of `alternatives`; `other` keeps what is none of them.
///
/// # Errors
///
/// Where the value is none of them and cannot be kept, or says which one it is and does not fit it.
pub fn read_union<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    alternatives: &[Alternative<T>],
    other: Option<fn(Value) -> T>,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let mut admitted: Vec<&Alternative<T>> =
        alternatives.iter().filter(|alternative| admits(alternative.guards, &value)).collect();
    let named = admitted.iter().any(|alternative| is_named(alternative.guards, &value));
    admitted.retain(|alternative| !named || is_named(alternative.guards, &value));
    let mut best: Option<(Loss, T)> = None;
    let mut error = None;
    for value in spellings(&value) {
        for alternative in &admitted {
            match (alternative.read)(&value) {
                Ok((read, kept)) => match loss(&value, &kept) {
                    Loss(0, 0) => return Ok(read),
                    lost if best.as_ref().is_none_or(|(least, _)| lost < *least) => best = Some((lost, read)),
                    _ => {}
                },
                Err(reason) => error = error.or(Some(reason)),
            }
        }
    }
    if let Some((_, read)) = best {
        return Ok(read);
    }
    match (admitted.as_slice(), error, other) {
        // The value says what it is: that it does not fit must not be hidden.
        ([_], Some(reason), _) if named => Err(D::Error::custom(reason)),
        (_, _, Some(other)) => Ok(other(value)),
        (_, _, None) => Err(D::Error::custom("the value fits none of the alternatives")),
    }
}

/// The value; and the integer that it stands for, if it is written as a float.
fn spellings(value: &Value) -> impl Iterator<Item = Value> {
    let integer = value.as_f64().filter(|float| value.is_f64() && float.fract() == 0.0 && float.abs() < 9e15);
    #[allow(clippy::cast_possible_truncation, reason = "it has no fraction and is below 2^53")]
    let integer = integer.map(|float| Value::from(float as i64));
    std::iter::once(value.clone()).chain(integer)
}

fn admits(guards: &[(&str, &[&str])], value: &Value) -> bool {
    guards.iter().all(|(property, values)| tag(value, property).is_none_or(|tag| values.contains(&&*tag)))
}

fn is_named(guards: &[(&str, &[&str])], value: &Value) -> bool {
    guards.iter().any(|(property, _)| tag(value, property).is_some())
}

/// The text, number or boolean that a property holds. An integer may be written as a float.
fn tag<'v>(value: &'v Value, property: &str) -> Option<Cow<'v, str>> {
    match value.get(property)? {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(known) => Some(Cow::Borrowed(if *known { "true" } else { "false" })),
        number @ Value::Number(_) => spellings(number).last().map(|number| Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// How many parts of a value are not kept; and how many nulls are not, or texts are read as numbers, which counts where nothing
/// else does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Loss(usize, usize);

impl Sum for Loss {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, loss| Self(sum.0 + loss.0, sum.1 + loss.1))
    }
}

/// What of `value` is not in `kept`.
fn loss(value: &Value, kept: &Value) -> Loss {
    match (value, kept) {
        (Value::Object(value), Value::Object(kept)) => value
            .iter()
            .map(|(key, value)| match kept.get(key) {
                Some(kept) => loss(value, kept),
                None if value.is_null() => Loss(0, 1),
                None => Loss(parts(value), 0),
            })
            .sum(),
        (Value::Array(value), Value::Array(kept)) => value.iter().zip(kept).map(|(value, kept)| loss(value, kept)).sum(),
        (Value::Null, _) | (Value::Number(_), Value::Number(_)) | (Value::String(_), Value::String(_)) => Loss::default(),
        (Value::String(_), Value::Number(_)) => Loss(0, 1),
        (value, kept) => Loss(if value == kept { 0 } else { parts(value) }, 0),
    }
}

/// A value and what it holds.
fn parts(value: &Value) -> usize {
    1 + match value {
        Value::Object(object) => object.values().map(parts).sum(),
        Value::Array(items) => items.iter().map(parts).sum::<usize>(),
        _ => 0,
    }
}

/// Writes a value with the property that says which alternative it is, where its type has none for it.
///
/// # Errors
///
/// Those of the serializer.
pub fn write_tagged<S: Serializer>(value: &impl Serialize, tag: Option<(&str, &str)>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some((property, text)) = tag else { return value.serialize(serializer) };
    let mut value = serde_json::to_value(value).map_err(S::Error::custom)?;
    if let Some(object) = value.as_object_mut() {
        object.entry(property).or_insert_with(|| text.into());
    }
    value.serialize(serializer)
}

/// Makes an enum the type of values that are one of several.
macro_rules! union_of {
    (@from $name:ident $variant:ident $ty:ty) => {
        impl From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value.into())
            }
        }
    };
    ($name:ident $(, $other:ident)?:
        $($variant:ident($ty:ty) [$($property:literal = [$($value:literal),*]),*] $($from:ident)? $(=> $tag:literal = $text:literal)?),*
        $(,)?) => {
        $($($crate::runtime::union_of!(@$from $name $variant $ty);)?)*
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => {
                        #[allow(unused_mut, unused_assignments, reason = "most types have a field for it")]
                        let mut tag = None;
                        $(tag = Some(($tag, $text));)?
                        $crate::runtime::write_tagged(value, tag, serializer)
                    })*
                    $(Self::$other(value) => value.serialize(serializer),)?
                }
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[allow(unused_mut, unused_assignments, reason = "a union that is only sent keeps nothing else")]
                let mut other: Option<fn(serde_json::Value) -> Self> = None;
                $(other = Some(Self::$other);)?
                $crate::runtime::read_union(deserializer, &[$($crate::runtime::Alternative {
                    guards: &[$(($property, &[$($value),*])),*],
                    read: |value| {
                        let read: $ty = serde::Deserialize::deserialize(value)?;
                        let kept = serde_json::to_value(&read)?;
                        Ok((Self::$variant(read.into()), kept))
                    },
                }),*], other)
            }
        }
    };
}
pub(crate) use union_of;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Cat {
        kind: String,
        lives: Option<i64>,
    }
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Dog {
        kind: String,
        tail: Option<String>,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Pet {
        Cat(Cat),
        Dog(Box<Dog>),
        Count(i64),
        Text(String),
        Other(Value),
    }
    union_of!(Pet, Other: Cat(Cat) ["kind" = ["cat", "lion"]] from, Dog(Dog) ["kind" = ["dog"]], Count(i64) [], Text(String) []);

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Bare {
        a: i64,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Tagged {
        Bare(Bare),
    }
    union_of!(Tagged: Bare(Bare) ["kind" = ["bare"]] from => "kind" = "bare");

    #[derive(Clone, Debug, PartialEq)]
    enum Untagged {
        Cat(Cat),
        Dog(Dog),
    }
    union_of!(Untagged: Cat(Cat) [], Dog(Dog) []);

    fn cat(kind: &str, lives: Option<i64>) -> Cat {
        Cat { kind: kind.to_owned(), lives }
    }

    #[test]
    fn a_value_is_the_alternative_that_it_says_it_is() {
        let dog = Dog { kind: "dog".into(), tail: None };
        for (json, expected) in [
            (json!({ "kind": "lion", "tail": "long" }), Pet::Cat(cat("lion", None))),
            (json!({ "kind": "dog", "lives": 3 }), Pet::Dog(Box::new(dog))),
            (json!(5), Pet::Count(5)),
            (json!(5.0), Pet::Count(5)),
            (json!("5"), Pet::Text("5".into())),
            (json!({ "kind": "bird", "wings": 2 }), Pet::Other(json!({ "kind": "bird", "wings": 2 }))),
            (json!(true), Pet::Other(json!(true))),
        ] {
            let read: Pet = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(read, expected, "{json}");
        }
    }

    #[test]
    fn what_does_not_fit_the_alternative_that_it_names_is_an_error() {
        let error = serde_json::from_value::<Pet>(json!({ "kind": "cat", "lives": "nine" })).unwrap_err();
        assert!(error.to_string().contains("expected i64"), "{error}");
    }

    #[test]
    fn without_a_name_the_alternative_that_keeps_most_of_the_value_is_taken() {
        for (json, is_dog) in [
            (json!({ "kind": "x", "tail": "long" }), true),
            (json!({ "kind": "x", "lives": 3 }), false),
            (json!({ "kind": "x", "lives": 3, "unknown": 1 }), false),
        ] {
            let read: Untagged = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(matches!(read, Untagged::Dog(_)), is_dog, "{json}");
        }
        assert!(serde_json::from_value::<Untagged>(json!({ "tail": "long" })).is_err());
    }

    #[test]
    fn a_type_without_a_field_for_what_it_is_is_written_with_it() {
        let json = json!({ "kind": "bare", "a": 1 });
        let read: Tagged = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), json);
    }

    #[test]
    fn every_alternative_is_written_as_it_is() {
        let pet = Pet::from(cat("cat", Some(9)));
        assert_eq!(serde_json::to_value(pet).unwrap(), json!({ "kind": "cat", "lives": 9 }));
        assert_eq!(serde_json::to_value(Pet::Other(json!([1]))).unwrap(), json!([1]));
    }
}
