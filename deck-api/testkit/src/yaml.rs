//! Converts YAML to JSON. As in `serde_json`, an integer beyond 64 bits becomes the nearest float.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A value of YAML.
pub struct Yaml(pub Value);

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YamlVisitor).map(Self)
    }
}

#[derive(Clone, Copy)]
struct YamlVisitor;

impl<'de> Visitor<'de> for YamlVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what JSON can hold")
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

    #[allow(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        i64::try_from(value).map_or_else(|_| self.visit_f64(value as f64), |value| self.visit_i64(value))
    }

    #[allow(clippy::cast_precision_loss, reason = "the nearest is what is asked for")]
    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        u64::try_from(value).map_or_else(|_| self.visit_f64(value as f64), |value| self.visit_u64(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that JSON cannot hold"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Yaml(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((key, Yaml(value))) = entries.next_entry::<String, Yaml>()? {
            all.insert(key, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn integers_beyond_64_bits_become_the_nearest_floats() {
        let Yaml(read) = yaml_serde::from_str(
            "{a: 18446744073709551615, b: 340282366920938463463374607431768211455, 200: [-1, 1.5, x, null, true]}",
        )
        .unwrap();
        assert_eq!(
            read,
            json!({ "a": u64::MAX, "b": 340_282_366_920_938_463_463_374_607_431_768_211_455.0_f64, "200": [-1, 1.5, "x", null, true] })
        );
    }
}
