//! Free-form JSON of a response: keeps the received text and parses it on demand.

mod serde_impls;

use super::ValueError;
use serde::de::DeserializeOwned;
use serde_json::value::{Index, RawValue};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

/// Free-form JSON of a response, for which the document has no schema. It can be read like a [`serde_json::Value`], as in
/// `output["rooms"][0]["price"] == 120`. [`parse`](Self::parse) decodes it into a type of your own.
///
/// `serde_json::Value` cannot hold all JSON: not more than 127 levels of nesting, no numbers beyond `f64` (`1e999`), and no
/// strings with a lone surrogate. Such JSON does not make the response fail: [`text`](Self::text) returns the received
/// text, and [`as_value`](Self::as_value) and the other accessors return `None`.
#[derive(Clone)]
pub struct Json(Kept);

#[derive(Clone)]
enum Kept {
    /// The received text, and the result of parsing it once that was needed.
    Text(Box<RawValue>, OnceLock<Option<Value>>),
    Value(Value),
}

impl Json {
    /// Returns the parsed value, or `None` if `serde_json` cannot hold it.
    #[must_use]
    pub fn as_value(&self) -> Option<&Value> {
        match &self.0 {
            Kept::Text(text, value) => value.get_or_init(|| serde_json::from_str(text.get()).ok()).as_ref(),
            Kept::Value(value) => Some(value),
        }
    }

    /// Converts to the parsed value.
    ///
    /// # Errors
    ///
    /// Returns `self` if `serde_json` cannot hold the value.
    pub fn into_value(self) -> Result<Value, Self> {
        match self.0 {
            Kept::Text(text, value) => match value.into_inner().unwrap_or_else(|| serde_json::from_str(text.get()).ok()) {
                Some(value) => Ok(value),
                None => Err(text.into()),
            },
            Kept::Value(value) => Ok(value),
        }
    }

    /// Returns the JSON text, byte for byte as received.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Kept::Text(text, _) => Cow::Borrowed(text.get()),
            Kept::Value(value) => Cow::Owned(value.to_string()),
        }
    }

    /// Decodes the JSON into a type of your own.
    ///
    /// # Errors
    ///
    /// Returns an error that names the place in the JSON if the value does not fit the type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ValueError> {
        super::value_as("", Some(self))
    }

    /// Returns the value of a key or the item at an index. See [`Value::get`].
    pub fn get(&self, index: impl Index) -> Option<&Value> {
        self.as_value()?.get(index)
    }

    /// Returns the value at a JSON pointer.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        self.as_value()?.pointer(pointer)
    }

    /// Returns the string, if the value is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_value()?.as_str()
    }

    /// Returns the boolean, if the value is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.as_value()?.as_bool()
    }

    /// Returns the number, if the value is an integer that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.as_value()?.as_i64()
    }

    /// Returns the number, if the value is an integer that fits.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.as_value()?.as_u64()
    }

    /// Returns the number, if the value is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        self.as_value()?.as_f64()
    }

    /// Returns the items, if the value is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&Vec<Value>> {
        self.as_value()?.as_array()
    }

    /// Returns the members, if the value is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Map<String, Value>> {
        self.as_value()?.as_object()
    }

    /// Returns whether the value is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.begins_with(b"n")
    }

    /// Returns whether the value is a boolean.
    #[must_use]
    pub fn is_boolean(&self) -> bool {
        self.begins_with(b"tf")
    }

    /// Returns whether the value is a number of any size.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.begins_with(b"-0123456789")
    }

    /// Returns whether the value is a string, even one that `serde_json` cannot hold.
    #[must_use]
    pub fn is_string(&self) -> bool {
        self.begins_with(b"\"")
    }

    /// Returns whether the value is an array of any depth.
    #[must_use]
    pub fn is_array(&self) -> bool {
        self.begins_with(b"[")
    }

    /// Returns whether the value is an object of any depth.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.begins_with(b"{")
    }

    /// Returns the first byte, which identifies the type of the JSON value.
    fn begins_with(&self, bytes: &[u8]) -> bool {
        let first = match &self.0 {
            Kept::Text(text, _) => text.get().bytes().next().unwrap_or_default(),
            Kept::Value(Value::Null) => b'n',
            Kept::Value(Value::Bool(_)) => b't',
            Kept::Value(Value::Number(_)) => b'0',
            Kept::Value(Value::String(_)) => b'"',
            Kept::Value(Value::Array(_)) => b'[',
            Kept::Value(Value::Object(_)) => b'{',
        };
        bytes.contains(&first)
    }
}

/// Null.
impl Default for Json {
    fn default() -> Self {
        Value::Null.into()
    }
}

impl From<Box<RawValue>> for Json {
    fn from(text: Box<RawValue>) -> Self {
        Self(Kept::Text(text, OnceLock::new()))
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(Kept::Value(value))
    }
}

/// Like indexing a [`Value`]: returns null if there is no such key or index. It also returns null if `serde_json` cannot hold the
/// whole value; use [`get`](Json::get) and [`as_value`](Json::as_value) to distinguish the two cases.
impl<I: Index> std::ops::Index<I> for Json {
    type Output = Value;

