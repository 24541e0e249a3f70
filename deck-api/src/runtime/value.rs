//! Distinguishes absent, null and present values in setters and fields.

use super::{IntoValue, InvalidRequest, Json};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An explicit null for a nullable property: `.name(Null)`. It differs from leaving the property out.
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

/// The argument of an optional property's setter: a value, or an `Option` of one. `None` leaves the property out.
///
/// `M` only distinguishes the two forms and is always inferred.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither a `{T}` nor an option of one")]
pub trait IntoOptional<T, M> {
    /// Returns the value, if there is one.
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

/// The argument of a nullable property's setter: a value, an `Option` of one, or [`Null`].
///
/// `M` only distinguishes the forms and is always inferred.
#[diagnostic::on_unimplemented(message = "`{Self}` is neither a `{T}`, nor an option of one, nor `Null`")]
pub trait IntoNullable<T, M> {
    /// Converts the argument: `None` leaves the property out, `Some(None)` is null.
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

/// Reads a property that is present: `Some(None)` is null. serde does not call the function for an absent property.
///
/// # Errors
///
/// Returns the errors of `T`.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Returns a required value.
///
/// # Errors
///
/// Returns an error if the value was not set.
pub fn required<T>(name: &str, value: Option<T>) -> Result<T, InvalidRequest> {
    value.ok_or_else(|| InvalidRequest::new(format!("`{name}` is required, but was not set")))
}

/// Returns a required array or string, which must not be empty.
pub(super) fn not_empty<T>(name: &str, value: Option<T>) -> Result<T, InvalidRequest> {
    value.ok_or_else(|| InvalidRequest::new(format!("`{name}` is required, but is empty, which cannot be sent")))
}

/// Converts any value to JSON.
///
/// # Errors
///
/// Returns an error if the value cannot be serialized, for example a map whose keys are not strings, or if it contains NaN or
/// infinity.
pub fn to_value(name: &str, value: impl Serialize) -> Result<serde_json::Value, InvalidRequest> {
    super::finite::check(name, &value)?;
    serde_json::to_value(value).map_err(|error| unwritable(name, &error))
}

/// Converts any value to [`Json`]. JSON that was received is sent back byte for byte.
///
/// # Errors
///
/// Returns the same errors as [`to_value`].
pub fn to_text(name: &str, value: impl Serialize) -> Result<Json, InvalidRequest> {
    super::finite::check(name, &value)?;
    serde_json::value::to_raw_value(&value).map(Json::from).map_err(|error| unwritable(name, &error))
}

fn unwritable(name: &str, error: &serde_json::Error) -> InvalidRequest {
    InvalidRequest::new(format!("`{name}` cannot be serialized as JSON: {error}"))
}
