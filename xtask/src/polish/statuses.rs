//! Statuses as text and as patterns.

use crate::model::Status;
use proc_macro2::TokenStream;
use quote::quote;

/// A status as text.
pub fn status_text(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}XX"),
        Status::Default => "Any other status".to_owned(),
    }
}

/// A status as a pattern.
pub fn pattern(status: Status) -> TokenStream {
    let number = |number: u16| proc_macro2::Literal::u16_unsuffixed(number);
    match status {
        Status::Code(code) => {
            let code = number(code);
            quote!(#code)
        }
        Status::Range(class) => {
            let (first, last) = (number(class * 100), number(class * 100 + 99));
            quote!(#first..=#last)
        }
        Status::Default => quote!(_),
    }
}
