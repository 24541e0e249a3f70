//! Refuses NaN and infinity: JSON has neither, and `serde_json` would silently write null.

use super::InvalidRequest;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};
use std::fmt;

/// Refuses a value that contains NaN or infinity; the error names the location.
pub(super) fn check(name: &str, value: &impl Serialize) -> Result<(), InvalidRequest> {
    match value.serialize(Probe) {
        Err(Found::Float { place, text }) => {
            Err(InvalidRequest::new(format!("`{name}{place}` is {text}, which JSON cannot represent")))
        }
        // The actual serializer reports other errors better.
        Ok(()) | Err(Found::Other) => Ok(()),
    }
}

/// A serializer that writes nothing, but checks each number.
struct Probe;

#[derive(Debug)]
enum Found {
    /// The location is built from the inside out.
    Float {
        place: String,
        text: String,
    },
    Other,
}

impl Found {
    fn below(self, part: impl fmt::Display) -> Self {
        match self {
            Self::Float { place, text } => Self::Float { place: format!("{part}{place}"), text },
            Self::Other => Self::Other,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not finite")
    }
}

impl std::error::Error for Found {}

impl serde::ser::Error for Found {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Other
    }
}

macro_rules! nothing_to_see {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, _: $type) -> Result<(), Found> {
            Ok(())
        })*
    };
}

impl Serializer for Probe {
    type Ok = ();
    type Error = Found;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    nothing_to_see!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128, serialize_char: char,
        serialize_str: &str, serialize_bytes: &[u8], serialize_unit_struct: &'static str
    );

    fn serialize_f32(self, number: f32) -> Result<(), Found> {
        self.serialize_f64(f64::from(number))
    }

    fn serialize_f64(self, number: f64) -> Result<(), Found> {
        if number.is_finite() { Ok(()) } else { Err(Found::Float { place: String::new(), text: number.to_string() }) }
    }

    fn serialize_none(self) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Found> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Found> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Found> {
        value.serialize(self).map_err(|found| found.below(format_args!(".{variant}")))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Found> {
        Ok(Items(0))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items, Found> {
        Ok(Items(0))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items, Found> {
        Ok(Items(0))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Items, Found> {
        Ok(Items(0))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Found> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Found> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Found> {
        Ok(self)
    }

    // The default would format the value for nothing.
    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Result<(), Found> {
        Ok(())
    }
}

/// Counts the items of an array.
struct Items(usize);

impl Items {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
        let index = self.0;
        self.0 += 1;
        value.serialize(Probe).map_err(|found| found.below(format_args!("[{index}]")))
    }
}

macro_rules! list {
    ($($trait:ident $method:ident),*) => {
        $(impl $trait for Items {
            type Ok = ();
            type Error = Found;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
                self.item(value)
            }

            fn end(self) -> Result<(), Found> {
                Ok(())
            }
        })*
    };
}

list!(
    SerializeSeq serialize_element, SerializeTuple serialize_element, SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl $trait for Probe {
            type Ok = ();
            type Error = Found;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Found> {
                value.serialize(Self).map_err(|found| found.below(format_args!(".{name}")))
            }

            fn end(self) -> Result<(), Found> {
                Ok(())
            }
        })*
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Probe {
    type Ok = ();
    type Error = Found;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
        value.serialize(Self)
    }

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(&mut self, key: &K, value: &V) -> Result<(), Found> {
        value.serialize(Self).map_err(|found| {
            let key = serde_json::to_value(key).unwrap_or_default();
            found.below(format_args!(".{}", key.as_str().unwrap_or("?")))
        })
    }

    fn end(self) -> Result<(), Found> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(serde::Serialize)]
    struct Room {
        price: Option<f64>,
        #[serde(flatten)]
        more: BTreeMap<String, Vec<f32>>,
    }

    fn room(price: f64, more: &[f32]) -> Room {
        Room { price: Some(price), more: BTreeMap::from([("rates".to_owned(), more.to_vec())]) }
    }

    #[test]
    fn numbers_that_json_cannot_hold_are_refused_with_their_place() {
        for (value, expected) in [
            (room(f64::NAN, &[]), "`body.price` is NaN"),
            (room(f64::INFINITY, &[]), "`body.price` is inf"),
            (room(1.0, &[0.5, f32::NEG_INFINITY]), "`body.rates[1]` is -inf"),
        ] {
            let message = check("body", &value).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        assert!(check("n", &f64::NAN).unwrap_err().to_string().contains("`n` is NaN"));
        assert!(check("n", &(1, [f64::NAN])).unwrap_err().to_string().contains("`n[1][0]` is NaN"));
    }

    #[test]
    fn all_finite_numbers_are_accepted() {
        assert!(check("body", &room(1.5, &[0.5])).is_ok());
        assert!(check("body", &json!({ "a": [1, null, "x", { "b": 1e300 }] })).is_ok());
    }
}
