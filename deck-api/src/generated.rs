//! The generated code, and by hand the few lints that its origin makes necessary.
//!
//! The modules are those that are checked in, unless the build script found the document changed: then it has made new ones.
#![allow(rustdoc::bare_urls, reason = "the owner of the document writes URLs into prose")]
#![allow(rustdoc::broken_intra_doc_links, reason = "the owner of the document may put words into brackets")]
#![allow(clippy::doc_markdown, reason = "the owner of the document does not mark names as code")]
#![allow(clippy::doc_lazy_continuation, reason = "the lists of the owner's prose are flattened")]
#![allow(clippy::large_enum_variant, reason = "the sizes of alternatives follow from the document")]
#![allow(clippy::struct_field_names, reason = "the names of fields are the document's")]
#![allow(clippy::struct_excessive_bools, reason = "so are their types")]
#![allow(clippy::enum_variant_names, reason = "and so are the values of enums")]
#![allow(clippy::too_many_lines, reason = "the document decides how much an operation has")]
#![allow(clippy::option_option, reason = "a property that can be absent and can be null has these three states")]
#![allow(clippy::default_trait_access, reason = "code that is the same for every type need not name it")]
#![allow(clippy::must_use_candidate, reason = "setters are on types that must be used")]
#![allow(clippy::missing_errors_doc, reason = "conversions that typify makes are undocumented")]

#[cfg(not(api_regenerated))]
#[rustfmt::skip]
#[path = "generated/mod.rs"]
mod code;

#[cfg(api_regenerated)]
mod code {
    include!(concat!(env!("OUT_DIR"), "/generated/mod.rs"));
}

pub use code::*;
