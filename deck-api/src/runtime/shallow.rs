//! Reads JSON one level at a time, so that the values inside keep their text.

use super::{InvalidRequest, Json};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use std::fmt;

/// JSON, one level deep.
pub(super) enum Shallow {
    Null,
    /// The text of a string, or the JSON of a number with all of its digits or of a boolean.
    Scalar(String),
    List(Vec<Json>),
    /// The members, in their order.
    Object(Vec<(String, Json)>),
}

impl Shallow {
    /// Reads one level. `name` is the name of the value in the error message.
    pub(super) fn of(name: &str, json: &Json) -> Result<Self, InvalidRequest> {
        let text = json.text();
        Ok(if json.is_null() {
            Self::Null
        } else if json.is_array() {
            Self::List(read(name, &text)?)
        } else if json.is_object() {
            Self::Object(read::<Members>(name, &text)?.0)
        } else if json.is_string() {
            Self::Scalar(read(name, &text)?)
        } else {
            Self::Scalar(text.into_owned())
        })
    }

    /// Returns the text of a scalar, or `None` for null. An array or an object becomes JSON.
    pub(super) fn text(name: &str, json: &Json) -> Result<Option<String>, InvalidRequest> {
        Ok(match Self::of(name, json)? {
            Self::Null => None,
            Self::Scalar(text) => Some(text),
            Self::List(_) | Self::Object(_) => Some(json.text().into_owned()),
        })
    }
}

fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, InvalidRequest> {
    serde_json::from_str(text).map_err(|error| InvalidRequest::new(format!("`{name}` cannot be serialized: {error}")))
}

struct Members(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
