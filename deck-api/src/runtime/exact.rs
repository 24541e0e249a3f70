//! Wrappers for decimal types of other crates, read and written digit by digit, never through a float.

use super::digits::{self, Digits, write_number};
use super::text::inline_schema;
use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use serde::ser::{Serialize, Serializer};
use std::fmt::{self, Display};
use std::ops::{Deref, DerefMut};
use std::str::FromStr;

/// Parses the text of a JSON number. The function fails if the type cannot hold all digits.
fn decimal<T: FromStr + Display, E: Error>(text: &str) -> Result<T, E> {
    let wanted = Digits::of(text);
    let plain = wanted.as_ref().and_then(Digits::plain);
    // The original text first, to keep trailing zeros; then the form without an exponent, which some types cannot parse.
    let value = text.parse().ok().or_else(|| plain?.parse().ok());
    let is_exact = |value: &T| Digits::of(&value.to_string()) == wanted;
    value
        .filter(is_exact)
        .ok_or_else(|| E::invalid_value(Unexpected::Other("a number with more digits"), &"a decimal of the type"))
}

macro_rules! decimal {
    ($(#[$docs:meta])* $name:ident $schema:literal) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name<T>(pub T);

        impl<T> Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut T {
                &mut self.0
            }
        }

        impl<T> From<T> for $name<T> {
            fn from(value: T) -> Self {
                Self(value)
            }
        }

        impl<T: PartialEq> PartialEq<T> for $name<T> {
            fn eq(&self, other: &T) -> bool {
                self.0 == *other
            }
        }

        impl<T: Display> Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de, T: FromStr + Display> Deserialize<'de> for $name<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                decimal(&digits::read_number(deserializer, &"a decimal")?).map(Self)
            }
        }

        inline_schema!($name<T>: stringify!($name), schemars::json_schema!({ "type": $schema }));
    };
}

decimal! {
    /// A decimal such as `rust_decimal::Decimal`, serialized as a JSON number. The generator uses it for a format that `--type`
    /// maps to a decimal type. A number with more digits than the type can hold is an error. The wrapper dereferences to the
    /// decimal; `.into()` converts a decimal to the wrapper.
    NumberOf "number"
}

decimal! {
    /// A decimal like [`NumberOf`], but serialized as a JSON string.
    TextOf "string"
}

impl<T: Display> Serialize for NumberOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_number(&self.0.to_string(), serializer)
    }
}

impl<T: Display> Serialize for TextOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_by_its_digits_and_written_as_number_or_text() {
        // An `i64` is a decimal without a fraction.
        for json in ["12", "\"12\"", "1.2e1", "12.0"] {
            assert_eq!(serde_json::from_str::<NumberOf<i64>>(json).unwrap(), 12, "{json}");
        }
        assert_eq!(serde_json::to_string(&(NumberOf(12), TextOf(12))).unwrap(), "[12,\"12\"]");
        for json in ["12.5", "\"x\"", "null", "99999999999999999999"] {
            assert!(serde_json::from_str::<TextOf<i64>>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn digits_that_the_type_would_lose_are_an_error() {
        assert!(serde_json::from_str::<NumberOf<f64>>("0.1").is_ok());
        assert!(serde_json::from_str::<NumberOf<f64>>("123456789012345678.12").is_err());
    }
}
