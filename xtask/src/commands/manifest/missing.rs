//! Finds crates of chosen types that a Cargo.toml does not list, so that the generated code would not compile.

use super::parse;
use crate::model::TypeChoices;
use toml_edit::Item;

/// Paths that begin with these are not paths of dependencies.
const BUILT_IN: [&str; 6] = ["crate", "self", "super", "std", "core", "alloc"];

/// Returns a line for each crate that the user has to add to the manifest `text`.
#[must_use]
pub fn missing(text: &str, choices: &TypeChoices) -> Vec<String> {
    let Ok(manifest) = parse(text) else { return Vec::new() };
    let dependencies = manifest.get("dependencies").and_then(Item::as_table_like);
    let names: Vec<String> =
        dependencies.into_iter().flat_map(|table| table.iter().map(|(name, _)| name.replace('-', "_"))).collect();
    let is_there = |name: &str| names.iter().any(|known| known == name) || BUILT_IN.contains(&name);
    let known = choices.dependencies().into_iter().filter(|dependency| !is_there(dependency.name));
    let mut lines: Vec<String> = known.map(|dependency| format!("{} = {}", dependency.name, dependency.requirement)).collect();
    let mut told = Vec::new();
    for (rust, what) in choices.own_types() {
        let name = rust.split("::").next().unwrap_or_default();
        if !is_there(name) && !told.contains(&name) {
            lines.push(format!("the crate `{name}`, whose `{rust}` represents {what}"));
            told.push(name);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problems;
    use serde_json::json;

    fn choices(document: &serde_json::Value) -> TypeChoices {
        TypeChoices::read(document, &mut Problems::new(""))
    }

    #[test]
    fn missing_dependencies_of_chosen_types_are_named() {
        let choices = choices(&json!({ "x-types": {
            "uuid": "uuid::Uuid",
            "money": "crate::Money",
            "ipv4": "std::net::Ipv4Addr",
            "#/components/schemas/Order": "my_types::Order",
            "#/components/schemas/Item": "my_types::Item"
        } }));
        let lines = missing("[dependencies]\nserde = \"1\"\n", &choices);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with("uuid = {") && lines[1].contains("`my_types::Order` represents the component `Order`"));
        assert!(missing("[dependencies]\nmy-types = \"1\"\n[dependencies.uuid]\nversion = \"1\"\n", &choices).is_empty());
    }
}
