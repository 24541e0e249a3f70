//! `update`: takes a new document, says what it means, and writes all that follows from it.

use super::{Outcome, describe, open, refuse_interrupted};
use crate::diff::render;
use crate::emit::{self, Change, GENERATE};
use crate::fetch::{self, Limits};
use crate::journal::Fault;
use crate::release::{Bump, RULE};
use crate::report::{self, Report, count};
use crate::update::{Current, Update, Wish, plan};
use crate::workspace::{self, CHANGELOG, GENERATED, PUBLISHED};
use crate::{Source, on_big_stack, terminal};
use semver::Version;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Arguments of `update`.
#[derive(Debug, clap::Args)]
#[command(after_help = format!(
    "Writes spec/deck-v2.json, deck-api/src/generated, deck-api/CHANGELOG.md and the version in deck-api/Cargo.toml and Cargo.lock,\n\
    all at once or not at all: an update that is interrupted is finished or rolled back by the next command.\n\
    The version: {RULE}.\n\
    A document that loses operations is refused, and so is one by which actions of spec/overlay.yaml are out of date."
))]
pub struct Arguments {
    /// The new document: a file, an address of http or https, or `-` for standard input.
    document: String,
    /// Accept that operations are lost.
    #[arg(long)]
    allow_removed: bool,
    /// Write nothing, only say what would be written.
    #[arg(long)]
    dry_run: bool,
    /// The number of the version that goes up, instead of the one that follows from the change.
    #[arg(long, value_name = "NUMBER", conflicts_with = "set_version")]
    bump: Option<Bump>,
    /// The next version, instead of the one that follows from the change.
    #[arg(long, value_name = "VERSION")]
    set_version: Option<Version>,
    /// How to print the report: for a terminal, or as the body of a pull request with its title as heading.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// How long an address may take to be read to its end.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// The most that is read.
    #[arg(long, value_name = "MIB", default_value = "64", value_parser = clap::value_parser!(u64).range(1..=4096))]
    max_size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Markdown,
}

/// Runs the verb.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    let mut report = Report::default();
    let outcome = update(root, arguments, &mut report);
    if arguments.format == Format::Text {
        terminal::print(report.as_str())?;
    } else if !report.as_str().is_empty() {
        // Standard output is the body of a pull request, and nothing else.
        terminal::note(report.as_str().trim_end());
    }
    if let (Some(update), Format::Markdown) = (outcome?, arguments.format) {
        terminal::print(markdown(&update))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn update(root: &Path, arguments: &Arguments, report: &mut Report) -> anyhow::Result<Option<Update>> {
    let limits = Limits { bytes: arguments.max_size << 20, time: Duration::from_secs(arguments.timeout) };
    terminal::progress("Reading", fetch::shown(&arguments.document));
    let new = fetch::fetch(&arguments.document, &limits)?;
    let tree = if arguments.dry_run {
        refuse_interrupted(root, "a dry run", "cargo xtask check")?;
        None
    } else {
        Some(open(root, report)?)
    };
    let current = current(root, &new)?;
    if new.text == current.input.published.text && (current.is_fresh() || same(&new, &current.old.published)) {
        report.line("Unchanged", format!("{PUBLISHED} is {}, byte for byte: nothing to do", new.file));
        if !current.is_fresh() {
            report.text(format!("[its code is older than what is beside it; run `{GENERATE}`]"));
        }
        return Ok(None);
    }
    let wish = Wish { allow_removed: arguments.allow_removed, bump: arguments.bump, version: arguments.set_version.clone() };
    terminal::progress("Comparing and generating", &new.file);
    let update = on_big_stack(|| plan(&current, &new, &wish))??;
    let changes = emit::plan(root, GENERATED, &update.files)?;
    if let Some(tree) = &tree {
        tree.commit(&emit::edits(&update.files, &changes), &mut Fault::none())?;
    }
    tell(report, &new, &update, &changes, arguments.dry_run);
    Ok(Some(update))
}

/// What the new document replaces is the last commit's, with the overlay and the selection of that commit: those in the tree
/// may have been mended for the new document already, and the new document may have been put into the tree by hand.
/// Only where the tree holds a third one, or where there is no repository, it is what stands in the tree.
fn current(root: &Path, new: &Source) -> anyhow::Result<Current> {
    let input = workspace::input(root)?;
    let committed = workspace::committed(root, "HEAD").ok();
    let old = committed.filter(|old| new.text == input.published.text || same(&old.published, &input.published));
    let names = emit::foreign(root, GENERATED, &indexmap::IndexMap::new())?;
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap_or_default();
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Current {
        old: old.unwrap_or_else(|| input.clone()),
        generated: names.iter().map(|path| (name(path), read(path))).collect(),
        manifest: workspace::source(root, workspace::MANIFEST)?.text,
        changelog: read(CHANGELOG),
        input,
    })
}

/// Git may have checked one of them out with the line ends of the platform.
fn same(one: &Source, other: &Source) -> bool {
    one.text.replace("\r\n", "\n") == other.text.replace("\r\n", "\n")
}

fn tell(report: &mut Report, new: &Source, update: &Update, changes: &[(String, Change)], dry_run: bool) {
    describe(report, &update.generated.prepared, &new.file);
    for note in &update.notes {
        report.line("Note", note);
    }
    report.text(render::text(&update.comparison, terminal::has_colour()));
    report.line("Version", version(update));
    report::changes(report, if dry_run { report::PLANNED } else { report::DONE }, "", &update.files, changes);
    report.text("-".repeat(72));
    for line in look_at(update) {
        report.text(format!("look at {line}"));
    }
    report.text(if dry_run {
        "[nothing was written; run the command without `--dry-run`]".to_owned()
    } else {
        format!("[run `cargo test --workspace`, then `git add --all && git commit -m \"{}\"`]", update.subject())
    });
}

fn version(update: &Update) -> String {
    let (now, next) = &update.versions;
    if now == next {
        format!("{now} stays (for code: {})", update.for_code())
    } else {
        format!("{now} becomes {next} (for code: {})", update.for_code())
    }
}

/// What a person has to judge before the update is committed.
fn look_at(update: &Update) -> Vec<String> {
    let mut lines = Vec::new();
    if update.files.contains_key(CHANGELOG) {
        lines.push(format!("{CHANGELOG}: the entry tells facts; say in your own words what users should do"));
    }
    let unknown = update.comparison.facts.iter().filter(|fact| fact.source == crate::diff::Verdict::Unknown);
    let unknown = unknown.count();
    if unknown > 0 {
        lines.push(format!(
            "{} that could not be judged: if nothing breaks, take a lower version with `--bump`",
            count(unknown, "change")
        ));
    }
    if update.code_changes {
        lines.push(format!("`git diff {GENERATED}`: what users of the crate will see"));
    }
    lines.push("spec/README.md: whether its table still says how each part is known".to_owned());
    lines
}

fn markdown(update: &Update) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "# {}\n", update.subject());
    let _ = writeln!(text, "Version {}.\n\n{}\n", version(update), render::markdown(&update.comparison).trim());
    for note in &update.notes {
        let _ = writeln!(text, "Note: {note}.\n");
    }
    let _ = writeln!(text, "## To look at\n");
    for line in look_at(update) {
        let _ = writeln!(text, "- {line}");
    }
    text
}
