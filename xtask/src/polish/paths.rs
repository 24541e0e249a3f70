//! Paths of types: shortened as people do (`Option`, not `::std::option::Option`), qualified, and taken apart.

use std::collections::BTreeSet;
use syn::visit_mut::{self, VisitMut};
use syn::{Ident, ImplItem, ImplItemFn, Item, ItemImpl, Path, PathSegment, Type, TypePath, parse_quote};

/// Paths that progenitor writes, and their short forms.
const SHORT: [(&str, &str); 8] = [
    ("std::option::Option", "Option"),
    ("std::result::Result", "Result"),
    ("std::string::String", "String"),
    ("std::vec::Vec", "Vec"),
    ("std::boxed::Box", "Box"),
    ("std::convert::From", "From"),
    ("std::default::Default", "Default"),
    ("chrono::offset::Utc", "chrono::Utc"),
];

struct Shorten;

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path.leading_colon.take().is_none() {
            return;
        }
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some((_, short)) = SHORT.iter().find(|(long, _)| *long == names.join("::")) else { return };
        let arguments = path.segments.last().map(|segment| segment.arguments.clone());
        let mut segments: Vec<PathSegment> =
            short.split("::").map(|name| PathSegment::from(Ident::new(name, proc_macro2::Span::call_site()))).collect();
        if let (Some(last), Some(arguments)) = (segments.last_mut(), arguments) {
            last.arguments = arguments;
        }
        path.segments = segments.into_iter().collect();
    }
}

/// Shortens every path of an item.
pub fn shorten(item: &mut syn::Item) {
    Shorten.visit_item_mut(item);
}

/// Shortens every path of a type.
pub fn shorten_type(ty: &mut syn::Type) {
    Shorten.visit_type_mut(ty);
}

struct Qualify<'a>(&'a BTreeSet<String>);

impl VisitMut for Qualify<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if let Some(name) = path.get_ident().filter(|name| self.0.contains(&name.to_string())) {
            *path = parse_quote!(types::#name);
        }
    }
}

/// Prefixes the names of `own` types with `types::`, for use in other modules.
pub fn qualify(ty: &syn::Type, own: &BTreeSet<String>) -> syn::Type {
    let mut ty = ty.clone();
    Qualify(own).visit_type_mut(&mut ty);
    ty
}

/// An impl of methods that are parsed already.
pub fn implement(name: &impl quote::ToTokens, methods: Vec<ImplItemFn>) -> Item {
    let block: ItemImpl = parse_quote!(impl #name {});
    Item::Impl(ItemImpl { items: methods.into_iter().map(ImplItem::Fn).collect(), ..block })
}

/// The last segment of a path.
pub fn path_name(ty: &Type) -> Option<String> {
    let Type::Path(TypePath { path, .. }) = ty else { return None };
    path.segments.last().map(|segment| segment.ident.to_string())
}

/// The name of a type of the document. It has to be `types::Name`, since other crates have a `Value` or a `DateTime`, too.
pub fn own_name(ty: &Type) -> Option<String> {
    let Type::Path(TypePath { path, .. }) = ty else { return None };
    let is_own = path.segments.len() == 2 && path.segments[0].ident == "types";
    path_name(ty).filter(|_| is_own)
}

/// Whether the type is this path, with or without a leading `::` and arguments.
pub fn is_path(ty: &Type, names: &[&str]) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.iter().map(|segment| segment.ident.to_string()).eq(names.iter().copied()))
}
