//! Reads JSON and refuses duplicate keys, of which `serde_json` would silently keep the last.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Parses `text`. `serde_json` refuses more than 128 levels of nesting.
pub fn parse(text: &str) -> Result<Value, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| error.to_string())
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number of JSON"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(Strict)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(super::names::twice(&key)));
            }
            map.insert(key, access.next_value_seed(Strict)?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::json;

    #[test]
    fn values_equal_those_of_serde_json_in_the_order_of_the_text() {
        let text = r#"{ "b": [1, -1, 1.5, 18446744073709552000, true, null, "\u00e9"], "a": {} }"#;
        let value = parse(text).unwrap();
        assert_eq!(value, json!({ "b": [1, -1, 1.5, 1.844_674_407_370_955_2e19, true, null, "é"], "a": {} }));
        assert_eq!(value.to_string().find("\"b\""), Some(1));
    }

    #[test]
    fn invalid_input_is_an_error_with_its_place() {
        let cases = [
            (r#"{ "a": 1, "b": { "c": 1, "c": 2 } }"#.to_owned(), "duplicate key `c` at line 1 column 28"),
            ("{} {}".to_owned(), "trailing characters at line 1 column 4"),
            ("{\"a\":".repeat(100_000), "recursion limit exceeded at line 1 column"),
        ];
        for (text, message) in cases {
            let error = parse(&text).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
