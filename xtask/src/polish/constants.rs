//! Values that builders set by themselves, as Rust code.

use super::scalars::{float, integer};
use crate::model::types::{Shape, Types};
use crate::model::{Scalar, Type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

/// The only possible value of a property.
#[derive(Clone, Debug)]
pub struct Constant {
    /// As JSON.
    pub value: Value,
    expression: TokenStream,
    /// Whether it is a function that makes the value.
    is_call: bool,
}

impl Constant {
    /// The constant for a property of this type; `None` if the type has no literal for it.
    pub fn new(types: &Types, ty: &Type, value: &Value) -> Option<Self> {
        let (expression, is_call) = match (ty.behind_aliases(types), value) {
            (Type::Scalar(_), Value::String(text)) => (quote!(#text.to_owned()), true),
            (Type::Scalar(_), Value::Bool(flag)) => (quote!(#flag), false),
            (Type::Scalar(Scalar { rust, .. }), Value::Number(number)) => match rust.as_ref() {
                "f32" | "f64" => (float(rust, number.as_f64()?)?, false),
                _ => (integer(rust, number)?, false),
            },
            (Type::Named(name), Value::String(text)) => {
                let ident = format_ident!("{name}");
                match &types.get(name)?.shape {
                    Shape::StringEnum(known) => {
                        let (_, variant) = known.variants.iter().find(|(value, _)| value == text)?;
                        let variant = format_ident!("{variant}");
                        (quote!(types::#ident::#variant), false)
                    }
                    _ => (quote!(types::#ident::from(#text)), true),
                }
            }
            _ => return None,
        };
        Some(Self { value: value.clone(), expression, is_call })
    }

    /// The value that was set, or else the constant.
    pub fn unless_set(&self, set: &TokenStream) -> TokenStream {
        let expression = &self.expression;
        if self.is_call { quote!(#set.unwrap_or_else(|| #expression)) } else { quote!(#set.unwrap_or(#expression)) }
    }

    /// The sentence in the documentation of the setter.
    pub fn sentence(&self) -> String {
        format!("Defaults to {}, the only value that the document allows.", super::docs::code(&self.text()))
    }

    fn text(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }
}
