//! A test case: a generated type and its schema, and what can be observed of a decoded value in addition to its JSON.

use crate::compare::Direction;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A generated type and its schema.
pub struct Case {
    pub(super) name: &'static str,
    pub(super) pointer: &'static str,
    pub(super) direction: Direction,
    pub(super) variants: Variants,
    decode: Box<Decode>,
}

/// Decodes a text and encodes the result.
type Decode = dyn Fn(&str) -> Result<Decoded, String> + Send + Sync;

/// An alternative of a union: the name of its variant, and the pointers of its schemas.
pub type Alternative = (&'static str, &'static [&'static str]);

/// What can be observed of a value of the type `T`.
pub enum Look<T> {
    /// Only its JSON.
    Json,
    /// The index of its alternative in a union, or the number of alternatives for the `Several` variant; `None` for the `Other`
    /// variant.
    Union(fn(&T) -> Option<usize>, &'static [Alternative]),
    /// The index of the listed string; `None` for an unlisted one.
    Strings(fn(&T) -> Option<usize>, &'static [&'static str]),
    /// The properties of a struct, and the names of the types of their fields.
    Fields(fn(&T) -> Vec<(&'static str, &'static str)>),
}

#[derive(Clone, Copy)]
pub(super) enum Variants {
    None,
    Union(&'static [Alternative]),
    Strings(&'static [&'static str]),
}

/// A decoded value.
pub(super) struct Decoded {
    /// The JSON into which the value is encoded.
    pub value: Value,
    pub variant: Option<usize>,
    /// The properties of a struct, and the number of `Option`s around each field.
    pub options: Vec<(&'static str, usize)>,
}

/// Creates a case for the type `T`. If the schema allows null, the `Option` is outside of `T`.
#[must_use]
pub fn case<T: DeserializeOwned + Serialize + 'static>(name: &'static str, pointer: &'static str, direction: Direction) -> Case {
    seen::<T>(name, pointer, direction, Look::Json)
}

/// Creates a case for the type `T` that also observes its values.
#[must_use]
pub fn seen<T: DeserializeOwned + Serialize + 'static>(
    name: &'static str,
    pointer: &'static str,
    direction: Direction,
    look: Look<T>,
) -> Case {
    let variants = match &look {
        Look::Union(_, alternatives) => Variants::Union(alternatives),
        Look::Strings(_, strings) => Variants::Strings(strings),
        Look::Json | Look::Fields(_) => Variants::None,
    };
    let decode = move |text: &str| {
        let decoded: T = serde_json::from_str(text).map_err(|error| format!("does not decode: {error}"))?;
        let (variant, fields) = match &look {
            Look::Union(variant, _) | Look::Strings(variant, _) => (variant(&decoded), Vec::new()),
            Look::Fields(fields) => (None, fields(&decoded)),
            Look::Json => (None, Vec::new()),
        };
        let options = fields.into_iter().map(|(property, ty)| (property, options(ty))).collect();
        let value = serde_json::to_value(decoded).map_err(|error| format!("does not encode: {error}"))?;
        Ok(Decoded { value, variant, options })
    };
    Case { name, pointer, direction, variants, decode: Box::new(decode) }
}

impl Case {
    pub(super) fn decode(&self, value: &Value) -> Result<Decoded, String> {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.decode)(&value.to_string())));
        outcome.unwrap_or_else(|_| Err("the decoder panicked".to_owned()))
    }
}

/// Returns the number of `Option`s around a type, ignoring `Box`es.
fn options(mut name: &str) -> usize {
    let mut count = 0;
    loop {
        if let Some(inner) = name.strip_prefix("core::option::Option<") {
            (name, count) = (inner, count + 1);
        } else if let Some(inner) = name.strip_prefix("alloc::boxed::Box<") {
            name = inner;
        } else {
            return count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::options;
    use std::any::type_name;

    #[test]
    fn options_are_counted_through_boxes() {
        assert_eq!(options(type_name::<Vec<Option<u8>>>()), 0);
        assert_eq!(options(type_name::<Option<Vec<u8>>>()), 1);
        assert_eq!(options(type_name::<Option<Box<Option<u8>>>>()), 2);
    }
}
