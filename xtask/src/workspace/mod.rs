//! Finds and reads the files of a workspace.

pub mod api_crate;
pub mod settings;

pub use api_crate::ApiCrate;

use crate::document::{self, Source};
use crate::emit;
use crate::fingerprint::shaping_settings;
use crate::input::Input;
use crate::problem::{CORRECT_THE_PATH, Problem, Refused, unreadable};
use anyhow::{Context, bail};
use indexmap::IndexMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the workspace in which the xtask runs, or else in which it was built. `built_in` is the folder of the xtask's
/// package at build time.
#[must_use]
pub fn root(built_in: &str) -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let own = own.filter(|folder| folder.ends_with("xtask")).unwrap_or_else(|| PathBuf::from(built_in));
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// The workspace of this generator, which contains the runtime and the testkit.
#[must_use]
pub fn generator() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// The folder of the crate whose runtime is copied into other crates.
///
/// # Errors
/// Returns an error if the sources of the generator are not there any more.
pub fn runtime_home() -> anyhow::Result<PathBuf> {
    let generator = generator();
    let own = api_crate::all(&generator)?.into_iter().find(|api| api.settings.own_runtime);
    let own = own.with_context(|| format!("the sources of the generator in {} have no runtime", generator.display()))?;
    Ok(generator.join(own.folder))
}

/// The package of the fake server, and its folder beside the runtime.
///
/// # Errors
/// Fails like [`runtime_home`].
pub fn testkit() -> anyhow::Result<(String, PathBuf)> {
    let folder = runtime_home()?.join("testkit");
    let manifest = source(&folder, "Cargo.toml")?;
    let name = api_crate::package_name(&manifest.text).context("the package of the fake server has no name")?;
    Ok((name, folder))
}

/// Reads what an API crate is generated from.
///
/// # Errors
/// Returns an error if the published document or Cargo.lock cannot be read.
pub fn input(root: &Path, api: &ApiCrate) -> anyhow::Result<Input> {
    let overlay = |file: &String| named(root, api, file, ("overlay", api.settings.overlay.as_deref().unwrap_or_default()));
    let selection = api.selection.as_ref().filter(|file| root.join(file).exists());
    Ok(Input {
        // A crate's document is a single file, because build.rs compares it and cannot follow references.
        published: named(root, api, &api.document, ("document", &api.settings.document))?,
        overlay: api.overlay.as_ref().map(overlay).transpose()?,
        selection: selection.map(|file| source(root, file)).transpose()?.unwrap_or_default(),
        lock: source(root, "Cargo.lock")?.text,
        ..of_settings(api, &source(root, &api.manifest())?.text)
    })
}

/// The inputs that are settings of an API crate, with its `manifest`.
fn of_settings(api: &ApiCrate, manifest: &str) -> Input {
    let settings = api.settings.clone();
    Input {
        document_url: settings.url,
        settings: shaping_settings(manifest),
        derives: settings.derives,
        types: settings.types,
        types_file: api.manifest(),
        lenient: settings.lenient,
        crate_name: api.name.clone(),
        skip_refused: settings.skip_refused,
        ..Input::default()
    }
}

/// Reads a file that the settings of an API crate name. `key` and `words` are the setting as it is written.
fn named(root: &Path, api: &ApiCrate, file: &str, (key, words): (&str, &str)) -> anyhow::Result<Source> {
    if root.join(file).exists() {
        return source(root, file);
    }
    let problem = Problem {
        file: api.manifest(),
        pointer: format!("#/package/metadata/openapi/{key}"),
        message: format!("there is no file {file}"),
        fix: format!("correct `{key} = {words:?}`, which starts from the folder of the crate, or put the file there"),
    };
    Err(Refused::one(problem).into())
}

/// Reads `file`, a path below `root` or an absolute path.
///
/// # Errors
/// Returns an error if it cannot be read as text.
pub fn source(root: &Path, file: &str) -> anyhow::Result<Source> {
    let refused = |message: String, fix: &str| {
        Refused::one(Problem { file: file.to_owned(), pointer: "#".to_owned(), message, fix: fix.to_owned() })
    };
    let bytes = std::fs::read(root.join(file))
        .map_err(|error| refused(format!("cannot be read: {}", unreadable(&error)), CORRECT_THE_PATH))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let message = format!("the file is not text in UTF-8 from byte {} on", error.utf8_error().valid_up_to());
        refused(message, "save it as UTF-8, or name the file that holds the document")
    })?;
    Ok(Source { file: file.to_owned(), text })
}

