//! `new`: adds an API crate to this workspace, or creates a new workspace for it.

mod crate_files;
mod first_call;
mod layout;
mod origin;

use super::own_crate::say_what_is_missing;
use super::{Choice, Outcome, describe, manifest, open, reported, scratch};
use crate::document::{SELECT, Source};
use crate::emit::{self, Change};
use crate::fetch::{self, Limits};
use crate::fingerprint::shaping_settings;
use crate::input::GENERATE;
use crate::input::Input;
use crate::journal::{Fault, Tree};
use crate::pipeline::Generated;
use crate::report::{self, Report};
use crate::terminal;
use crate::workspace::{self, ApiCrate, api_crate};
use anyhow::{Context, bail};
use crate_files::CrateFiles;
use indexmap::IndexMap;
use origin::{Origin, Package};
use std::path::{Path, PathBuf};

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: cargo xtask new petstore-api --document https://petstore.example.com/openapi.json --workspace ../petstore"
)]
pub struct Arguments {
    /// The name of the crate and of its folder.
    name: String,
    /// The document: a file, or an http or https address. An address becomes the `url` of the crate.
    #[arg(long, value_name = "FILE|URL")]
    document: String,
    #[command(flatten)]
    choice: Choice,
    /// The folder for a new workspace: the crate, its document, an xtask, CI, and the daily check for a new document.
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// The origin of the generator for that workspace: the address of its repository, or its folder. By default, the repository
    /// that it was cloned from, or else its folder.
    #[arg(long, value_name = "PLACE", requires = "workspace")]
    generator: Option<String>,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    scratch::check_name(&arguments.name, "cargo xtask new petstore-api")?;
    reported(|report| {
        match &arguments.workspace {
            Some(folder) => workspace_of_its_own(folder, arguments, report)?,
            None => member(root, arguments, report)?,
        }
        Ok(true)
    })
}

/// A new crate with its inputs and files.
struct NewCrate {
    api: ApiCrate,
    generated: Generated,
    /// The files of the crate and its inputs, by path relative to the root.
    files: IndexMap<String, String>,
}

/// The document, overlay and selection of the crate, by path relative to the root of its workspace.
struct Inputs {
    published: Source,
    overlay: Option<Source>,
    selection: Option<Source>,
    url: Option<String>,
}

fn inputs(arguments: &Arguments) -> anyhow::Result<Inputs> {
    terminal::progress("Reading", fetch::shown(&arguments.document));
    let found = fetch::fetch(&arguments.document, &Limits::default())?;
    let is_json = found.text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let stem = format!("spec/{}", arguments.name);
    let published = Source { file: format!("{stem}.{}", if is_json { "json" } else { "yaml" }), text: found.text };
    let here = std::env::current_dir()?;
    let read = |file: &PathBuf| workspace::source(&here, &file.to_string_lossy());
    let overlay = arguments.choice.overlay.as_ref().map(read).transpose()?;
    let overlay = overlay.map(|own| Source { file: format!("{stem}.overlay.yaml"), ..own });
    let select = &arguments.choice.select;
    let selection =
        (!select.is_empty()).then(|| Source { file: format!("{stem}.selection.txt"), text: select.join("\n") + "\n" });
    let url = || arguments.document.contains("://").then(|| arguments.document.clone());
    let url = arguments.choice.document_url.clone().or_else(url);
    Ok(Inputs { published, overlay, selection, url })
}

/// Generates the crate. Its folder, below the root of its workspace, has its name.
fn make(arguments: &Arguments, lock: String, testkit: &str, report: &mut Report) -> anyhow::Result<NewCrate> {
    let inputs = inputs(arguments)?;
    let settings = crate_files::settings(&inputs, &arguments.choice);
    let name = &arguments.name;
    let manifest = Source { file: format!("{name}/Cargo.toml"), text: format!("[package]\nname = {name:?}\n\n{settings}") };
    let api = ApiCrate::read(name, &manifest)?.context("the new crate has no settings")?;
    terminal::progress("Generating", fetch::shown(&arguments.document));
    let input = Input {
        published: inputs.published.clone(),
        overlay: inputs.overlay.clone(),
        selection: Source { file: SELECT.to_owned(), ..inputs.selection.clone().unwrap_or_default() },
        settings: shaping_settings(&manifest.text),
        document_url: api.settings.url.clone(),
        types: api.settings.types.clone(),
        lenient: api.settings.lenient.clone(),
        skip_refused: api.settings.skip_refused,
        lock,
        crate_name: name.clone(),
        ..Input::default()
    };
    let generated = match crate::pipeline::generate(&input) {
        Ok(generated) => generated,
        // Generate again with the names that the user gave, since the files of the crate do not exist yet.
        Err(_) => crate::pipeline::generate(&named_as_given(input, arguments))?,
    };
    describe(report, &generated.prepared, &fetch::shown(&arguments.document));
    let of_crate = CrateFiles { api: &api, generated: &generated, settings: &settings, testkit }.all(GENERATE)?;
    let of_inputs = [Some(inputs.published), inputs.overlay, inputs.selection];
    let mut files: IndexMap<String, String> = of_inputs.into_iter().flatten().map(|source| (source.file, source.text)).collect();
    files.extend(of_crate.into_iter().map(|(path, text)| (api.path(&path), text)));
    Ok(NewCrate { api, generated, files })
}

