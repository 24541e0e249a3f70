//! Turns text of the document into documentation. It cannot leave its comment, and nothing of it is compiled or run.

use crate::model::types::Bytes;
use proc_macro2::{Ident, Span};
use syn::{AttrStyle, Attribute, Expr, ExprLit, Lit, LitStr, Meta, MetaNameValue, token};

/// The doc attributes of an item, one for each line.
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

/// `#[doc = "…"]`. There are so many of these that parsing them would take long.
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

/// The note about strings that represent bytes.
pub const fn bytes(how: Bytes) -> &'static str {
    match how {
        Bytes::Base64 => "Bytes as a base64 string, which the client neither encodes nor decodes.",
        Bytes::Unknown => {
            "Bytes as a string, most likely base64: the document says `binary`, which does not define an encoding in JSON."
        }
        Bytes::File => "A file, with its name and its media type.",
    }
}

/// A description from the document, made harmless.
///
/// rustdoc compiles and runs code blocks. So fences become `text` blocks, and indentation, which also makes code blocks, is
/// removed.
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
            // A fence inside would end the block early.
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

/// A name or value of the document as inline code.
pub fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_plain(*c)).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", words.join(" ").replace('`', "'"))
}

/// A description after a label. It follows on the same line if it begins like a sentence.
pub fn labelled(label: &str, text: &str) -> Vec<String> {
    let text = prose(text);
    match text.as_str() {
        "" => vec![label.to_owned()],
        // The start of a block needs its own line, or else its end would be taken for a start.
        block if block.starts_with("```") => vec![format!("{label}:"), text],
        _ => vec![format!("{label}: {text}")],
    }
}

/// A line without blocks: single spaces, no fences, no tags.
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
    // An unmatched backtick would open code that ends far away.
    if code { flat.replace('`', "'") } else { flat }
}

/// Whether a character is neither a control character nor one that changes the direction of text.
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
    fn every_code_block_becomes_text_and_is_closed() {
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
    fn indentation_that_would_make_a_code_block_is_removed() {
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
    fn inline_code_stays_on_one_line() {
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
    fn no_prose_escapes_from_the_doc_comment() {
        let prose = prose("a\r\nb\rc\u{2028}d \u{202e}e\u{0} */ <script> [link](x) [word] `odd");
        assert_eq!(prose, "a\nbcd e */ \\<script> [link](x) [word] 'odd.");
    }
}
