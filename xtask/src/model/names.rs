//! Names in Rust for what a document names, by the case rules of typify and progenitor.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Names of the prelude that generated code writes without a path.
const PRELUDE: [&str; 16] = [
    "Box", "Clone", "Debug", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec",
    "Client",
];

/// The name of a type for `text`: upper camel case, never a word that means something else.
#[must_use]
pub fn type_name(text: &str) -> String {
    let name = part_name(text);
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("X{name}") } else { name };
    if PRELUDE.contains(&name.as_str()) { format!("{name}Object") } else { name }
}

/// Names for the variant of an enum for what is none of the others; the document may have one of them as a value.
const CATCH_ALL: [&str; 4] = ["Other", "OtherValue", "UnknownValue", "AnyOtherValue"];

/// The name of that variant, beside those that are taken.
pub fn catch_all<T: AsRef<str>>(taken: impl IntoIterator<Item = T>) -> Option<&'static str> {
    let taken: Vec<T> = taken.into_iter().collect();
    CATCH_ALL.into_iter().find(|name| !taken.iter().any(|taken| taken.as_ref() == *name))
}

/// The name of the builder of the type `name`, in the module `builder`.
#[must_use]
pub fn builder_name(name: &str) -> String {
    format!("{name}Builder")
}

/// A part of the name of a type, behind another part.
#[must_use]
pub fn part_name(text: &str) -> String {
    let name = ascii(text).to_upper_camel_case();
    if name.is_empty() { "Unnamed".to_owned() } else { name }
}

/// The name of a method or field for `text`: snake case, never a keyword, never one of `reserved`.
#[must_use]
pub fn method_name(text: &str, reserved: &[&str]) -> String {
    let name = ascii(text).to_snake_case();
    let name = match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("x{name}"),
        Some(_) => name,
    };
    if syn::parse_str::<syn::Ident>(&name).is_err() || reserved.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// No name is longer, whatever the document calls a thing: names are repeated in many places.
pub const LONGEST: usize = 240;

fn ascii(text: &str) -> String {
    text.chars().take(LONGEST).map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}
