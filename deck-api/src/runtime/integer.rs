//! Integers of any size.

use super::InvalidRequest;
use super::digits::{self, Digits, write_number};
use super::text::inline_schema;
use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use serde::ser::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// An integer of any size, for schemas whose integers may exceed 64 bits. It keeps all digits.
///
/// ```text
/// let supply: Integer = serde_json::from_str("340282366920938463463374607431768211455")?;
/// assert_eq!(u128::try_from(supply), Ok(u128::MAX));
/// assert_eq!(serde_json::to_string(&Integer::from(12))?, "12");
/// ```
///
/// To convert it to an integer type of another crate, use its text: `integer.to_string().parse()`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Integer(Kept);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kept {
    Small(i128),
    /// The decimal digits, after a minus sign if the integer is negative.
    Large(Box<str>),
}

impl Integer {
    /// Parses the text of a JSON number. Returns `None` if the number is not an integer.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        Digits::of(text)?.integer().map(Self::of_digits)
    }

    fn of_digits(digits: String) -> Self {
        Self(digits.parse().map_or_else(|_| Kept::Large(digits.into()), Kept::Small))
    }

    fn is_negative(&self) -> bool {
        match &self.0 {
            Kept::Small(integer) => *integer < 0,
            Kept::Large(text) => text.starts_with('-'),
        }
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = |text: &str, other: &str| text.len().cmp(&other.len()).then_with(|| text.cmp(other));
        match (&self.0, &other.0) {
            (Kept::Small(own), Kept::Small(other)) => own.cmp(other),
            _ if self.is_negative() != other.is_negative() => other.is_negative().cmp(&self.is_negative()),
            _ => {
                let order = magnitude(&self.to_string(), &other.to_string());
                if self.is_negative() { order.reverse() } else { order }
            }
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

macro_rules! conversions {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Integer {
            fn from(integer: $integer) -> Self {
                i128::try_from(integer).map_or_else(|_| Self(Kept::Large(integer.to_string().into())), |small| Self(Kept::Small(small)))
            }
        }
        impl TryFrom<Integer> for $integer {
            type Error = Integer;

            /// The integer itself, if it does not fit the type.
            fn try_from(integer: Integer) -> Result<Self, Integer> {
                match &integer.0 {
                    Kept::Small(small) => (*small).try_into().map_err(|_| integer),
                    Kept::Large(text) => text.parse().map_err(|_| integer),
                }
            }
        }
        impl PartialEq<$integer> for Integer {
            fn eq(&self, other: &$integer) -> bool {
                let other = Self::from(*other);
                *self == other
            }
        }
    )*};
}

conversions!(i8, u8, i16, u16, i32, u32, i64, u64, i128, u128, isize, usize);

/// Parses the text of a JSON number that is an integer.
impl FromStr for Integer {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        Self::of_text(text).ok_or_else(|| InvalidRequest::new("not an integer"))
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kept::Small(integer) => fmt::Display::fmt(integer, f),
            Kept::Large(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Integer({self})")
    }
}

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `serde_json::Value` has no larger integers.
        if let Kept::Small(integer) = self.0 {
            if let Ok(integer) = i64::try_from(integer) {
                return serializer.serialize_i64(integer);
            }
            if let Ok(integer) = u64::try_from(integer) {
                return serializer.serialize_u64(integer);
            }
        }
        write_number(&self.to_string(), serializer)
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = digits::read_number(deserializer, &"an integer")?;
        digits::integer_of(&text)
            .map(Self::of_digits)
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Other("another number"), &"an integer"))
    }
}

inline_schema!(Integer: "Integer", schemars::json_schema!({ "type": "integer" }));

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: &str = "123456789012345678901234567890123456789012345678901234567890";

    #[test]
    fn integers_of_any_size_are_read_and_written() {
        for (json, expected) in [
            (LARGE, LARGE),
            ("12", "12"),
            ("12.0", "12"),
            ("1.2e1", "12"),
            ("\"-7\"", "-7"),
            ("18446744073709551616", "18446744073709551616"),
        ] {
            let integer: Integer = serde_json::from_str(json).unwrap();
            assert_eq!(
                (integer.to_string(), serde_json::to_string(&integer).unwrap()),
                (expected.to_owned(), expected.to_owned())
            );
        }
        for json in ["12.5", "\"012\"", "\"\"", "null", "1e300", "1e-1", "[1]", "9007199254740993.0"] {
            assert!(serde_json::from_str::<Integer>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn integers_are_ordered_by_value() {
        let read = |text: &str| Integer::from_str(text).unwrap();
        let negative = format!("-{LARGE}");
        let mut all = [read(LARGE), 5.into(), read(&negative), (-1).into(), u128::MAX.into(), read(&format!("{LARGE}0"))];
        all.sort();
        let texts: Vec<String> = all.iter().map(Integer::to_string).collect();
        assert_eq!(texts, [&negative, "-1", "5", &u128::MAX.to_string(), LARGE, &format!("{LARGE}0")]);
    }

    #[test]
    fn an_integer_converts_to_a_rust_integer_if_it_fits() {
        assert_eq!(u8::try_from(Integer::from(255)), Ok(255));
        assert_eq!(u8::try_from(Integer::from(256)), Err(Integer::from(256)));
        assert_eq!(u128::try_from(Integer::from(u128::MAX)), Ok(u128::MAX));
        assert!(Integer::from(7) == 7_u8);
    }
}
