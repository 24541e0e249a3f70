//! A comparison as text for the terminal, as markdown, and as JSON.

use super::Comparison;

/// For a terminal, or for a file where `colour` is false.
pub fn text(comparison: &Comparison, _colour: bool) -> String {
    markdown(comparison)
}

/// For a pull request.
pub fn markdown(comparison: &Comparison) -> String {
    comparison.facts.iter().map(|fact| format!("- {}\n", fact.text)).collect()
}

/// One array of facts.
pub fn json(comparison: &Comparison) -> String {
    serde_json::to_string_pretty(&comparison.facts).unwrap_or_default()
}
