//! Makes unique variant names for the values of an enum, whatever their characters.

use crate::document::Names;
use crate::model::names::MAX_NAME_LENGTH;
use heck::ToUpperCamelCase;
use indexmap::{IndexMap, IndexSet};
use std::borrow::Cow;

/// Names for symbols, for values that consist of nothing else.
const SYMBOLS: [(char, &str); 29] = [
    ('=', "Equal"),
    ('!', "Not"),
    ('<', "Less"),
    ('>', "Greater"),
    ('+', "Plus"),
    ('-', "Minus"),
    ('*', "Star"),
    ('/', "Slash"),
    ('\\', "Backslash"),
    ('%', "Percent"),
    ('&', "And"),
    ('|', "Or"),
    ('^', "Caret"),
    ('~', "Tilde"),
    ('.', "Dot"),
    (',', "Comma"),
    (':', "Colon"),
    (';', "Semicolon"),
    ('?', "Question"),
    ('@', "At"),
    ('#', "Hash"),
    ('$', "Dollar"),
    ('_', "Underscore"),
    ('(', "Open"),
    (')', "Close"),
    ('[', "OpenBracket"),
    (']', "CloseBracket"),
    ('\'', "Quote"),
    (' ', "Space"),
];

/// The variant names of `values`, in order.
pub fn names(values: &IndexSet<String>) -> Vec<String> {
    let mut plain: IndexMap<String, usize> = IndexMap::new();
    for value in values {
        *plain.entry(camel(value)).or_default() += 1;
    }
    let mut taken = Names::default();
    values
        .iter()
        .map(|value| {
            let name = camel(value);
            // If the letters are the same, other characters may tell the values apart.
            let clashes = plain.get(&name).is_some_and(|count| *count > 1);
            taken.free(&identifier(if name.is_empty() || clashes { spelled(value) } else { name }))
        })
        .collect()
}

/// The variant name for an alternative with the given name.
#[must_use]
pub fn variant(text: &str) -> String {
    identifier(camel(text))
}

/// Spells out symbols, if the name would otherwise begin with a digit, as in `+1`.
#[must_use]
pub fn readable(name: &str) -> Cow<'_, str> {
    let may_begin_with_digit = !name.starts_with(|c: char| c.is_ascii_alphabetic());
    if may_begin_with_digit && camel(name).starts_with(|c: char| c.is_ascii_digit()) { spelled(name).into() } else { name.into() }
}

fn camel(value: &str) -> String {
    value
        .chars()
        .take(MAX_NAME_LENGTH)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect::<String>()
        .to_upper_camel_case()
}

/// The value with its symbols spelled out.
fn spelled(value: &str) -> String {
    let symbol = |c: char| SYMBOLS.iter().find(|(symbol, _)| *symbol == c).map(|(_, name)| *name);
    let mut text = String::new();
    for c in value.chars().take(64) {
        match symbol(c) {
            // Between letters and digits, these are only separators.
            Some(_) if matches!(c, ' ' | '_' | '-') && text.chars().last().is_some_and(|c| c.is_ascii_alphanumeric()) => {
                text.push(' ');
            }
            Some(name) => text.push_str(&format!(" {name} ")),
            None if c.is_ascii_alphanumeric() => text.push(c),
            None => text.push_str(&format!(" U{:04X} ", u32::from(c))),
        }
    }
    text.to_upper_camel_case()
}

fn identifier(name: String) -> String {
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("X{name}"),
        Some(_) if name == "Self" => "SelfValue".to_owned(),
        Some(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_enum_value_has_a_unique_name() {
        for (values, expected) in [
            (vec!["asc", "ASC"], vec!["Asc", "Asc2"]),
            (vec!["=", "!=", "<", "<=", ""], vec!["Equal", "NotEqual", "Less", "LessEqual", "Empty"]),
            (vec![".", "X", "O"], vec!["Dot", "X", "O"]),
            (vec!["created_at", "-created_at"], vec!["CreatedAt", "MinusCreatedAt"]),
            (vec!["1", "2x", "self"], vec!["X1", "X2x", "SelfValue"]),
            (vec!["日本", "\u{202e}"], vec!["U65e5U672c", "U202e"]),
            (vec!["a b", "a-b", "a_b"], vec!["AB", "AB2", "AB3"]),
        ] {
            let values = values.into_iter().map(str::to_owned).collect();
            assert_eq!(names(&values), expected, "{values:?}");
        }
    }
}
