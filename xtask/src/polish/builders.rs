//! Builders for the structs in requests.

use super::constants::Constant;
use super::polished::Types;
use super::setters::{self, Slot};
use super::structs::{Struct, StructField};
use super::{Group, docs, paths};
use crate::model::names::builder_name;
use quote::format_ident;
use syn::{Attribute, Ident, ImplItemFn, Item, parse_quote};

/// The builders of all structs that are sent.
pub fn polish(types: &Types) -> Vec<Group> {
    types.structs.values().filter(|item| item.direction.sent).map(|item| builder(item, types)).collect()
}

/// The name of the builder for the type `name`. It is unique in documentation and imports.
pub fn builder_of(name: &Ident) -> Ident {
    format_ident!("{}", builder_name(&name.to_string()))
}

/// The method of the type that creates its builder.
pub fn constructor(item: &Struct) -> Item {
    let (name, builder) = (&item.item.ident, builder_of(&item.item.ident));
    parse_quote! {
        impl #name {
            /// Returns an empty builder.
            pub fn builder() -> super::builder::#builder {
                Default::default()
            }
        }
    }
}

/// The slots of the fields of a struct.
pub fn slots<'a>(item: &'a Struct, types: &Types) -> Vec<(&'a StructField, Slot)> {
    let slot = |field: &'a StructField| (field, Slot::new(field.shape, paths::qualify(&field.ty, &types.names), types));
    item.fields.iter().map(slot).collect()
}

fn builder(item: &Struct, types: &Types) -> Group {
    let (name, builder) = (&item.item.ident, builder_of(&item.item.ident));
    let fields = slots(item, types);
    let kept = fields.iter().map(|(field, slot)| {
        let (ident, kept) = (&field.ident, slot.kept());
        quote::quote!(#ident: #kept)
    });
    let mut methods: Vec<ImplItemFn> = fields.iter().map(|(field, slot)| own_setter(field, slot)).collect();
    let built = fields.iter().map(|(field, slot)| {
        let (ident, value) = (&field.ident, slot.build(&field.ident, &field.property, field.boxed, field.constant.as_ref()));
        quote::quote!(#ident: #value)
    });
    let unbuilt = fields.iter().map(|(field, slot)| {
        let (ident, value) = (&field.ident, slot.unbuild(&field.ident, field.boxed));
        quote::quote!(#ident: #value)
    });
    methods.push(parse_quote! {
        /// Builds the value.
        ///
        /// # Errors
        ///
        /// Returns an error if a required property is missing or a value cannot be serialized.
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
            pub struct #builder { #(#kept),* }
        },
        paths::implement(&builder, methods),
        parse_quote! {
            impl From<types::#name> for #builder {
                fn from(value: types::#name) -> Self {
                    Self { #(#unbuilt),* }
                }
            }
        },
        parse_quote!(runtime::builder_of!(#builder: #name);),
    ]
}

fn own_setter(field: &StructField, slot: &Slot) -> ImplItemFn {
    slot.setter(&field.setter, &field.ident, &field.property, &setter_docs(field))
}

/// The documentation of the setter: that of the field, and a hint about absence and null.
pub fn setter_docs(field: &StructField) -> Vec<Attribute> {
    let hint = field.constant.as_ref().map_or_else(|| setters::hint(field.shape).to_owned(), Constant::sentence);
    let mut attributes = field.docs.clone();
    if !hint.is_empty() {
        attributes.push(parse_quote!(#[doc = ""]));
        attributes.extend(docs::attributes(&[hint]));
    }
    attributes
}
