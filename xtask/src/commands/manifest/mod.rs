//! The Cargo.toml of a crate whose runtime is copied. It is written once, and later changed only where the runtime needs it.

mod amend;
mod edit;
mod missing;
mod new;
mod requirement;

pub use amend::amend;
pub use missing::missing;
pub use new::new;

use anyhow::{Context, bail};
use std::path::Path;
use toml_edit::{Array, DocumentMut, Value};

/// The file name of a manifest.
pub const FILE: &str = "Cargo.toml";

/// Features under one comment, and the comment.
pub type Feature = (Vec<String>, String);

/// The features of a manifest, grouped by the comment above them. A comment applies to all features up to the next comment.
#[must_use]
pub fn features(manifest: &str) -> Vec<Feature> {
    let lines = manifest.lines().skip_while(|line| line.trim() != "[features]").skip(1);
    let mut features: Vec<Feature> = Vec::new();
    for line in lines.take_while(|line| !line.starts_with('[')) {
        if let Some(comment) = line.strip_prefix("# ") {
            features.push((Vec::new(), comment.to_owned()));
        } else if let (Some((name, _)), Some((names, _))) = (line.split_once(" = "), features.last_mut()) {
            names.push(name.to_owned());
        }
    }
    features
}

/// The name by which code refers to the library of the crate.
///
/// # Errors
/// Returns an error if it is not the manifest of a package.
pub fn name(manifest: &str) -> anyhow::Result<String> {
    let manifest = parse(manifest)?;
    let name = |table: &str| manifest.get(table)?.get("name")?.as_str().map(str::to_owned);
    if manifest.get("package").is_none() {
        bail!("it has no [package], so it is not a crate; choose another folder with `--out`");
    }
    name("lib").or_else(|| name("package")).context("its [package] has no name")
}

/// Whether the manifest is the root of a workspace.
#[must_use]
pub fn is_workspace(manifest: &str) -> bool {
    parse(manifest).is_ok_and(|manifest| manifest.contains_key("workspace"))
}

/// Whether a workspace includes or excludes the folder `below` it, by its path or by a pattern.
#[must_use]
pub fn mentions(manifest: &str, below: &Path) -> bool {
    let Ok(manifest) = parse(manifest) else { return true };
    let lists = ["members", "exclude"].into_iter().filter_map(|key| manifest.get("workspace")?.get(key)?.as_array());
    let mut paths = lists.flat_map(Array::iter).filter_map(Value::as_str).map(|path| path.trim_start_matches("./"));
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    let is_match = |path: &str| glob::Pattern::new(path).is_ok_and(|pattern| pattern.matches_path_with(below, options));
    paths.any(|path| below.starts_with(path) || is_match(path.trim_end_matches('/')))
}

/// The names of the crates that the runtime depends on.
///
/// # Errors
/// Returns an error if the manifest of the runtime is not TOML.
pub fn dependencies(manifest: &str) -> anyhow::Result<Vec<String>> {
    let manifest = parse(manifest)?;
    let tables = ["dependencies", "dev-dependencies"].into_iter().filter_map(|name| manifest.get(name)?.as_table_like());
    Ok(tables.flat_map(|table| table.iter().map(|(name, _)| name.to_owned())).collect())
}

fn parse(manifest: &str) -> anyhow::Result<DocumentMut> {
    manifest.parse().map_err(|error| anyhow::anyhow!("it is not TOML: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_mentions_folders_by_name_or_by_pattern() {
        for (workspace, mentioned) in [
            ("members = [\"apis/things\"]", true),
            ("members = [\"./apis/*\"]", true),
            ("members = [\"apis/t*\"]", true),
            ("members = [\"apis/other-*\"]", false),
            ("members = [\"*\"]", false),
            ("exclude = [\"apis\"]", true),
            ("members = [\"things\"]", false),
            ("", false),
        ] {
            let manifest = format!("[workspace]\n{workspace}\n");
            assert!(is_workspace(&manifest));
            assert_eq!(mentions(&manifest, Path::new("apis/things")), mentioned, "{workspace}");
        }
    }
}
