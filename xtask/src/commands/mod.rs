//! The verbs of `cargo xtask`, one file each, and the exit codes: 0 good, 1 error, 4 stale or too different.

mod check;
pub mod conform;
mod demo;
pub mod diff;
mod generate;
mod lower;
pub mod manifest;
mod own_crate;
mod plan;
pub mod scratch;
mod try_documents;
mod update;

pub use check::check;
use generate::describe;
pub use generate::generate;

use crate::journal::{self, Fault, Recovery, Tree};
use crate::report::{self, Report};
use crate::{Input, terminal, workspace};
use anyhow::bail;
use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Turns the published OpenAPI document into the crate deck-api.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "Exit codes: 0 good, 1 error, 4 generated code is stale, or documents differ too much."
)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Regenerate the code from the document, and say what changed.
    Generate(generate::Arguments),
    /// Regenerate in memory and compare with the code in the tree; exit code 4 where it differs.
    Check,
    /// Compare two documents: what changed, whether shipped clients still work, and which version comes next.
    Diff(diff::Arguments),
    /// Take a new document: say what it means, and write the document, the code, the version and the changelog.
    Update(update::Arguments),
    /// Print the document lowered to OpenAPI 3.0.3.
    Lower(lower::Arguments),
    /// Generate a scratch crate below target/try from any document, and compile it.
    Try(try_documents::Arguments),
    /// Generate, build, and run the demo: a run goes from its start to its result, against a fake of the API,
    /// or against the real one when `DECK_API_KEY` and `DECK_TASK_ID` are set.
    Demo,
}

/// The document to work on, if it is not the one of this workspace.
#[derive(Debug, Clone, Default, Args)]
pub struct Choice {
    /// An overlay to apply to the document.
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,
    /// Where the document is served: the URL that relative URLs of its servers are resolved against.
    #[arg(long, value_name = "URL")]
    pub document_url: Option<String>,
    /// Only these operations: operation ids, tags or paths; may be given several times, or separated by commas.
    #[arg(long, value_name = "SELECTOR", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave out the operations that are refused, and name them, instead of refusing the document.
    #[arg(long)]
    pub skip_refused: bool,
}

impl Choice {
    /// Whether anything was chosen.
    fn is_any(&self) -> bool {
        self.overlay.is_some() || self.document_url.is_some() || !self.select.is_empty() || self.skip_refused
    }
}

/// A finished verb: the exit code.
type Outcome = anyhow::Result<ExitCode>;

/// The code in the tree is not what the document asks for.
pub const STALE: u8 = 4;

/// Runs a verb and turns its outcome into an exit code.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let root = workspace::root();
    let outcome = match cli.verb {
        Verb::Generate(arguments) => generate::run(&root, &arguments),
        Verb::Check => check::run(&root),
        Verb::Diff(arguments) => diff::run(&root, &arguments),
        Verb::Update(arguments) => update::run(&root, &arguments),
        Verb::Lower(arguments) => lower::run(&root, &arguments),
        Verb::Try(arguments) => try_documents::run(&root, &arguments),
        Verb::Demo => demo::run(&root),
    };
    outcome.unwrap_or_else(|error| {
        terminal::note(report::error(&error));
        ExitCode::FAILURE
    })
}

/// What promises to write nothing does not finish an interrupted run either.
fn refuse_interrupted(root: &Path, what: &str, command: &str) -> anyhow::Result<()> {
    if root.join(journal::FOLDER).exists() {
        bail!("a run was interrupted, and {what} does not finish it: run `{command}` first");
    }
    Ok(())
}

/// The tree below `root`, to write to; what an interrupted run has left there is ended first.
fn open(root: &Path, report: &mut Report) -> anyhow::Result<Tree> {
    let (tree, recovery) = Tree::open(root, &mut Fault::none())?;
    match recovery {
        Some(Recovery::Finished(files)) => {
            report.line("Finished", format!("what an interrupted run had begun: {}", files.join(", ")));
        }
        Some(Recovery::RolledBack) => report.line("Rolled back", "an interrupted run, of which nothing was in the tree yet"),
        None => {}
    }
    Ok(tree)
}

/// The inputs for a document named on the command line: no overlay unless one is named.
fn chosen(root: &Path, document: &Path, choice: &Choice, crate_name: &str) -> anyhow::Result<Input> {
    // Paths of the command line are relative to where the user stands.
    let here = std::env::current_dir()?;
    let source = |path: &Path| workspace::source(&here, &path.to_string_lossy());
    let published = source(document)?;
    Ok(Input {
        beside: workspace::beside(&here, &published)?,
        published,
        overlay: choice.overlay.as_deref().map(source).transpose()?,
        document_url: choice.document_url.clone(),
        selection: choice.select.join("\n"),
        lock: workspace::source(root, "Cargo.lock")?.text,
        crate_name: crate_name.to_owned(),
        skip_refused: choice.skip_refused,
        command: None,
    })
}
