//! Plans the update of a crate whose runtime is copied, without touching what its owner wrote.

use super::library::DECLARATIONS;
use super::manifest;
use super::scratch::FOLDERS;
use super::shell::shown;
use crate::emit::{self, Change};
use crate::journal::{Fault, Tree};
use crate::problem::{Problem, Refused};
use anyhow::Context;
use indexmap::IndexMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub const LIBRARY: &str = "src/lib.rs";
const BUILD_SCRIPT: &str = "build.rs";

/// Files by path, and their changes.
pub type Changes = (IndexMap<String, String>, Vec<(String, Change)>);

/// The current state of the crate and its expected state. Paths are relative to its folder.
#[derive(Debug, Default)]
pub struct Plan {
    /// All files in their expected state.
    pub files: IndexMap<String, String>,
    /// The existing files, with line ends converted to LF.
    pub found: IndexMap<String, String>,
    /// Generated files that are no longer generated.
    pub outdated: Vec<String>,
    /// What was added to the manifest.
    pub needs: Vec<String>,
    /// Files that stay as they are, and why.
    pub kept: Vec<(String, &'static str)>,
    /// Generated files that were edited by hand.
    pub edited: Vec<String>,
    /// Modules that the library must declare, and does not.
    pub undeclared: Vec<&'static str>,
    /// The manifest of an enclosing workspace that does not list the crate, so that cargo would refuse to build it.
    pub workspace: Option<PathBuf>,
}

impl Plan {
    /// Compares the folder with the `files` of a new crate.
    ///
    /// # Errors
    /// Returns an error if a file cannot be read, or an existing file that is not generated would be overwritten.
    pub fn new(out: &Path, files: IndexMap<String, String>) -> anyhow::Result<Self> {
        let mut plan = Self { files, ..Self::default() };
        let mut windows = false;
        for path in plan.files.keys() {
            if let Some(text) = read(&out.join(path))? {
                windows |= path == manifest::FILE && text.contains("\r\n");
                plan.found.insert(path.clone(), text.replace("\r\n", "\n"));
            }
        }
        plan.refuse_foreign(out)?;
        plan.amend_manifest(out, windows)?;
        plan.keep_edited();
        plan.workspace = stranger_to(out, &plan.files[manifest::FILE]);
        plan.edited = plan
            .to_write()
            .filter(|(_, found)| emit::is_marked(found) && !emit::is_unedited(found))
            .map(|(path, _)| path.clone())
            .collect();
        for folder in FOLDERS {
            for path in emit::foreign(out, folder, &plan.files)? {
                match read(&out.join(&path))? {
                    Some(text) if emit::is_marked(&text) => plan.outdated.push(path),
                    _ => plan.kept.push((path, "was not generated")),
                }
            }
        }
        Ok(plan)
    }

    /// Whether a file is up to date. The command in its header does not matter.
    pub fn is_fresh(&self, path: &str) -> bool {
        let (Some(found), Some(expected)) = (self.found.get(path), self.files.get(path)) else { return false };
        let below = |text: &str| text.split_once('\n').map(|(_, rest)| rest.to_owned());
        found == expected || emit::is_marked(found) && emit::is_marked(expected) && below(found) == below(expected)
    }

    /// Writes missing and changed files into `folder` below the root of the tree, all at once or not at all.
    pub fn commit(&self, tree: &Tree, folder: &str) -> anyhow::Result<Vec<(String, Change)>> {
        let change = |path: &String| match self.found.get(path) {
            _ if self.is_fresh(path) => Change::Unchanged,
            found => Change::Written { before: found.cloned().unwrap_or_default() },
        };
        let written = self.files.keys().map(|path| (path.clone(), change(path)));
        let removed = self.outdated.iter().map(|path| (path.clone(), Change::Removed));
        let below = |(path, change): (String, Change)| (emit::below(folder, &path), change);
        let changes: Vec<_> = written.chain(removed).map(below).collect();
        tree.commit(&emit::edits(&emit::in_folder(folder, &self.files), &changes), &mut Fault::none())?;
        Ok(changes)
    }

