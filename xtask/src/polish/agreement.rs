//! Compares the output of progenitor with the model. A difference is a bug of the generator, and is reported with its place in
//! the document.

use super::emitted::{argument, map_value};
use super::paths::{is_path, path_name, shorten_type};
use crate::document::pointer::Pointer;
use crate::model::{Type, TypeUse};
use proc_macro2::Span;
use quote::ToTokens;
use std::fmt::Display;

/// Requires that `owner` has the type in the model.
///
/// # Errors
/// Returns an error if it has another type.
pub fn require(made: &syn::Type, used: &TypeUse, owner: impl Display) -> syn::Result<()> {
    require_at(made, &used.ty, owner, used.places.first())
}

/// Requires that the field for all other properties is the map in the model.
///
/// # Errors
/// Returns an error if it is another type, or the model has no such field.
pub fn require_rest(made: &syn::Type, rest: Option<&TypeUse>, owner: impl Display, at: &Pointer) -> syn::Result<()> {
    match rest {
        Some(rest) => require_at(made, &Type::Map(Some(Box::new(rest.clone()))), owner, Some(at)),
        None => Err(differs(owner, at, "is not in the model")),
    }
}

fn require_at(made: &syn::Type, wanted: &Type, owner: impl Display, at: Option<&Pointer>) -> syn::Result<()> {
    if is(made, wanted) {
        return Ok(());
    }
    let at = at.cloned().unwrap_or_default();
    Err(differs(owner, &at, &format!("is {wanted:?} in the model and `{}` in the code", text(made))))
}

/// The error for a difference between the model and the code of progenitor.
pub fn differs(owner: impl Display, at: &Pointer, what: &str) -> syn::Error {
    syn::Error::new(Span::call_site(), format!("`{owner}`, of the schema at #{at}, {what}"))
}

/// Whether progenitor made this type of the model.
fn is(made: &syn::Type, wanted: &Type) -> bool {
    match wanted {
        Type::Any => is_path(made, &["serde_json", "Value"]),
        Type::Scalar(scalar) => is_scalar(made, &scalar.rust_type()),
        Type::Array(items) => argument(made, "Vec").is_some_and(|made| is_used(made, items)),
        Type::Map(Some(values)) if values.ty != Type::Any => {
            map_value(made, "BTreeMap").is_some_and(|made| is_used(made, values))
        }
        Type::Map(_) => map_value(made, "Map").is_some_and(|made| is_path(made, &["serde_json", "Value"])),
        Type::Custom(rust) => text(made) == rust.replace(' ', ""),
        // A type of the user with the same name as its component takes its place, with its path.
        Type::Named(name) => path_name(made).is_some_and(|own| own == *name),
    }
}

/// The type of the value itself. For a nullable value, `Option` is removed if progenitor added one.
pub fn present<'a>(made: &'a syn::Type, used: &TypeUse) -> &'a syn::Type {
    argument(made, "Option").filter(|_| used.nullable).unwrap_or(made)
}

fn is_used(made: &syn::Type, used: &TypeUse) -> bool {
    is(present(made, used), &used.ty)
}

fn is_scalar(made: &syn::Type, rust: &str) -> bool {
    // Most scalars are single names. `String` can have a path.
    if !rust.contains("::") {
        return is_path(made, &[rust]) || rust == "String" && is_path(made, &["std", "string", "String"]);
    }
    let mut made = made.clone();
    shorten_type(&mut made);
    text(&made) == rust.replace(' ', "")
}

fn text(ty: &syn::Type) -> String {
    ty.to_token_stream().to_string().replace(' ', "")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::model::Scalar;
    use syn::parse_quote;

    #[test]
    fn a_type_that_differs_from_the_model_is_an_error_with_its_place() {
        let text = || TypeUse { places: vec![Pointer::parse("/a/b")], ..Type::Scalar(Scalar::text()).into() };
        let list = |items: TypeUse| TypeUse { places: vec![Pointer::parse("/a/b")], ..Type::Array(Box::new(items)).into() };
        let named: TypeUse = Type::Named("Run".to_owned()).into();
        let date: TypeUse = Type::Scalar(Scalar { rust: "chrono::DateTime<chrono::Utc>".into(), ..Scalar::text() }).into();
        let null = TypeUse { nullable: true, ..text() };
        let cases: [(syn::Type, TypeUse, bool); 12] = [
            (parse_quote!(::std::string::String), text(), true),
            (parse_quote!(i64), text(), false),
            (parse_quote!(Run), named.clone(), true),
            (parse_quote!(RunStatus), named, false),
            (parse_quote!(::chrono::DateTime<::chrono::offset::Utc>), date.clone(), true),
            (parse_quote!(::chrono::DateTime<::chrono::offset::Local>), date, false),
            (parse_quote!(::std::vec::Vec<::std::string::String>), list(text()), true),
            (parse_quote!(::std::vec::Vec<i64>), list(text()), false),
            (parse_quote!(::std::vec::Vec<::std::option::Option<::std::string::String>>), list(null), true),
            (parse_quote!(::std::vec::Vec<::std::option::Option<::std::string::String>>), list(text()), false),
            (parse_quote!(::serde_json::Map<::std::string::String, ::serde_json::Value>), Type::Map(None).into(), true),
            (parse_quote!(::serde_json::Value), Type::Map(None).into(), false),
        ];
        for (made, used, expected) in cases {
            let outcome = require(&made, &used, "Run::field");
            assert_eq!(outcome.is_ok(), expected, "{} {used:?}", super::text(&made));
        }
        let told = require(&parse_quote!(i64), &text(), "Run::field").unwrap_err().to_string();
        assert!(told.contains("`Run::field`, of the schema at #/a/b, is ") && told.ends_with("and `i64` in the code"), "{told}");
    }
}
