//! Scalars that never make decoding fail: the value, or the JSON that was received in its place.

use super::digits;
use super::text::inline_schema;
use super::{Json, note_unlisted};
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};

/// A value, or the JSON that was received in its place. The generator option `--lenient` uses it for scalars, for APIs that send
/// a date without a zone, an empty date, or an integer that exceeds its type. JSON that does not fit is kept and written back
/// unchanged.
///
/// ```text
/// let total: Lenient<i64> = serde_json::from_str("12")?;
/// assert_eq!(total.value(), Some(&12));
///
/// let odd: Lenient<i64> = serde_json::from_str("\"n/a\"")?;
/// assert_eq!((odd.value(), odd.raw().and_then(|json| json.as_str())), (None, Some("n/a")));
/// assert_eq!(serde_json::to_string(&odd)?, "\"n/a\"");
/// ```
///
/// Setters accept the value itself: `.due(date)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Lenient<T> {
    /// A value that fits its type.
    Value(T),
    /// The received JSON, which does not fit the type.
    Raw(Json),
}

impl<T> Lenient<T> {
    /// Returns the value, if the received JSON fits the type.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Raw(_) => None,
        }
    }

    /// Returns the received JSON, if it does not fit the type.
    pub fn raw(&self) -> Option<&Json> {
        match self {
            Self::Value(_) => None,
            Self::Raw(json) => Some(json),
        }
    }

    /// Converts to the value.
    ///
    /// # Errors
    ///
    /// Returns the received JSON if it does not fit the type.
    pub fn into_value(self) -> Result<T, Json> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Raw(json) => Err(json),
        }
    }
}

impl<T> From<T> for Lenient<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for Lenient<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Raw(json) => json.serialize(serializer),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let value = spellings(&json).find_map(|text| serde_json::from_str(&text).ok());
        Ok(value.map_or_else(
            || {
                // A variant of a union that fits without leniency takes precedence.
                note_unlisted();
                Self::Raw(json)
            },
            Self::Value,
        ))
    }
}

/// Returns the texts to parse: that of the scalar, that of a number within a string, and that of an integer written as a float.
fn spellings(json: &Json) -> impl Iterator<Item = String> {
    let in_string = json.as_str().filter(|text| digits::is_number(text)).map(str::to_owned);
    let number = if json.is_number() { Some(json.text().into_owned()) } else { in_string.clone() };
    let integer = number.and_then(|number| digits::integer_of(&number));
    std::iter::once(json.text().into_owned()).chain(in_string).chain(integer)
}

inline_schema!(Lenient<T>: "AnyValue", true.into());

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, NaiveDate, Utc};

    fn raw<T: DeserializeOwned + Serialize>(json: &str) -> bool {
        let read: Lenient<T> = serde_json::from_str(json).unwrap();
        let written = serde_json::to_string(&read).unwrap();
        assert!(read.raw().is_none() || written == json, "{json} was written as {written}");
        read.raw().is_some()
    }

    #[test]
    fn values_that_do_not_fit_are_kept_and_written_unchanged() {
        for json in ["\"2026-01-01T00:00:00\"", "\"\"", "\"0000-00-00T00:00:00Z\"", "null", "5", "{\"a\":[1e999]}"] {
            assert!(raw::<DateTime<Utc>>(json), "{json}");
        }
        assert!(
            raw::<NaiveDate>("\"2026-02-03T00:00:00Z\"") && raw::<i64>("123456789012345678901234567890") && raw::<i64>("12.5")
        );
    }

    #[test]
    fn all_unambiguous_spellings_are_read() {
        for json in ["12", "12.0", "\"12\"", "\"12.0\""] {
            assert!(!raw::<i64>(json) && !raw::<f64>(json), "{json}");
        }
        assert!(!raw::<DateTime<Utc>>("\"2026-01-01 00:00:00+0000\"") && !raw::<bool>("true") && !raw::<String>("\"12\""));
        // From 2^53 on, one float represents several integers.
        assert!(raw::<i64>("9007199254740993.0"));
        assert!(raw::<i64>("\" 12\"") && raw::<i64>("\"012\"") && raw::<bool>("\"yes\""));
    }

    #[test]
    fn a_lenient_value_is_read_from_a_parsed_value_and_kept() {
        for value in [serde_json::json!(12), serde_json::json!("n/a"), serde_json::json!({ "a": 1 })] {
            let read: Lenient<i64> = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), value);
        }
    }
}
