//! A schema that is text and no more becomes a type of its own by one line, so that one id cannot be passed for another.

use super::Group;
use syn::{Attribute, Ident, parse_quote};

/// The type and the line that makes it one.
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
