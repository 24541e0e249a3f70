//! A schema that is text and no more becomes a type of its own by one line, so that one id cannot be passed for another.

use super::Group;
use serde_json::Value;
use syn::{Attribute, Fields, Ident, ItemStruct, parse_quote};

/// Whether typify made a wrapper around text of it.
pub fn is_id(item: &ItemStruct, schema: &Value) -> bool {
    is_text(schema) && matches!(&item.fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1)
}

/// Whether a component is text and no more, but for the values that an enum may list.
pub fn is_text(schema: &Value) -> bool {
    let text = schema.get("type").is_some_and(|name| name == "string");
    text && schema.get("nullable") != Some(&Value::Bool(true)) && schema.get("format").is_none()
}

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
