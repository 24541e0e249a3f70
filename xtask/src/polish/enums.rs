//! Enums of text: open where they can be received, so that a new word of the API does not cost the whole answer.

use super::{Group, docs};
use crate::fit::Direction;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Ident, ItemEnum, parse_quote};

/// Names for the variant that keeps unknown text; the document may have one of them as a value.
const CATCH_ALL: [&str; 4] = ["Other", "OtherValue", "UnknownValue", "AnyOtherValue"];

/// Whether it is an enum of text.
pub fn is_text(item: &ItemEnum, schema: &Value) -> bool {
    let text = schema.get("type").is_some_and(|name| name == "string");
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    text && !nullable && schema.get("enum").is_some() && item.variants.iter().all(|variant| variant.fields.is_empty())
}

/// The enum and the line that makes text of it and it of text.
pub fn polish(item: &ItemEnum, docs: &[Attribute], direction: Direction) -> Group {
    let name = &item.ident;
    let (idents, values): (Vec<Ident>, Vec<String>) = item
        .variants
        .iter()
        .map(|variant| (variant.ident.clone(), super::structs::wire_name(&variant.attrs, &variant.ident)))
        .unzip();
    let variants = idents.iter().zip(&values).map(|(ident, value)| {
        let docs = docs::attributes(&[format!("`{}`", docs::prose(value).trim_end_matches('.').replace('`', "'"))]);
        quote!(#(#docs)* #ident)
    });
    let catch_all = CATCH_ALL.iter().find(|name| !idents.iter().any(|ident| ident == *name)).map(|name| format_ident!("{name}"));
    match catch_all.filter(|_| direction.received) {
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