    fn index(&self, index: I) -> &Value {
        self.get(index).unwrap_or(&Value::Null)
    }
}

/// Two values are equal if their texts or their parsed values are equal.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        let is_same_text = matches!((&self.0, &other.0), (Kept::Text(own, _), Kept::Text(other, _)) if own.get() == other.get());
        is_same_text || self.as_value().zip(other.as_value()).is_some_and(|(own, other)| own == other)
    }
}

/// Compares with a [`Value`] and with every type that a `Value` can be compared with.
impl<T: ?Sized> PartialEq<T> for Json
where
    Value: PartialEq<T>,
{
    fn eq(&self, other: &T) -> bool {
        self.as_value().is_some_and(|value| value == other)
    }
}

/// Writes the JSON. `{:#}` writes it over several lines if `serde_json` can hold the value.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match f.alternate().then(|| self.as_value()).flatten() {
            Some(value) => fmt::Display::fmt(value, f),
            None => f.write_str(&self.text()),
        }
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({})", self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    /// JSON that `serde_json::Value` cannot hold.
    fn beyond() -> [String; 4] {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        [deep, "1e999".to_owned(), r#""\ud800""#.to_owned(), r#"{"a":[1,-1E+400],"b":"\udead"}"#.to_owned()]
    }

    #[test]
    fn the_alternate_format_is_pretty_printed_if_possible() {
        assert_eq!(format!("{:#}", read(r#"{"a":1}"#)), "{\n  \"a\": 1\n}");
        assert_eq!(
            (read(r#"{"a":1}"#).to_string(), format!("{:#}", read("1e999"))),
            (r#"{"a":1}"#.to_owned(), "1e999".to_owned())
        );
    }

    #[test]
    fn json_that_serde_json_cannot_hold_is_kept_and_written_as_text() {
        for text in beyond() {
            let json = read(&text);
            assert!(json.as_value().is_none() && json.text() == text, "{text}");
            assert!(json.get("a").is_none() && json["a"].is_null() && json != json!(null), "{text}");
            assert_eq!(serde_json::to_string(&json).unwrap(), text);
            assert_eq!((json.to_string(), json == read(&text)), (text.clone(), true));
            assert_eq!(json.into_value().unwrap_err().text(), text);
        }
        let [deep, large, half, object] = beyond().map(|text| read(&text));
        assert!(deep.is_array() && large.is_number() && half.is_string() && object.is_object() && !large.is_null());
    }

    #[test]
    fn json_can_be_read_like_a_value() {
        let json = read(r#" {"a": [1, "x", true, null, -2.5], "b": {}} "#);
        assert_eq!(json, json!({ "b": {}, "a": [1, "x", true, null, -2.5] }));
        assert_eq!((&json["a"][1], json["c"].is_null()), (&json!("x"), true));
        assert_eq!(json.pointer("/a/4").and_then(Value::as_f64), Some(-2.5));
        assert_eq!(json.as_object().map(Map::len), Some(2));
        assert_eq!(json.text(), r#"{"a": [1, "x", true, null, -2.5], "b": {}}"#);
        assert_eq!(format!("{:?}", read("[1, 2]")), "Json([1, 2])");
        assert!(read("5") == 5 && read("\"x\"") == "x" && read("true") == true && read("5") != 6);
        assert_eq!((read("5").as_i64(), read("5").as_u64(), read("\"x\"").as_str()), (Some(5), Some(5), Some("x")));
        assert!(read("null").is_null() && read("false").is_boolean() && Json::default().is_null());
        assert_eq!(read("[1]").as_array().map(Vec::len), Some(1));
        assert_eq!(read("[1]").into_value(), Ok(json!([1])));
    }

    #[test]
    fn large_numbers_keep_their_digits() {
        let text = r#"{"n":123456789012345678901234567890,"d":1.000}"#;
        assert_eq!(serde_json::to_string(&read(text)).unwrap(), text);
        assert_ne!(read("123456789012345678901234567890").text(), read("123456789012345678901234567891").text());
    }

    #[test]
    fn json_is_read_from_a_parsed_value_too() {
        #[derive(serde::Deserialize)]
        struct Inner {
            any: Json,
        }
        #[derive(serde::Deserialize)]
        struct Outer {
            #[serde(flatten)]
            rest: std::collections::BTreeMap<String, Inner>,
        }
        let value = json!({ "x": { "any": { "a": [1, "b", null] } } });
        let outer: Outer = serde_json::from_str(&value.to_string()).unwrap();
        assert_eq!(outer.rest["x"].any, value["x"]["any"]);
        let outer: Outer = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(outer.rest["x"].any, value["x"]["any"]);
        let inner: Inner = serde_json::from_value(value["x"].clone()).unwrap();
        assert_eq!(serde_json::to_value(&inner.any).unwrap(), value["x"]["any"]);
    }

    #[test]
    fn invalid_json_is_refused() {
        for text in ["", "nul", "{\"a\":}", "[1", "\"a", "1e", "{\"a\" 1}"] {
            assert!(serde_json::from_str::<Json>(text).is_err(), "{text}");
        }
        assert!(serde_json::from_slice::<Json>(b"\"\xff\"").is_err());
    }
}
