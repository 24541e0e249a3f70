//! Measures how much of a value is lost if it is decoded as an alternative of a union.

use serde_json::Value;
use std::iter::Sum;
use std::ops::Add;

/// The loss of decoding a value as an alternative. The fields are in the order of their weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Loss {
    /// The number of parts of the value that are not kept.
    pub(super) parts: usize,
    /// The number of strings that an enum does not list.
    pub(super) unlisted: usize,
    /// The number of nulls that the alternative does not declare, properties that are added, strings that are read as numbers,
    /// and changed strings that are not RFC 3339 timestamps.
    pub(super) spellings: usize,
    /// The number of nulls that are not kept, whether or not the alternative declares them.
    pub(super) nulls: usize,
}

impl Loss {
    pub(super) const NONE: Self = Self { parts: 0, unlisted: 0, spellings: 0, nulls: 0 };

    /// Returns the loss of a nested value that became the `Other` variant of its own union. It is kept, but counts as if it were
    /// dropped.
    pub(super) fn of_unknown(value: &Value) -> Self {
        Self { parts: parts(value) - 1, unlisted: 1, ..Self::NONE }
    }
}

impl Add for Loss {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            parts: self.parts + other.parts,
            unlisted: self.unlisted + other.unlisted,
            spellings: self.spellings + other.spellings,
            nulls: self.nulls + other.nulls,
        }
    }
}

impl Sum for Loss {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NONE, Self::add)
    }
}

/// Compares `value` with `kept`, the JSON into which the decoded value serializes.
pub(super) fn loss(value: &Value, kept: &Value) -> Loss {
    let lost = |parts| Loss { parts, ..Loss::NONE };
    let respelled = Loss { spellings: 1, ..Loss::NONE };
    match (value, kept) {
        (Value::Object(value), Value::Object(kept)) => {
            let own = value.iter().map(|(key, value)| match kept.get(key) {
                Some(kept) => loss(value, kept),
                None if value.is_null() => Loss { nulls: 1, ..Loss::NONE },
                None => lost(parts(value)),
            });
            // The alternative requires them: an absent property is read as null.
            let added = kept.keys().filter(|key| !value.contains_key(*key)).map(|_| respelled);
            own.chain(added).sum()
        }
        (Value::Array(value), Value::Array(kept)) => value.iter().zip(kept).map(|(value, kept)| loss(value, kept)).sum(),
        (Value::String(value), Value::String(kept)) if value != kept && !is_timestamp(value) => respelled,
        (Value::Null, _) | (Value::Number(_), Value::Number(_)) | (Value::String(_), Value::String(_)) => Loss::NONE,
        (Value::String(_), Value::Number(_)) => respelled,
        (value, kept) => lost(if value == kept { 0 } else { parts(value) }),
    }
}

/// Returns whether a text looks like an RFC 3339 timestamp, which may be rewritten with another offset without a loss.
fn is_timestamp(text: &str) -> bool {
    let has_offset = text.ends_with('Z') || text.len().checked_sub(3).is_some_and(|at| text.as_bytes()[at] == b':');
    text.as_bytes().get(10) == Some(&b'T') && has_offset
}

/// Counts a value and all values within it.
fn parts(value: &Value) -> usize {
    1 + match value {
        Value::Object(object) => object.values().map(parts).sum(),
        Value::Array(items) => items.iter().map(parts).sum::<usize>(),
        _ => 0,
    }
}

/// Adds the guards to what an alternative keeps, because the union itself writes them.
pub(super) fn with_tags(mut kept: Value, guards: &[(&str, &[&str])], value: &Value) -> Value {
    for (property, _) in guards {
        if let (Some(object), Some(tag)) = (kept.as_object_mut(), value.get(property)) {
            object.entry(*property).or_insert_with(|| tag.clone());
        }
    }
    kept
}

/// Merges what the best alternatives keep: those with the fewest unlisted values.
pub(super) fn joined(readings: Vec<(usize, Value)>) -> Value {
    let least = readings.iter().map(|(unlisted, _)| *unlisted).min();
    let fitting = readings.into_iter().filter(|(unlisted, _)| Some(*unlisted) == least).map(|(_, kept)| kept);
    fitting.reduce(join).unwrap_or_default()
}

fn join(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (key, value) in other {
                let joined = match one.remove(&key) {
                    Some(own) => join(own, value),
                    None => value,
                };
                one.insert(key, joined);
            }
            Value::Object(one)
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            one.into_iter().zip(other).map(|(one, other)| join(one, other)).collect()
        }
        (one, _) => one,
    }
}

#[cfg(test)]
mod tests {
    use super::super::union_of;
    use serde_json::json;

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Absent {}
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Nullable {
        size: Option<i64>,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Sized {
        Nullable(Nullable),
        Absent(Absent),
    }
    union_of!(Sized: Nullable(Nullable) [], Absent(Absent) []);

    #[test]
    fn a_missing_nullable_property_selects_the_alternative_without_it() {
        for (json, is_absent) in [(json!({}), true), (json!({ "size": null }), false), (json!({ "size": 1 }), false)] {
            let read: Sized = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(matches!(read, Sized::Absent(_)), is_absent, "{json}");
            assert_eq!(serde_json::to_value(&read).unwrap(), json);
        }
    }

    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Sent {
        date: Option<i64>,
    }
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct Received {
        #[serde(skip_serializing_if = "Option::is_none")]
        date: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        info: Option<Box<Received>>,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Account {
        Sent(Sent),
        Received(Received),
    }
    union_of!(Account: Sent(Sent) [], Received(Received) []);
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct InSent {
        account: Sent,
    }
    #[derive(Clone, Debug, PartialEq, serde::Deserialize, serde::Serialize)]
    struct InReceived {
        account: Account,
    }
    #[derive(Clone, Debug, PartialEq)]
    enum Nested {
        Sent(InSent),
        Received(InReceived),
    }
    union_of!(Nested: Sent(InSent) [], Received(InReceived) []);

    #[test]
    fn a_declared_null_selects_its_alternative_even_if_its_type_does_not_keep_it() {
        for (json, is_received) in [
            (json!({ "date": null, "info": null }), true),
            (json!({ "date": 1, "info": { "date": null, "info": null } }), true),
            (json!({ "date": null }), false),
            (json!({ "date": null, "undeclared": null }), false),
        ] {
            let read: Account = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(matches!(read, Account::Received(_)), is_received, "{json}");
            let json = json!({ "account": json });
            let read: Nested = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(matches!(read, Nested::Received(_)), is_received, "{json}");
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    enum Metric {
        Metre,
        Other(String),
    }
    crate::runtime::open_enum!(Metric, Other: Metre = "m");
    #[derive(Clone, Debug, PartialEq)]
    enum Imperial {
        Yard,
        Other(String),
    }
    crate::runtime::open_enum!(Imperial, Other: Yard = "yd");
    #[derive(Clone, Debug, PartialEq)]
    enum Unit {
        Metric(Vec<Metric>),
        Imperial(Vec<Imperial>),
    }
    union_of!(Unit: Metric(Vec<Metric>) [], Imperial(Vec<Imperial>) []);

    #[test]
    fn an_alternative_that_lists_a_string_precedes_one_that_only_keeps_it() {
        for (json, is_imperial) in
            [(json!(["yd"]), true), (json!(["m"]), false), (json!(["m", "yd", "yd"]), true), (json!(["x"]), false)]
        {
            let read: Unit = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(matches!(read, Unit::Imperial(_)), is_imperial, "{json}");
        }
    }
}
