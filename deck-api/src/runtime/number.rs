//! Reads numbers in the forms that APIs send: `12`, `12.0` or `"12"`. They are always written as numbers.

use super::digits::{exact_integer, is_number};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Reads a number, or a list, map or option of numbers.
///
/// # Errors
///
/// Returns an error if a value is not a number or does not fit the type.
pub fn number<'de, D: Deserializer<'de>, T: ReadNumber<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// Reads a nullable property that is present: `Some(None)` is null.
///
/// # Errors
///
/// Returns the same errors as [`number`].
pub fn present_number<'de, D: Deserializer<'de>, T: ReadNumber<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::read(deserializer).map(Some)
}

/// A whole body that is a number, or a list or map of numbers.
#[derive(serde::Deserialize)]
#[serde(transparent, bound = "T: ReadNumber<'de>")]
pub(super) struct Numbers<T>(#[serde(deserialize_with = "number")] pub T);

/// A number, or a container of numbers.
pub trait ReadNumber<'de>: Sized {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is not a number or does not fit the type.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<'de, T: ReadNumber<'de>> ReadNumber<'de> for Option<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<Numbers<T>>::deserialize(deserializer).map(|read| read.map(|Numbers(number)| number))
    }
}

impl<'de, T: ReadNumber<'de>> ReadNumber<'de> for Vec<T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct VecVisitor<T>(PhantomData<T>);

        impl<'de, T: ReadNumber<'de>> Visitor<'de> for VecVisitor<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut numbers = Vec::new();
                while let Some(Numbers(number)) = list.next_element()? {
                    numbers.push(number);
                }
                Ok(numbers)
            }
        }

        deserializer.deserialize_seq(VecVisitor(PhantomData))
    }
}

impl<'de, T: ReadNumber<'de>> ReadNumber<'de> for BTreeMap<String, T> {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<T>(PhantomData<T>);

        impl<'de, T: ReadNumber<'de>> Visitor<'de> for MapVisitor<T> {
            type Value = BTreeMap<String, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut numbers = BTreeMap::new();
                while let Some((key, Numbers(number))) = map.next_entry()? {
                    numbers.insert(key, number);
                }
                Ok(numbers)
            }
        }

        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

/// The conversions from each form of a number.
trait Scalar: Sized {
    const EXPECTED: &'static str;
    fn from_integer(value: i128) -> Option<Self>;
    fn from_float(value: f64) -> Option<Self>;
    fn from_text(text: &str) -> Option<Self>;
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::from_integer(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::from_integer(value.into()).ok_or_else(|| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        T::from_float(value).ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    /// `serde_json` passes numbers as a map if some crate of the build enables its feature `arbitrary_precision`.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let entry: Option<(String, String)> = map.next_entry()?;
        let text = entry.filter(|(key, _)| key == "$serde_json::private::Number").map(|(_, text)| text);
        let Some(text) = text else { return Err(A::Error::invalid_type(Unexpected::Map, &self)) };
        match text.parse() {
            Ok(integer) => T::from_integer(integer),
            Err(_) => text.parse().ok().and_then(T::from_float),
        }
        .ok_or_else(|| A::Error::invalid_value(Unexpected::Other("a number"), &self))
    }
}

macro_rules! integers {
    ($($integer:ident),*) => {$(
        impl Scalar for $integer {
            const EXPECTED: &'static str = stringify!($integer);

            fn from_integer(value: i128) -> Option<Self> {
                value.try_into().ok()
            }

            fn from_float(value: f64) -> Option<Self> {
                exact_integer(value)?.try_into().ok()
            }

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok().filter(|_| is_number(text))
            }
        }
        scalar!($integer);
    )*};
}

macro_rules! floats {
    ($($float:ident),*) => {$(
        impl Scalar for $float {
            const EXPECTED: &'static str = stringify!($float);

            #[allow(clippy::cast_precision_loss, reason = "the result is the nearest float, as in serde")]
            fn from_integer(value: i128) -> Option<Self> {
                Some(value as $float)
            }

            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, reason = "as above; one of the two types needs the cast")]
            fn from_float(value: f64) -> Option<Self> {
                Some(value as $float).filter(|number| number.is_finite())
            }

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok().filter(|number: &$float| number.is_finite())
            }
        }
        scalar!($float);
    )*};
}

macro_rules! scalar {
    ($scalar:ident) => {
        impl<'de> ReadNumber<'de> for $scalar {
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ScalarVisitor(PhantomData))
            }
        }
    };
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64);
floats!(f32, f64);

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: for<'de> ReadNumber<'de>>(json: &str) -> Option<T> {
        number(&mut serde_json::Deserializer::from_str(json)).ok()
    }

    #[test]
    fn every_spelling_of_an_integer_is_read() {
        for (json, expected) in
            [("12", 12), ("12.0", 12), ("1.2e1", 12), ("\"12\"", 12), ("-7", -7), ("\"-7\"", -7), ("\"0\"", 0)]
        {
            assert_eq!(read::<i64>(json), Some(expected), "{json}");
        }
        assert_eq!(read::<i64>(&i64::MAX.to_string()), Some(i64::MAX));
        assert_eq!(read::<i64>(&format!("\"{}\"", i64::MIN)), Some(i64::MIN));
        assert_eq!(read::<u64>(&format!("\"{}\"", u64::MAX)), Some(u64::MAX));
    }

    #[test]
    fn values_outside_of_the_integer_type_are_errors() {
        for json in
            ["12.5", "\"012\"", "\"+1\"", "\" 1\"", "\"\"", "\"1.0\"", "\"-\"", "null", "true", "2147483648", "1e300", "[1]"]
        {
            assert_eq!(read::<i32>(json), None, "{json}");
        }
        assert_eq!(read::<u8>("-1"), None);
        for json in ["-9223372036854775809", "9007199254740993.0", "1e300"] {
            assert_eq!(read::<i64>(json), None, "{json} stands for several integers or for none");
        }
        assert_eq!(read::<f32>("1e300"), None);
    }

    #[test]
    fn numbers_of_arbitrary_precision_are_read() {
        for (number, expected) in [("5", Some(5)), ("12.0", Some(12)), ("1e300", None), ("x", None)] {
            let json = format!("{{\"$serde_json::private::Number\":\"{number}\"}}");
            assert_eq!(read::<i64>(&json), expected, "{number}");
        }
        assert_eq!(read::<i64>("{\"a\":\"5\"}"), None);
    }

    #[test]
    fn numbers_in_containers_are_read_in_every_spelling() {
        assert_eq!(read::<Option<i64>>("null"), Some(None));
        assert_eq!(read::<Vec<Option<i32>>>("[1,\"2\",null,3.0]"), Some(vec![Some(1), Some(2), None, Some(3)]));
        assert_eq!(
            read::<BTreeMap<String, f64>>("{\"a\":\"1.5\",\"b\":2}"),
            Some(BTreeMap::from([("a".into(), 1.5), ("b".into(), 2.0)]))
        );
    }
}
