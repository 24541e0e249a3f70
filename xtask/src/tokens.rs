//! Prints tokens with the spacing of rustfmt: a piece of syntax on one line, a macro call with one entry per line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// The text of a piece of syntax.
pub fn text(syntax: &impl ToTokens) -> String {
    let mut out = String::new();
    write(syntax.to_token_stream(), &mut out);
    out
}

/// The maximum width of a macro call on a single line.
const MAX_WIDTH: usize = 100;

/// Formats a macro call. Formatters leave its tokens alone.
pub fn macro_invocation(call: &syn::Macro) -> String {
    let (path, entries) = (text(&call.path), entries(call.tokens.clone()));
    let line = format!("{path}!({});\n", entries.join(", "));
    if line.len() <= MAX_WIDTH { line } else { format!("{path}!(\n    {}\n);\n", entries.join(",\n    ")) }
}

/// Splits at commas, except at commas between `<` and `>`.
fn entries(tokens: TokenStream) -> Vec<String> {
    let mut entries = vec![TokenStream::new()];
    let (mut depth, mut before) = (0_usize, ' ');
    for token in tokens {
        let mark = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        match mark {
            '<' => depth += 1,
            '>' if !matches!(before, '-' | '=') => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                entries.push(TokenStream::new());
                continue;
            }
            _ => {}
        }
        before = mark;
        if let Some(entry) = entries.last_mut() {
            entry.extend([token]);
        }
    }
    entries.iter().map(text).filter(|entry| !entry.is_empty()).collect()
}

fn write(tokens: TokenStream, out: &mut String) {
    // Whether the last token joins the next one, as the first `:` of `::` or the `-` of `->` does.
    let mut is_joint = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => (" { ", " }"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write(group.stream(), out);
                // Prints `(a, b,)` as `(a, b)`.
                out.truncate(out.trim_end_matches([',', ' ']).len());
                out.push_str(close);
                is_joint = false;
            }
            TokenTree::Punct(punct) => {
                let mark = punct.as_char();
                let begins = !is_joint && matches!(mark, '-' | '=' | '+' | '|');
                if begins && !out.ends_with([' ', '(', '[', '<']) {
                    out.push(' ');
                }
                // Prints `<T,>` as `<T>`.
                if mark == '>' && !out.ends_with('-') && !out.ends_with('=') {
                    out.truncate(out.trim_end_matches([',', ' ']).len());
                }
                out.push(mark);
                let ends_arrow = mark == '>' && (out.ends_with("->") || out.ends_with("=>"));
                let is_alone = punct.spacing() == Spacing::Alone;
                let ends_path = mark == ':' && out.ends_with("::");
                if ends_arrow || is_alone && matches!(mark, ',' | ';' | '=' | '+' | '|') || is_alone && mark == ':' && !ends_path
                {
                    out.push(' ');
                }
                is_joint = !is_alone;
            }
            other => {
                if out.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | '"' | '>' | ')')) {
                    out.push(' ');
                }
                out.push_str(&other.to_string());
                is_joint = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn tokens_are_printed_on_one_line_with_the_spacing_of_rustfmt() {
        for line in [
            "pub fn id<M>(mut self, value: impl runtime::IntoNullable<types::Id, M>) -> Self",
            "fn get(&self) -> Option<&'static str>",
            "std::collections::BTreeMap<String, Vec<serde_json::Value>>",
            "Box<dyn Fn(u8) -> u8 + Send>",
        ] {
            let tokens: proc_macro2::TokenStream = line.parse().unwrap_or_default();
            assert_eq!(text(&tokens), line);
        }
        let tokens: proc_macro2::TokenStream = "Vec < (A , B ,) , >".parse().unwrap_or_default();
        assert_eq!(text(&tokens), "Vec<(A, B)>");
    }

    #[test]
    fn a_long_macro_invocation_has_one_entry_per_line() {
        let call = |text: &str| super::macro_invocation(&syn::parse_str(text).unwrap_or_else(|error| panic!("{error}")));
        assert_eq!(call("runtime::string_id ! (TaskId)"), "runtime::string_id!(TaskId);\n");
        assert_eq!(call("runtime::open_enum!(State , Other : Up = \"up\")"), "runtime::open_enum!(State, Other: Up = \"up\");\n");
        let long = "runtime::call_options!(Name : runtime::Response < std::collections::BTreeMap < String , u8 > > , runtime::Error < NameError >)";
        assert_eq!(
            call(long),
            "runtime::call_options!(\n    Name: runtime::Response<std::collections::BTreeMap<String, u8>>,\n    runtime::Error<NameError>\n);\n"
        );
    }
}
