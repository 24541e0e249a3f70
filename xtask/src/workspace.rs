//! Where things stand in this workspace, and reading them.

use crate::{Input, Source};
use anyhow::Context;
use std::path::{Path, PathBuf};

/// The published document, below the root.
pub const PUBLISHED: &str = "spec/deck-v2.json";
/// The overlay, below the root.
pub const OVERLAY: &str = "spec/overlay.yaml";
/// The selection, below the root; it need not be there.
pub const SELECTION: &str = "spec/selection.txt";
/// The generated code, below the root.
pub const GENERATED: &str = "deck-api/src/generated";
/// The crate of this workspace.
pub const CRATE: &str = "deck-api";

/// The root of the workspace that this program was built in or is run from.
pub fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let own = own.filter(|folder| folder.ends_with("xtask")).unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// Reads the inputs of deck-api.
///
/// # Errors
/// Where the published document or Cargo.lock cannot be read.
pub fn input(root: &Path) -> anyhow::Result<Input> {
    let optional = |file: &str| if root.join(file).exists() { source(root, file).map(Some) } else { Ok(None) };
    Ok(Input {
        published: source(root, PUBLISHED)?,
        overlay: optional(OVERLAY)?,
        selection: optional(SELECTION)?.map(|source| source.text).unwrap_or_default(),
        lock: source(root, "Cargo.lock")?.text,
        crate_name: CRATE.to_owned(),
        skip_refused: false,
    })
}

/// Reads `file`, which stands below `root` or anywhere by its whole path.
///
/// # Errors
/// Where it cannot be read as text.
pub fn source(root: &Path, file: &str) -> anyhow::Result<Source> {
    let text = std::fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))?;
    Ok(Source { file: file.to_owned(), text })
}
