//! Values as Rust expressions that setters accept.

mod types;

use super::emitted::{argument, map_value};
use super::json_texts::JsonTexts;
use super::paths::{own_name, path_name};
use super::polished::Types;
use super::scalars::{float, integer};
use super::setters::Slot;
use super::{builders, enums};
use crate::model::api::Model;
use crate::model::guards;
use crate::model::types::{Shape, Variant};
use crate::model::{Presence, Scalar};
use crate::sample::Samples;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::Type;

/// The maximum depth. Without it, a recursive union without a finite value would never terminate.
const MAX_DEPTH: usize = 24;

/// The position of a value in an expression.
#[derive(Clone, Copy, Default)]
struct At<'m> {
    depth: usize,
    /// The media type that a file needs.
    media: Option<&'m str>,
}

impl At<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

/// Makes expressions for the types of a crate.
pub struct Expressions<'a> {
    model: &'a Model,
    types: &'a Types,
    samples: &'a Samples<'a>,
    /// The name of the crate in code.
    pub crate_name: String,
    pub json: JsonTexts,
}

impl<'a> Expressions<'a> {
    pub fn new(model: &'a Model, types: &'a Types, samples: &'a Samples<'a>, crate_name: &str) -> Self {
        let crate_name = if crate_name.is_empty() { "api".to_owned() } else { crate_name.replace('-', "_") };
        Self { model, types, samples, crate_name, json: JsonTexts::default() }
    }

    /// An argument of the setter of `slot` for this value: literals and builders where it accepts them.
    pub fn argument(&self, slot: &Slot, value: &Value) -> Option<TokenStream> {
        self.argument_at(slot, value, At::default())
    }

