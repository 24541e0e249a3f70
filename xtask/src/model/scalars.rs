//! Scalars: the Rust type for a JSON type with its format and bounds.

use serde_json::{Map, Value};
use std::borrow::Cow;

/// A `string`, `integer`, `number` or `boolean`, and its Rust type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The JSON type.
    pub name: &'static str,
    /// The Rust type of a valid value.
    pub rust: Cow<'static, str>,
    /// Whether a received value that does not parse is kept as it is.
    pub lenient: bool,
}

/// The types for which typify has a format. All other types need a conversion.
const BUILT_IN: [(&str, &str, Option<&str>); 15] = [
    ("boolean", "bool", None),
    ("string", "String", None),
    ("string", DATE_TIME, Some("date-time")),
    ("string", DATE, Some("date")),
    ("number", "f64", None),
    ("number", "f64", Some("double")),
    ("number", "f32", Some("float")),
    ("integer", "i64", Some("int64")),
    ("integer", "i8", Some("int8")),
    ("integer", "u8", Some("uint8")),
    ("integer", "i16", Some("int16")),
    ("integer", "u16", Some("uint16")),
    ("integer", "i32", Some("int32")),
    ("integer", "u32", Some("uint32")),
    ("integer", "u64", Some("uint64")),
];

/// Other formats of integers. `int` and `uint` have 64 bits, as on current machines.
const INTEGER_FORMATS: [(&str, &str); 21] = [
    ("i8", "i8"),
    ("u8", "u8"),
    ("i16", "i16"),
    ("u16", "u16"),
    ("i32", "i32"),
    ("u32", "u32"),
    ("i64", "i64"),
    ("u64", "u64"),
    ("int", "i64"),
    ("uint", "u64"),
    ("int128", INTEGER),
    ("i128", INTEGER),
    ("uint128", INTEGER),
    ("u128", INTEGER),
    ("int256", INTEGER),
    ("uint256", INTEGER),
    ("bigint", INTEGER),
    ("big-int", INTEGER),
    ("biginteger", INTEGER),
    ("big-integer", INTEGER),
    ("bignum", INTEGER),
];

pub(super) const DATE_TIME: &str = "chrono::DateTime<chrono::Utc>";
pub(super) const DATE: &str = "chrono::naive::NaiveDate";
/// An integer of any size.
pub(super) const INTEGER: &str = "runtime::Integer";
/// A number with all digits that arrived.
pub(super) const NUMBER: &str = "runtime::Number";
/// A file in a form.
const FILE: &str = "runtime::File";

/// Formats of numbers for which the user has to choose a type.
const DECIMAL_FORMATS: [&str; 3] = ["decimal", "decimal128", "bigdecimal"];

/// The format of a schema, in lower case, since documents use any case.
#[must_use]
pub fn format_of(schema: &Map<String, Value>) -> Option<String> {
    schema.get("format").and_then(Value::as_str).map(str::to_ascii_lowercase)
}

/// Whether a format belongs to numbers, and not to strings.
#[must_use]
pub fn is_number_format(format: &str) -> bool {
    let format = format.to_ascii_lowercase();
    let is_built_in =
        |known: &(&str, &str, Option<&str>)| matches!(known.0, "integer" | "number") && known.2 == Some(format.as_str());
    BUILT_IN.iter().any(is_built_in)
        || INTEGER_FORMATS.iter().any(|(name, _)| *name == format)
        || DECIMAL_FORMATS.contains(&format.as_str())
}

/// The default type. The format is in lower case.
pub(super) fn usual(name: &'static str, format: Option<&str>, schema: &Map<String, Value>) -> &'static str {
    let built_in = |format: Option<&str>| BUILT_IN.iter().find(|known| known.0 == name && known.2 == format).map(|known| known.1);
    let other = || INTEGER_FORMATS.iter().find(|(own, _)| name == "integer" && Some(*own) == format).map(|(_, rust)| *rust);
    // Without a format, bounds beyond 64 bits need a larger type.
    let bounded = || (name == "integer").then(|| by_bounds(schema.get("minimum"), schema.get("maximum")));
    built_in(format).or_else(other).or_else(bounded).or_else(|| built_in(None)).unwrap_or("String")
}

/// The type that contains all integers between the bounds; `i64` if there are none.
fn by_bounds(minimum: Option<&Value>, maximum: Option<&Value>) -> &'static str {
    let minimum = minimum.filter(|bound| bound.is_number());
    let maximum = maximum.filter(|bound| bound.is_number());
    let is_wide_enough = |rust: &&str| {
        let has_least = minimum.map_or(rust.starts_with('i'), |bound| holds(rust, bound));
        has_least && maximum.is_none_or(|bound| holds(rust, bound))
    };
    ["i64", "u64"].into_iter().find(is_wide_enough).unwrap_or(INTEGER)
}

