//! Types: each kind has its own pass. They are in document order.

use super::emitted::{Emitted, unexpected};
use super::polished::Types;
use super::{agreement, aliases, builders, conversions, docs, enums, errors, ids, paths, structs, unions};
use crate::document::pointer::Pointer;
use crate::model::api::Model;
use crate::model::types::{Origin, Shape};
use crate::model::{Cycles, TypeDef};
use quote::format_ident;
use syn::{Attribute, Item, ItemStruct, parse_quote};

/// Polishes every type.
///
/// # Errors
/// Returns an error if a struct has an unexpected form.
pub fn polish(emitted: &Emitted, model: &Model) -> syn::Result<Types> {
    if let Some(name) = emitted.types.keys().find(|name| !model.types.contains_key(*name)) {
        return Err(agreement::differs(name, &Pointer::default(), "is not in the model"));
    }
    let mut types = Types { names: emitted.types.keys().cloned().collect(), ..Types::default() };
    let cycles = Cycles::of_types(&model.types);
    for (name, def) in &model.types {
        let (direction, docs, origin) = (def.direction, documentation(def), def.origin.pointer());
        let Some(item) = emitted.types.get(name) else {
            let unseen = aliases::unseen(name, def, &docs);
            types.groups.push(unseen.ok_or_else(|| agreement::differs(name, &origin, "is not in the code"))?);
            continue;
        };
        let Item::Struct(item) = item else { return Err(unexpected(&format_ident!("{name}"), "a type")) };
        let mut group = match &def.shape {
            Shape::Union(union) => unions::polish(item, &docs, union, direction, &cycles, &model.types)?,
            Shape::StringEnum(known) => {
                // A closed enum does not convert from all strings, since parsing can fail.
                if enums::is_open(known, direction) {
                    types.texts.insert(name.clone());
                }
                enums::polish(&item.ident, &docs, known, direction)
            }
            Shape::Alias(target) => aliases::polish(item, &docs, target, direction)?,
            Shape::Struct(known) => {
                let polished = structs::polish(item, &docs, known, direction, &model.types, &cycles, &origin)?;
                let mut group = vec![Item::Struct(polished.item.clone())];
                if direction.sent {
                    types.builders.insert(name.clone());
                    group.push(builders::constructor(&polished));
                }
                group.extend(structs::conversions(&polished));
                group.extend(errors::item_marks(&polished, model)?);
                types.structs.insert(name.clone(), polished);
                group
            }
            Shape::Id => {
                types.texts.insert(name.clone());
                ids::polish(&item.ident, &docs)
            }
            Shape::Wrapper(_) => std::iter::once(wrapper(item, &docs)).chain(emitted.impls(name)?.iter().cloned()).collect(),
        };
        group.iter_mut().for_each(paths::shorten);
        types.groups.push(group);
    }
    let conversions = conversions::polish(&model.conversions, &types)?;
    types.groups.extend(conversions);
    types.aliases = types.groups.iter().flatten().filter_map(alias).collect();
    Ok(types)
}

fn alias(item: &Item) -> Option<(String, syn::Type)> {
    match item {
        Item::Type(item) => Some((item.ident.to_string(), (*item.ty).clone())),
        _ => None,
    }
}

/// The description of a type, and its place in the document.
fn documentation(def: &TypeDef) -> Vec<Attribute> {
    let origin = match &def.origin {
        Origin::At(at) => format!("Schema at {}.", docs::code(&format!("#{at}"))),
        Origin::Component(published) => format!("Schema {}.", docs::code(published)),
    };
    let text = def.annotations.description.as_deref().unwrap_or_default();
    let bytes = def.annotations.bytes.map(docs::bytes).unwrap_or_default();
    docs::attributes(&[docs::prose(text), origin, bytes.to_owned()])
}

/// A newtype as typify made it, with documentation.
fn wrapper(item: &ItemStruct, docs: &[Attribute]) -> Item {
    let mut item = item.clone();
    item.attrs.splice(0..0, docs.iter().cloned());
    item.attrs.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
    Item::Struct(item)
}
