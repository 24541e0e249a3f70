//! Ids: a plain string schema becomes its own type by a macro call, so that ids of different kinds cannot be mixed up.

use super::Group;
use syn::{Attribute, Ident, parse_quote};

/// The type, and the macro call that implements it.
pub fn polish(name: &Ident, docs: &[Attribute]) -> Group {
    vec![
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
            pub struct #name(String);
        },
        parse_quote!(runtime::string_id!(#name);),
    ]
}
