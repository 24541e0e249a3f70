//! The API crates of a workspace: their folders, and the files that they are generated from.

use super::settings::{self, Settings};
use super::source;
use crate::document::Source;
use anyhow::{Context, bail};
use std::path::Path;
use toml_edit::{Array, DocumentMut, Item, Value};

/// A crate that is generated from a document. Paths are relative to the root of its workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCrate {
    /// The name of the package.
    pub name: String,
    /// The folder of the crate; empty if it is the root of the workspace.
    pub folder: String,
    /// The published document.
    pub document: String,
    /// The overlay.
    pub overlay: Option<String>,
    /// The selection. The file does not have to exist.
    pub selection: Option<String>,
    /// The settings in its manifest.
    pub settings: Settings,
}

impl ApiCrate {
    /// Reads the crate in `folder` from its manifest; `None` if it is not generated from a document.
    ///
    /// # Errors
    /// Returns an error if its settings are wrong.
    pub fn read(folder: &str, manifest: &Source) -> anyhow::Result<Option<Self>> {
        let Some(settings) = settings::read(&manifest.file, &manifest.text)? else { return Ok(None) };
        let name = package_name(&manifest.text).with_context(|| format!("{}: the package has no name", manifest.file))?;
        let below_root = |path: &String| {
            joined(folder, path).with_context(|| {
                format!(
                    "{}: {path} leads out of the workspace, where no command writes; move the file into the workspace",
                    manifest.file
                )
            })
        };
        Ok(Some(Self {
            name,
            folder: folder.to_owned(),
            document: below_root(&settings.document)?,
            overlay: settings.overlay.as_ref().map(below_root).transpose()?,
            selection: settings.selection.as_ref().map(below_root).transpose()?,
            settings,
        }))
    }

    /// The path of a file of the crate, relative to the root of the workspace.
    #[must_use]
    pub fn path(&self, file: &str) -> String {
        if self.folder.is_empty() { file.to_owned() } else { format!("{}/{file}", self.folder) }
    }

    /// The folder of the generated code.
    #[must_use]
    pub fn generated(&self) -> String {
        self.path("src/generated")
    }

    /// The path of its Cargo.toml.
    #[must_use]
    pub fn manifest(&self) -> String {
        self.path("Cargo.toml")
    }

    /// The path of its changelog.
    #[must_use]
    pub fn changelog(&self) -> String {
        self.path("CHANGELOG.md")
    }
}

/// The API crates of the workspace, in the order of its members.
///
/// # Errors
/// Returns an error if a manifest cannot be read, or settings are wrong.
pub fn all(root: &Path) -> anyhow::Result<Vec<ApiCrate>> {
    let mut found = Vec::new();
    for folder in members(root)? {
        let file = if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") };
        // Cargo reports missing members better.
        if root.join(&file).exists() {
            found.extend(ApiCrate::read(&folder, &source(root, &file)?)?);
        }
    }
    Ok(found)
}

/// The API crates with these names, or all of them if there are no names.
///
/// # Errors
/// Fails like [`all`]; also if there is no such crate, or none at all.
pub fn chosen(root: &Path, names: &[String]) -> anyhow::Result<Vec<ApiCrate>> {
    let all = all(root)?;
    if all.is_empty() {
        bail!(
            "this workspace has no API crate\n\
             fix: add `[package.metadata.openapi]` with `document = \"…\"` to the Cargo.toml of a crate"
        );
    }
    if let Some(name) = names.iter().find(|name| all.iter().all(|api| api.name != **name)) {
        let known: Vec<&str> = all.iter().map(|api| api.name.as_str()).collect();
        bail!("the workspace has no API crate `{name}`\nfix: name one of these with `-p`: {}", known.join(", "));
    }
    Ok(all.into_iter().filter(|api| names.is_empty() || names.contains(&api.name)).collect())
}

/// The only API crate with one of these names.
///
/// # Errors
/// Fails like [`chosen`]; also if there are several.
pub fn one(root: &Path, names: &[String]) -> anyhow::Result<ApiCrate> {
    let mut chosen = chosen(root, names)?;
    if chosen.len() > 1 {
        let names: Vec<&str> = chosen.iter().map(|api| api.name.as_str()).collect();
        bail!(
            "this concerns one API crate, and there are {}\nfix: name one of these with `-p`: {}",
            names.len(),
            names.join(", ")
        );
    }
    chosen.pop().context("no API crate")
}

