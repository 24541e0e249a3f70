//! Structs: fields in document order, with types that express absence and null.

use super::constants::Constant;
use super::emitted::{argument, plain, unexpected};
use super::{agreement, docs, free_form};
use crate::document::pointer::Pointer;
use crate::model::parameters::field_setters;
use crate::model::{Cycles, Direction, Presence, Types, types};
use syn::{Attribute, Field, Fields, Ident, ItemStruct, Type, parse_quote};

/// A polished struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// The item.
    pub item: ItemStruct,
    /// Its fields, in the same order.
    pub fields: Vec<StructField>,
    /// The directions in which it travels.
    pub direction: Direction,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct StructField {
    /// The name of the property.
    pub property: String,
    /// The field's name.
    pub ident: Ident,
    /// The name of its setter.
    pub setter: Ident,
    /// Its docs.
    pub docs: Vec<Attribute>,
    /// The type of a value that is present and not null.
    pub ty: Type,
    /// How it can be absent or null.
    pub shape: Presence,
    /// Whether the struct holds it in a `Box`, because its type contains the struct.
    pub boxed: bool,
    /// The default of the builder.
    pub constant: Option<Constant>,
}

impl StructField {
    /// Whether its setter must be called.
    pub fn is_needed(&self) -> bool {
        let is_required = matches!(self.shape, Presence::Required | Presence::RequiredNullable | Presence::RequiredAny);
        is_required && self.constant.is_none()
    }
}

/// Polishes `item`, which typify made from `known`, the schema at `place`.
///
/// # Errors
/// Returns an error if it differs from the model.
pub fn polish(
    item: &ItemStruct,
    docs: &[Attribute],
    known: &types::Struct,
    direction: Direction,
    types: &Types,
    cycles: &Cycles,
    place: &Pointer,
) -> syn::Result<Struct> {
    let rest_is_number = known.rest.as_ref().is_some_and(|rest| rest.ty.is_number(types));
    let Fields::Named(named) = &item.fields else { return Err(unexpected(&item.ident, "a struct")) };
    if named.named.len() != known.fields.len() + usize::from(known.rest.is_some()) {
        let what = format!("has {} fields in the model and {} in the code", known.fields.len(), named.named.len());
        return Err(agreement::differs(&item.ident, place, &what));
    }
    let mut fields = Vec::new();
    for field in &named.named {
        let Some(ident) = &field.ident else { return Err(unexpected(&item.ident, "a field")) };
        let owner = format_args!("{}::{ident}", item.ident);
        let key = wire_name(&field.attrs, ident);
        let position = known.fields.get_index_of(&key).unwrap_or(usize::MAX);
        let polished = if let Some(known) = known.fields.get(&key) {
            let boxed = known.value.ty.name().is_some_and(|held| cycles.need_box(&item.ident.to_string(), held));
            let is_option = known.value.nullable || !known.required;
            let inner = argument(&field.ty, "Option").filter(|_| is_option).unwrap_or(&field.ty);
            agreement::require(inner, &known.value, owner)?;
            polish_field(inner, ident, known, types, direction, boxed)
        } else {
            agreement::require_rest(&field.ty, known.rest.as_ref(), owner, place)?;
            polish_rest(field, ident, key, rest_is_number)
        };
        fields.push((position, polished));
    }
    fields.sort_by_key(|(position, _)| *position);
    let (mut fields, items): (Vec<StructField>, Vec<Field>) = fields.into_iter().map(|(_, field)| field).unzip();
    name_setters(&mut fields);
    let name = &item.ident;
    let default = fields.iter().all(|field| field.shape.is_optional());
    let default: Option<Type> = default.then(|| parse_quote!(Default));
    let default = default.into_iter();
    let mut item: ItemStruct = parse_quote! {
        #[derive(Clone, Debug, #(#default,)* PartialEq, serde::Deserialize, serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct #name {}
    };
    // Adds the parsed attributes directly, so that they are not parsed again.
    item.attrs.splice(0..0, docs.iter().cloned());
    if let Fields::Named(named) = &mut item.fields {
        named.named = items.into_iter().collect();
    }
    Ok(Struct { item, fields, direction })
}

fn name_setters(fields: &mut [StructField]) {
    let names: Vec<String> = fields.iter().map(|field| plain(&field.ident)).collect();
    for ((field, setter), name) in fields.iter_mut().zip(field_setters(&names)).zip(&names) {
        if setter != *name {
            field.setter = quote::format_ident!("{setter}");
        }
    }
}

