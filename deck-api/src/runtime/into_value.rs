//! The arguments of setters: a value, a literal, or a builder.

use super::InvalidRequest;
use std::collections::BTreeMap;

/// A value that was passed to a builder, or the error of the incomplete builder that was passed instead.
pub type Built<T> = Result<T, InvalidRequest>;

/// A builder of a value.
pub trait Builder {
    /// The type of the value.
    type Value;

    /// Builds the value.
    ///
    /// # Errors
    ///
    /// Returns an error if a required property is missing or a value cannot be serialized.
    fn into_built(self) -> Built<Self::Value>;
}

/// Marks an argument that is converted by `From` or `Into`.
#[derive(Debug)]
pub enum Converted {}
/// Marks an argument that is an array of literals.
#[derive(Debug)]
pub enum Literals {}
/// Marks an argument that contains complete values, not builders.
#[derive(Debug)]
pub enum Finished {}
/// Marks an argument that contains builders.
#[derive(Debug)]
pub enum Unfinished {}
/// Marks an argument that is an iterator of values or builders.
#[derive(Debug)]
pub struct Mapped<M>(std::convert::Infallible, std::marker::PhantomData<M>);

/// The argument of a property's setter: a value, or something that can be converted or built into one.
///
/// | type of the property | allowed arguments |
/// | --- | --- |
/// | any `T` | any type that implements `Into<T>` |
/// | a list | an array of string literals, if the items can be made from strings |
/// | a map | an array of pairs whose keys are string literals |
/// | a type with a builder | its builder |
/// | a list of such a type | an array of builders, or `iterator.map(…)` that yields values or builders |
/// | a map of such a type | an array of pairs of a string literal and a builder |
///
/// An incomplete builder makes the request fail when it is sent. `M` only distinguishes the forms and is always inferred.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be converted into a `{T}`")]
pub trait IntoValue<T, M> {
    /// Converts the argument.
    fn into_value(self) -> T;
}

impl<T, V: Into<T>> IntoValue<T, Converted> for V {
    fn into_value(self) -> T {
        self.into()
    }
}

impl<'a, T: From<&'a str>, const N: usize> IntoValue<Vec<T>, Literals> for [&'a str; N] {
    fn into_value(self) -> Vec<T> {
        self.into_iter().map(T::from).collect()
    }
}

impl<T, V: Into<T>, const N: usize> IntoValue<BTreeMap<String, T>, Literals> for [(&str, V); N] {
    fn into_value(self) -> BTreeMap<String, T> {
        self.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
    }
}

impl<T, V: Into<T>> IntoValue<Built<T>, Finished> for V {
    fn into_value(self) -> Built<T> {
        Ok(self.into())
    }
}

impl<B: Builder> IntoValue<Built<B::Value>, Unfinished> for B {
    fn into_value(self) -> Built<B::Value> {
        self.into_built()
    }
}

impl<B: Builder, const N: usize> IntoValue<Built<Vec<B::Value>>, Unfinished> for [B; N] {
    fn into_value(self) -> Built<Vec<B::Value>> {
        items(self.into_iter().map(B::into_built))
    }
}

impl<T, M, B, I, F> IntoValue<Built<Vec<T>>, Mapped<M>> for std::iter::Map<I, F>
where
    Self: Iterator<Item = B>,
    B: IntoValue<Built<T>, M>,
{
    fn into_value(self) -> Built<Vec<T>> {
        items(self.map(B::into_value))
    }
}

impl<B: Builder, const N: usize> IntoValue<Built<BTreeMap<String, B::Value>>, Unfinished> for [(&str, B); N] {
    fn into_value(self) -> Built<BTreeMap<String, B::Value>> {
        self.into_iter()
            .map(|(key, value)| Ok((key.to_owned(), value.into_built().map_err(|error| error.within(&format!("[{key:?}]")))?)))
            .collect()
    }
}

/// Returns the values of all builders, or the error of the first incomplete one.
fn items<T>(built: impl Iterator<Item = Built<T>>) -> Built<Vec<T>> {
    built.enumerate().map(|(index, item)| item.map_err(|error| error.within(&format!("[{index}]")))).collect()
}

/// Returns the value that was built for the property `name`.
///
/// # Errors
///
/// Returns an error if the builder of the value, or of an item of it, was incomplete.
pub fn built<T>(name: &str, value: Option<Built<T>>) -> Built<Option<T>> {
    value.transpose().map_err(|error| error.within(name))
}

/// Returns the value that was built for the nullable property `name`.
///
/// # Errors
///
/// Returns the same errors as [`built`].
pub fn built_nullable<T>(name: &str, value: Option<Option<Built<T>>>) -> Built<Option<Option<T>>> {
    value.map(|value| built(name, value)).transpose()
}

/// Implements [`Builder`](crate::runtime::Builder) for a generated builder.
macro_rules! builder_of {
    ($builder:ident: $name:ident) => {
        impl runtime::Builder for $builder {
            type Value = types::$name;

            fn into_built(self) -> runtime::Built<types::$name> {
                self.build()
            }
        }
    };
}

pub(crate) use builder_of;
