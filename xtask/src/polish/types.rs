//! Types: each kind has its own pass. They are in document order.

use super::emitted::Emitted;
use super::polished::Types;
use super::{Group, agreement, aliases, builders, conversions, docs, enums, errors, ids, paths, structs, unions};
use crate::model::api::Model;
use crate::model::types::{Origin, Shape};
use crate::model::{Cycles, TypeDef};
use quote::quote;
use syn::{Attribute, Fields, Item, parse_quote};

/// Polishes every type.
///
/// # Errors
/// Returns an error if a struct has an unexpected form.
pub fn polish(emitted: &Emitted, model: &Model) -> syn::Result<Types> {
    let mut types = Types { names: emitted.types.keys().cloned().collect(), ..Types::default() };
    let cycles = Cycles::of_types(&model.types);
    let mut needs_error = false;
    for name in order(emitted, model) {
        let def = model.types.get(&name);
        let direction = def.map(|def| def.direction).unwrap_or_default();
        let docs = documentation(&name, def);
        let origin = def.map(|def| def.origin.pointer()).unwrap_or_default();
        let Some(item) = emitted.types.get(&name) else {
            let unseen = def.and_then(|def| aliases::unseen(&name, def, &docs));
            types.groups.push(unseen.ok_or_else(|| agreement::differs(&name, &origin, "is not in the code"))?);
            continue;
        };
        let mut group = match (item, def.map(|def| &def.shape)) {
            (Item::Struct(item), Some(Shape::Union(union))) => {
                unions::polish(item, &docs, union, direction, &cycles, &model.types)?
            }
            (Item::Struct(item), Some(Shape::StringEnum(known))) => {
                // A closed enum does not convert from all strings, since parsing can fail.
                if enums::is_open(known, direction) {
                    types.texts.insert(name.clone());
                }
                enums::polish(&item.ident, &docs, known, direction)
            }
            (Item::Struct(item), Some(Shape::Alias(target))) => aliases::polish(item, &docs, target, direction)?,
            (Item::Struct(item), Some(Shape::Struct(known))) => {
                let polished = structs::polish(item, &docs, known, direction, &model.types, &cycles, &origin)?;
                let mut group = vec![Item::Struct(polished.item.clone())];
                if direction.sent {
                    types.builders.insert(name.clone());
                    group.push(builders::constructor(&polished));
                }
                group.extend(structs::conversions(&polished));
                types.structs.insert(name.clone(), polished);
                group
            }
            (Item::Struct(item), Some(Shape::Id)) => {
                types.texts.insert(name.clone());
                ids::polish(&item.ident, &docs)
            }
            (_, None) => return Err(agreement::differs(&name, &origin, "is not in the model")),
            (other, _) => {
                let group: Group = std::iter::once(other).chain(emitted.impls(&name)?).cloned().collect();
                needs_error |= group.iter().any(|item| quote!(#item).to_string().contains("ConversionError"));
                as_emitted(group, &docs)
            }
        };
        group.extend(errors::item_marks(&name, model)?);
        group.iter_mut().for_each(paths::shorten);
        types.groups.push(group);
    }
    let conversions = conversions::polish(&model.conversions, &types)?;
    types.groups.extend(conversions);
    // Conversions of typify return this error.
    types.groups.extend(emitted.error.clone().filter(|_| needs_error).map(|item| vec![item]));
    types.aliases = types.groups.iter().flatten().filter_map(alias).collect();
    Ok(types)
}

fn alias(item: &Item) -> Option<(String, syn::Type)> {
    match item {
        Item::Type(item) => Some((item.ident.to_string(), (*item.ty).clone())),
        _ => None,
    }
}

/// The names of types in document order. Types that typify made follow the component whose name is a prefix of theirs.
fn order(emitted: &Emitted, model: &Model) -> Vec<String> {
    let position = |name: &String| {
        let beginnings = (1..=name.len()).rev().filter_map(|length| name.get(..length));
        let mut known = beginnings.filter_map(|beginning| model.types.get_index_of(beginning));
        known.next().unwrap_or(model.types.len())
    };
    let unseen = model.types.keys().filter(|name| !emitted.types.contains_key(*name));
    let mut names: Vec<String> = emitted.types.keys().chain(unseen).cloned().collect();
    names.sort_by_cached_key(|name| (position(name), name.len(), name.clone()));
    names
}

/// The description of a type, and its place in the document.
fn documentation(name: &str, def: Option<&TypeDef>) -> Vec<Attribute> {
    let origin = match def.map(|def| &def.origin) {
        Some(Origin::At(at)) => format!("Schema at {}.", docs::code(&format!("#{at}"))),
        Some(Origin::Component(published)) => format!("Schema {}.", docs::code(published)),
        None => format!("Schema {}.", docs::code(name)),
    };
    let text = def.and_then(|def| def.annotations.description.as_deref()).unwrap_or_default();
    let bytes = def.and_then(|def| def.annotations.bytes).map(docs::bytes).unwrap_or_default();
    docs::attributes(&[docs::prose(text), origin, bytes.to_owned()])
}

/// Keeps a type without a pass of its own as typify made it, with new documentation.
fn as_emitted(mut group: Group, docs: &[Attribute]) -> Group {
    if let Some(attributes) = group.first_mut().and_then(|item| match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Type(item) => Some(&mut item.attrs),
        _ => None,
    }) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
        attributes.splice(0..0, docs.iter().cloned());
        attributes.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
    }
    group.into_iter().map(document_members).collect()
}

/// Fields and variants of such types contain text of the document, too.
fn document_members(mut item: Item) -> Item {
    let harmless = |attributes: &mut Vec<Attribute>, fallback: &str| {
        let text: Vec<String> = attributes.iter().filter_map(doc_text).collect();
        let text = if text.is_empty() { fallback.to_owned() } else { docs::prose(&text.join("\n")) };
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
        attributes.splice(0..0, docs::attributes(&[text]));
    };
    let fields = |fields: &mut Fields| {
        fields.iter_mut().filter(|field| field.ident.is_some()).for_each(|field| harmless(&mut field.attrs, "A field."));
    };
    match &mut item {
        Item::Enum(item) => item.variants.iter_mut().for_each(|variant| {
            let fallback = format!("The alternative `{}`.", variant.ident);
            harmless(&mut variant.attrs, &fallback);
            fields(&mut variant.fields);
        }),
        Item::Struct(item) => fields(&mut item.fields),
        _ => {}
    }
    item
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    match (&pair.value, pair.path.is_ident("doc")) {
        (syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }), true) => Some(text.value()),
        _ => None,
    }
}
