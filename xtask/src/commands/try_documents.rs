//! `try`: generates and compiles a scratch crate for any document, and reports whether that works.

use super::conform::{self, Conformance};
use super::shell::{quoted, shown};
use super::{Choice, Outcome, Packages, chosen};
use super::{manifest, scratch};
use crate::document::Skipped;
use crate::input::Input;
use crate::pipeline::Generated;
use crate::problem::{Refused, count};
use crate::report;
use crate::terminal;
use crate::workspace::{self, ApiCrate, api_crate};
use crate::{document, emit};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Arguments of `try`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The documents. By default, those of the API crates, with their overlays and selections.
    #[arg(value_name = "FILE", conflicts_with = "package")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    packages: Packages,
    #[command(flatten)]
    choice: Choice,
    /// Stop after generation.
    #[arg(long)]
    no_compile: bool,
    /// Decode and encode the document's examples and values made from its schemas, and check that they stay the same.
    #[arg(long, conflicts_with = "no_compile")]
    conform: bool,
    /// The format of the results: text, or one JSON object per line.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// The result for one document.
#[derive(Debug, Default, Serialize)]
struct Trial {
    file: String,
    version: String,
    operations: usize,
    refused: Vec<String>,
    schemas: usize,
    lines: usize,
    /// The number of changes that are not exact, where the generated code does less than the document says.
    inexact: usize,
    generated: bool,
    compiled: bool,
    /// Whether values survive decoding and encoding. Null if that was not requested, or nothing compiled.
    conforms: Option<bool>,
    millis: u128,
    error: Option<Failure>,
    #[serde(skip)]
    skipped: Vec<Skipped>,
    /// The user's own types that the scratch crate does without.
    #[serde(skip)]
    without: Vec<String>,
    /// What was tried for `conforms`, as text.
    #[serde(skip)]
    tally: String,
    /// The complete explanation of a failure, as text.
    #[serde(skip)]
    explanation: String,
}

