//! The first Cargo.toml of a crate.

use crate::commands::scratch::Membership;
use crate::model::ScalarChoices;
use crate::model::scalar_choices::Dependency;

/// The manifest of a new crate: the features and dependencies of the crate with the runtime, whose manifest is `home`, and what
/// the types need that its user chose.
#[must_use]
pub fn new(home: &str, name: &str, membership: Membership, choices: &ScalarChoices) -> String {
    let mut text = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\n");
    if membership == Membership::Alone {
        text.push_str("publish = false\n\n[workspace]\n");
    }
    let mut wanted = false;
    for line in home.lines() {
        if line.starts_with('[') {
            wanted = ["[features]", "[dependencies]"].contains(&line.trim()) || line.starts_with("[dependencies.");
            if wanted {
                text.push('\n');
            }
        }
        if wanted && !line.trim().is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    for Dependency { name, requirement } in choices.dependencies() {
        text.push_str(&format!("# Types that were chosen for formats of the document.\n{name} = {requirement}\n"));
    }
    text
}