/// Whether a bound is a value of this type. Bounds beyond `i64` and `u64` are floats in JSON, and small ones can be, too.
fn holds(rust: &str, bound: &Value) -> bool {
    let float = bound.as_f64().filter(|_| bound.is_f64());
    match rust {
        "i64" => bound.is_i64() || float.is_some_and(|float| (-2_f64.powi(63)..2_f64.powi(63)).contains(&float)),
        _ => bound.is_u64() || float.is_some_and(|float| (0.0..2_f64.powi(64)).contains(&float)),
    }
}

/// The JSON type of a scalar type's name.
#[must_use]
pub fn json_type(name: &str) -> Option<&'static str> {
    ["string", "integer", "number", "boolean"].into_iter().find(|known| *known == name)
}

impl Scalar {
    /// The powers of two that bound an integer type: `i8` goes from -2^7 to 2^7. `None` for an unlimited type.
    #[must_use]
    pub fn powers(&self) -> Option<(i32, i32)> {
        let bits: i32 = self.rust.get(1..).filter(|_| self.name == "integer")?.parse().ok()?;
        Some(if self.rust.starts_with('u') { (0, bits) } else { (bits - 1, bits - 1) })
    }

    /// A plain string.
    #[must_use]
    pub fn text() -> Self {
        Self { name: "string", rust: "String".into(), lenient: false }
    }

    /// A file in a form.
    #[must_use]
    pub fn file() -> Self {
        Self { rust: FILE.into(), ..Self::text() }
    }

    /// Whether it is a string without a format.
    #[must_use]
    pub fn is_plain_text(&self) -> bool {
        *self == Self::text()
    }

    /// What the type loses of values of the schema, with advice.
    #[must_use]
    pub fn lost(&self, schema: &Map<String, Value>) -> Option<String> {
        let format = format_of(schema)?;
        let digits = match self.rust.as_ref() {
            DATE_TIME => {
                return Some(format!(
                    "is an instant, of which the offset is not kept: `--type '{format}=chrono::DateTime<chrono::FixedOffset>'` keeps it"
                ));
            }
            "f32" => 6,
            "f64" => 15,
            _ => return None,
        };
        let text = || {
            format!(
                "keeps {digits} digits: `--type {format}=rust_decimal::Decimal` keeps 28, `--type {format}=Number` all of them"
            )
        };
        (!["float", "double"].contains(&&*format)).then(text)
    }

    /// The Rust type, with the wrapper for lenient scalars.
    #[must_use]
    pub fn rust_type(&self) -> String {
        if self.lenient { format!("runtime::Lenient<{}>", self.rust) } else { self.rust.to_string() }
    }

    /// The format for which typify makes this type. `None` if typify needs a conversion.
    #[must_use]
    pub fn built_in(&self) -> Option<Option<&'static str>> {
        let known = BUILT_IN.iter().find(|known| known.0 == self.name && known.1 == self.rust);
        known.filter(|_| !self.lenient).map(|known| known.2)
    }

    /// Whether it is a primitive number, for which serde does not read all JSON spellings.
    #[must_use]
    pub fn is_primitive_number(&self) -> bool {
        matches!(self.name, "integer" | "number") && !self.rust.contains("::") && !self.lenient
    }

    /// A number type that contains the values of all `numbers`.
    #[must_use]
    pub fn any_of(numbers: &[Self]) -> Option<Self> {
        let first = numbers.first()?;
        let lenient = numbers.iter().any(|number| number.lenient);
        if numbers.iter().all(|number| number.rust == first.rust && number.name == first.name) {
            return Some(Self { lenient, ..first.clone() });
        }
        let is_float = |number: &Self| number.name == "number" && matches!(number.rust.as_ref(), "f32" | "f64");
        let (name, rust) = if numbers.iter().all(|number| number.name == "integer") {
            ("integer", widest(numbers))
        } else if numbers.iter().all(is_float) {
            ("number", "f64")
        } else {
            ("number", NUMBER)
        };
        Some(Self { name, rust: rust.into(), lenient })
    }
}

