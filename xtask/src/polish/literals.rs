//! Values of the model as Rust code for the runtime.

use crate::model::api::Security;
use crate::model::operations::{PartEncoding, Serialization};
use crate::model::security::Alternative;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// `Some("text")` or `None`.
pub fn option(text: Option<&str>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

/// Security alternatives.
pub fn alternatives(security: &Security, all: &[Alternative]) -> TokenStream {
    let all = all.iter().map(|alternative| {
        let schemes = alternative.iter().map(|(name, scopes)| {
            // Scopes matter only for access tokens that the client fetches.
            let fetched = security.schemes.get(name).is_some_and(|scheme| scheme.token_endpoint.is_some());
            let scopes = scopes.iter().filter(|_| fetched);
            quote!((#name, &[#(#scopes),*]))
        });
        quote!(&[#(#schemes),*])
    });
    quote!(&[#(#all),*])
}

/// How a property becomes parts of a form.
pub fn part_encoding(encoding: &PartEncoding) -> TokenStream {
    match encoding {
        PartEncoding::Json(media) => quote!(runtime::PartEncoding::Json(#media)),
        PartEncoding::Media(media) => quote!(runtime::PartEncoding::Media(#media)),
        PartEncoding::Listed(media) => quote!(runtime::PartEncoding::Listed(#media)),
        PartEncoding::Style(style) => {
            let style = serialization((*style).into());
            quote!(runtime::PartEncoding::Style(#style))
        }
    }
}

/// A serialization.
pub fn serialization(serialization: Serialization) -> TokenStream {
    // The variants have the same names in the runtime.
    let style = serialization.style;
    let name = format_ident!("{style:?}");
    if serialization.allow_reserved { quote!(runtime::Style::#name.allow_reserved()) } else { quote!(runtime::Style::#name) }
}
