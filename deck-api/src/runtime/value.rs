//! How setters and fields keep absent, null and present values apart.

use super::{IntoValue, InvalidRequest, Json};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An explicit null, where a property takes one: `.name(Null)`. It is not the same as leaving the property out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Null;

impl Serialize for Null {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// Marks an argument that is an `Option` of a value.
#[derive(Debug)]
pub struct Maybe<M>(std::convert::Infallible, std::marker::PhantomData<M>);
/// Marks an argument that is a value.
#[derive(Debug)]
pub struct Given<M>(std::convert::Infallible, std::marker::PhantomData<M>);
/// Marks an argument that is [`Null`].
#[derive(Debug)]
pub enum IsNull {}

/// What the setter of an optional property takes: a value, or an `Option` of one, whose `None` leaves the property out.
///
/// `M` only tells the two apart and is always inferred.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither a `{T}` nor an option of one")]
pub trait IntoOptional<T, M> {
    /// The value, if there is one.
    fn into_optional(self) -> Option<T>;
}

impl<T, M, V: IntoValue<T, M>> IntoOptional<T, Given<M>> for V {
    fn into_optional(self) -> Option<T> {
        Some(self.into_value())
    }
}

impl<T, M, V: IntoValue<T, M>> IntoOptional<T, Maybe<M>> for Option<V> {
    fn into_optional(self) -> Option<T> {
        self.map(V::into_value)
    }
}

/// What the setter of a property that can be null takes: a value, an `Option` of one, or [`Null`].
///
/// `M` only tells them apart and is always inferred.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither a `{T}`, nor an option of one, nor `Null`")]
pub trait IntoNullable<T, M> {
    /// `None` leaves the property out, `Some(None)` is null.
    fn into_nullable(self) -> Option<Option<T>>;
}

impl<T, M, V: IntoValue<T, M>> IntoNullable<T, Given<M>> for V {
    fn into_nullable(self) -> Option<Option<T>> {
        Some(Some(self.into_value()))
    }
}

impl<T, M, V: IntoValue<T, M>> IntoNullable<T, Maybe<M>> for Option<V> {
    fn into_nullable(self) -> Option<Option<T>> {
        self.map(|value| Some(value.into_value()))
    }
}

impl<T> IntoNullable<T, IsNull> for Null {
    fn into_nullable(self) -> Option<Option<T>> {
        Some(None)
    }
}

/// Reads a property that is there, null or not; one that is not there is not read at all.
///
/// # Errors
///
/// Those of `T`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A value that has to be there.
///
/// # Errors
///
/// Where it is not.
pub fn required<T>(name: &str, value: Option<T>) -> Result<T, InvalidRequest> {
    value.ok_or_else(|| InvalidRequest::new(format!("`{name}` is required, but was not set")))
}

/// A list or a text that has to be there, and cannot be left empty.
pub(super) fn not_empty<T>(name: &str, value: Option<T>) -> Result<T, InvalidRequest> {
    value.ok_or_else(|| InvalidRequest::new(format!("`{name}` is required, but is empty, which cannot be sent")))
}

/// Any value as JSON.
///
/// # Errors
///
/// Where it does not serialise, for instance a map with keys that are not strings, or holds NaN or infinity.
pub fn to_value(name: &str, value: impl Serialize) -> Result<serde_json::Value, InvalidRequest> {
    super::finite::check(name, &value)?;
    serde_json::to_value(value).map_err(|error| unwritable(name, &error))
}

/// Any value as JSON, of a type that is received too: what was received is sent byte for byte.
///
/// # Errors
///
/// As those of [`to_value`].
pub fn to_text(name: &str, value: impl Serialize) -> Result<Json, InvalidRequest> {
    super::finite::check(name, &value)?;
    serde_json::value::to_raw_value(&value).map(Json::from).map_err(|error| unwritable(name, &error))
}

fn unwritable(name: &str, error: &serde_json::Error) -> InvalidRequest {
    InvalidRequest::new(format!("`{name}` cannot be written as JSON: {error}"))
}