fn named_as_given(mut input: Input, arguments: &Arguments) -> Input {
    input.published.file = fetch::shown(&arguments.document);
    if let (Some(overlay), Some(given)) = (&mut input.overlay, &arguments.choice.overlay) {
        overlay.file = given.to_string_lossy().into_owned();
    }
    input
}

/// Adds a crate to the workspace at `root`.
fn member(root: &Path, arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let tree = open(root, report)?;
    if let Some(api) = api_crate::all(root)?.into_iter().find(|api| api.name == arguments.name) {
        bail!("the workspace has the API crate {} already, in {}; choose another name", api.name, api.folder);
    }
    let origin = Origin::of_workspace(root)?;
    let is_here = workspace::generator().canonicalize().ok() == root.canonicalize().ok();
    let testkit = origin.dependency(&Package::testkit()?, is_here);
    let lock = workspace::source(root, "Cargo.lock")?.text;
    let mut made = make(arguments, lock, &testkit, report)?;
    let workspace = layout::with_member(&workspace::source(root, "Cargo.toml")?, &made.api.folder)?;
    // A pattern may include the crate already.
    let amended = workspace.map(|text| ("Cargo.toml".to_owned(), text));
    write(&tree, "", &made.files, amended.clone(), report)?;
    if let Some((file, text)) = amended {
        made.files.insert(file, text);
        report.line("Amended", format!("Cargo.toml: {} is a member", made.api.folder));
    }
    tell(&made, None, report);
    Ok(())
}

/// Creates a workspace in `folder`.
fn workspace_of_its_own(folder: &Path, arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    if [layout::XTASK, "xtask", "spec"].contains(&arguments.name.as_str()) {
        bail!("`{}` is the name of another part of the workspace; choose another one", arguments.name);
    }
    let origin = arguments.generator.as_deref().map_or_else(|| Ok(Origin::own()), Origin::named)?;
    let lock = workspace::source(&workspace::generator(), "Cargo.lock")?.text;
    let testkit = origin.dependency(&Package::testkit()?, false);
    let mut made = make(arguments, lock.clone(), &testkit, report)?;
    made.files.extend(layout::files(&made.api, &origin, lock)?);
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let tree = open(folder, report)?;
    write(&tree, &format!("{}/", super::shell::shown(folder)), &made.files, None, report)?;
    tell(&made, Some(folder), report);
    Ok(())
}

/// Writes new files, none of which may exist yet, and one file that changes.
fn write(
    tree: &Tree,
    shown: &str,
    files: &IndexMap<String, String>,
    amended: Option<(String, String)>,
    report: &mut Report,
) -> anyhow::Result<()> {
    if let Some(there) = files.keys().find(|path| tree.root().join(path).exists()) {
        bail!("{shown}{there} is there already, and nothing was written; choose another name or folder");
    }
    let changes: Vec<(String, Change)> =
        files.keys().map(|path| (path.clone(), Change::Written { before: String::new() })).collect();
    let mut edits = emit::edits(files, &changes);
    edits.extend(amended.map(|(file, text)| (file, Some(text))));
    tree.commit(&edits, &mut Fault::none())?;
    // The copied runtime is not worth reporting.
    let is_told = |path: &String| !["/src/runtime/", "/src/client/"].iter().any(|part| path.contains(part));
    let (told, others): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(path, _)| is_told(path));
    report::changes(report, report::DONE, shown, files, &told);
    report.line("Written", format!("{} of the runtime", crate::problem::count(others.len(), "file")));
    Ok(())
}

/// Reports what to do next.
fn tell(made: &NewCrate, folder: Option<&Path>, report: &mut Report) {
    say_what_is_missing(&made.files[&made.api.path(manifest::FILE)], &made.api.folder, &made.generated, report);
    let (name, folder) = (&made.api.name, folder.map(|folder| super::shell::quoted(&super::shell::shown(folder))));
    report.text("-".repeat(72));
    if let Some(folder) = folder {
        report.text(format!("[run `cd {folder} && git init`; what follows is run there]"));
    }
    if first_call::find(&made.generated).is_some() {
        report.text(format!("[run `cargo run -p {name} --example first_call`: a call to a fake API server]"));
    }
    report.text(format!("[run `cargo test -p {name}`, then commit all of it]"));
    report.text(format!(
        "[when the document changes: `cargo xtask update {}-p {name}`]",
        if made.api.settings.url.is_some() { "" } else { "FILE " }
    ));
}