    fn argument_at(&self, slot: &Slot, value: &Value, at: At<'_>) -> Option<TokenStream> {
        match slot.shape {
            Presence::RequiredAny | Presence::OptionalAny => Some(self.json.add(value)),
            Presence::RequiredNullable | Presence::OptionalNullable if value.is_null() => {
                let crate_name = format_ident!("{}", self.crate_name);
                Some(quote!(#crate_name::Null))
            }
            _ => self.loose(&slot.ty, value, slot.is_built(), At { media: slot.media.as_deref(), ..at }),
        }
    }

    /// An expression that can be converted into the type. It can use builders if `builders` is set.
    fn loose(&self, ty: &Type, value: &Value, builders: bool, at: At<'_>) -> Option<TokenStream> {
        if let Some(alias) = self.types.target(ty) {
            return self.loose(&alias, value, builders, at.deeper());
        }
        if let (Some(item), Value::Array(items)) = (argument(ty, "Vec"), value) {
            let is_literal = !items.is_empty() && self.is_literal(item, builders);
            let items = items.iter().map(|value| self.item(item, value, builders, at.deeper())).collect::<Option<Vec<_>>>()?;
            return Some(if is_literal { quote!([#(#items),*]) } else { quote!(vec![#(#items),*]) });
        }
        if let (Some(item), Value::Object(object)) = (map_value(ty, "BTreeMap"), value) {
            let pair = |(key, value): (&String, &Value)| Some((key.clone(), self.item(item, value, builders, at.deeper())?));
            let pairs = object.iter().map(pair).collect::<Option<Vec<_>>>()?;
            let pairs = pairs.iter().map(|(key, value)| quote!((#key, #value)));
            return Some(if object.is_empty() { quote!(std::collections::BTreeMap::new()) } else { quote!([#(#pairs),*]) });
        }
        match value {
            Value::String(text) if self.is_text(ty) => self.word(ty, text).or_else(|| Some(quote!(#text))),
            Value::Object(_) if builders && self.is_built(ty) => self.builder(&own_name(ty)?, value, at),
            _ => self.exact(ty, value, at),
        }
    }

    /// An element of an array or a map.
    fn item(&self, ty: &Type, value: &Value, builders: bool, at: At<'_>) -> Option<TokenStream> {
        if self.is_literal(ty, builders) { self.loose(ty, value, builders, at) } else { self.exact(ty, value, at) }
    }

    /// Whether a setter accepts an array of literals or of builders for a vector of the type.
    fn is_literal(&self, item: &Type, builders: bool) -> bool {
        self.is_text(item) || builders && self.is_built(item)
    }

    /// An expression of exactly this type.
    fn exact(&self, ty: &Type, value: &Value, at: At<'_>) -> Option<TokenStream> {
        if at.depth > MAX_DEPTH {
            return None;
        }
        if let Some(alias) = self.types.target(ty) {
            return self.exact(&alias, value, at.deeper());
        }
        if let Some(held) = argument(ty, "Option") {
            return if value.is_null() {
                Some(quote!(None))
            } else {
                self.exact(held, value, at.deeper()).map(|value| quote!(Some(#value)))
            };
        }
        if let Some(held) = argument(ty, "Box") {
            return self.exact(held, value, at.deeper()).map(|value| quote!(Box::new(#value)));
        }
        if let (Some(item), Value::Array(items)) = (argument(ty, "Vec"), value) {
            let items = items.iter().map(|value| self.exact(item, value, at.deeper())).collect::<Option<Vec<_>>>()?;
            return Some(quote!(vec![#(#items),*]));
        }
        if let (Some(item), Value::Object(object)) = (map_value(ty, "BTreeMap"), value) {
            let pair = |(key, value): (&String, &Value)| Some((key.clone(), self.exact(item, value, at.deeper())?));
            let pairs = object.iter().map(pair).collect::<Option<Vec<_>>>()?;
            let pairs = pairs.iter().map(|(key, value)| quote!((#key.to_owned(), #value)));
            return Some(quote!(std::collections::BTreeMap::from([#(#pairs),*])));
        }
        if let Some(name) = own_name(ty) {
            return self.named(&name, value, at).or_else(|| self.decoded(ty, value));
        }
        let name = path_name(ty)?;
        match (name.as_str(), value) {
            ("File", Value::String(text)) if crate::tokens::text(ty) == Scalar::file().rust => Some(self.file(text, at.media)),
            ("bool", Value::Bool(flag)) => Some(quote!(#flag)),
            ("String", Value::String(text)) => Some(quote!(#text.to_owned())),
            ("f32" | "f64", Value::Number(number)) => float(&name, number.as_f64()?),
            ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64", Value::Number(number)) => integer(&name, number),
            ("Value", _) => Some(self.json.add(value)),
            ("Json", _) => {
                let json = self.json.add(value);
                let crate_name = format_ident!("{}", self.crate_name);
                Some(quote!(#crate_name::Json::from(#json)))
            }
            _ => self.decoded(ty, value),
        }
    }

    /// A file with this content.
    fn file(&self, text: &str, media: Option<&str>) -> TokenStream {
        let crate_name = format_ident!("{}", self.crate_name);
        let media = media.map(|media| quote!(.with_content_type(#media)));
        quote!(#crate_name::File::new(#text) #media)
    }

    /// An expression of a named type.
    fn named(&self, name: &str, value: &Value, at: At<'_>) -> Option<TokenStream> {
        let ident = format_ident!("{name}");
        match &self.model.types.get(name)?.shape {
            Shape::Struct(_) if self.types.builders.contains(name) => {
                let builder = self.builder(name, value, at)?;
                Some(quote!(#builder.build()?))
            }
            Shape::StringEnum(_) => self.variant_of(name, value.as_str()?),
            Shape::Id => {
                let text = value.as_str()?;
                Some(quote!(types::#ident::from(#text)))
            }
            Shape::Union(union) => {
                let variant = self.alternative(&union.variants, value)?;
                let (variant, held) = (format_ident!("{}", variant.name), self.variant_type(name, &variant.name)?);
                let value = self.exact(&self.qualified(&held), value, at.deeper())?;
                Some(quote!(types::#ident::#variant(#value)))
            }
            _ => None,
        }
    }

    /// The builder of a struct with the fields of the value; `None` if a required one is missing.
    fn builder(&self, name: &str, value: &Value, at: At<'_>) -> Option<TokenStream> {
        let item = self.types.structs.get(name)?;
        let fields = builders::slots(item, self.types);
        let mut calls = Vec::new();
        for (field, slot) in &fields {
            match value.get(&field.property) {
                Some(value) if field.constant.as_ref().is_some_and(|constant| constant.value == *value) => {}
                Some(value) => {
                    let (setter, argument) = (&field.setter, self.argument_at(slot, value, at.deeper())?);
                    calls.push(quote!(.#setter(#argument)));
                }
                None if field.is_needed() => return None,
                None => {}
            }
        }
        let ident = format_ident!("{name}");
        Some(quote!(types::#ident::builder() #(#calls)*))
    }

    /// The alternative under which the value is valid.
    fn alternative<'v>(&self, variants: &'v [Variant], value: &Value) -> Option<&'v Variant> {
        let says_no = |(property, wanted): &(String, Vec<String>)| {
            let text = guards::value(value, property).map(|own| own.as_str().map_or_else(|| own.to_string(), str::to_owned));
            text.is_some_and(|text| !wanted.is_empty() && !wanted.contains(&text))
        };
        let admits = |variant: &&Variant| {
            !variant.guards.iter().any(says_no)
                && variant.origins.iter().any(|origin| self.samples.admits(origin.as_str(), value))
        };
        variants.iter().find(admits)
    }

    /// The variant of a string enum, if the type is one.
    fn word(&self, ty: &Type, text: &str) -> Option<TokenStream> {
        self.variant_of(&own_name(ty)?, text)
    }

    fn variant_of(&self, name: &str, text: &str) -> Option<TokenStream> {
        let def = self.model.types.get(name)?;
        let Shape::StringEnum(known) = &def.shape else { return None };
        let ident = format_ident!("{name}");
        match known.variants.iter().find(|(value, _)| value == text) {
            Some((_, variant)) => {
                let variant = format_ident!("{variant}");
                Some(quote!(types::#ident::#variant))
            }
            None => enums::is_open(known, def.direction).then(|| quote!(types::#ident::from(#text))),
        }
    }

    /// An expression that decodes the value, for types without literals: dates, times and types made by typify.
    fn decoded(&self, ty: &Type, value: &Value) -> Option<TokenStream> {
        if let ("NaiveDate" | "DateTime" | "Uuid" | "Decimal", Value::String(text)) = (path_name(ty)?.as_str(), value)
            && own_name(ty).is_none()
        {
            return Some(quote!(#text.parse::<#ty>()?));
        }
        let ty = self.outside(ty)?;
        let json = self.json.add(value);
        Some(quote!(serde_json::from_value::<#ty>(#json.into())?))
    }
}