/// Methods that decode fields of any JSON into types of the caller.
pub fn conversions(item: &Struct) -> Option<syn::Item> {
    let name = &item.item.ident;
    let methods: Vec<syn::ImplItemFn> = item.fields.iter().filter_map(conversion).collect();
    (item.direction.received && !methods.is_empty()).then(|| parse_quote!(impl #name { #(#methods)* }))
}

fn conversion(field: &StructField) -> Option<syn::ImplItemFn> {
    let (ident, property) = (&field.ident, &field.property);
    let is_json = free_form::is_received(&field.ty);
    let value = match field.shape {
        Presence::Required | Presence::RequiredAny if is_json => quote::quote!(Some(&self.#ident)),
        Presence::Optional | Presence::OptionalAny | Presence::RequiredNullable if is_json => quote::quote!(self.#ident.as_ref()),
        _ => return None,
    };
    let method = quote::format_ident!("{}_as", plain(ident));
    let title = format!(" Decodes [`{0}`](Self::{0}) into a type of your own. An absent value is read as null.", plain(ident));
    Some(parse_quote! {
        #[doc = #title]
        ///
        /// # Errors
        ///
        /// Returns an error that names the place in the JSON if the value does not fit the type.
        pub fn #method<T: serde::de::DeserializeOwned>(&self) -> Result<T, runtime::ValueError> {
            runtime::value_as(#property, #value)
        }
    })
}

/// The map of all other properties that typify made.
fn polish_rest(field: &Field, ident: &Ident, property: String, is_number: bool) -> (StructField, Field) {
    let docs = docs::attributes(&["Properties that the document does not name.".to_owned()]);
    let mut field = field.clone();
    field.attrs.splice(0..0, docs.clone());
    if is_number {
        field.attrs.push(parse_quote!(#[serde(deserialize_with = "runtime::number")]));
    }
    let (ident, ty) = (ident.clone(), field.ty.clone());
    (StructField { property, setter: ident.clone(), ident, docs, ty, shape: Presence::Rest, boxed: false, constant: None }, field)
}

fn polish_field(
    inner: &Type,
    ident: &Ident,
    known: &types::Field,
    types: &Types,
    direction: Direction,
    boxed: bool,
) -> (StructField, Field) {
    let property = known.wire.clone();
    let mut ty = inner.clone();
    super::paths::shorten_type(&mut ty);
    if direction.received {
        free_form::receive(&mut ty);
    }
    let holding = known.holding(types);
    let shape = holding.presence(direction);
    // Whether the property can be absent, but never null.
    let is_never_null = shape == Presence::Optional && !holding.nullable && !holding.any;
    // Numbers can arrive in spellings that serde does not read.
    let is_number = known.value.ty.is_number(types);
    let docs = field_docs(known, types, ident);
    let serde = serde_attribute(&property, is_number, is_never_null, shape, ident, direction).into_iter();
    let kept: Type = if boxed { parse_quote!(Box<#ty>) } else { ty.clone() };
    let whole = (0..shape.options()).fold(kept, |ty, _| parse_quote!(Option<#ty>));
    // schemars treats every `Option` as nullable, but this one can only be absent.
    let never_null = is_never_null.then(|| {
        let ty = quote::quote!(#ty).to_string().replace(' ', "");
        let attribute: Attribute = parse_quote!(#[cfg_attr(feature = "schemars", schemars(with = #ty))]);
        attribute
    });
    let never_null = never_null.into_iter();
    let mut item: Field = parse_quote!(#(#serde)* #(#never_null)* pub #ident: #whole);
    item.attrs.splice(0..0, docs.iter().cloned());
    let constant = known.constant.as_ref().filter(|_| shape == Presence::Required);
    let constant = constant.and_then(|value| Constant::new(types, &known.value.ty, value));
    (StructField { property, setter: ident.clone(), ident: ident.clone(), docs, ty, shape, boxed, constant }, item)
}

fn serde_attribute(
    name: &str,
    is_number: bool,
    is_never_null: bool,
    shape: Presence,
    ident: &Ident,
    direction: Direction,
) -> Option<Attribute> {
    let reader = match shape {
        Presence::OptionalNullable if is_number => Some("runtime::present_number"),
        _ if is_number => Some("runtime::number"),
        Presence::OptionalNullable | Presence::OptionalAny => Some("runtime::present"),
        _ => None,
    };
    // serde treats a missing key as `None`, unless a function reads the field. Any JSON includes null.
    let lenient = shape == Presence::RequiredAny && direction.received;
    let default = reader.is_some() && shape != Presence::Required || lenient || is_never_null;
    let mut parts: Vec<proc_macro2::TokenStream> = Vec::new();
    if plain(ident) != name {
        parts.push(quote::quote!(rename = #name));
    }
    if default {
        parts.push(quote::quote!(default));
    }
    parts.extend(reader.map(|reader| quote::quote!(deserialize_with = #reader)));
    if shape.is_optional() {
        parts.push(quote::quote!(skip_serializing_if = "Option::is_none"));
    }
    (!parts.is_empty()).then(|| parse_quote!(#[serde(#(#parts),*)]))
}

fn field_docs(known: &types::Field, types: &Types, ident: &Ident) -> Vec<Attribute> {
    let renamed = format!("Property {}.", docs::code(&known.wire));
    let text = docs::prose(known.description(types));
    let renamed = if text.is_empty() || plain(ident) != known.wire { renamed } else { String::new() };
    docs::attributes(&[text, renamed, known.bytes(types).map(docs::bytes).unwrap_or_default().to_owned()])
}

/// The JSON name: that of serde's `rename`, or else the field's name.
pub fn wire_name(attributes: &[Attribute], ident: &Ident) -> String {
    let mut renamed = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Skips the other keys of the attribute, with or without a value.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                renamed = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if let Ok(value) = meta.value() {
                value.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    renamed.unwrap_or_else(|| plain(ident))
}
