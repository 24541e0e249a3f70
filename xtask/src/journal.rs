//! Writes a set of files atomically: all together or not at all, even if the program is killed.
//!
//! The new texts first go into a folder beside the tree. Then a manifest is renamed into that folder: from this moment on the
//! set counts as written. This run or the next one then moves each file to its place, and removes the folder.

use crate::fingerprint::fingerprint;
use crate::terminal;
use anyhow::{Context, bail};
use fs4::{FileExt, TryLockError};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder of the journal, relative to the root of the tree.
pub const FOLDER: &str = ".xtask-journal";
/// The file whose existence commits the journal.
pub const MANIFEST: &str = "manifest.json";

/// The new texts of files, by path relative to the root. `None` removes a file.
pub type Edits = IndexMap<String, Option<String>>;

/// Lets a test stop the program after a number of write steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fault(Option<usize>);

impl Fault {
    /// Does not stop the program.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Stops the program after `steps` steps.
    #[must_use]
    pub fn after(steps: usize) -> Self {
        Self(Some(steps))
    }

    fn step(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Some(0) => Err(io::Error::new(io::ErrorKind::Interrupted, "stopped by the fault of a test")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// What happened to an interrupted run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It was interrupted before it had committed its journal. None of its files are in the tree.
    RolledBack,
    /// It was interrupted afterwards. Its files, which are listed, are now in the tree.
    Finished(Vec<String>),
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    files: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    path: String,
    /// The file in the journal with the new text; `None` if the file is to be removed.
    staged: Option<String>,
    /// The fingerprint of the file before the run; `None` if it did not exist.
    before: Option<String>,
}

/// A tree of files that is locked against other runs, and has no interrupted run left.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    _lock: Option<File>,
}

impl Tree {
    /// Locks `root`, waiting for other runs, and then finishes or rolls back an interrupted run.
    ///
    /// # Errors
    /// Returns an error if the interrupted run cannot be finished.
    pub fn open(root: &Path, fault: &mut Fault) -> anyhow::Result<(Self, Option<Recovery>)> {
        let tree = Self { root: root.to_owned(), _lock: lock(root) };
        let recovery = tree.recover(fault)?;
        Ok((tree, recovery))
    }

    /// Writes all files.
    ///
    /// # Errors
    /// Returns an error if a file cannot be written. Then nothing is written, or the next run finishes the rest.
    pub fn commit(&self, edits: &Edits, fault: &mut Fault) -> anyhow::Result<()> {
        if edits.is_empty() {
            return Ok(());
        }
        let manifest = self.stage(edits, fault).inspect_err(|_| {
            // A test with a fault inspects what a killed program leaves.
            if fault.0.is_none() {
                let _ = fs::remove_dir_all(self.journal());
            }
        })?;
        self.finish(&manifest, fault)
    }

    /// The root of the tree. Paths of edits are relative to it.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn journal(&self) -> PathBuf {
        self.root.join(FOLDER)
    }

    fn stage(&self, edits: &Edits, fault: &mut Fault) -> anyhow::Result<Manifest> {
        let journal = self.journal();
        fault.step()?;
        fs::create_dir_all(&journal).with_context(|| format!("cannot create {}", journal.display()))?;
        let mut manifest = Manifest::default();
        for (index, (path, text)) in edits.iter().enumerate() {
            let staged = text.as_ref().map(|_| index.to_string());
            if let (Some(name), Some(text)) = (&staged, text) {
                write(&journal.join(name), text.as_bytes(), fault)?;
            }
            manifest.files.push(Entry { path: path.clone(), staged, before: print_of(&self.root.join(path)) });
        }
        let unnamed = journal.join("unnamed");
        write(&unnamed, &serde_json::to_vec_pretty(&manifest)?, fault)?;
        rename(&unnamed, &journal.join(MANIFEST), fault)?;
        Ok(manifest)
    }

    fn recover(&self, fault: &mut Fault) -> anyhow::Result<Option<Recovery>> {
        let journal = self.journal();
        let Ok(mut inside) = fs::read_dir(&journal) else { return Ok(None) };
        let recovery = match fs::read(journal.join(MANIFEST)) {
            Ok(manifest) => {
                let manifest: Manifest = serde_json::from_slice(&manifest)
                    .with_context(|| format!("cannot read {}; if you did not create the folder, remove it", journal.display()))?;
                self.refuse_edited(&manifest)?;
                self.finish(&manifest, fault)?;
                return Ok(Some(Recovery::Finished(manifest.files.into_iter().map(|entry| entry.path).collect())));
            }
            // An empty folder is left by a run that had hardly started or was nearly finished.
            Err(_) if inside.next().is_none() => None,
            Err(_) => Some(Recovery::RolledBack),
        };
        fault.step()?;
        fs::remove_dir_all(&journal).with_context(|| format!("cannot remove {}", journal.display()))?;
        Ok(recovery)
    }

