//! Finds a value in a JSON body that need not be complete, valid, or decodable as a whole.

use super::Json;
use super::decode::json_text;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// Returns the string at a JSON pointer, even if the body is cut off or invalid after it.
pub(super) fn find_text(body: &[u8], pointer: &str) -> Option<String> {
    find(body, pointer)?.as_str().map(str::to_owned)
}

/// Returns the value at a JSON pointer, whatever the rest of the body contains, even if the body is cut off or invalid after it.
pub(super) fn find(body: &[u8], pointer: &str) -> Option<Json> {
    let segments: Vec<String> = pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
    let found = Cell::new(None);
    let mut json = serde_json::Deserializer::from_slice(json_text(body));
    // An error only means that the walk ended; `found` is valid nevertheless.
    let _ = Find { segments: &segments, found: &found }.deserialize(&mut json);
    found.into_inner()
}

/// Walks to the location that `segments` name, and stops there.
struct Find<'a> {
    segments: &'a [String],
    found: &'a Cell<Option<Json>>,
}

impl<'de> DeserializeSeed<'de> for Find<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.segments.is_empty() {
            self.found.set(Some(Json::deserialize(deserializer)?));
            return Err(D::Error::custom("found"));
        }
        deserializer.deserialize_any(self)
    }
}

/// The bytes of a property's name, which may contain a lone surrogate.
struct Key(Vec<u8>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a property")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Key, E> {
                Ok(Key(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}

impl<'de> Visitor<'de> for Find<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or array that contains the value at a pointer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((wanted, rest)) = self.segments.split_first() else { return Err(A::Error::custom("not there")) };
        while let Some(Key(key)) = map.next_key()? {
            if key == wanted.as_bytes() {
                return map.next_value_seed(Find { segments: rest, found: self.found });
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some((wanted, rest)) = self.segments.split_first() else { return Err(A::Error::custom("not there")) };
        let index: usize = wanted.parse().map_err(A::Error::custom)?;
        for _ in 0..index {
            list.next_element::<IgnoredAny>()?;
        }
        list.next_element_seed(Find { segments: rest, found: self.found }).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_in_complete_cut_and_invalid_json() {
        for body in [r#"{"id":"a"}"#, r#"{"x":{"id":"b"},"id":"a","y":1"#, r#"{"id":"a","y":[1,"#, r#"{"id":"a"} junk"#] {
            assert_eq!(find_text(body.as_bytes(), "/id").as_deref(), Some("a"), "{body}");
        }
        assert_eq!(find_text(br#"{"list":[{"id":"a"},{"id":"b"}]"#, "/list/1/id").as_deref(), Some("b"));
    }

    #[test]
    fn values_are_found_beside_json_that_serde_json_cannot_hold() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        let body = format!(r#"{{"a":1e999,"b":"\ud800","c":{deep},"id":"x","state":{{"of":[1,"running"]}}}}"#);
        assert_eq!(find_text(body.as_bytes(), "/id").as_deref(), Some("x"));
        assert_eq!(find_text(body.as_bytes(), "/state/of/1").as_deref(), Some("running"));
        assert_eq!(find(body.as_bytes(), "/c").unwrap().text(), deep);
        assert!(find(body.as_bytes(), "/state/of/2").is_none() && find(body.as_bytes(), "/a/b").is_none());
    }

    #[test]
    fn no_id_is_invented() {
        for body in ["", "{", r#"{"id":5}"#, r#"{"id":"cut"#, r#"{"x":{"id":"b"}}"#, "[]", "<html>", r#"{"id":null}"#] {
            assert_eq!(find_text(body.as_bytes(), "/id"), None, "{body}");
        }
    }
}
