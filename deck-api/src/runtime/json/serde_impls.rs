//! Serde for free-form JSON: as text if the format is JSON, otherwise as a value.

use super::super::text::inline_schema;
use super::{Json, Kept};
use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::Value;
use serde_json::value::RawValue;
use std::cell::Cell;
use std::fmt;

/// Writes the text as received.
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kept::Text(text, _) => text.serialize(serializer),
            Kept::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parsed = Cell::new(None);
        match Box::<RawValue>::deserialize(TextOrValue { deserializer, parsed: &parsed }) {
            Ok(text) => Ok(text.into()),
            Err(error) => parsed.take().map(Self::from).ok_or(error),
        }
    }
}

/// Reads the text. If serde has already parsed the value, which it does when it buffers, there is no text and `parsed` returns
/// the value.
struct TextOrValue<'p, D> {
    deserializer: D,
    parsed: &'p Cell<Option<Value>>,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for TextOrValue<'_, D> {
    type Error = D::Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_newtype_struct(name, TextVisitor { visitor, parsed: self.parsed })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct TextVisitor<'p, V> {
    visitor: V,
    parsed: &'p Cell<Option<Value>>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for TextVisitor<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    /// The text.
    fn visit_map<A: serde::de::MapAccess<'de>>(self, text: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(text)
    }

    /// `serde_json` does not pass text this way, so the value has already been parsed.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.parsed.set(Some(Value::deserialize(deserializer)?));
        Err(D::Error::custom("the value is parsed already"))
    }
}

inline_schema!(Json: "AnyValue", true.into());
