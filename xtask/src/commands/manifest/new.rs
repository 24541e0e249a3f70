//! Writes the first Cargo.toml of a crate.

use crate::model::TypeChoices;
use crate::model::known_types::Dependency;

/// The manifest of a new crate. Features and dependencies are those of `home`, the manifest of the crate that owns the runtime,
/// plus the dependencies of chosen types.
#[must_use]
pub fn new(home: &str, name: &str, choices: &TypeChoices) -> String {
    let mut text = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\n");
    let dependencies = choices.dependencies();
    let mut wanted = false;
    for line in home.lines() {
        if line.starts_with('[') {
            wanted = ["[features]", "[dependencies]"].contains(&line.trim()) || line.starts_with("[dependencies.");
            if wanted {
                text.push('\n');
            }
        }
        if wanted && !line.trim().is_empty() {
            text.push_str(&with_schemas(line, &dependencies));
            text.push('\n');
        }
    }
    for Dependency { name, requirement, .. } in &dependencies {
        text.push_str(&format!("# Types that were chosen for schemas of the document.\n{name} = {requirement}\n"));
    }
    text
}

/// Extends the feature `schemars` with the features of chosen types that implement `JsonSchema`.
fn with_schemas(line: &str, dependencies: &[Dependency]) -> String {
    let Some(parts) = line.strip_prefix("schemars = [").and_then(|rest| rest.strip_suffix(']')) else { return line.to_owned() };
    let more = dependencies.iter().filter_map(|dependency| dependency.schemars).map(|feature| format!("\"schemars/{feature}\""));
    let parts: Vec<String> = std::iter::once(parts.to_owned()).chain(more).collect();
    format!("schemars = [{}]", parts.join(", "))
}