/// The text of a file; empty if it does not exist.
///
/// # Errors
/// Fails like [`source`].
pub fn optional(root: &Path, file: &str) -> anyhow::Result<String> {
    if root.join(file).exists() { Ok(source(root, file)?.text) } else { Ok(String::new()) }
}

/// Reads the files that `published` refers to. They must be below its folder.
///
/// # Errors
/// Returns an error if a reference leads elsewhere, or to what cannot be read.
pub fn beside(root: &Path, published: &Source) -> anyhow::Result<Vec<Source>> {
    if !document::may_refer_elsewhere(&published.text) {
        return Ok(Vec::new());
    }
    // An invalid document is reported when it is loaded.
    let Ok(mut document) = document::parse(&published.file, &published.text) else { return Ok(Vec::new()) };
    let path = root.join(&published.file);
    let folder = path.parent().unwrap_or(root);
    Ok(document::bundle(&mut document, &mut |file| read_below(folder, file))?)
}

/// Reads `file` below `folder`. A symbolic link must not lead out of the folder.
fn read_below(folder: &Path, file: &str) -> Result<String, String> {
    let path = folder.join(file).canonicalize().map_err(|error| unreadable(&error))?;
    let folder = folder.canonicalize().map_err(|error| unreadable(&error))?;
    if !path.starts_with(folder) {
        return Err("it leads out of the folder of the document".to_owned());
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(&error))
}

/// The input that an API crate was generated from at a git revision.
///
/// # Errors
/// Returns an error if git does not know the revision, or it has no document.
pub fn committed(root: &Path, api: &ApiCrate, revision: &str) -> anyhow::Result<Input> {
    // git would take this for an option.
    if revision.starts_with('-') {
        bail!("`{revision}` is not a revision; name a commit, a branch or a tag: `cargo xtask diff --against main`");
    }
    let known = run_git(root, &["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])?;
    if known.is_err() {
        bail!(
            "git knows no revision `{revision}` here; name a commit, a branch or a tag (`cargo xtask diff --against main`), or two files"
        );
    }
    let source = |file: &str| -> anyhow::Result<Option<Source>> {
        let text = committed_text(root, revision, file)?;
        Ok(text.map(|text| Source { file: format!("{file} at {revision}"), text }))
    };
    let optional = |file: &Option<String>| file.as_deref().map_or(Ok(None), source);
    // At that revision the files may have had other paths, or the crate may have had no settings.
    let manifest = source(&api.manifest())?.unwrap_or_default();
    let then = ApiCrate::read(&api.folder, &manifest).ok().flatten();
    let then = then.as_ref().unwrap_or(api);
    let Some(published) = source(&then.document)? else {
        bail!("the revision `{revision}` has no {}; name another one: `cargo xtask diff --against REV`", then.document);
    };
    Ok(Input {
        published,
        overlay: optional(&then.overlay)?,
        selection: optional(&then.selection)?.unwrap_or_default(),
        ..of_settings(then, &manifest.text)
    })
}

/// The text of a file at a git revision; `None` if it does not exist there.
///
/// # Errors
/// Returns an error if git cannot be started.
pub fn committed_text(root: &Path, revision: &str, file: &str) -> anyhow::Result<Option<String>> {
    Ok(run_git(root, &["show", &format!("{revision}:./{file}")])?.ok())
}

/// The generated modules of an API crate at a git revision, by name. They may differ from the current ones.
///
/// # Errors
/// Returns an error if git cannot be started, or a module is not text.
pub fn committed_modules(root: &Path, api: &ApiCrate, revision: &str) -> anyhow::Result<IndexMap<String, String>> {
    let folder = api.generated();
    let names = run_git(root, &["ls-tree", "--name-only", &format!("{revision}:./{folder}")])?.unwrap_or_default();
    let mut modules = IndexMap::new();
    for name in names.lines().filter(|name| emit::is_module(name)) {
        let text = committed_text(root, revision, &format!("{folder}/{name}"))?;
        modules.extend(text.map(|text| (name.to_owned(), text)));
    }
    Ok(modules)
}

/// The output of git, or its error message.
///
/// # Errors
/// Returns an error if it cannot be started, or prints what is not text.
pub fn run_git(root: &Path, arguments: &[&str]) -> anyhow::Result<Result<String, String>> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().context("cannot start git")?;
    if !output.status.success() {
        return Ok(Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(Ok(String::from_utf8(output.stdout).context("a file in git is not text")?))
}
