//! Unions: an enum of what typify made of the alternatives, open where it can be received.

use super::{Group, docs, enums};
use crate::codegen::alternative;
use crate::model::types::Variant;
use crate::model::{Cycles, Direction};
use quote::{format_ident, quote};
use syn::{Attribute, Fields, Ident, ItemStruct, Type, parse_quote};

/// The enum, and the line by which it is read and written. `None` where typify did not make a field of each alternative.
pub fn polish(
    item: &ItemStruct,
    docs: &[Attribute],
    alternatives: &[Variant],
    direction: Direction,
    cycles: &Cycles,
) -> Option<Group> {
    let Fields::Named(fields) = &item.fields else { return None };
    let types = alternatives.iter().enumerate().map(|(index, _)| {
        let field = alternative(index);
        fields.named.iter().find(|own| own.ident.as_ref().is_some_and(|ident| *ident == field)).map(|field| field.ty.clone())
    });
    let types: Vec<Type> = types.collect::<Option<_>>()?;
    let idents: Vec<Ident> = alternatives.iter().map(|alternative| format_ident!("{}", alternative.name)).collect();
    let name = &item.ident;
    let variants = idents.iter().zip(&types).zip(alternatives).map(|((ident, ty), alternative)| {
        let docs = docs::attributes(&[sentence(alternative)]);
        let boxed = alternative.value.ty.name().is_some_and(|held| cycles.need_box(&name.to_string(), held));
        let ty: Type = if boxed { parse_quote!(Box<#ty>) } else { ty.clone() };
        quote!(#(#docs)* #ident(#ty))
    });
    let rules = idents.iter().zip(&types).zip(alternatives).map(|((ident, ty), alternative)| {
        let guards = alternative.guards.iter().map(|(property, values)| quote!(#property = [#(#values),*]));
        // Where two alternatives have one type, it does not say which of them is meant.
        let unique = (types.iter().filter(|other| *other == ty).count() == 1).then(|| quote!(from)).into_iter();
        let tag = alternative.tag.as_ref().map(|(property, value)| quote!(=> #property = #value)).into_iter();
        quote!(#ident(#ty) [#(#guards),*] #(#unique)* #(#tag)*)
    });
    let (other, open) = match enums::catch_all(&idents).filter(|_| direction.received) {
        Some(other) => (quote!(, #[doc = " What is none of these."] #other(serde_json::Value)), quote!(, #other)),
        None => (quote!(), quote!()),
    };
    let string: Type = parse_quote!(::std::string::String);
    let is_text = types.iter().filter(|ty| **ty == string).count() == 1;
    let mut group: Group = vec![
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug, PartialEq)]
            #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(untagged))]
            #[non_exhaustive]
            pub enum #name { #(#variants),* #other }
        },
        parse_quote!(runtime::union_of!(#name #open: #(#rules),*);),
    ];
    // As for the types of IDs: a literal is enough.
    group.extend(is_text.then(|| -> syn::Item {
        parse_quote! {
            impl From<&str> for #name {
                fn from(value: &str) -> Self {
                    Self::from(value.to_owned())
                }
            }
        }
    }));
    Some(group)
}

/// By what the alternative is known.
fn sentence(alternative: &Variant) -> String {
    match alternative.guards.first() {
        Some((property, values)) if values.is_empty() => format!("Without {}.", docs::code(property)),
        Some((property, values)) => {
            let values: Vec<String> = values.iter().map(|value| docs::code(value)).collect();
            format!("Where {} is {}.", docs::code(property), values.join(" or "))
        }
        None => format!("The alternative {}.", docs::code(&alternative.name)),
    }
}
