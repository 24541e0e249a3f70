//! Unions: an enum of the types that typify made of the alternatives. It is open if it can be received.

use super::emitted::{argument, unexpected};
use super::scalars::literal;
use super::{Group, agreement, docs, enums};
use crate::codegen::alternative;
use crate::document::Names;
use crate::model::names::method_name;
use crate::model::rust_types::of_use;
use crate::model::types::{Shape, Types, Union, Variant};
use crate::model::{self, Cycles, Direction};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Fields, Ident, Item, ItemStruct, Type, parse_quote};

/// An alternative, its variant, and its type.
struct Alternative<'a> {
    known: &'a Variant,
    ident: Ident,
    ty: Type,
    /// The type with its aliases resolved.
    rust: String,
}

/// The enum, and the macro call that implements decoding and encoding.
///
/// # Errors
/// Returns an error if typify did not make a field of each alternative, or one of another type than the model says.
pub fn polish(
    item: &ItemStruct,
    docs: &[Attribute],
    union: &Union,
    direction: Direction,
    cycles: &Cycles,
    types: &Types,
) -> syn::Result<Group> {
    let alternatives = alternatives(item, union, direction, types)?;
    let name = &item.ident;
    let variants = alternatives.iter().map(|Alternative { known, ident, ty, .. }| {
        let docs = docs::attributes(&[sentence(known)]);
        let boxed = known.value.ty.name().is_some_and(|held| cycles.need_box(&name.to_string(), held));
        let ty: Type = if boxed { parse_quote!(Box<#ty>) } else { ty.clone() };
        quote!(#(#docs)* #ident(#ty))
    });
    let rules = rules(name, &alternatives);
    let idents: Vec<Ident> = alternatives.iter().map(|alternative| alternative.ident.clone()).collect();
    let (other, open) = match direction.received.then(|| enums::catch_all(&idents)) {
        Some(other) => {
            (quote!(, #[doc = " A value that fits none of the other variants."] #other(serde_json::Value)), quote!(, #other))
        }
        None => (quote!(), quote!()),
    };
    let several = union.several.as_ref().map(|several| format_ident!("{several}"));
    let (whole, line) = match &several {
        Some(several) => (whole(several), quote!(; #several)),
        None => (quote!(), quote!()),
    };
    let is_text = is_only(&alternatives, "String");
    let mut group: Group = vec![
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug, PartialEq)]
            #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(untagged))]
            #[non_exhaustive]
            pub enum #name { #(#variants),* #whole #other }
        },
        parse_quote!(runtime::union_of!(#name #open #line: #(#rules),*);),
    ];
    group.extend(several.map(|several| readers(name, &several, &alternatives, types)));
    // As with ids, string literals convert into the enum.
    group.extend(is_text.then(|| -> Item {
        parse_quote! {
            impl From<&str> for #name {
                fn from(value: &str) -> Self {
                    Self::from(value.to_owned())
                }
            }
        }
    }));
    Ok(group)
}

/// The alternatives, with the types that typify made of them.
fn alternatives<'a>(
    item: &ItemStruct,
    union: &'a Union,
    direction: Direction,
    types: &Types,
) -> syn::Result<Vec<Alternative<'a>>> {
    let missing = || unexpected(&item.ident, "a union");
    let Fields::Named(fields) = &item.fields else { return Err(missing()) };
    let alternatives = union.variants.iter().enumerate().map(|(index, known)| {
        let field = alternative(index);
        let field =
            fields.named.iter().find(|own| own.ident.as_ref().is_some_and(|ident| *ident == field)).ok_or_else(missing)?;
        agreement::require(
            agreement::present(&field.ty, &known.value),
            &known.value,
            format_args!("{}::{}", item.ident, known.name),
        )?;
        Ok(Alternative {
            known,
            ident: format_ident!("{}", known.name),
            ty: field.ty.clone(),
            rust: of_use(types, &known.value, direction.received),
        })
    });
    alternatives.collect()
}

/// Whether only one alternative has this type.
fn is_only(alternatives: &[Alternative<'_>], rust: &str) -> bool {
    alternatives.iter().filter(|alternative| alternative.rust == rust).count() == 1
}

/// What the macro needs to know of each alternative: its guards, whether a value of its type converts into the union, and its tag.
fn rules(name: &Ident, alternatives: &[Alternative<'_>]) -> Vec<TokenStream> {
    let own = format!("types::{name}");
    let rule = |Alternative { known, ident, ty, rust }: &Alternative<'_>| {
        let guards = known.guards.iter().map(|(property, values)| quote!(#property = [#(#values),*]));
        // If two alternatives have the same type, a value of it does not determine the variant. Each type converts into itself.
        let unique = (is_only(alternatives, rust) && *rust != own).then(|| quote!(from)).into_iter();
        let tag = known.tag.as_ref().and_then(|(property, value)| Some((property, literal(value)?)));
        let tag = tag.map(|(property, value)| quote!(=> #property = #value)).into_iter();
        quote!(#ident(#ty) [#(#guards),*] #(#unique)* #(#tag)*)
    };
    alternatives.iter().map(rule).collect()
}

/// The variant for a value that matches several alternatives at once.
fn whole(several: &Ident) -> TokenStream {
    quote! {
        , #[doc = " A value that fits several variants, of which none keeps all of it. Read each with its `as_` method."]
        #[cfg_attr(feature = "schemars", schemars(skip))]
        #several(serde_json::Value)
    }
}

/// The methods that read a value as one of its alternatives, also if it matches several.
fn readers(name: &Ident, several: &Ident, alternatives: &[Alternative<'_>], types: &Types) -> Item {
    let mut names = Names::default();
    let readers =
        alternatives.iter().filter(|alternative| is_structured(&alternative.known.value.ty, types)).map(|alternative| {
            let Alternative { known, ident, ty, .. } = alternative;
            let reader =
                format_ident!("{}", names.free(&format!("as_{}", method_name(&known.name, &[]).trim_start_matches("r#"))));
            let text = format!(
                " Returns the value as [`Self::{ident}`] if it fits that variant, alone or as one of [`Self::{several}`]."
            );
            let borrowed = borrowed(ty);
            let guards = known.guards.iter().map(|(property, values)| quote!((#property, &[#(#values),*])));
            quote! {
                #[doc = #text]
                #[must_use]
                pub fn #reader(&self) -> Option<std::borrow::Cow<'_, #borrowed>> {
                    match self {
                        Self::#ident(value) => Some(std::borrow::Cow::Borrowed(value)),
                        Self::#several(value) => runtime::read_alternative(value, &[#(#guards),*]).map(std::borrow::Cow::Owned),
                        _ => None,
                    }
                }
            }
        });
    parse_quote!(impl #name { #(#readers)* })
}

/// Whether values of the type contain other values, so that one value can match two such types.
fn is_structured(ty: &model::Type, types: &Types) -> bool {
    match ty {
        model::Type::Array(_) | model::Type::Map(_) | model::Type::Custom(_) => true,
        model::Type::Named(name) => match types.get(name).map(|def| &def.shape) {
            Some(Shape::Struct(_) | Shape::Union(_) | Shape::Wrapper(_)) => true,
            Some(Shape::Alias(target)) => is_structured(&target.ty, types),
            _ => false,
        },
        model::Type::Any | model::Type::Scalar(_) => false,
    }
}

/// `[T]` for `Vec<T>`, or else the type itself.
fn borrowed(ty: &Type) -> Type {
    argument(ty, "Vec").map_or_else(|| ty.clone(), |item| parse_quote!([#item]))
}

/// The sentence that says how the alternative is recognised.
fn sentence(alternative: &Variant) -> String {
    match alternative.guards.first() {
        Some((property, values)) if values.is_empty() => format!("A value without {}.", docs::code(property)),
        Some((property, values)) => {
            let values: Vec<String> = values.iter().map(|value| docs::code(value)).collect();
            format!("A value whose {} is {}.", docs::code(property), values.join(" or "))
        }
        None => format!("The alternative {}.", docs::code(&alternative.name)),
    }
}
