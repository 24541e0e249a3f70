//! Text of the document as documentation: it cannot leave its comment, and nothing of it is compiled or run.

use syn::{Attribute, parse_quote};

/// The attributes that document an item, one a line.
pub fn attributes(paragraphs: &[String]) -> Vec<Attribute> {
    let text: Vec<String> = paragraphs.iter().filter(|text| !text.is_empty()).cloned().collect();
    let text = text.join("\n\n");
    text.lines()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            parse_quote!(#[doc = #line])
        })
        .collect()
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

/// One line without any block: words with one space between them, no fence, no tag.
fn flat(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let line = words.join(" ").replace("```", "'''").replace("~~~", "'''");
    let mut code = false;
    let mut flat = String::with_capacity(line.len());
    for c in line.chars() {
        code ^= c == '`';
        if !code && matches!(c, '<' | '[' | ']') {
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
