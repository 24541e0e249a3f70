//! Text of the document as documentation: it cannot leave its comment, and nothing of it is compiled or run.

use crate::model::types::Bytes;
use proc_macro2::{Ident, Span};
use syn::{AttrStyle, Attribute, Expr, ExprLit, Lit, LitStr, Meta, MetaNameValue, token};

/// The attributes that document an item, one a line.
pub fn attributes(paragraphs: &[String]) -> Vec<Attribute> {
    let text: Vec<String> = paragraphs.iter().filter(|text| !text.is_empty()).cloned().collect();
    let text = text.join("\n\n");
    text.lines()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            attribute(&line)
        })
        .collect()
}

/// `#[doc = "…"]`, of which there are so many that parsing them would take its time.
fn attribute(line: &str) -> Attribute {
    let span = Span::call_site();
    let text = Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(LitStr::new(line, span)) });
    Attribute {
        pound_token: token::Pound::default(),
        style: AttrStyle::Outer,
        bracket_token: token::Bracket::default(),
        meta: Meta::NameValue(MetaNameValue {
            path: Ident::new("doc", span).into(),
            eq_token: token::Eq::default(),
            value: text,
        }),
    }
}

/// What has to be known of strings that stand for bytes.
pub const fn bytes(how: Bytes) -> &'static str {
    match how {
        Bytes::Base64 => "Bytes as a base64 string, which the client neither encodes nor decodes.",
        Bytes::Unknown => {
            "Bytes as a string, most likely base64: the document says `binary`, which does not define an encoding in JSON."
        }
    }
}

/// Prose of the document, made harmless.
///
/// rustdoc compiles and runs code blocks: fences become blocks of text, and indentation, which makes blocks too, goes.
pub fn prose(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fenced = false;
    for line in text.trim().lines() {
        let line: String = line.chars().filter(|c| is_plain(*c)).collect();
        let trimmed = line.trim();
        let is_fence = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        match (fenced, is_fence) {
            (false, true) => lines.push("```text".to_owned()),
            (true, true) => lines.push("```".to_owned()),
            // A fence further in would end the block early.
            (true, false) => lines.push(line.trim_end().replace("```", "'''").replace("~~~", "'''")),
            (false, false) => lines.push(flat(trimmed)),
        }
        fenced ^= is_fence;
    }
    if fenced {
        lines.push("```".to_owned());
    }
    sentence(lines.join("\n"))
}

/// A name or a value of the document, as code within a line.
pub fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_plain(*c)).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", words.join(" ").replace('`', "'"))
}

/// Prose behind a label, on its line if it begins as a sentence does.
pub fn labelled(label: &str, text: &str) -> Vec<String> {
    let text = prose(text);
    match text.as_str() {
        "" => vec![label.to_owned()],
        // A block needs a line of its own to begin, or its end would be taken for a beginning.
        block if block.starts_with("```") => vec![format!("{label}:"), text],
        _ => vec![format!("{label}: {text}")],
    }
}

/// One line without any block: words with one space between them, no fence, no tag.
fn flat(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let line = words.join(" ").replace("```", "'''").replace("~~~", "'''");
    let has_link = line.contains("](");
    let mut code = false;
    let mut flat = String::with_capacity(line.len());
    for c in line.chars() {
        code ^= c == '`';
        if !code && (c == '<' || !has_link && matches!(c, '[' | ']')) {
            flat.push('\\');
        }
        flat.push(c);
    }
    // An odd backtick would open code that ends far away.
    if code { flat.replace('`', "'") } else { flat }
}

/// Neither control characters nor such as turn the direction of the text.
fn is_plain(c: char) -> bool {
    !(c.is_control() && c != '\t'
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{061c}'))
}

fn sentence(text: String) -> String {
    let ends_open = text.chars().last().is_some_and(|c| c.is_alphanumeric() || matches!(c, '`' | ')' | '"'));
    if ends_open && !text.ends_with("```") { text + "." } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_becomes_text_and_ends_where_the_prose_ends() {
        let fences =
            ["```", "```rust", "~~~", "````", "   ```", "```\n```", "- ```", "> ```", "1. ~~~", "a ```", "\t```", "```\n~~~"];
        for fence in fences {
            for text in [format!("{fence}\npanic!();"), format!("{fence}\npanic!();\n{fence}\npanic!();\n{fence}")] {
                let prose = prose(&text);
                let fences: Vec<&str> = prose.lines().filter(|line| line.contains("```")).collect();
                assert_eq!(fences.len() % 2, 0, "{text:?} became {prose:?}");
                for (index, line) in fences.iter().enumerate() {
                    assert_eq!(*line, if index % 2 == 0 { "```text" } else { "```" }, "{text:?} became {prose:?}");
                }
            }
        }
    }

    #[test]
    fn indentation_which_would_be_a_block_of_code_goes() {
        for text in [
            "a\n\n    panic!();",
            "- a\n\n      panic!();",
            "-     panic!();",
            "\tpanic!();",
            "1.     panic!();",
            ">     panic!();",
        ] {
            let prose = prose(text);
            assert!(!prose.contains("  ") && !prose.contains('\t'), "{text:?} became {prose:?}");
        }
    }

    #[test]
    fn code_stays_in_its_line_whatever_it_holds() {
        for (text, expected) in [
            ("a", "`a`"),
            ("[a] <b> c.", "`[a] <b> c.`"),
            ("`a``", "`'a''`"),
            ("~~~\n\n    panic!();\r\n```", "`~~~ panic!(); '''`"),
            ("\u{2028}a\u{202e}b\u{0}c\u{85}d", "`abc d`"),
        ] {
            assert_eq!(code(text), expected, "{text:?}");
        }
    }

    #[test]
    fn nothing_leaves_the_comment() {
        let prose = prose("a\r\nb\rc\u{2028}d \u{202e}e\u{0} */ <script> [link](x) [word] `odd");
        assert_eq!(prose, "a\nbcd e */ \\<script> [link](x) [word] 'odd.");
    }
}
