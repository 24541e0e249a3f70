//! Free-form JSON: received values are kept as text, since `serde_json::Value` cannot represent all of them.
//!
//! The map of undeclared properties stays a map of `serde_json::Value`: serde buffers a flattened map, and the text is lost.

use super::emitted::argument;
use super::paths::is_path;
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

/// The type for received values. It is used for values that are also sent, since the text is sent unchanged.
pub fn receive(ty: &mut Type) {
    Received.visit_type_mut(ty);
}

/// Whether the type is received free-form JSON.
pub fn is_received(ty: &Type) -> bool {
    is_path(ty, &["runtime", "Json"])
}
