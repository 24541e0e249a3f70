//! Adds the range of an integer to its schema: the range of its format, or of 64 bits.

use crate::dialect::has_type;
use serde_json::{Map, Value, json};

/// Adds the range of an integer's format. An integer without a format has 64 bits where the document sets no bounds.
pub fn widths(schema: &mut Map<String, Value>) {
    if !has_type(schema, "integer") || has_type(schema, "number") {
        return;
    }
    let format = schema.get("format").and_then(Value::as_str).map(str::to_ascii_lowercase);
    let (low, high) = match format.as_deref() {
        Some("int8" | "i8") => (json!(i8::MIN), json!(i8::MAX)),
        Some("int16" | "i16") => (json!(i16::MIN), json!(i16::MAX)),
        Some("int32" | "i32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64" | "i64" | "int") => (json!(i64::MIN), json!(i64::MAX)),
        Some("uint8" | "u8") => (json!(0), json!(u8::MAX)),
        Some("uint16" | "u16") => (json!(0), json!(u16::MAX)),
        Some("uint32" | "u32") => (json!(0), json!(u32::MAX)),
        Some("uint64" | "u64" | "uint") => (json!(0), json!(u64::MAX)),
        _ => return default_width(schema),
    };
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    if schema.get("minimum").is_none_or(|own| number(own) < number(&low)) {
        schema.insert("minimum".to_owned(), low);
    }
    if schema.get("maximum").is_none_or(|own| number(own) > number(&high)) {
        schema.insert("maximum".to_owned(), high);
    }
}

fn default_width(schema: &mut Map<String, Value>) {
    let bounds = |keys: [&str; 2]| keys.into_iter().filter_map(|key| schema.get(key)).collect::<Vec<_>>();
    let (low, high) = (bounds(["minimum", "exclusiveMinimum"]), bounds(["maximum", "exclusiveMaximum"]));
    let is_beyond_i64 = |bound: &&Value| !bound.is_i64() && bound.as_f64().is_some_and(|bound| bound >= 2_f64.powi(63));
    let greatest = if low.iter().any(is_beyond_i64) { json!(u64::MAX) } else { json!(i64::MAX) };
    let (adds_low, adds_high) = (low.is_empty(), high.is_empty());
    if adds_low {
        schema.insert("minimum".to_owned(), json!(i64::MIN));
    }
    if adds_high {
        schema.insert("maximum".to_owned(), greatest);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn an_integer_without_a_format_has_64_bits_on_the_sides_without_a_bound() {
        for (bounds, added) in [
            (json!({}), json!({ "minimum": i64::MIN, "maximum": i64::MAX })),
            (json!({ "format": "other", "minimum": 0 }), json!({ "maximum": i64::MAX })),
            (json!({ "minimum": 0, "maximum": u64::MAX }), json!({})),
            (json!({ "maximum": u64::MAX }), json!({ "minimum": i64::MIN })),
            (json!({ "exclusiveMinimum": -5, "exclusiveMaximum": 1e19 }), json!({})),
            (json!({ "minimum": 9_300_000_000_000_000_000_u64 }), json!({ "maximum": u64::MAX })),
            (json!({ "format": "int64", "minimum": 0, "maximum": u64::MAX }), json!({ "maximum": i64::MAX })),
        ] {
            let mut schema = bounds.as_object().unwrap().clone();
            schema.insert("type".to_owned(), "integer".into());
            let mut expected = schema.clone();
            expected.extend(added.as_object().unwrap().clone());
            widths(&mut schema);
            assert_eq!(schema, expected, "{bounds}");
        }
    }
}