/// The narrowest integer type that contains the values of all.
fn widest(integers: &[Scalar]) -> &'static str {
    let mut ranges = integers.iter().map(Scalar::powers);
    let whole = ranges.try_fold((0, 0), |(low, high), range| range.map(|(least, most)| (low.max(least), high.max(most))));
    let Some((low, high)) = whole else { return INTEGER };
    let bits = if low == 0 { high } else { low.max(high) + 1 };
    match (bits, low == 0) {
        (..=8, true) => "u8",
        (..=8, false) => "i8",
        (..=16, true) => "u16",
        (..=16, false) => "i16",
        (..=32, true) => "u32",
        (..=32, false) => "i32",
        (..=64, true) => "u64",
        (..=64, false) => "i64",
        _ => INTEGER,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use serde_json::json;

    const DECIMAL: &str = "runtime::NumberOf<rust_decimal::Decimal>";

    #[test]
    fn each_type_reports_what_it_loses_of_a_value() {
        for (rust, schema, expected) in [
            ("f64", json!({ "format": "decimal" }), Some("keeps 15 digits")),
            ("f32", json!({ "format": "Decimal" }), Some("keeps 6 digits")),
            ("f64", json!({ "format": "Double" }), None),
            ("f32", json!({ "format": "float" }), None),
            (DATE_TIME, json!({ "format": "Date-Time" }), Some("is an instant")),
            (NUMBER, json!({ "format": "decimal" }), None),
        ] {
            let lost = Scalar { name: "number", rust: rust.into(), lenient: false }.lost(schema.as_object().unwrap());
            assert_eq!(lost.as_deref().map(|text| text.split([':', ',']).next().unwrap()), expected, "{rust} {schema}");
        }
    }

    fn rust(schema: Value) -> &'static str {
        let schema = schema.as_object().unwrap();
        usual("integer", format_of(schema).as_deref(), schema)
    }

    #[test]
    fn the_type_of_an_integer_follows_its_format_or_else_its_bounds() {
        for (schema, expected) in [
            (json!({}), "i64"),
            (json!({ "format": "int32", "maximum": 1e30 }), "i32"),
            (json!({ "format": "unknown" }), "i64"),
            (json!({ "format": "bigint" }), INTEGER),
            (json!({ "format": "BigInteger" }), INTEGER),
            (json!({ "format": "uint128" }), INTEGER),
            (json!({ "format": "Int32" }), "i32"),
            (json!({ "format": "u8" }), "u8"),
            (json!({ "format": "I16" }), "i16"),
            (json!({ "minimum": -9_223_372_036_854_775_808.0, "maximum": 0 }), "i64"),
            (json!({ "minimum": 0, "maximum": 9_223_372_036_854_775_808.0 }), "u64"),
            (json!({ "minimum": 0, "maximum": 100 }), "i64"),
            (json!({ "maximum": i64::MAX }), "i64"),
            (json!({ "minimum": 0, "maximum": u64::MAX }), "u64"),
            (json!({ "minimum": 1, "maximum": 1e19 }), "u64"),
            (json!({ "maximum": u64::MAX }), INTEGER),
            (json!({ "minimum": -1, "maximum": 1e19 }), INTEGER),
            (json!({ "minimum": -1e19 }), INTEGER),
            (json!({ "minimum": 0, "maximum": 1e77 }), INTEGER),
            (json!({ "minimum": -1e77 }), INTEGER),
        ] {
            assert_eq!(rust(schema.clone()), expected, "{schema}");
        }
    }

    #[test]
    fn a_common_number_type_holds_the_values_of_each_type() {
        for (numbers, expected) in [
            (vec![("integer", "i32"), ("integer", "i64")], "i64"),
            (vec![("integer", "u64"), ("integer", "i64")], INTEGER),
            (vec![("integer", "u8"), ("integer", "u16")], "u16"),
            (vec![("integer", "u8"), ("integer", "i8")], "i16"),
            (vec![("integer", "i64"), ("integer", INTEGER)], INTEGER),
            (vec![("number", "f32"), ("number", "f64")], "f64"),
            (vec![("integer", "i64"), ("number", "f64")], NUMBER),
            (vec![("number", DECIMAL), ("number", DECIMAL)], DECIMAL),
            (vec![("number", DECIMAL), ("integer", INTEGER)], NUMBER),
        ] {
            let numbers: Vec<Scalar> =
                numbers.iter().map(|(name, rust)| Scalar { name, rust: (*rust).into(), lenient: false }).collect();
            assert_eq!(Scalar::any_of(&numbers).unwrap().rust, expected, "{numbers:?}");
        }
    }
}
