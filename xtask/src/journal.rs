//! Brings a set of files to the disk all together or not at all, whatever moment the program is killed at.
//!
//! The new texts go into a folder beside the tree first, then a manifest, in one step. From then on the set counts as
//! written: what remains, for this run or the next one, is to bring each file to its place and to remove the folder.

use crate::fingerprint::fingerprint;
use crate::terminal;
use anyhow::{Context, bail};
use fs4::{FileExt, TryLockError};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The folder of the journal, below the root of the tree that it belongs to.
pub const FOLDER: &str = ".xtask-journal";
/// The file of the folder with which a set of files comes to count as written.
pub const MANIFEST: &str = "manifest.json";

/// Files by their path below the root, each with its new text; `None` removes it.
pub type Edits = IndexMap<String, Option<String>>;

/// Where a test has the program stop: after so many steps of writing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fault(Option<usize>);

impl Fault {
    /// Never.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// After `steps` steps.
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

/// What became of a run that was interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// It had not come to its manifest: nothing of it is in the tree.
    RolledBack,
    /// It had: these files are now as it wanted them.
    Finished(Vec<String>),
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    files: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    path: String,
    /// The file of the journal with its new text; none where it is removed.
    staged: Option<String>,
    /// The fingerprint of its text until now; none where it was not there.
    before: Option<String>,
}

/// A folder that nobody else of us writes to, and in which no interrupted run is left.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    _lock: Option<File>,
}

impl Tree {
    /// Waits for others who write to `root`, then finishes or rolls back what an interrupted run has left there.
    ///
    /// # Errors
    /// Returns an error if the interrupted run cannot be finished.
    pub fn open(root: &Path, fault: &mut Fault) -> anyhow::Result<(Self, Option<Recovery>)> {
        let tree = Self { root: root.to_owned(), _lock: lock(root) };
        let recovery = tree.recover(fault)?;
        Ok((tree, recovery))
    }

    /// Brings all files to the disk.
    ///
    /// # Errors
    /// Returns an error if a file cannot be written. The tree is then as before, or the next run finishes what remains.
    pub fn commit(&self, edits: &Edits, fault: &mut Fault) -> anyhow::Result<()> {
        if edits.is_empty() {
            return Ok(());
        }
        let manifest = self.stage(edits, fault).inspect_err(|_| {
            // A test wants to see what a killed program leaves.
            if fault.0.is_none() {
                let _ = fs::remove_dir_all(self.journal());
            }
        })?;
        self.finish(&manifest, fault)
    }

    /// The folder that the paths of edits start from.
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
                let manifest: Manifest = serde_json::from_slice(&manifest).with_context(|| {
                    format!("cannot read {}; if it is not of your making, remove the folder", journal.display())
                })?;
                self.refuse_edited(&manifest)?;
                self.finish(&manifest, fault)?;
                return Ok(Some(Recovery::Finished(manifest.files.into_iter().map(|entry| entry.path).collect())));
            }
            // An empty folder is one that was just made, or just done with.
            Err(_) if inside.next().is_none() => None,
            Err(_) => Some(Recovery::RolledBack),
        };
        fault.step()?;
        fs::remove_dir_all(&journal).with_context(|| format!("cannot remove {}", journal.display()))?;
        Ok(recovery)
    }

    /// Whoever has edited a file since the interruption is not overwritten.
    fn refuse_edited(&self, manifest: &Manifest) -> anyhow::Result<()> {
        for entry in &manifest.files {
            let after = entry.staged.as_ref().and_then(|name| print_of(&self.journal().join(name)));
            let now = print_of(&self.root.join(&entry.path));
            // Staged texts go when all files are in their places.
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

    /// Brings one file to its place. The staged text stays, so that all this can be done again.
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
        rename(&next, &target, fault)
    }
}

/// The lock is outside of the tree, where it is in nobody's way. A system without locks goes without, as cargo does.
fn lock(root: &Path) -> Option<File> {
    let root = root.canonicalize().ok()?;
    let name = format!("xtask-{}.lock", fingerprint(&[("root", &root.to_string_lossy())]));
    // Windows does not lock a file that is only open for appending.
    let file = OpenOptions::new().read(true).append(true).create(true).open(std::env::temp_dir().join(name)).ok()?;
    match FileExt::try_lock(&file) {
        Err(TryLockError::WouldBlock) => {
            terminal::note(format!("{:>12} for another `cargo xtask` that writes to {}", "Waiting", root.display()));
            FileExt::lock(&file).ok()?;
        }
        outcome => outcome.ok()?,
    }
    Some(file)
}

fn print_of(path: &Path) -> Option<String> {
    let bytes = fs::read(path).ok()?;
    Some(fingerprint(&[("file", &String::from_utf8_lossy(&bytes))]))
}

/// In two halves, between which the program may be killed like anywhere else.
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
    // Else a loss of power could undo the renaming after the journal is gone.
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
