//! `update`: takes a new document, reports what it changes, and writes all files that depend on it.

use super::{Outcome, Packages, describe, open, own_crate, refuse_interrupted};
use crate::document::Source;
use crate::emit::{self, Change};
use crate::fetch::{self, Limits};
use crate::input::GENERATE;
use crate::journal::Fault;
use crate::problem::count;
use crate::release::{Bump, RULE};
use crate::report::comparison;
use crate::report::{self, Report};
use crate::stack::on_big_stack;
use crate::terminal;
use crate::update::{Current, Update, Wish, plan};
use crate::workspace::{self, ApiCrate, api_crate};
use anyhow::bail;
use semver::Version;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// Arguments of `update`.
#[derive(Debug, clap::Args)]
#[command(after_help = format!(
    "Writes the document, src/generated, CHANGELOG.md and the version in the Cargo.toml of the crate and in Cargo.lock,\n\
    all at once or not at all: an update that is interrupted is finished or rolled back by the next command.\n\
    The version: {RULE}.\n\
    A document that loses operations is refused, and so is one that makes overlay actions obsolete."
))]
pub struct Arguments {
    /// The new document: a file, an http or https address, or `-` for standard input. By default, each API crate uses the `url`
    /// of its settings.
    document: Option<String>,
    #[command(flatten)]
    packages: Packages,
    /// Accept that operations disappear.
    #[arg(long)]
    allow_removed: bool,
    /// Write nothing, only report what would be written.
    #[arg(long)]
    dry_run: bool,
    /// The part of the version to increment, instead of the one that follows from the changes.
    #[arg(long, value_name = "NUMBER", conflicts_with = "set_version")]
    bump: Option<Bump>,
    /// The next version, instead of the one that follows from the changes.
    #[arg(long, value_name = "VERSION")]
    set_version: Option<Version>,
    /// The format of the report: text for a terminal, or markdown for a pull request, with the title as its heading.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The time limit for reading an address.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// The maximum size of a document.
    #[arg(long, value_name = "MIB", default_value = "64", value_parser = clap::value_parser!(u64).range(1..=4096))]
    max_size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Markdown,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    let mut report = Report::default();
    let outcome = all(root, arguments, &mut report);
    if arguments.format == Format::Text {
        terminal::print(report.as_str())?;
    } else if !report.as_str().is_empty() {
        // Standard output is for the body of the pull request only.
        terminal::note(report.as_str().trim_end());
    }
    let updates = outcome?;
    if arguments.format == Format::Markdown && !updates.is_empty() {
        terminal::print(markdown(root, &updates))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Updates all requested crates, one after the other. If one is refused, those before it stay updated.
fn all(root: &Path, arguments: &Arguments, report: &mut Report) -> anyhow::Result<Vec<Update>> {
    let names = &arguments.packages.package;
    if let Some(document) = &arguments.document {
        let api = api_crate::one(root, names)?;
        return Ok(update(root, &api, document, arguments, report)?.into_iter().collect());
    }
    let crates = api_crate::chosen(root, names)?;
    if crates.iter().all(|api| api.settings.url.is_none()) {
        bail!(
            "no document was named, and no API crate says where its own is published\n\
             fix: `cargo xtask update FILE`, or `url = \"…\"` below `[package.metadata.openapi]` of the crate"
        );
    }
    let mut updates = Vec::new();
    for api in &crates {
        match &api.settings.url {
            Some(url) => updates.extend(update(root, api, url, arguments, report)?),
            None => report.line("Skipped", format!("{}: its settings have no `url`", api.name)),
        }
    }
    Ok(updates)
}

fn update(
    root: &Path,
    api: &ApiCrate,
    document: &str,
    arguments: &Arguments,
    report: &mut Report,
) -> anyhow::Result<Option<Update>> {
    let limits = Limits { bytes: arguments.max_size << 20, time: Duration::from_secs(arguments.timeout) };
    terminal::progress("Reading", fetch::shown(document));
    let new = fetch::fetch(document, &limits)?;
    let tree = if arguments.dry_run {
        refuse_interrupted(root, "a dry run", "cargo xtask check")?;
        None
    } else {
        Some(open(root, report)?)
    };
    let current = current(root, api, &new)?;
    if new.text == current.input.published.text && (current.is_fresh() || same(&new, &current.old.published)) {
        report.line("Unchanged", format!("{} is {}, byte for byte: nothing to do", api.document, new.file));
        if !current.is_fresh() {
            report
                .text(format!("[the generated code is older than the document, the overlay or the settings; run `{GENERATE}`]"));
        }
        return Ok(None);
    }
    let wish = Wish { allow_removed: arguments.allow_removed, bump: arguments.bump, version: arguments.set_version.clone() };
    terminal::progress("Comparing and generating", &new.file);
    let mut update = on_big_stack(|| plan(&current, &new, &wish))??;
    if !api.settings.own_runtime {
        update.files.extend(own_crate::library(root, api, &update.generated)?);
    }
    let mut changes = emit::plan(root, &api.generated(), &update.files)?;
    changes.retain(|(path, change)| *change != Change::Removed || is_generated(root, api, path));
    if let Some(tree) = &tree {
        tree.commit(&emit::edits(&update.files, &changes), &mut Fault::none())?;
    }
    tell(root, report, &new, &update, &changes, arguments.dry_run);
    Ok(Some(update))
}

/// The current state of the crate. Its document, overlay and selection are those of the last commit: those in the tree may have
/// been changed for the new document already. They are taken from the tree if there is no repository, or if the
/// document there is neither the committed nor the new one.
fn current(root: &Path, api: &ApiCrate, new: &Source) -> anyhow::Result<Current> {
    let input = workspace::input(root, api)?;
    let committed = workspace::committed(root, api, "HEAD").ok();
    let old = committed.filter(|old| new.text == input.published.text || same(&old.published, &input.published));
    let names = emit::foreign(root, &api.generated(), &indexmap::IndexMap::new())?;
    let read = |file: &str| workspace::optional(root, file);
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Current {
        api: api.clone(),
        old: old.unwrap_or_else(|| input.clone()),
        generated: names
            .iter()
            .filter(|path| is_generated(root, api, path))
            .map(|path| Ok((name(path), read(path)?)))
            .collect::<anyhow::Result<_>>()?,
        manifest: workspace::source(root, &api.manifest())?.text,
        changelog: read(&api.changelog())?,
        input,
    })
}

/// Whether a file in the folder of generated code is generated. The owner of a crate with a copied runtime may have added others.
fn is_generated(root: &Path, api: &ApiCrate, path: &str) -> bool {
    api.settings.own_runtime || std::fs::read_to_string(root.join(path)).is_ok_and(|text| emit::is_marked(&text))
}

/// Whether the texts are equal. A checkout of git may use the line ends of the platform.
fn same(one: &Source, other: &Source) -> bool {
    one.text.replace("\r\n", "\n") == other.text.replace("\r\n", "\n")
}

fn tell(root: &Path, report: &mut Report, new: &Source, update: &Update, changes: &[(String, Change)], dry_run: bool) {
    describe(report, &update.generated.prepared, &new.file);
    for note in &update.notes {
        report.line("Note", note);
    }
    report.text(comparison::text(&update.comparison, terminal::has_colour()));
    report.line("Version", version(update));
    report::changes(report, if dry_run { report::PLANNED } else { report::DONE }, "", &update.files, changes);
    report.text("-".repeat(72));
    for line in look_at(root, update) {
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

/// What a person has to review before committing the update.
fn look_at(root: &Path, update: &Update) -> Vec<String> {
    let mut lines = Vec::new();
    let changelog = update.api.changelog();
    if update.files.contains_key(&changelog) {
        lines.push(format!("{changelog}: the entry only lists facts; add what users should do"));
    }
    let unknown = update.comparison.facts.iter().filter(|fact| fact.source == crate::compare::Verdict::Unknown);
    let unknown = unknown.count();
    if unknown > 0 {
        lines.push(format!(
            "{} that could not be judged: if nothing breaks, take a lower version with `--bump`",
            count(unknown, "change")
        ));
    }
    if update.code_changes {
        lines.push(format!("`git diff {}`: what users of the crate will see", update.api.generated()));
    }
    let readme =
        update.api.document.rsplit_once('/').map_or_else(|| "README.md".to_owned(), |(folder, _)| format!("{folder}/README.md"));
    if readme.contains('/') && root.join(&readme).exists() {
        lines.push(format!("{readme}: check that it still describes the document correctly"));
    }
    lines
}

/// The report as markdown. The first line is the title.
fn markdown(root: &Path, updates: &[Update]) -> String {
    if let [update] = updates {
        return format!("# {}\n\n{}", update.subject(), section(root, update));
    }
    let names: Vec<&str> = updates.iter().map(|update| update.api.name.as_str()).collect();
    let sections = updates.iter().map(|update| format!("\n# {}\n\n{}", update.subject(), section(root, update)));
    std::iter::once(format!("# {}: new documents\n", names.join(", "))).chain(sections).collect()
}

/// The section about one crate.
fn section(root: &Path, update: &Update) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "Version {}.\n\n{}\n", version(update), comparison::markdown(&update.comparison).trim());
    for note in &update.notes {
        let _ = writeln!(text, "Note: {note}.\n");
    }
    let _ = writeln!(text, "## To look at\n");
    for line in look_at(root, update) {
        let _ = writeln!(text, "- {line}");
    }
    text
}
