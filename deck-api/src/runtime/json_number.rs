//! JSON numbers that keep the digits with which they were received.

use super::digits::{self, Digits, write_number};
use super::text::inline_schema;
use super::{Integer, InvalidRequest};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A JSON number, for schemas that allow both integers and numbers with a fraction. It is written back as it was received: `5`
/// stays `5`, `1.10` stays `1.10`, and an integer beyond 2<sup>53</sup> keeps all its digits.
///
/// ```text
/// let number: Number = serde_json::from_str("9007199254740993")?;
/// assert_eq!(number, 9_007_199_254_740_993_i64);
/// assert_eq!(Number::from(0.5).as_f64(), 0.5);
/// assert_eq!(serde_json::to_string(&[Number::from(5), Number::from(5.0)])?, "[5,5.0]");
/// ```
///
/// Two numbers are equal if they have the same value. In the map of additional properties, a number beyond 64 bits is rounded to
/// the nearest `f64`.
#[derive(Clone)]
pub struct Number(Kept);

#[derive(Clone)]
enum Kept {
    Integer(i64),
    Float(f64),
    /// A text that neither an integer nor a float would write back unchanged.
    Text(Box<str>),
}

impl Number {
    /// Creates a number from the text of a JSON number.
    pub(super) fn of_text(text: String) -> Self {
        if let Ok(integer) = text.parse::<i64>()
            && integer.to_string() == text
        {
            return Self(Kept::Integer(integer));
        }
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() && serde_json::to_string(&float).is_ok_and(|own| own == text) => {
                Self(Kept::Float(float))
            }
            _ => Self(Kept::Text(text.into())),
        }
    }

    /// Returns the JSON text of the number.
    fn text(&self) -> String {
        match &self.0 {
            Kept::Integer(integer) => integer.to_string(),
            Kept::Float(float) if float.is_finite() => serde_json::to_string(float).unwrap_or_else(|_| float.to_string()),
            Kept::Float(float) => float.to_string(),
            Kept::Text(text) => text.to_string(),
        }
    }

    /// Returns the number if it is an integer that fits. `5.0` is an integer.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_integer()?.try_into().ok()
    }

    /// Returns the number if it is an integer that fits. `5.0` is an integer.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_integer()?.try_into().ok()
    }

    /// Returns the number if it is an integer.
    #[must_use]
    pub fn as_integer(&self) -> Option<Integer> {
        match &self.0 {
            Kept::Integer(integer) => Some((*integer).into()),
            _ => Integer::of_text(&self.text()),
        }
    }

    /// Returns the nearest `f64`, which is infinite if the number exceeds the range of `f64`.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "the function returns the nearest value")]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Kept::Integer(integer) => *integer as f64,
            Kept::Float(float) => *float,
            Kept::Text(text) => text.parse().unwrap_or(f64::NAN),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kept::Integer(own), Kept::Integer(other)) => own == other,
            (Kept::Float(own), Kept::Float(other)) => own == other,
            _ => {
                let (own, other) = (self.text(), other.text());
                Digits::of(&own).zip(Digits::of(&other)).map_or(own == other, |(own, other)| own == other)
            }
        }
    }
}

macro_rules! from {
    ($($integer:ty),*; $($wide:ty),*) => {
        $(impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                Self(Kept::Integer(integer.into()))
            }
        })*
        $(impl From<$wide> for Number {
            fn from(integer: $wide) -> Self {
                Self::of_text(integer.to_string())
            }
        })*
        $(impl PartialEq<$integer> for Number {
            fn eq(&self, other: &$integer) -> bool {
                let other = Self::from(*other);
                *self == other
            }
        })*
        $(impl PartialEq<$wide> for Number {
            fn eq(&self, other: &$wide) -> bool {
                let other = Self::from(other.clone());
                *self == other
            }
        })*
    };
}

from!(i8, u8, i16, u16, i32, u32, i64; u64, i128, u128, usize, Integer);

impl From<f64> for Number {
    fn from(float: f64) -> Self {
        Self(Kept::Float(float))
    }
}

impl From<f32> for Number {
    fn from(float: f32) -> Self {
        Self(Kept::Float(float.into()))
    }
}

impl PartialEq<f64> for Number {
    fn eq(&self, other: &f64) -> bool {
        let other = Self::from(*other);
        *self == other
    }
}

/// Parses the text of a JSON number.
impl FromStr for Number {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        if digits::is_number(text) { Ok(Self::of_text(text.to_owned())) } else { Err(InvalidRequest::new("not a JSON number")) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kept::Integer(integer) => serializer.serialize_i64(*integer),
            Kept::Float(float) => serializer.serialize_f64(*float),
            Kept::Text(text) => write_number(text, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        digits::read_number(deserializer, &"a number").map(Self::of_text)
    }
}

inline_schema!(Number: "Number", schemars::json_schema!({ "type": "number" }));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_it_arrived() {
        for text in ["5", "5.0", "5.00", "-0", "-0.0", "1e2", "1.10", "9007199254740993", "18446744073709551616", "1E400", "0.1"]
        {
            let number: Number = serde_json::from_str(text).unwrap();
            assert_eq!((serde_json::to_string(&number).unwrap(), number.to_string()), (text.to_owned(), text.to_owned()));
        }
        assert_eq!(serde_json::from_str::<Number>("\"12.50\"").unwrap().to_string(), "12.50");
        for text in ["\"\"", "\"1x\"", "null", "true", "[1]", "{}"] {
            assert!(serde_json::from_str::<Number>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_one_value_are_equal() {
        let read = |text: &str| Number::from_str(text).unwrap();
        assert!(read("5") == read("5.0") && read("5.0") == 5 && read("50e-1") == 5.0 && read("5") != 6);
        assert_ne!(read("9007199254740993"), read("9007199254740992"));
        assert_ne!(Number::from(f64::NAN), Number::from(f64::NAN));
    }

    #[test]
    fn a_number_converts_to_types_that_fit() {
        let read = |text: &str| Number::from_str(text).unwrap();
        assert_eq!((read("5.0").as_i64(), read("-1").as_u64(), read("5.5").as_i64()), (Some(5), None, None));
        assert_eq!(read("18446744073709551615").as_u64(), Some(u64::MAX));
        assert!(read("1e400").as_f64().is_infinite());
        assert_eq!(Number::from(u64::MAX).as_u64(), Some(u64::MAX));
    }

    #[test]
    fn a_number_is_read_from_a_parsed_value_too() {
        let number: Number = serde_json::from_value(serde_json::json!(9_007_199_254_740_993_u64)).unwrap();
        assert_eq!(serde_json::to_value(&number).unwrap(), serde_json::json!(9_007_199_254_740_993_u64));
    }
}
