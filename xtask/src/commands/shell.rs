//! Formats paths and words for a shell.

use std::path::Path;

/// A path with separators that every shell accepts.
pub fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    // Canonical paths of Windows begin with `\\?\`.
    if cfg!(windows) { text.trim_start_matches(r"\\?\").replace('\\', "/") } else { text }
}

/// Quotes a word of a command, if it needs that.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./,:@%+=~{}".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
