//! The origin of the generator's packages: a folder or a git repository.

use crate::commands::shell::shown;
use crate::problem::{CORRECT_THE_PATH, unreadable};
use crate::workspace;
use anyhow::{Context, anyhow, bail};
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, TableLike};

/// The name of the generator as a dependency of an xtask.
const DEPENDENCY: &str = "generator";

/// The origin of the generator's packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A workspace in this folder.
    Folder(PathBuf),
    /// The keys of a dependency on a git repository: `git = "…"`, and optionally a revision.
    Git(String),
}

/// A package of the generator, with its folder relative to the root of the generator's workspace.
pub struct Package {
    pub name: String,
    pub folder: PathBuf,
}

impl Package {
    /// This package itself.
    pub fn generator() -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        Self { name: env!("CARGO_PKG_NAME").to_owned(), folder: folder.file_name().map(PathBuf::from).unwrap_or_default() }
    }

    /// The package of the fake server.
    ///
    /// # Errors
    /// Returns an error if the sources of the generator are not there any more.
    pub fn testkit() -> anyhow::Result<Self> {
        let (name, folder) = workspace::testkit()?;
        let folder = folder.strip_prefix(workspace::generator()).context("the fake server stands outside of the generator")?;
        Ok(Self { name, folder: folder.to_owned() })
    }
}

impl Origin {
    /// The origin that the user names: the address of a repository, or the folder of a workspace with this generator.
    ///
    /// # Errors
    /// Returns an error if it is neither.
    pub fn named(place: &str) -> anyhow::Result<Self> {
        if place.contains("://") || place.starts_with("git@") {
            return Ok(Self::Git(format!("git = {place:?}")));
        }
        let folder = Path::new(place)
            .canonicalize()
            .map_err(|error| anyhow!("cannot find the generator in {place}: {}\nfix: {CORRECT_THE_PATH}", unreadable(&error)))?;
        if !folder.join(Package::generator().folder).join("Cargo.toml").exists() {
            bail!(
                "{place} is not a workspace with this generator\n\
                 fix: name its folder or the address of its repository, then run the command again"
            );
        }
        Ok(Self::Folder(folder))
    }

    /// The origin of this generator: the repository that its sources were cloned from, or else their folder.
    pub fn own() -> Self {
        let folder = workspace::generator();
        let address = workspace::run_git(&folder, &["remote", "get-url", "origin"]).ok().and_then(Result::ok);
        // A remote that is a folder exists on this machine only, like the generator's own folder.
        match address.as_deref().map(str::trim).filter(|address| address.contains("://") && !address.starts_with("file:")) {
            Some(address) => Self::Git(format!("git = {address:?}")),
            None => Self::Folder(folder),
        }
    }

    /// The origin of the generator that the workspace at `root` uses. It can be that workspace itself.
    ///
    /// # Errors
    /// Returns an error if its xtask has no such dependency.
    pub fn of_workspace(root: &Path) -> anyhow::Result<Self> {
        let folder = root.canonicalize()?;
        if workspace::generator().canonicalize().is_ok_and(|generator| generator == folder) {
            return Ok(Self::Folder(folder));
        }
        let manifest: DocumentMut = workspace::source(root, "xtask/Cargo.toml")?.text.parse()?;
        let dependency = manifest.get("dependencies").and_then(|all| all.get(DEPENDENCY)).and_then(Item::as_table_like);
        let dependency = dependency.with_context(|| format!("xtask/Cargo.toml has no dependency `{DEPENDENCY}`"))?;
        if let Some(path) = dependency.get("path").and_then(Item::as_str) {
            let package = root.join("xtask").join(path);
            let depth = Package::generator().folder.components().count();
            let generator = package.ancestors().nth(depth).unwrap_or(&package).canonicalize();
            return Ok(Self::Folder(generator.with_context(|| format!("xtask/Cargo.toml: there is no folder {path}"))?));
        }
        Ok(Self::Git(repository(dependency)))
    }

    /// The keys of a dependency on the package. `is_here` says that the manifest is in a folder of the same workspace.
    pub fn dependency(&self, package: &Package, is_here: bool) -> String {
        let place = match self {
            Self::Git(repository) => repository.clone(),
            Self::Folder(_) if is_here => format!("path = \"../{}\"", shown(&package.folder)),
            Self::Folder(folder) => format!("path = {:?}", shown(&folder.join(&package.folder))),
        };
        format!("package = {:?}, {place}", package.name)
    }
}

fn repository(dependency: &dyn TableLike) -> String {
    let keys = ["git", "branch", "tag", "rev"].into_iter();
    let keys = keys.filter_map(|key| Some(format!("{key} = {:?}", dependency.get(key)?.as_str()?)));
    keys.collect::<Vec<_>>().join(", ")
}