    /// The files that are missing or differ.
    fn to_write(&self) -> impl Iterator<Item = (&String, &String)> {
        self.found.iter().filter(|(path, _)| !self.is_fresh(path))
    }

    /// Refuses to overwrite files in a folder that was never generated.
    fn refuse_foreign(&self, out: &Path) -> anyhow::Result<()> {
        if self.found.iter().any(|(path, text)| path.starts_with("src/generated/") && emit::is_marked(text)) {
            return Ok(());
        }
        let foreign = self
            .to_write()
            .filter(|(path, text)| ![manifest::FILE, LIBRARY, BUILD_SCRIPT].contains(&path.as_str()) && !emit::is_marked(text));
        let problems: Vec<Problem> = foreign
            .map(|(path, _)| Problem {
                file: format!("{}/{path}", shown(out)),
                pointer: "#".to_owned(),
                message: "the file was not generated, and would be overwritten".to_owned(),
                fix: "move it, or choose another folder with `--out`".to_owned(),
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(Refused(problems).into()) }
    }

    fn amend_manifest(&mut self, out: &Path, windows: bool) -> anyhow::Result<()> {
        let (Some(found), Some(needed)) = (self.found.get(manifest::FILE), self.files.get_mut(manifest::FILE)) else {
            return Ok(());
        };
        let (text, changes) = manifest::amend(found, needed).with_context(|| format!("{}/{}", shown(out), manifest::FILE))?;
        *needed = if windows && !changes.is_empty() { text.replace('\n', "\r\n") } else { text };
        self.needs = changes;
        Ok(())
    }

    /// Keeps an edited library, and a build script of the owner.
    fn keep_edited(&mut self) {
        if let Some(found) = self.found.get(BUILD_SCRIPT).filter(|found| !emit::is_unedited(found)) {
            self.kept.push((BUILD_SCRIPT.to_owned(), "is yours"));
            self.files.insert(BUILD_SCRIPT.to_owned(), found.clone());
        }
        let Some(found) = self.found.get(LIBRARY).filter(|found| !emit::is_unedited(found)) else { return };
        self.undeclared = DECLARATIONS.iter().copied().filter(|declaration| !declares(found, declaration)).collect();
        self.kept.push((LIBRARY.to_owned(), "is yours"));
        self.files.insert(LIBRARY.to_owned(), found.clone());
    }
}

/// Whether the code declares the same module as `declaration`.
fn declares(code: &str, declaration: &str) -> bool {
    let module = |item: &syn::Item| if let syn::Item::Mod(item) = item { Some(item.ident.to_string()) } else { None };
    let names = |code: &str| syn::parse_file(code).map(|file| file.items.iter().filter_map(module).collect::<Vec<_>>());
    match (names(code), names(declaration)) {
        (Ok(there), Ok(wanted)) => wanted.iter().all(|name| there.contains(name)),
        // The compiler will report what is wrong.
        _ => true,
    }
}

/// The manifest of the enclosing workspace, unless it lists the crate or all folders beside it.
fn stranger_to(out: &Path, own: &str) -> Option<PathBuf> {
    if manifest::is_workspace(own) {
        return None;
    }
    let out = out.canonicalize().ok()?;
    let text = |path: &Path| std::fs::read_to_string(path).ok();
    let manifests = out.ancestors().skip(1).map(|folder| folder.join(manifest::FILE));
    let workspace = manifests.into_iter().find(|path| text(path).is_some_and(|text| manifest::is_workspace(&text)))?;
    let below = out.strip_prefix(workspace.parent()?).ok()?;
    if manifest::mentions(&text(&workspace)?, below) { None } else { Some(workspace) }
}

/// The text of a file; `None` if it does not exist.
fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}