/// The folders of the members, listed or matched by patterns. The root is an empty string, if it is a package itself.
///
/// # Errors
/// Returns an error if the manifest of the workspace cannot be read.
pub fn members(root: &Path) -> anyhow::Result<Vec<String>> {
    let workspace = source(root, "Cargo.toml")?;
    let manifest: DocumentMut = workspace.text.parse().with_context(|| format!("{} is not TOML", workspace.file))?;
    let list = |key: &str| -> Vec<&str> {
        let list = manifest.get("workspace").and_then(|workspace| workspace.get(key)).and_then(Item::as_array);
        let paths = list.into_iter().flat_map(Array::iter).filter_map(Value::as_str);
        paths.map(|path| path.trim_start_matches("./").trim_end_matches('/')).collect()
    };
    let mut folders: Vec<String> = Vec::new();
    if manifest.contains_key("package") {
        folders.push(String::new());
    }
    let excluded = list("exclude");
    for member in list("members") {
        if !member.contains(['*', '?', '[']) {
            folders.push(member.to_owned());
            continue;
        }
        let matching = matching(root, member).with_context(|| format!("{}: the member `{member}`", workspace.file))?;
        folders.extend(matching.into_iter().filter(|folder| !excluded.iter().any(|path| Path::new(folder).starts_with(path))));
    }
    Ok(folders)
}

/// The folders of packages that match a pattern.
fn matching(root: &Path, pattern: &str) -> anyhow::Result<Vec<String>> {
    let whole = format!("{}/{pattern}", glob::Pattern::escape(&root.to_string_lossy()));
    let paths = glob::glob(&whole)?.filter_map(Result::ok).filter(|path| path.join("Cargo.toml").exists());
    let relative = paths.filter_map(|path| Some(path.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/")));
    Ok(relative.collect())
}

/// The package name in a manifest.
#[must_use]
pub fn package_name(manifest: &str) -> Option<String> {
    let manifest: DocumentMut = manifest.parse().ok()?;
    manifest.get("package")?.get("name")?.as_str().map(str::to_owned)
}

/// Joins a folder and a path in it; `None` if the result is outside the workspace.
fn joined(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." { parts.pop().map(drop)? } else { parts.push(part) }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn paths_start_from_the_crate_and_stay_within_the_workspace() {
        for (folder, path, expected) in [
            ("apis/things", "../../spec/things.json", Some("spec/things.json")),
            ("things", "./openapi.yaml", Some("things/openapi.yaml")),
            ("", "spec/things.json", Some("spec/things.json")),
            ("things", "../../elsewhere.json", None),
            ("things", "/etc/hosts", None),
            ("things", "C:\\things.json", None),
        ] {
            assert_eq!(joined(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }

    #[test]
    fn members_are_listed_or_matched_by_patterns_as_cargo_matches_them() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["crates/api-b", "crates/api-a", "crates/other", "crates/api-old", "crates/api-none/src", "x/y/api"] {
            let folder = root.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            if !folder.ends_with("src") {
                std::fs::write(folder.join("Cargo.toml"), "").unwrap();
            }
        }
        for (list, expected) in [
            ("['./crates/other', 'missing']", &["crates/other", "missing"][..]),
            ("['crates/api-*']", &["crates/api-a", "crates/api-b"]),
            ("['crates/api-?', 'x/*/api']", &["crates/api-a", "crates/api-b", "x/y/api"]),
            ("['*']", &[]),
        ] {
            let manifest = format!("[workspace]\nmembers = {list}\nexclude = ['crates/api-old']\n");
            std::fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
            assert_eq!(members(root.path()).unwrap(), expected, "{list}");
        }
        std::fs::write(root.path().join("Cargo.toml"), "[workspace]\nmembers = ['a***']\n").unwrap();
        assert!(format!("{:#}", members(root.path()).unwrap_err()).contains("the member `a***`"));
    }
}
