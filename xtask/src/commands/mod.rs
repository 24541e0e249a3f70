//! The commands of `cargo xtask`, one file each. Exit codes: 0 success, 1 error, 4 stale code or too many changes.

pub mod cargo;
mod check;
pub mod conform;
mod demo;
pub mod diff;
mod freshness;
mod generate;
mod library;
mod lower;
pub mod manifest;
mod new;
mod own_crate;
mod plan;
mod prepared;
mod release;
pub mod scratch;
mod shell;
mod try_documents;
mod update;

pub use check::check;
pub use generate::generate;
use prepared::describe;

use crate::document::{self, Source};
use crate::input::Input;
use crate::journal::{self, Fault, Recovery, Tree};
use crate::report::{self, Report};
use crate::{terminal, workspace};
use anyhow::bail;
use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Turns published OpenAPI documents into the API crates of this workspace.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    after_help = "Exit codes: 0 success, 1 error, 4 generated code is stale, or documents differ too much."
)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Add an API crate for a document to this workspace, or create a new workspace for it.
    New(new::Arguments),
    /// Regenerate the code from the document, and report what changed.
    Generate(generate::Arguments),
    /// Regenerate in memory and compare with the code in the tree. The exit code is 4 if they differ.
    Check(check::Arguments),
    /// Compare two documents: what changed, whether released clients still work, and which version comes next.
    Diff(diff::Arguments),
    /// Import a new document: report what it changes, and write the document, the code, the version and the changelog.
    Update(update::Arguments),
    /// Check whether an API crate is ready to be released, and tag its version.
    Release(release::Arguments),
    /// Print the document lowered to OpenAPI 3.0.3.
    Lower(lower::Arguments),
    /// Generate a scratch crate below target/try from any document, and compile it.
    Try(try_documents::Arguments),
    /// Generate, build and run the demo that the settings of an API crate name.
    Demo(demo::Arguments),
}

/// The API crates to work on.
#[derive(Debug, Clone, Default, Args)]
pub struct Packages {
    /// Only this API crate of the workspace. May be repeated. By default, all of them.
    #[arg(short, long = "package", value_name = "NAME")]
    pub package: Vec<String>,
}

/// The document to work on, if it is not that of an API crate in this workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct Choice {
    /// An overlay to apply to the document.
    #[arg(long, value_name = "FILE")]
    pub overlay: Option<PathBuf>,
    /// The URL at which the document is served. Relative server URLs are resolved against it.
    #[arg(long, value_name = "URL")]
    pub document_url: Option<String>,
    /// Only these operations: operation ids, tags or paths. May be repeated, or separated by commas.
    #[arg(long, value_name = "SELECTOR", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave out operations that are refused, and report them, instead of refusing the document.
    #[arg(long)]
    pub skip_refused: bool,
    /// The Rust type of a format, as in `uuid=uuid::Uuid`, or of a component, as in
    /// `#/components/schemas/Money=my_types::Money`. May be repeated.
    #[arg(long = "type", value_name = "KEY=TYPE", value_parser = format_and_type)]
    pub types: Vec<(String, String)>,
    /// Keep received scalars of these formats as they are if they do not parse. Without formats, this applies to all. Separated
    /// by commas.
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', num_args = 0.., require_equals = true, default_missing_value = crate::model::type_choices::ALL)]
    pub lenient: Vec<String>,
}

fn format_and_type(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(format, rust)| !format.is_empty() && !rust.is_empty());
    let pair = pair.ok_or("write a format or a component and a type, as in `--type uuid=uuid::Uuid` or `--type '#/components/schemas/Money=my_types::Money'`")?;
    Ok((pair.0.to_owned(), pair.1.to_owned()))
}

/// The exit code of a command that ran.
type Outcome = anyhow::Result<ExitCode>;

/// The exit code for a tree that is not up to date.
pub const STALE: u8 = 4;

/// Runs a command that reports, and prints its report even if it fails. The command returns whether the tree is up to date.
fn reported(run: impl FnOnce(&mut Report) -> anyhow::Result<bool>) -> Outcome {
    let mut report = Report::default();
    let outcome = run(&mut report);
    terminal::print(report.as_str())?;
    Ok(if outcome? { ExitCode::SUCCESS } else { ExitCode::from(STALE) })
}

/// The program: parses the command line, runs the command and returns its exit code.
///
/// `built_in` is the folder of the package that calls this function. It must be directly below the root of its workspace.
#[must_use]
pub fn main(built_in: &str) -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli, &workspace::root(built_in)),
        Err(error) => {
            // Errors of usage exit with 1 like other errors; help exits with 0.
            let _ = error.print();
            ExitCode::from(u8::from(error.use_stderr()))
        }
    }
}

fn run(cli: Cli, root: &Path) -> ExitCode {
    let outcome = match cli.verb {
        Verb::New(arguments) => new::run(root, &arguments),
        Verb::Generate(arguments) => generate::run(root, &arguments),
        Verb::Check(arguments) => check::run(root, &arguments),
        Verb::Diff(arguments) => diff::run(root, &arguments),
        Verb::Update(arguments) => update::run(root, &arguments),
        Verb::Release(arguments) => release::run(root, &arguments),
        Verb::Lower(arguments) => lower::run(root, &arguments),
        Verb::Try(arguments) => try_documents::run(root, &arguments),
        Verb::Demo(arguments) => demo::run(root, &arguments),
    };
    outcome.unwrap_or_else(|error| {
        terminal::note(report::error(&error));
        ExitCode::FAILURE
    })
}

/// Refuses to run if an interrupted run has to be finished: a command that promises to write nothing must not do that.
fn refuse_interrupted(root: &Path, what: &str, command: &str) -> anyhow::Result<()> {
    if root.join(journal::FOLDER).exists() {
        bail!("a run was interrupted, and {what} does not finish it: run `{command}` first");
    }
    Ok(())
}

/// Opens the tree below `root` for writing, after finishing an interrupted run.
fn open(root: &Path, report: &mut Report) -> anyhow::Result<Tree> {
    let (tree, recovery) = Tree::open(root, &mut Fault::none())?;
    match recovery {
        Some(Recovery::Finished(files)) => {
            report.line("Finished", format!("what an interrupted run had begun: {}", files.join(", ")));
        }
        Some(Recovery::RolledBack) => report.line("Rolled back", "an interrupted run that had not changed any file"),
        None => {}
    }
    Ok(tree)
}

/// The input for a document named on the command line. It has an overlay only if the command line names one.
fn chosen(root: &Path, document: &Path, choice: &Choice, crate_name: &str) -> anyhow::Result<Input> {
    // Paths on the command line are relative to the current directory.
    let here = std::env::current_dir()?;
    let source = |path: &Path| workspace::source(&here, &path.to_string_lossy());
    let published = source(document)?;
    Ok(Input {
        beside: workspace::beside(&here, &published)?,
        published,
        overlay: choice.overlay.as_deref().map(source).transpose()?,
        document_url: choice.document_url.clone(),
        selection: Source { file: document::SELECT.to_owned(), text: choice.select.join("\n") },
        lock: workspace::source(root, "Cargo.lock")?.text,
        crate_name: crate_name.to_owned(),
        skip_refused: choice.skip_refused,
        types: choice.types.iter().cloned().collect(),
        lenient: choice.lenient.clone(),
        ..Input::default()
    })
}
