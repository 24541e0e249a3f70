//! Paths and words as a shell takes them.

use std::path::Path;

/// A path with the separators that any shell takes.
pub fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    // A path that Windows has resolved begins with `\\?\`.
    if cfg!(windows) { text.trim_start_matches(r"\\?\").replace('\\', "/") } else { text }
}

/// A word of a command as a shell reads it back: as it is, or between quotation marks.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./,:@%+=~{}".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