    /// Refuses to overwrite files that somebody edited after the interruption.
    fn refuse_edited(&self, manifest: &Manifest) -> anyhow::Result<()> {
        for entry in &manifest.files {
            let after = entry.staged.as_ref().and_then(|name| print_of(&self.journal().join(name)));
            let now = print_of(&self.root.join(&entry.path));
            // Staged texts are only removed after all files are in their places.
            let done = entry.staged.is_some() && after.is_none();
            if !done && now != entry.before && now != after {
                bail!(
                    "an interrupted run cannot be finished, because {0} was edited since\n\
                     fix: take the edit back (`git checkout -- {0}`), or give the run up (remove {FOLDER} and see `git status`)",
                    entry.path
                );
            }
        }
        Ok(())
    }

    fn finish(&self, manifest: &Manifest, fault: &mut Fault) -> anyhow::Result<()> {
        let journal = self.journal();
        for entry in &manifest.files {
            self.install(entry, fault).with_context(|| {
                format!("cannot write {}: {FOLDER} holds what remains to be done, and the next command does it", entry.path)
            })?;
        }
        for staged in manifest.files.iter().filter_map(|entry| entry.staged.as_ref()) {
            remove(&journal.join(staged), fault)?;
        }
        remove(&journal.join(MANIFEST), fault)?;
        fault.step()?;
        fs::remove_dir_all(&journal).with_context(|| format!("cannot remove {}", journal.display()))
    }

    /// Moves one file to its place. The staged text stays in the journal, so that the step can be repeated.
    fn install(&self, entry: &Entry, fault: &mut Fault) -> io::Result<()> {
        let target = self.root.join(&entry.path);
        let Some(staged) = &entry.staged else { return remove(&target, fault) };
        let text = match fs::read(self.journal().join(staged)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            text => text?,
        };
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        let next = self.journal().join("next");
        write(&next, &text, fault)?;
        // A symbolic link stays: the file that it refers to is replaced.
        let is_link = fs::symlink_metadata(&target).is_ok_and(|found| found.is_symlink());
        let target = if is_link { target.canonicalize().unwrap_or(target) } else { target };
        rename(&next, &target, fault)
    }
}

/// Locks `root`. On systems without file locks there is no lock, as in cargo.
fn lock(root: &Path) -> Option<File> {
    let file = lockable(root).ok()?;
    match FileExt::try_lock(&file) {
        Err(TryLockError::WouldBlock) => {
            terminal::note(format!("{:>12} for another `cargo xtask` that writes to {}", "Waiting", root.display()));
            FileExt::lock(&file).ok()?;
        }
        outcome => outcome.ok()?,
    }
    Some(file)
}

/// The folder itself, so that no file is left behind.
#[cfg(unix)]
fn lockable(root: &Path) -> io::Result<File> {
    File::open(root)
}

/// A file outside of the tree: Windows does not lock folders.
#[cfg(not(unix))]
fn lockable(root: &Path) -> io::Result<File> {
    let name = format!("xtask-{}.lock", fingerprint(&[("root", &root.canonicalize()?.to_string_lossy())]));
    // Windows cannot lock a file that is opened only for appending.
    fs::OpenOptions::new().read(true).append(true).create(true).open(std::env::temp_dir().join(name))
}

fn print_of(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(fingerprint(&[("file", &String::from_utf8_lossy(&bytes))]))
}

/// Writes the file in two steps, so that tests can stop the program between them.
fn write(path: &Path, bytes: &[u8], fault: &mut Fault) -> io::Result<()> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    fault.step()?;
    let mut file = File::create(path)?;
    file.write_all(first)?;
    fault.step()?;
    file.write_all(second)?;
    file.sync_all()
}

fn rename(from: &Path, to: &Path, fault: &mut Fault) -> io::Result<()> {
    fault.step()?;
    fs::rename(from, to)?;
    // Without this, a power failure could undo the rename after the journal is gone.
    #[cfg(unix)]
    if let Some(folder) = to.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn remove(path: &Path, fault: &mut Fault) -> io::Result<()> {
    fault.step()?;
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}
