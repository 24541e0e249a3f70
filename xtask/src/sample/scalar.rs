//! Makes strings by format and pattern, numbers within bounds, and booleans.

use super::{Flat, PLACEHOLDER, fits, pattern};
use crate::document::keywords::is_of_type;
use serde_json::{Value, json};

/// The maximum length of strings in examples.
const MAX_CHARS: usize = 120;

/// A value for each format that validators may check.
const FORMATS: [(&str, &str); 16] = [
    ("byte", "aGVsbG8="),
    ("date", "2026-01-31"),
    ("date-time", "2026-01-31T12:00:00Z"),
    ("duration", "PT5M"),
    ("email", "ada@example.com"),
    ("hostname", "example.com"),
    ("idn-email", "ada@example.com"),
    ("ip", "192.0.2.1"),
    ("ipv4", "192.0.2.1"),
    ("ipv6", "2001:db8::1"),
    ("iri", "https://example.com/"),
    ("json-pointer", "/name"),
    ("time", "12:00:00Z"),
    ("uri", "https://example.com/"),
    ("url", "https://example.com/"),
    ("uuid", "67e55044-10b1-426f-9247-bb680e5fe0c8"),
];

/// Whether a value is readable in a line of code: no long strings, control characters or bidirectional marks, nothing like a
/// placeholder, and no integers beyond `i64`.
pub fn is_readable(value: &Value) -> bool {
    match value {
        Value::String(text) => is_readable_text(text),
        Value::Array(values) => values.iter().all(is_readable),
        Value::Object(values) => values.iter().all(|(key, value)| is_readable_text(key) && is_readable(value)),
        Value::Number(number) => {
            let is_small = |number: f64| number.fract() != 0.0 || number.abs() < i64::MAX as f64;
            number.as_i64().is_some() || number.as_f64().is_some_and(is_small)
        }
        _ => true,
    }
}

fn is_readable_text(text: &str) -> bool {
    let is_plain = text.chars().count() <= MAX_CHARS && !text.contains(PLACEHOLDER);
    is_plain && text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'") == text
}

/// A value of the scalar type `ty`.
pub fn make(ty: &str, flat: &Flat, example: Option<&Value>, name: &str) -> Option<Value> {
    let like = example.filter(|example| is_of_type(ty, example));
    match (ty, like) {
        (_, Some(example)) => Some(example.clone()),
        ("string", None) => text(flat, name).map(Value::String),
        ("integer" | "number", None) => number(flat, ty == "integer"),
        ("boolean", None) => Some(json!(true)),
        ("null", None) => Some(Value::Null),
        _ => None,
    }
}

fn text(flat: &Flat, name: &str) -> Option<String> {
    let format = flat.get("format").and_then(Value::as_str).unwrap_or_default();
    let format = FORMATS.iter().find(|(name, _)| *name == format).map(|(_, text)| (*text).to_owned());
    let pattern = flat.get("pattern").and_then(Value::as_str);
    let text = match (format, pattern) {
        (Some(text), _) => text,
        (None, Some(pattern)) => pattern::matching(pattern)?,
        (None, None) if is_readable_text(name) && !name.is_empty() => name.to_owned(),
        (None, None) => "text".to_owned(),
    };
    let least = fits::count(flat, "minLength").unwrap_or(0);
    let most = fits::count(flat, "maxLength").unwrap_or(usize::MAX);
    let missing = least.saturating_sub(text.chars().count()).min(MAX_CHARS);
    // Repeats the last character, so that patterns such as `^[a-z]+$` still match.
    let last = text.chars().last().unwrap_or('x');
    Some(text.chars().chain(std::iter::repeat_n(last, missing)).take(most).collect())
}

#[allow(clippy::cast_possible_truncation, reason = "saturates, and the value is checked in the end")]
fn number(flat: &Flat, whole: bool) -> Option<Value> {
    let bound = |key: &str| flat.get(key).and_then(Value::as_f64);
    let low = bound("minimum").into_iter().chain(bound("exclusiveMinimum")).reduce(f64::max);
    let high = bound("maximum").into_iter().chain(bound("exclusiveMaximum")).reduce(f64::min);
    let step = bound("multipleOf").filter(|step| *step > 0.0).unwrap_or(1.0);
    // The candidates: the bounds, and the multiples next to them. The check decides which of them is valid.
    let next_to = |bound: f64| {
        [
            (bound / step).ceil() * step,
            (bound / step).floor().mul_add(step, step),
            (bound / step).floor() * step,
            (bound / step).ceil().mul_add(step, -step),
            bound,
        ]
    };
    let between = low.zip(high).map(|(low, high)| f64::midpoint(low, high));
    let near = [low, high].into_iter().flatten().flat_map(next_to);
    let all = std::iter::once(step).chain(near).chain(between);
    let number = all.into_iter().find(|number| (!whole || number.fract() == 0.0) && fits::number_fits(flat, *number))?;
    if number.fract() == 0.0 && number.abs() < 9e15 { Some(json!(number as i64)) } else { Some(json!(number)) }
}
