//! Builders of the structs that requests hold.

use super::structs::{Struct, StructField};
use super::{Group, docs, paths, setters};
use indexmap::IndexMap;
use quote::format_ident;
use std::collections::BTreeSet;
use syn::{Attribute, Ident, ImplItemFn, Item, Type, parse_quote};

/// The builders of all `structs` that are sent; `own` are the names of all types.
pub fn polish(structs: &IndexMap<String, Struct>, own: &BTreeSet<String>) -> Vec<Group> {
    structs.values().filter(|item| item.direction.sent).map(|item| builder(item, own)).collect()
}

/// The way from the type to its builder.
pub fn constructor(item: &Struct) -> Item {
    let name = &item.item.ident;
    parse_quote! {
        impl #name {
            /// A builder with nothing set.
            pub fn builder() -> super::builder::#name {
                Default::default()
            }
        }
    }
}

fn builder(item: &Struct, own: &BTreeSet<String>) -> Group {
    let name = &item.item.ident;
    let fields: Vec<(&StructField, Type)> = item.fields.iter().map(|field| (field, paths::qualify(&field.ty, own))).collect();
    let kept = fields.iter().map(|(field, ty)| {
        let (ident, kept) = (&field.ident, setters::kept(field.shape, ty));
        quote::quote!(#ident: #kept)
    });
    let mut methods: Vec<ImplItemFn> = fields.iter().map(|(field, ty)| own_setter(field, ty)).collect();
    let built = item.fields.iter().map(|field| {
        let (ident, value) = (&field.ident, setters::build(&field.ident, &field.property, field.shape, field.boxed));
        quote::quote!(#ident: #value)
    });
    let unbuilt = item.fields.iter().map(|field| {
        let (ident, value) = (&field.ident, setters::unbuild(&field.ident, field.shape, field.boxed));
        quote::quote!(#ident: #value)
    });
    methods.push(parse_quote! {
        /// Builds the value.
        ///
        /// # Errors
        ///
        /// Where a required property is missing, or a value does not serialise.
        pub fn build(self) -> Result<types::#name, runtime::InvalidRequest> {
            Ok(types::#name { #(#built),* })
        }
    });
    let title = format!(" Builder of [`types::{name}`].");
    vec![
        parse_quote! {
            #[doc = #title]
            #[derive(Clone, Debug, Default)]
            #[must_use]
            pub struct #name { #(#kept),* }
        },
        paths::implement(name, methods),
        parse_quote! {
            impl From<types::#name> for #name {
                fn from(value: types::#name) -> Self {
                    Self { #(#unbuilt),* }
                }
            }
        },
    ]
}

fn own_setter(field: &StructField, ty: &Type) -> ImplItemFn {
    setters::setter(&setter_name(field), &field.ident, &field.property, field.shape, ty, &setter_docs(field))
}

/// The field's name, unless the builder has a method of that name.
pub fn setter_name(field: &StructField) -> Ident {
    let plain = super::emitted::plain(&field.ident);
    if crate::model::parameters::is_builder_method(&plain) { format_ident!("body_{plain}") } else { field.ident.clone() }
}

/// The field's docs, and what its shape asks for.
pub fn setter_docs(field: &StructField) -> Vec<Attribute> {
    let hint = setters::hint(field.shape);
    let mut attributes = field.docs.clone();
    if !hint.is_empty() {
        attributes.push(parse_quote!(#[doc = ""]));
        attributes.extend(docs::attributes(&[hint.to_owned()]));
    }
    attributes
}
