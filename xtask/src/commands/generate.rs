//! `generate`: writes the code of deck-api, or a crate of its own for another document.

use super::{Choice, Outcome, STALE, check, open, own_crate, refuse_interrupted};
use crate::emit::GENERATE;
use crate::public_api::{ApiChange, PublicApi, changes};
use crate::report::{self, Report, count};
use crate::{Generated, Prepared, emit, terminal, workspace};
use anyhow::{Context, bail};
use indexmap::IndexMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// As many changes of the public API are named.
const MAX_CHANGES: usize = 10;

/// Arguments of `generate`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without options: spec/deck-v2.json, spec/overlay.yaml and spec/selection.txt become deck-api/src/generated.\n\
    For another document: cargo xtask generate --document petstore.yaml --out ../petstore-api --crate petstore-api"
)]
pub struct Arguments {
    /// Another document; needs --out.
    #[arg(long, value_name = "FILE", requires = "out")]
    pub document: Option<PathBuf>,
    #[command(flatten)]
    pub choice: Choice,
    /// The folder for a whole crate: Cargo.toml, runtime and generated code.
    #[arg(long, value_name = "DIR", requires = "document")]
    pub out: Option<PathBuf>,
    /// The name of that crate; by default the one in its Cargo.toml, or else that of its folder.
    #[arg(long = "crate", value_name = "NAME", requires = "document")]
    pub crate_name: Option<String>,
    /// Write nothing, only compare; exit code 4 where something differs.
    #[arg(long)]
    pub check: bool,
    /// Only the modules, into another folder than the one in the tree: for the build script.
    #[arg(long, value_name = "DIR", hide = true, conflicts_with_all = ["document", "check"])]
    modules_into: Option<PathBuf>,
}

/// Runs the verb.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    let mut report = Report::default();
    let outcome = if let (Some(document), Some(out)) = (&arguments.document, &arguments.out) {
        own_crate::run(root, arguments, document, out, &mut report)
    } else if arguments.choice.is_any() {
        bail!(
            "--overlay, --document-url, --select and --skip-refused go with --document; for deck-api edit spec/overlay.yaml and \
             spec/selection.txt"
        );
    } else if arguments.check {
        refuse_interrupted(root, "a check that writes nothing", GENERATE)?;
        check::check(root, &mut report)
    } else {
        generate(root, arguments.modules_into.as_deref(), &mut report).map(|()| true)
    };
    terminal::print(report.as_str())?;
    Ok(if outcome? { ExitCode::SUCCESS } else { stale() })
}

/// Generates deck-api's code, into `folder` or where it stands in the tree.
///
/// # Errors
/// Where the document is refused, or a file cannot be written.
pub fn generate(root: &Path, folder: Option<&Path>, report: &mut Report) -> anyhow::Result<()> {
    // The build script asks for another folder, and must not touch the tree that it builds.
    let (tree, below) = match folder {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            (open(folder, report)?, "")
        }
        None => (open(root, report)?, workspace::GENERATED),
    };
    let generated = crate::generate(&workspace::input(root)?)?;
    describe(report, &generated.prepared, &generated.prepared.document.file);
    let files = emit::in_folder(below, &generated.files);
    let changes = emit::write(&tree, below, &files)?;
    report::changes(report, report::DONE, "", &files, &changes);
    if folder.is_none() {
        public_api(root, &generated, report)?;
    }
    if changes.iter().all(|(_, change)| *change == emit::Change::Unchanged) {
        report.line("Fresh", format!("nothing to do ({STALE_HINT})"));
    } else if folder.is_none() {
        report.text("-".repeat(72));
        report.text(format!("[run `cargo test --workspace`, then commit {below} together with what changed it]"));
    }
    Ok(())
}

/// How the public API differs from that of the last commit: a new generator may change it, too.
fn public_api(root: &Path, generated: &Generated, report: &mut Report) -> anyhow::Result<()> {
    let mut committed = IndexMap::new();
    for (name, _) in emit::modules(&generated.files) {
        let text = workspace::committed_text(root, "HEAD", &format!("{}/{name}", workspace::GENERATED))?;
        committed.extend(text.map(|text| (name.clone(), text)));
    }
    if committed.is_empty() {
        return Ok(());
    }
    let changes = changes(&PublicApi::of_files(&committed)?, &generated.api);
    if changes.is_empty() {
        return Ok(());
    }
    let needs = if changes.iter().any(ApiChange::is_breaking) { "major" } else { "minor" };
    report.line(
        "API",
        format!("{} since the last commit; they need a {needs} version:", count(changes.len(), "changed public item")),
    );
    changes.iter().take(MAX_CHANGES).for_each(|change| report.text(format!("{:13}{change}", "")));
    if changes.len() > MAX_CHANGES {
        let more = changes.len() - MAX_CHANGES;
        report.text(format!("{:13}and {more} more: `git diff {}/{}`", "", workspace::GENERATED, emit::PUBLIC_API));
    }
    Ok(())
}

const STALE_HINT: &str = "the code already says what the document says";

/// What was read, and in short what became of it.
pub fn describe(report: &mut Report, prepared: &Prepared, file: &str) {
    let document = &prepared.document;
    report.line(
        "Read",
        format!(
            "{file}: {} {}, OpenAPI {}, {}, {}",
            document.title(),
            document.version(),
            document.openapi(),
            count(document.operation_count(), "operation"),
            count(document.schema_count(), "schema"),
        ),
    );
    if let Some(applied) = &prepared.applied {
        let places: usize = applied.actions.iter().map(|(_, matched)| matched).sum();
        report.line(
            "Overlaid",
            format!("{}: {} on {}", applied.file, count(applied.actions.len(), "action"), count(places, "place")),
        );
    }
    if prepared.selected.operations_left_out > 0 {
        report.line("Selected", format!("{} left out", count(prepared.selected.operations_left_out, "operation")));
    }
    report::skipped(report, &prepared.skipped);
    for (status, account) in [("Lowered", &prepared.lowering), ("Fitted", &prepared.fitting)] {
        let (all, inexact) = account.tally();
        if all > 0 {
            report.line(
                status,
                format!("{}, {inexact} of them not exact (`cargo xtask lower --report` lists them)", count(all, "change")),
            );
        }
    }
}

/// The exit code of a stale tree.
pub fn stale() -> ExitCode {
    ExitCode::from(STALE)
}
