//! `diff`: what changed between two documents, and what that means for released clients and for code that uses the crate.

use super::{Choice, Outcome, Packages, chosen};
use crate::compare::{self, Code, Comparison, Verdict};
use crate::document::{self, Document};
use crate::input::Input;
use crate::pipeline;
use crate::problem::Problem;
use crate::report::Report;
use crate::report::comparison;
use crate::terminal;
use crate::workspace::{self, ApiCrate, api_crate};
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit code for changes that `--fail-on` forbids.
const FORBIDDEN_CHANGE: u8 = 4;

/// Arguments of `diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Verdicts, of each change and of all:\n  \
    wire    whether the client generated from OLD still works with a server of NEW\n  \
    source  which version the crate generated from NEW needs: whether code that uses the crate still compiles and works\n\
    Both are patch, minor, major, or unknown if the documents do not say.\n\
    A document from git uses the overlay and the selection of its revision; a file uses --overlay and --select.\n\
    Exit codes: 0 compared, 1 error, 4 a verdict at or above --fail-on.\n\
    Example: cargo xtask diff --against main --format markdown")]
pub struct Arguments {
    /// The old document. By default, that of each API crate in git.
    old: Option<PathBuf>,
    /// The new document. By default, that of the API crate in the working tree.
    #[arg(conflicts_with = "package")]
    new: Option<PathBuf>,
    #[command(flatten)]
    packages: Packages,
    /// The git revision that has the old document.
    #[arg(long, value_name = "REV", default_value = "HEAD", conflicts_with = "old")]
    against: String,
    /// An overlay to apply to documents that are files.
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    /// Only these operations of documents that are files: ids, tags or paths, separated by commas.
    #[arg(long, value_name = "SELECTOR", value_delimiter = ',')]
    select: Vec<String>,
    /// The format of the report: text for a terminal, markdown for a pull request, or a JSON array of facts.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Exit with 4 if the more severe of both verdicts is at least this. `unknown` counts as `major`.
    #[arg(long, value_enum, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
    /// Compare only the documents, not the code generated from them.
    #[arg(long)]
    no_code: bool,
    /// Print the rules that name the kinds of change, instead of comparing.
    #[arg(long)]
    rules: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Major,
    Minor,
}

/// Runs the command.
///
/// # Errors
/// Returns an error if a document cannot be read.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    if arguments.rules {
        terminal::print(comparison::rules())?;
        return Ok(ExitCode::SUCCESS);
    }
    let crates = crates(root, arguments)?;
    if arguments.format == Format::Json && crates.len() > 1 {
        bail!("JSON is one array of facts, and there are {} API crates: name one of them with `-p`", crates.len());
    }
    let mut too_much = false;
    for api in &crates {
        let (old, new, comparison) = crate::stack::on_big_stack(|| compare(root, arguments, api.as_ref()))??;
        let heading = api.as_ref().filter(|_| crates.len() > 1).map(|api| api.name.as_str());
        terminal::print(formatted(heading, &old, &new, &comparison, arguments.format))?;
        too_much |= is_too_much(&comparison, arguments.fail_on);
    }
    Ok(if too_much { ExitCode::from(FORBIDDEN_CHANGE) } else { ExitCode::SUCCESS })
}

/// The API crates whose documents are compared. A single `None` stands for two files.
fn crates(root: &Path, arguments: &Arguments) -> anyhow::Result<Vec<Option<ApiCrate>>> {
    let names = &arguments.packages.package;
    Ok(match (&arguments.old, &arguments.new) {
        (Some(_), Some(_)) => vec![None],
        (Some(_), None) => vec![Some(api_crate::one(root, names)?)],
        _ => api_crate::chosen(root, names)?.into_iter().map(Some).collect(),
    })
}

/// Formats the comparison, below a heading if there are several.
fn formatted(heading: Option<&str>, old: &Document, new: &Document, comparison: &Comparison, format: Format) -> String {
    match format {
        Format::Json => format!("{}\n", comparison::json(comparison)),
        Format::Markdown => heading.map(|name| format!("## {name}\n\n")).unwrap_or_default() + &comparison::markdown(comparison),
        Format::Text => {
            let mut report = Report::default();
            if let Some(name) = heading {
                report.line("Package", name);
            }
            report.line("Compared", format!("{} with {}", described(old), described(new)));
            format!("{}{}", report.as_str(), comparison::text(comparison, terminal::has_colour()))
        }
    }
}

fn compare(root: &Path, arguments: &Arguments, api: Option<&ApiCrate>) -> anyhow::Result<(Document, Document, Comparison)> {
    // Choices for a crate are the same on both sides, so that they are no changes.
    let settings = api.map(|api| api.settings.clone()).unwrap_or_default();
    let choice = Choice {
        overlay: arguments.overlay.clone(),
        select: arguments.select.clone(),
        document_url: settings.url,
        types: settings.types.into_iter().collect(),
        lenient: settings.lenient,
        ..Choice::default()
    };
    let of_crate = || api.context("two files need no crate");
    let old_input = match &arguments.old {
        Some(file) => chosen(root, file, &choice, "")?,
        None => workspace::committed(root, of_crate()?, &arguments.against)?,
    };
    let new_input = match &arguments.new {
        Some(file) => chosen(root, file, &choice, "")?,
        None => workspace::input(root, of_crate()?)?,
    };
    let (old, new) = (read(&old_input)?, read(&new_input)?);
    let mut comparison = compare::documents(&old, &new);
    if !arguments.no_code && old.value != new.value {
        let codes = [&old_input, &new_input].map(code);
        if let [Some(old), Some(new)] = &codes {
            comparison.facts.extend(compare::unexplained(&comparison, old, new));
        }
    }
    Ok((old, new, comparison))
}

/// Generates the code of a document. Returns `None` with a note if that is impossible.
fn code(input: &Input) -> Option<Code> {
    let made = pipeline::public_api(input).ok();
    if made.is_none() {
        let file = &input.published.file;
        terminal::note(format!("note: the code is not compared: {file} cannot be generated; `cargo xtask try FILE` says why"));
    }
    made.map(|(prepared, api)| Code::of(&prepared, api))
}

/// Reads a document. Actions of the overlay and selectors that no longer fit only cause a note, so that the document can be
/// compared.
///
/// # Errors
/// Returns an error if it cannot be read.
pub fn read(input: &Input) -> anyhow::Result<Document> {
    let Input { published, beside, .. } = input.clone();
    let bare = Input { published, beside, ..Input::default() };
    let mut document = pipeline::read(&bare)?.document;
    let mut notes: Vec<Problem> = Vec::new();
    if let Some(overlay) = &input.overlay {
        notes.extend(document::apply_what_fits(&mut document, &overlay.file, &overlay.text)?.1);
        document::inline_path_items(&mut document)?;
        document::reserved::remove(&mut document.value);
    }
    pipeline::put_choices(&mut document, input);
    if let Err(refused) = document::select(&mut document, &input.selection) {
        notes.extend(refused.0);
    }
    for note in &notes {
        terminal::note(format!("note: {} {}: {}", note.file, note.pointer, note.message));
    }
    Ok(document)
}

fn described(document: &Document) -> String {
    format!("{} ({} {})", document.file, document.title(), document.version())
}

fn is_too_much(comparison: &Comparison, limit: Option<FailOn>) -> bool {
    let worst = comparison.wire().max(comparison.source());
    match limit {
        None => false,
        Some(FailOn::Major) => worst >= Verdict::Unknown,
        Some(FailOn::Minor) => worst >= Verdict::Minor,
    }
}
