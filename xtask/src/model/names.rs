//! Rust names for names in documents, following the case rules of typify and progenitor.

use crate::document::Names;
use heck::{ToSnakeCase, ToUpperCamelCase};

/// The names of the prelude that generated code uses without a path.
const PRELUDE: [&str; 16] = [
    "Box", "Clone", "Debug", "Default", "Err", "From", "Into", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec",
    "Client",
];

/// The name of a type, in upper camel case. It never collides with the prelude.
#[must_use]
pub fn type_name(text: &str) -> String {
    let name = part_name(text);
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("X{name}") } else { name };
    if PRELUDE.contains(&name.as_str()) { format!("{name}Object") } else { name }
}

/// The name of a schema's type. typify converts it to upper camel case once more, which turns the `ABC` of `a b c` into `Abc`.
#[must_use]
pub fn schema_name(text: &str) -> String {
    type_name(&type_name(text))
}

/// Names for the variant with unknown values. A document can define values with the same names.
const CATCH_ALL: [&str; 4] = ["Other", "OtherValue", "UnknownValue", "AnyOtherValue"];

/// The first of these names that is not taken, or else one with a number.
pub fn catch_all<T: AsRef<str>>(taken: impl IntoIterator<Item = T>) -> String {
    let mut names = Names::default();
    taken.into_iter().for_each(|name| names.take(name.as_ref()));
    let free = CATCH_ALL.into_iter().find(|name| !names.has(name));
    free.map_or_else(|| names.free(CATCH_ALL[0]), str::to_owned)
}

/// The name of the builder for the type `name`, in the module `builder`.
#[must_use]
pub fn builder_name(name: &str) -> String {
    format!("{name}Builder")
}

/// A part of a type name that follows another part.
#[must_use]
pub fn part_name(text: &str) -> String {
    let name = ascii(text).to_upper_camel_case();
    if name.is_empty() { "Unnamed".to_owned() } else { name }
}

/// The field for properties that the document does not name, as typify calls it.
pub const REST_FIELD: &str = "extra";

/// The name of a method or field, in snake case. It is never a keyword, nor one of `reserved`.
#[must_use]
pub fn method_name(text: &str, reserved: &[&str]) -> String {
    let name = if is_snake_case(text) { text.to_owned() } else { ascii(text).to_snake_case() };
    let name = match name.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("x{name}"),
        Some(_) => name,
    };
    if is_keyword(&name) || reserved.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Whether `name` is a lower-case keyword of Rust.
#[must_use]
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// Whether a text is in snake case already, as most property names are.
fn is_snake_case(text: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= MAX_NAME_LENGTH
        && !text.ends_with('_')
        && text.bytes().all(is_plain)
        && !text.contains("__")
}

/// The lower-case keywords of Rust, including reserved ones, in alphabetical order.
const KEYWORDS: [&str; 50] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
    "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The maximum length of a name. Longer names are shortened, since names are repeated in many places.
pub const MAX_NAME_LENGTH: usize = 240;

fn ascii(text: &str) -> String {
    text.chars().take(MAX_NAME_LENGTH).map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_the_same_as_in_syn() {
        assert!(KEYWORDS.is_sorted());
        for name in KEYWORDS {
            assert!(syn::parse_str::<syn::Ident>(name).is_err(), "{name}");
        }
        for name in ["union", "auto", "default", "raw", "safe", "gen", "status", "id"] {
            assert!(syn::parse_str::<syn::Ident>(name).is_ok() && KEYWORDS.binary_search(&name).is_err(), "{name}");
        }
    }

    #[test]
    fn the_name_of_a_schema_stays_as_it_is_in_upper_camel_case() {
        for (text, expected) in
            [("a b c", "Abc"), ("x_y_z1", "Xyz1"), ("ab c d", "AbCd"), ("HTTPRule", "HttpRule"), ("1 a b", "X1ab")]
        {
            assert_eq!(schema_name(text), expected);
            assert_eq!(expected.to_upper_camel_case(), expected);
        }
    }

    #[test]
    fn snake_case_is_detected_as_heck_defines_it() {
        for name in ["id", "created_at", "a1", "a_1", "v2_beta", "a_", "a__b", "_a", "1a", "aB", "a-b", "a b", "é", ""] {
            let expected = ascii(name).to_snake_case();
            assert_eq!(is_snake_case(name), expected == name && !name.is_empty() && !name.starts_with('1'), "{name}");
        }
    }
}
