//! Where things stand in this workspace, and reading them.

use crate::problem::{Problem, Refused, unreadable};
use crate::{Input, Source, document};
use anyhow::{Context, anyhow, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The published document, below the root.
pub const PUBLISHED: &str = "spec/deck-v2.json";
/// The overlay, below the root.
pub const OVERLAY: &str = "spec/overlay.yaml";
/// The selection, below the root; it need not be there.
pub const SELECTION: &str = "spec/selection.txt";
/// The generated code, below the root.
pub const GENERATED: &str = "deck-api/src/generated";
/// The manifest of the crate, below the root.
pub const MANIFEST: &str = "deck-api/Cargo.toml";
/// The changelog of the crate, below the root.
pub const CHANGELOG: &str = "deck-api/CHANGELOG.md";
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
        // One document, because build.rs compares it without knowing what a reference is.
        beside: Vec::new(),
        overlay: optional(OVERLAY)?,
        document_url: None,
        selection: optional(SELECTION)?.map(|source| source.text).unwrap_or_default(),
        lock: source(root, "Cargo.lock")?.text,
        crate_name: CRATE.to_owned(),
        skip_refused: false,
        command: None,
    })
}

/// Reads `file`, which stands below `root` or anywhere by its whole path.
///
/// # Errors
/// Where it cannot be read as text.
pub fn source(root: &Path, file: &str) -> anyhow::Result<Source> {
    let bytes = std::fs::read(root.join(file)).map_err(|error| anyhow!("cannot read {file}: {}", unreadable(&error)))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Refused::one(Problem {
            file: file.to_owned(),
            pointer: "#".to_owned(),
            message: format!("the file is not text in UTF-8 from byte {} on", error.utf8_error().valid_up_to()),
            fix: "save it as UTF-8, or name the file that holds the document".to_owned(),
        })
    })?;
    Ok(Source { file: file.to_owned(), text })
}

/// Reads the files to which `published` refers, below its folder and nowhere else.
///
/// # Errors
/// Where a reference leads elsewhere, or to what cannot be read.
pub fn beside(root: &Path, published: &Source) -> anyhow::Result<Vec<Source>> {
    if !document::may_refer_elsewhere(&published.text) {
        return Ok(Vec::new());
    }
    // What is wrong with the document itself is said where it is read for good.
    let Ok(mut document) = document::parse(&published.file, &published.text) else { return Ok(Vec::new()) };
    let path = root.join(&published.file);
    let folder = path.parent().unwrap_or(root);
    Ok(document::bundle(&mut document, &mut |file| read_below(folder, file))?)
}

/// A link may lead out of the folder, which no name shows.
fn read_below(folder: &Path, file: &str) -> Result<String, String> {
    let path = folder.join(file).canonicalize().map_err(|error| unreadable(&error))?;
    let folder = folder.canonicalize().map_err(|error| unreadable(&error))?;
    if !path.starts_with(folder) {
        return Err("it leads out of the folder of the document".to_owned());
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(&error))
}

/// The inputs of deck-api as they are in a revision of git.
///
/// # Errors
/// Where git does not know the revision, or it has no document.
pub fn committed(root: &Path, revision: &str) -> anyhow::Result<Input> {
    // A revision is never an option of git.
    if revision.starts_with('-') {
        bail!("`{revision}` is no revision; name a commit, a branch or a tag: `cargo xtask diff --against main`");
    }
    let known = git(root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
    if known.is_none() {
        bail!(
            "git knows no revision `{revision}` here; name a commit, a branch or a tag (`cargo xtask diff --against main`), or two files"
        );
    }
    let source = |file: &str| -> anyhow::Result<Option<Source>> {
        let text = committed_text(root, revision, file)?;
        Ok(text.map(|text| Source { file: format!("{file} at {revision}"), text }))
    };
    let Some(published) = source(PUBLISHED)? else {
        bail!("the revision `{revision}` has no {PUBLISHED}; name another one: `cargo xtask diff --against REV`");
    };
    Ok(Input {
        published,
        overlay: source(OVERLAY)?,
        selection: source(SELECTION)?.map(|source| source.text).unwrap_or_default(),
        ..Input::default()
    })
}

/// The text of a file at a revision of git, if it is there.
///
/// # Errors
/// Where git cannot be started.
pub fn committed_text(root: &Path, revision: &str, file: &str) -> anyhow::Result<Option<String>> {
    git(root, &["show", &format!("{revision}:./{file}")])
}

/// What git prints; `None` where it fails.
fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<Option<String>> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().context("cannot start git")?;
    if !output.status.success() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8(output.stdout).context("a file in git is not text")?))
}
