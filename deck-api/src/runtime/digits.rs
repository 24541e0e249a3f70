//! Decimal digits of JSON numbers: parses, compares and formats them without a float, so that no digit is lost.

use super::Json;
use serde::de::{Deserialize, Deserializer, Error, Expected, Unexpected};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// The maximum number of digits to write, which protects against `1e1000000000`.
const MAX_DIGITS: i64 = 4_096;

/// 2^53: from here on, an `f64` cannot represent every integer.
const ROUNDED: f64 = 9_007_199_254_740_992.0;

/// A number of any size: `0.DIGITS` times ten to the power of `exponent`. The digits neither start nor end with zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Digits {
    negative: bool,
    significant: String,
    exponent: i64,
}

impl Digits {
    /// Parses a JSON number. Returns `None` if the text is not a JSON number or its exponent exceeds 64 bits.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, part)| (whole, Some(part)));
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || whole.len() > 1 && whole.starts_with('0') || fraction.is_some_and(|part| !are_digits(part)) {
            return None;
        }
        let all = format!("{whole}{}", fraction.unwrap_or_default());
        let significant = all.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Self { negative: false, significant: String::new(), exponent: 0 });
        }
        let zeros = i64::try_from(all.len() - significant.len()).ok()?;
        let exponent = i64::try_from(whole.len()).ok()?.checked_sub(zeros)?.checked_add(exponent)?;
        Some(Self { negative, significant: significant.trim_end_matches('0').to_owned(), exponent })
    }

    /// Formats the number without an exponent: `1500` for `1.5e3`. Returns `None` if the result would be too long.
    pub(super) fn plain(&self) -> Option<String> {
        let count = i64::try_from(self.significant.len()).ok()?;
        if self.exponent.unsigned_abs() > MAX_DIGITS.unsigned_abs() || count > MAX_DIGITS {
            return None;
        }
        let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or_default());
        let sign = if self.negative { "-" } else { "" };
        Some(match usize::try_from(self.exponent) {
            _ if self.significant.is_empty() => "0".to_owned(),
            Ok(0) | Err(_) => format!("{sign}0.{}{}", zeros(-self.exponent), self.significant),
            Ok(point) if point < self.significant.len() => {
                let (whole, fraction) = self.significant.split_at(point);
                format!("{sign}{whole}.{fraction}")
            }
            Ok(_) => format!("{sign}{}{}", self.significant, zeros(self.exponent - count)),
        })
    }

    /// Formats the number as an integer. Returns `None` if it is not an integer or too long.
    pub(super) fn integer(&self) -> Option<String> {
        let is_integer = self.exponent >= 0 && self.significant.len() <= usize::try_from(self.exponent).ok()?;
        self.plain().filter(|_| is_integer)
    }
}

fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| text.parse().ok()).flatten()
}

/// Returns the integer that a float represents. Returns `None` from 2^53 on, where a float may be the result of rounding.
pub(super) fn exact_integer(float: f64) -> Option<i64> {
    #[allow(clippy::cast_possible_truncation, reason = "it has no fraction and is below 2^53")]
    (float.fract() == 0.0 && float.abs() < ROUNDED).then_some(float as i64)
}

/// Returns the integer that the text of a JSON number represents. Returns `None` for a float from 2^53 on, which may be the
/// result of rounding: serde may have parsed a longer integer already.
pub(super) fn integer_of(text: &str) -> Option<String> {
    let is_rounded = text.contains(['.', 'e', 'E']) && text.parse::<f64>().is_ok_and(|float| float.abs() >= ROUNDED);
    Digits::of(text).filter(|_| !is_rounded)?.integer()
}

/// Returns whether the text is a JSON number.
pub(super) fn is_number(text: &str) -> bool {
    Digits::of(text).is_some()
}

/// Returns whether the value contains a float, which may be the rounded form of a number with more digits.
pub(super) fn holds_floats(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(holds_floats),
        Value::Object(fields) => fields.values().any(holds_floats),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// Serializes the text of a JSON number unchanged. This works only with `serde_json`.
pub(super) fn write_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    RawValue::from_string(text.to_owned()).map_err(serde::ser::Error::custom)?.serialize(serializer)
}

/// Reads the text of a number, or of a string that contains a number.
pub(super) fn read_number<'de, D: Deserializer<'de>>(deserializer: D, expected: &dyn Expected) -> Result<String, D::Error> {
    let json = Json::deserialize(deserializer)?;
    let found = if json.is_number() {
        return Ok(json.text().into_owned());
    } else if let Some(text) = json.as_str() {
        if is_number(text) {
            return Ok(text.to_owned());
        }
        Unexpected::Other("a string that is not a number")
    } else {
        Unexpected::Other("another value")
    };
    Err(D::Error::invalid_type(found, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_differ_only_in_spelling_are_equal() {
        for (one, other) in [("1500", "1.5e3"), ("0.15", "1.5E-1"), ("-0.0", "0"), ("10", "10.0"), ("1e400", "10e399")] {
            assert_eq!(Digits::of(one), Digits::of(other), "{one} {other}");
        }
        assert_ne!(Digits::of("9007199254740993"), Digits::of("9007199254740992"));
        for text in ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "1e99999999999999999999", " 1"] {
            assert_eq!(Digits::of(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_written_without_an_exponent_unless_it_would_be_long() {
        for (text, plain, integer) in [
            ("1.5e3", Some("1500"), Some("1500")),
            ("-12.50", Some("-12.5"), None),
            ("1.5e-3", Some("0.0015"), None),
            ("0.5", Some("0.5"), None),
            ("12.0", Some("12"), Some("12")),
            ("0.000", Some("0"), Some("0")),
            ("1e100000", None, None),
            ("0.1e-9223372036854775808", None, None),
        ] {
            let digits = Digits::of(text).unwrap();
            assert_eq!((digits.plain().as_deref(), digits.integer().as_deref()), (plain, integer), "{text}");
        }
    }
}
