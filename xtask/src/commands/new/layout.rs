//! The files of a workspace for an API crate: its xtask, settings, CI, and the workflow that checks daily for a new document.

use super::origin::{Origin, Package};
use crate::commands::manifest;
use crate::document::Source;
use crate::workspace::{self, ApiCrate};
use anyhow::Context;
use indexmap::IndexMap;
use std::path::Path;
use toml_edit::{Array, DocumentMut, Item, Table, Value};

/// Files that are copied from the generator's workspace, since they work in any workspace.
const WORKFLOW_FILES: [&str; 4] = [
    ".github/api-changes.sh",
    ".github/document-preview.sh",
    ".github/document-preview.yml",
    ".github/workflows/api-changes.yml",
];

/// The name of the xtask's package. The generator, on which it depends, is called `xtask` already.
pub const XTASK: &str = "tasks";

/// The files around the crate, by path relative to the root.
///
/// # Errors
/// Returns an error if the files of the generator's own workspace cannot be read.
pub fn files(api: &ApiCrate, origin: &Origin, lock: String) -> anyhow::Result<IndexMap<String, String>> {
    let generator = workspace::generator();
    let own = |file: &str| workspace::source(&generator, file).map(|source| source.text);
    let fill = |template: &str| {
        let url = api.settings.url.as_deref();
        let update = if url.is_some() { "cargo xtask update" } else { "cargo xtask update FILE" };
        template
            .replace("CRATE_MODULE", &api.name.replace('-', "_"))
            .replace("CRATE", &api.name)
            .replace("DOCUMENT", &api.document)
            .replace("UPDATE", update)
            .replace("GENERATOR", &origin.dependency(&Package::generator(), false))
            .replace("XTASK", XTASK)
    };
    let mut files: IndexMap<String, String> = [
        ("README.md", include_str!("templates/README.md.txt")),
        (".gitignore", "/target\n/.xtask-journal\n"),
        (".gitattributes", include_str!("templates/gitattributes.txt")),
        (".github/workflows/ci.yml", include_str!("templates/ci.yml.txt")),
        ("xtask/Cargo.toml", include_str!("templates/xtask.toml.txt")),
        ("xtask/src/main.rs", include_str!("templates/main.rs.txt")),
    ]
    .into_iter()
    .map(|(file, template)| (file.to_owned(), fill(template)))
    .collect();
    let package = format!("--package {}", Package::generator().name);
    files.insert(".cargo/config.toml".to_owned(), own(".cargo/config.toml")?.replace(&package, &format!("--package {XTASK}")));
    for file in WORKFLOW_FILES {
        files.insert(file.to_owned(), own(file)?);
    }
    files.insert("Cargo.toml".to_owned(), fill(include_str!("templates/Cargo.toml.txt")) + &profiles(&own("Cargo.toml")?));
    // Its versions are those that the generator is tested with.
    files.insert("Cargo.lock".to_owned(), lock);
    Ok(files)
}

/// The profiles of the generator's workspace.
fn profiles(manifest: &str) -> String {
    let sections = manifest.split("\n[").filter(|section| section.starts_with("profile."));
    sections.flat_map(|section| ["\n[", section.trim_end(), "\n"]).collect()
}

/// Adds the member `folder` to the manifest of a workspace. Returns `None` if it is a member already.
///
/// # Errors
/// Returns an error if it is not a workspace.
pub fn with_member(workspace: &Source, folder: &str) -> anyhow::Result<Option<String>> {
    if manifest::mentions(&workspace.text, Path::new(folder)) {
        return Ok(None);
    }
    let mut document: DocumentMut = workspace.text.parse()?;
    let table = document.entry("workspace").or_insert_with(|| Item::Table(Table::new()));
    let table = table.as_table_mut().with_context(|| format!("{}: `workspace` must be a table", workspace.file))?;
    let members = table.entry("members").or_insert_with(|| Item::Value(Value::Array(Array::new())));
    members.as_array_mut().with_context(|| format!("{}: `members` must be an array", workspace.file))?.push(folder);
    Ok(Some(document.to_string()))
}
