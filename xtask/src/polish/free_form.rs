//! Free-form JSON: what is received keeps it as text, since `serde_json::Value` cannot hold all of it.
//!
//! The map of the properties that the document does not name stays one of `serde_json::Value`: serde reads a flattened map through
//! a buffer, and the text is gone by then.

use super::emitted::argument;
use syn::visit_mut::{self, VisitMut};
use syn::{Type, parse_quote};

struct Received;

impl VisitMut for Received {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if is_path(ty, &["serde_json", "Value"]) {
            *ty = parse_quote!(runtime::Json);
        } else if is_path(ty, &["serde_json", "Map"])
            && let Some(key) = argument(ty, "Map")
        {
            *ty = parse_quote!(std::collections::BTreeMap<#key, runtime::Json>);
        }
    }
}

/// The type of what is received, also where it is sent as well: text goes both ways unchanged.
pub fn receive(ty: &mut Type) {
    Received.visit_type_mut(ty);
}

/// Whether it is free-form JSON that is received.
pub fn is_received(ty: &Type) -> bool {
    is_path(ty, &["runtime", "Json"])
}

fn is_path(ty: &Type, names: &[&str]) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.iter().map(|segment| segment.ident.to_string()).eq(names.iter().copied()))
}
