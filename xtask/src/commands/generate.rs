//! `generate`: writes the code of the API crates, or a separate crate for another document.

use super::own_crate::OwnCrate;
use super::{Choice, Outcome, Packages, check, describe, open, own_crate, refuse_interrupted, reported};
use crate::emit;
use crate::input::GENERATE;
use crate::pipeline::Generated;
use crate::problem::count;
use crate::public_api::{ApiChange, PublicApi, changes};
use crate::report::{self, Report};
use crate::workspace::{self, ApiCrate, api_crate};
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// Arguments of `generate`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without options: regenerates src/generated of each API crate from the files in its [package.metadata.openapi].\n\
    For another document: cargo xtask generate --document petstore.yaml --out ../petstore-api --crate petstore-api"
)]
pub struct Arguments {
    #[command(flatten)]
    pub packages: Packages,
    /// Generate another document. Needs --out.
    #[arg(long, value_name = "FILE", requires = "out", conflicts_with = "package")]
    pub document: Option<PathBuf>,
    #[command(flatten)]
    pub choice: Choice,
    /// The folder for a complete crate: Cargo.toml, runtime and generated code.
    #[arg(long, value_name = "DIR", requires = "document")]
    pub out: Option<PathBuf>,
    /// The name of that crate. By default, the name in its Cargo.toml, or else that of its folder.
    #[arg(long = "crate", value_name = "NAME", requires = "document")]
    pub crate_name: Option<String>,
    /// Write nothing, only compare. The exit code is 4 if something differs.
    #[arg(long)]
    pub check: bool,
    /// Write only the modules, into this folder instead of the tree. The build script uses this.
    #[arg(long, value_name = "DIR", hide = true, conflicts_with_all = ["document", "check"])]
    modules_into: Option<PathBuf>,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    reported(|report| {
        if let (Some(document), Some(out)) = (&arguments.document, &arguments.out) {
            let (choice, crate_name) = (&arguments.choice, arguments.crate_name.as_deref());
            own_crate::run(root, &OwnCrate { document, out, crate_name, choice, check: arguments.check }, report)
        } else if arguments.choice != Choice::default() {
            bail!(
                "--overlay, --document-url, --select, --type, --lenient and --skip-refused go with --document; for a crate of this \
                 workspace edit what its Cargo.toml says below [package.metadata.openapi], and the overlay and the selection that it names"
            );
        } else if arguments.check {
            refuse_interrupted(root, "a check that writes nothing", GENERATE)?;
            check::check(root, &arguments.packages.package, report)
        } else {
            all(root, arguments, report)
        }
    })
}

fn all(root: &Path, arguments: &Arguments, report: &mut Report) -> anyhow::Result<bool> {
    if let Some(folder) = &arguments.modules_into {
        modules(root, &api_crate::one(root, &arguments.packages.package)?, folder, report)?;
        return Ok(true);
    }
    for api in api_crate::chosen(root, &arguments.packages.package)? {
        generate(root, &api, report)?;
    }
    Ok(true)
}

/// Generates the code of an API crate in the tree.
///
/// # Errors
/// Returns an error if the document is refused, or a file cannot be written.
pub fn generate(root: &Path, api: &ApiCrate, report: &mut Report) -> anyhow::Result<()> {
    let tree = open(root, report)?;
    let generated = crate::pipeline::generate(&workspace::input(root, api)?)?;
    describe(report, &generated.prepared, &generated.prepared.document.file);
    let (files, changes) = if api.settings.own_runtime {
        let files = emit::in_folder(&api.generated(), &generated.files);
        let changes = emit::write(&tree, &api.generated(), &files)?;
        let manifest = std::fs::read_to_string(root.join(api.manifest()))?;
        own_crate::say_what_is_missing(&manifest, &api.folder, &generated, report);
        (files, changes)
    } else {
        own_crate::bring_member(&tree, root, api, &generated, report)?
    };
    report::changes(report, report::DONE, "", &files, &changes);
    public_api(root, api, &generated, report)?;
    if changes.iter().all(|(_, change)| *change == emit::Change::Unchanged) {
        report.line("Fresh", "nothing to do (the code already says what the document says)");
    } else {
        report.text("-".repeat(72));
        report.text(format!("[run `cargo test --workspace`, then commit {} together with what changed it]", api.generated()));
    }
    Ok(())
}

/// Compares the public API with that of the last commit. A new version of the generator may change it, too.
fn public_api(root: &Path, api: &ApiCrate, generated: &Generated, report: &mut Report) -> anyhow::Result<()> {
    let committed = workspace::committed_modules(root, api, "HEAD")?;
    if committed.is_empty() {
        return Ok(());
    }
    let changes = changes(&PublicApi::of_files(&committed)?, &generated.api);
    if changes.is_empty() {
        return Ok(());
    }
    let needs = if changes.iter().any(ApiChange::is_breaking) { "major" } else { "minor" };
    let items = count(changes.len(), "changed public item");
    report.line("API", format!("{items} since the last commit; release a {needs} version:"));
    report::items(report, &changes, &format!("git diff {}/{}", api.generated(), emit::PUBLIC_API));
    Ok(())
}

/// Writes only the modules. The build script uses this, since it must not change the tree that it builds.
fn modules(root: &Path, api: &ApiCrate, folder: &Path, report: &mut Report) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let tree = open(folder, report)?;
    let generated = crate::pipeline::generate(&workspace::input(root, api)?)?;
    if !api.settings.own_runtime {
        own_crate::refuse_other_runtime(root, api, &generated)?;
    }
    emit::write(&tree, "", &generated.files)?;
    Ok(())
}
