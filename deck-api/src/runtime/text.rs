//! Types that are strings on the wire: ids, open enums and closed enums. Generated code defines each of them with one macro call.

use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A type that may contain a string.
pub trait Text {
    /// Returns the string, if there is one.
    fn text(&self) -> Option<&str>;
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: Text> Text for Option<T> {
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(Text::text)
    }
}

/// Reads a string as `T`, without a copy if `T` needs none.
///
/// # Errors
///
/// Returns an error if the value is not a string, or not a string that `T` allows.
pub fn deserialize_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> TryFrom<&'a str, Error: fmt::Display>,
{
    struct TextVisitor<T>(PhantomData<T>);

    impl<T: for<'a> TryFrom<&'a str, Error: fmt::Display>> Visitor<'_> for TextVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            T::try_from(text).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(TextVisitor(PhantomData))
}

/// The impls that ids and enums share: they are written as the string that `as_str` returns.
macro_rules! written_as_text {
    ($name:ident $(, unless $other:ident)?) => {
        impl $crate::runtime::Text for $name {
            fn text(&self) -> Option<&str> {
                Some(self.as_str())
            }
        }
        impl std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl std::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }
        impl std::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read: Self = $crate::runtime::deserialize_text(deserializer)?;
                $(if matches!(read, Self::$other(_)) {
                    $crate::runtime::note_unlisted();
                })?
                Ok(read)
            }
        }
    };
}
pub(crate) use written_as_text;

/// The JSON Schema of an id or enum: a string, and for an enum its values.
macro_rules! schema_of_text {
    ($name:ident $(, $text:literal)*) => {
        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let values: &[&str] = &[$($text),*];
                let mut schema = schemars::json_schema!({ "type": "string" });
                if !values.is_empty() {
                    schema.insert("enum".to_owned(), values.into());
                }
                schema
            }
        }
    };
}
pub(crate) use schema_of_text;

/// Implements `JsonSchema` for a type whose schema is inlined wherever the type is used.
macro_rules! inline_schema {
    ($name:ident $(<$of:ident>)?: $title:expr, $schema:expr) => {
        #[cfg(feature = "schemars")]
        impl $(<$of>)? schemars::JsonSchema for $name $(<$of>)? {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                $title.into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema
            }
        }
    };
}
pub(super) use inline_schema;

/// Implements the methods and conversions of an id. It can be created from a string, but not from another id type.
macro_rules! string_id {
    ($name:ident) => {
        impl $name {
            /// Returns the id as a string.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        $crate::runtime::written_as_text!($name);
        $crate::runtime::schema_of_text!($name);
    };
}
pub(crate) use string_id;

/// Implements an open enum: it keeps strings that it does not list.
macro_rules! open_enum {
    ($name:ident, $other:ident: $($variant:ident = $text:literal),* $(,)?) => {
        impl $name {
            /// Returns the value as the API writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::$other(text) => text,
                }
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::$other(text.to_owned()),
                }
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::$other(text),
                }
            }
        }
        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, std::convert::Infallible> {
                Ok(text.into())
            }
        }
        $crate::runtime::written_as_text!($name, unless $other);
        $crate::runtime::schema_of_text!($name $(, $text)*);
    };
}
pub(crate) use open_enum;

/// Implements a closed enum, for strings that are only sent. It has the listed values and no others.
macro_rules! string_enum {
    ($name:ident: $($variant:ident = $text:literal),* $(,)?) => {
        impl $name {
            /// Returns the value as the API writes it.
            #[must_use]
            pub fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
        impl std::convert::TryFrom<&str> for $name {
            type Error = $crate::runtime::InvalidRequest;

            fn try_from(text: &str) -> Result<Self, $crate::runtime::InvalidRequest> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::runtime::InvalidRequest::new(concat!("not a value of ", stringify!($name)))),
                }
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::runtime::InvalidRequest;

            fn from_str(text: &str) -> Result<Self, $crate::runtime::InvalidRequest> {
                text.try_into()
            }
        }
        $crate::runtime::written_as_text!($name);
        $crate::runtime::schema_of_text!($name $(, $text)*);
    };
}
pub(crate) use string_enum;