#[derive(Debug, Serialize)]
struct Failure {
    pointer: String,
    message: String,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    let candidates = candidates(root, arguments)?;
    let all = candidates.len();
    let mut failed = 0;
    for (index, candidate) in candidates.iter().enumerate() {
        let progress = |step: &str| terminal::progress(&position(index + 1, all, step), &candidate.file);
        let trial = trial(root, candidate, arguments, &progress);
        failed += usize::from(trial.error.is_some());
        let text = match arguments.format {
            Format::Json => format!("{}\n", serde_json::to_string(&trial)?),
            Format::Text => formatted(&trial, arguments.no_compile),
        };
        let left = all - index - 1;
        if !terminal::print(text)? && left > 0 {
            // Some documents were not tried, so this is not a success.
            return Ok(ExitCode::FAILURE);
        }
    }
    if arguments.format == Format::Text {
        let tally = format!("{}: {} passed, {failed} failed", count(all, "document"), all - failed);
        terminal::print(format!("{}\n{tally}\n", "-".repeat(72)))?;
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A document to try.
struct Candidate {
    file: String,
    /// The base of the scratch crate's name.
    stem: String,
    command: String,
    /// The API crate of the document, unless the user named a file.
    api: Option<ApiCrate>,
}

fn candidates(root: &Path, arguments: &Arguments) -> anyhow::Result<Vec<Candidate>> {
    let of_file = |path: &PathBuf| Candidate {
        file: path.display().to_string(),
        stem: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        command: format!("cargo xtask try {}", quoted(&shown(path))),
        api: None,
    };
    let of_crate = |api: ApiCrate| Candidate {
        file: api.document.clone(),
        stem: api.name.clone(),
        command: format!("cargo xtask try -p {}", api.name),
        api: Some(api),
    };
    if !arguments.files.is_empty() {
        return Ok(arguments.files.iter().map(of_file).collect());
    }
    Ok(api_crate::chosen(root, &arguments.packages.package)?.into_iter().map(of_crate).collect())
}

/// The text of the progress line, such as `Generating 2 of 33, 31 left:`.
fn position(number: usize, all: usize, step: &str) -> String {
    if all == 1 { step.to_owned() } else { format!("{step} {number} of {all}, {} left:", all - number) }
}

/// Shows the current step of the trial.
type Steps<'a> = &'a dyn Fn(&str);

fn trial(root: &Path, candidate: &Candidate, arguments: &Arguments, progress: Steps<'_>) -> Trial {
    let started = Instant::now();
    let mut trial = Trial { file: candidate.file.clone(), ..Trial::default() };
    if let Err(error) = attempt(root, candidate, arguments, &mut trial, progress) {
        trial.error = Some(failure(&error));
        trial.explanation = report::error(&error);
    }
    trial.millis = started.elapsed().as_millis();
    trial
}

fn attempt(
    root: &Path,
    candidate: &Candidate,
    arguments: &Arguments,
    trial: &mut Trial,
    progress: Steps<'_>,
) -> anyhow::Result<()> {
    progress("Generating");
    let safe: String =
        candidate.stem.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let name = format!("try-{safe}");
    let mut input = match &candidate.api {
        Some(api) => Input { crate_name: name.clone(), ..workspace::input(root, api)? },
        None => chosen(root, Path::new(&candidate.file), &arguments.choice, &name)?,
    };
    input.command = Some(candidate.command.clone());
    input.stands_alone = true;
    // Information about the document is reported even if a later stage refuses it.
    let document = document::parse(&input.published.file, &input.published.text)?;
    document.openapi().clone_into(&mut trial.version);
    (trial.operations, trial.schemas) = (document.operation_count(), document.schema_count());
    let generated: Generated = crate::pipeline::generate(&input)?;
    trial.operations = generated.prepared.model.operations.len();
    trial.refused.extend(generated.prepared.skipped.iter().map(|skipped| skipped.operation.clone()));
    trial.skipped.clone_from(&generated.prepared.skipped);
    trial.without.clone_from(&generated.prepared.without);
    trial.lines = emit::modules(&generated.files).map(|(_, text)| text.lines().count()).sum();
    let accounts = [&generated.prepared.lowering, &generated.prepared.fitting];
    trial.inexact = accounts.into_iter().map(|account| account.tally().1).sum();
    trial.generated = true;
    if arguments.no_compile {
        return Ok(());
    }
    let folder = root.join("target/try").join(&name);
    let mut files = scratch::crate_files(&name, &generated, &candidate.command)?;
    // It is a workspace of its own, below the folder of another one.
    files[manifest::FILE] = files[manifest::FILE].replacen("\n\n", "\npublish = false\n\n[workspace]\n\n", 1);
    scratch::write(&folder, &files)?;
    progress("Compiling");
    compile(root, &folder)?;
    trial.compiled = true;
    if arguments.conform {
        progress("Decoding and encoding values of");
        conformance(trial, conform::run(root, &folder, &name, &generated)?)?;
    }
    Ok(())
}

fn conformance(trial: &mut Trial, outcome: Conformance) -> anyhow::Result<()> {
    // If nothing could be tried, conformance stays unknown.
    trial.conforms = (outcome.tried > 0 || !outcome.problems.is_empty()).then_some(outcome.problems.is_empty());
    trial.tally = outcome.tally;
    if outcome.problems.is_empty() { Ok(()) } else { Err(Refused(outcome.problems).into()) }
}

fn compile(root: &Path, folder: &Path) -> anyhow::Result<()> {
    let offline = scratch::cargo(root, folder, &["check", "--quiet", "--message-format", "short"])?;
    if offline.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&offline.stderr).into_owned();
    let first = errors.lines().find(|line| line.contains("error")).unwrap_or("cargo check failed").to_owned();
    anyhow::bail!("the generated code does not compile, a bug of xtask: {first}");
}

fn failure(error: &anyhow::Error) -> Failure {
    match error.downcast_ref::<Refused>().and_then(|refused| refused.0.first()) {
        Some(problem) => Failure { pointer: problem.pointer.clone(), message: problem.message.clone() },
        None => Failure { pointer: "#".to_owned(), message: format!("{error:#}") },
    }
}

/// The result as text.
fn formatted(trial: &Trial, no_compile: bool) -> String {
    let mut report = report::Report::default();
    if trial.error.is_none() {
        let done = if no_compile { "generated" } else { "compiled" };
        let tally = if trial.tally.is_empty() { String::new() } else { format!("; {}", trial.tally) };
        let summary = format!(
            "{}: OpenAPI {}, {}, {}, {done} {} in {} ms{tally}",
            trial.file,
            trial.version,
            count(trial.operations, "operation"),
            count(trial.schemas, "schema"),
            count(trial.lines, "line"),
            trial.millis,
        );
        report.line("Passed", summary);
        if trial.inexact > 0 {
            let report_of = format!("cargo xtask lower {} --report", quoted(&trial.file));
            report.line("Not exact", format!("{} (`{report_of}` lists them)", count(trial.inexact, "change")));
        }
        for own in &trial.without {
            report.line("Without", format!("{own}: a scratch crate cannot have types of your own"));
        }
        report::skipped(&mut report, &trial.skipped);
    } else {
        report.line("Failed", &trial.file);
        report.text(&trial.explanation);
        if !trial.tally.is_empty() {
            report.text(&trial.tally);
        }
    }
    report.as_str().to_owned()
}
