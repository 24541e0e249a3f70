//! Enums of strings: open if they can be received, so that unknown values do not break decoding.

use super::{Group, docs};
use crate::model::Direction;
use crate::model::names;
use crate::model::types::StringEnum;
use quote::{format_ident, quote};
use syn::{Attribute, Ident, parse_quote};

/// The name of the variant for unknown values.
pub fn catch_all(idents: &[Ident]) -> Ident {
    format_ident!("{}", names::catch_all(idents.iter().map(Ident::to_string)))
}

/// Whether the enum accepts strings that the document does not list.
pub fn is_open(known: &StringEnum, direction: Direction) -> bool {
    direction.received || known.open
}

/// The enum, and the macro call that implements its conversions from and to strings.
pub fn polish(name: &Ident, docs: &[Attribute], known: &StringEnum, direction: Direction) -> Group {
    let (idents, values): (Vec<Ident>, Vec<&String>) =
        known.variants.iter().map(|(value, ident)| (format_ident!("{ident}"), value)).unzip();
    let variants = idents.iter().zip(&values).map(|(ident, value)| {
        let docs = docs::attributes(&[docs::code(value)]);
        quote!(#(#docs)* #ident)
    });
    match is_open(known, direction).then(|| catch_all(&idents)) {
        Some(other) => vec![
            parse_quote! {
                #(#docs)*
                #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
                #[non_exhaustive]
                pub enum #name { #(#variants,)* #[doc = " A value that the document does not list."] #other(String) }
            },
            parse_quote!(runtime::open_enum!(#name, #other: #(#idents = #values),*);),
        ],
        None => vec![
            parse_quote! {
                #(#docs)*
                #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
                #[non_exhaustive]
                pub enum #name { #(#variants),* }
            },
            parse_quote!(runtime::string_enum!(#name: #(#idents = #values),*);),
        ],
    }
}
