//! `check`: regenerates everything in memory and compares; the authority on whether the code in the tree is right.

use super::generate::stale;
use super::{Outcome, Packages, open, own_crate};
use crate::emit;
use crate::fingerprint::in_header;
use crate::input::GENERATE;
use crate::pipeline::Generated;
use crate::report::{self, Report, count};
use crate::workspace::{self, ApiCrate, api_crate};
use crate::{journal, terminal};
use std::path::Path;
use std::process::ExitCode;

/// Why a file differs from what would be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    HandEdit,
    Inputs,
    Both,
    Generator,
    Missing,
    Foreign,
}

impl Cause {
    fn sentence(self) -> &'static str {
        match self {
            Self::HandEdit => "was edited by hand",
            Self::Inputs => "was generated from an older document, overlay, selection, settings or generator",
            Self::Both => {
                "was generated from an older document, overlay, selection, settings or generator, and was edited by hand as well"
            }
            Self::Generator => "was generated from the same document by another version of xtask",
            Self::Missing => "is missing",
            Self::Foreign => "is no longer generated, or never was",
        }
    }

    fn fix(self) -> &'static str {
        match self {
            Self::HandEdit | Self::Both => "will overwrite the edit: make it in the document, the overlay or xtask instead",
            Self::Foreign => "will remove it",
            Self::Inputs | Self::Generator | Self::Missing => "will write it",
        }
    }
}

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    packages: Packages,
}

/// Runs the verb.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    let mut report = Report::default();
    let fresh = check(root, &arguments.packages.package, &mut report);
    terminal::print(report.as_str())?;
    Ok(if fresh? { ExitCode::SUCCESS } else { stale() })
}

/// Compares the code in the tree with what the documents of the API crates of these names ask for, or of all of them where
/// none is named. `false` where they differ.
///
/// # Errors
/// Where a document is refused, or a file cannot be read.
pub fn check(root: &Path, names: &[String], report: &mut Report) -> anyhow::Result<bool> {
    // A check writes nothing, unless an interrupted run has left something to finish.
    if root.join(journal::FOLDER).exists() {
        open(root, report)?;
    }
    let mut fresh = true;
    for api in api_crate::chosen(root, names)? {
        let generated = crate::pipeline::generate(&workspace::input(root, &api)?)?;
        fresh &= one(root, &api, &generated, report)?;
    }
    Ok(fresh)
}

/// Compares the code of an API crate in the tree with what was `generated` for it. `false` where they differ.
///
/// # Errors
/// Where a file cannot be read.
pub fn one(root: &Path, api: &ApiCrate, generated: &Generated, report: &mut Report) -> anyhow::Result<bool> {
    let document = &generated.prepared.document.file;
    if !api.settings.own_runtime {
        report.line("Checking", format!("{} against {document}", api.name));
        return own_crate::compare_member(root, api, generated, report);
    }
    let folder = api.generated();
    let files = emit::in_folder(&folder, &generated.files);
    report.line("Checking", format!("{folder} against {document}"));
    let (mut fresh, mut stale) = (0, 0);
    for (path, expected) in &files {
        // Git may have checked the file out with the line ends of the platform.
        let found = std::fs::read_to_string(root.join(path)).ok().map(|text| text.replace("\r\n", "\n"));
        *(if file(report, path, found.as_deref(), expected, GENERATE) { &mut fresh } else { &mut stale }) += 1;
    }
    for path in emit::foreign(root, &folder, &files)? {
        stale += 1;
        foreign(report, &path, GENERATE);
    }
    tally(report, fresh, stale, GENERATE);
    Ok(stale == 0)
}

/// Says whether a generated file is as `command` would write it.
pub fn file(report: &mut Report, path: &str, found: Option<&str>, expected: &str, command: &str) -> bool {
    let Some(cause) = cause(found, expected) else {
        self::fresh(report, path);
        return true;
    };
    let diff = report::unified(path, found.unwrap_or_default(), expected);
    problem(report, path, cause.sentence(), &format!("`{command}` {}", cause.fix()), &diff);
    false
}

/// Says that a file has no place among the generated ones.
pub fn foreign(report: &mut Report, path: &str, command: &str) {
    problem(report, path, Cause::Foreign.sentence(), &format!("`{command}` {}", Cause::Foreign.fix()), "");
}

/// Says that a file is as it should be.
pub fn fresh(report: &mut Report, path: &str) {
    report.line("Fresh", name(path));
}

/// Sums up, with what to do where something is stale.
pub fn tally(report: &mut Report, fresh: usize, stale: usize, command: &str) {
    report.text("-".repeat(72));
    report.text(format!("{} checked: {fresh} fresh, {stale} stale", count(fresh + stale, "file")));
    if stale > 0 {
        report.text(format!("[run `{command}`]"));
    }
}

fn cause(found: Option<&str>, expected: &str) -> Option<Cause> {
    let Some(found) = found else { return Some(Cause::Missing) };
    if found == expected {
        return None;
    }
    let edited = in_header(found, "Contents: ") != Some(emit::contents(emit::without_header(found)).as_str());
    let outdated = in_header(found, "Inputs: ") != in_header(expected, "Inputs: ");
    Some(match (edited, outdated) {
        (true, true) => Cause::Both,
        (true, false) => Cause::HandEdit,
        (false, true) => Cause::Inputs,
        (false, false) => Cause::Generator,
    })
}

/// Says what is wrong with a file.
pub fn problem(report: &mut Report, path: &str, message: &str, fix: &str, diff: &str) {
    report.line("Stale", name(path));
    report.text(format!("problem: {path} {message}"));
    report.text(format!("fix: {fix}"));
    if !diff.is_empty() {
        report.text(diff.trim_end());
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
