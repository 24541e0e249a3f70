//! `check`: regenerates everything in memory and compares it with the tree. It is the authority on whether the tree is up to
//! date.

use super::freshness::{file, foreign, tally};
use super::{Outcome, Packages, open, own_crate, reported};
use crate::emit;
use crate::input::GENERATE;
use crate::journal;
use crate::pipeline::Generated;
use crate::report::Report;
use crate::workspace::{self, ApiCrate, api_crate};
use std::path::Path;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    packages: Packages,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    reported(|report| check(root, &arguments.packages.package, report))
}

/// Compares the generated code in the tree with what the documents of these API crates produce, or those of all API crates if
/// no name is given. Returns `false` if they differ.
///
/// # Errors
/// Returns an error if a document is refused, or a file cannot be read.
pub fn check(root: &Path, names: &[String], report: &mut Report) -> anyhow::Result<bool> {
    // `check` writes nothing, not even to finish an interrupted run.
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

/// Compares the code of an API crate in the tree with the code `generated` for it. Returns `false` if they differ.
///
/// # Errors
/// Returns an error if a file cannot be read.
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
        // A checkout of git may use the line ends of the platform.
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
