//! Text for the user: status lines, problems with fixes, diffs and tallies.

pub mod comparison;

use crate::document::Skipped;
use crate::emit::Change;
use crate::problem::{Refused, count};
use crate::public_api::ApiChange;
use indexmap::IndexMap;
use similar::TextDiff;
use std::fmt::Write;

/// The maximum number of public items that are listed.
const MAX_ITEMS: usize = 10;

/// Text for the user, built line by line.
#[derive(Debug, Default)]
pub struct Report(String);

impl Report {
    /// Adds a line with a right-aligned status word.
    pub fn line(&mut self, status: &str, text: impl std::fmt::Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{status:>12} {text}");
    }

    /// Adds text without a status word.
    pub fn text(&mut self, text: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{text}");
    }

    /// The text so far.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lists the operations that are left out, with the reasons.
pub fn skipped(report: &mut Report, skipped: &[Skipped]) {
    for Skipped { operation, problem, .. } in skipped {
        report.line("Left out", format!("{operation}: {} {}", problem.pointer, problem.message));
    }
}

/// The numbers of added and removed lines.
#[must_use]
pub fn changed_lines(before: &str, after: &str) -> (usize, usize) {
    let diff = TextDiff::from_lines(before, after);
    let tagged = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    (tagged(similar::ChangeTag::Insert), tagged(similar::ChangeTag::Delete))
}

/// A unified diff, in the format of git.
#[must_use]
pub fn unified(name: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff().context_radius(2).header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}

/// The status words for written and removed files, for changes that were made.
pub const DONE: [&str; 2] = ["Written", "Removed"];
/// For changes that a run without `--dry-run` would make.
pub const PLANNED: [&str; 2] = ["Would write", "Would remove"];

/// Adds a line for each changed file, and the number of unchanged ones.
pub fn changes(
    report: &mut Report,
    [written, removed]: [&str; 2],
    root: &str,
    files: &IndexMap<String, String>,
    changes: &[(String, Change)],
) {
    for (path, change) in changes {
        match change {
            Change::Unchanged => {}
            Change::Removed => report.line(removed, format!("{root}{path}")),
            Change::Written { before } => {
                let (more, less) = changed_lines(before, files.get(path).map_or("", String::as_str));
                report.line(written, format!("{root}{path} (+{more} -{less} lines)"));
            }
        }
    }
    let unchanged = changes.iter().filter(|(_, change)| *change == Change::Unchanged).count();
    if unchanged > 0 {
        report.line("Unchanged", count(unchanged, "file"));
    }
}

/// Lists the first changed public items. The command `more` shows the rest.
pub fn items(report: &mut Report, changes: &[ApiChange], more: &str) {
    changes.iter().take(MAX_ITEMS).for_each(|change| report.text(format!("{:13}{change}", "")));
    if changes.len() > MAX_ITEMS {
        report.text(format!("{:13}and {} more: `{more}`", "", changes.len() - MAX_ITEMS));
    }
}

/// Formats an error for the terminal: problems with their fixes, other errors with their causes.
#[must_use]
pub fn error(error: &anyhow::Error) -> String {
    match error.downcast_ref::<Refused>() {
        Some(refused) => refused.to_string(),
        None => format!("error: {error:#}"),
    }
}
