//! Reports for each file whether it is up to date, and why not.

use crate::emit;
use crate::fingerprint::in_header;
use crate::problem::count;
use crate::report::{self, Report};

/// Why a file differs from the generated one.
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

/// Reports whether a generated file is as `command` would write it.
pub fn file(report: &mut Report, path: &str, found: Option<&str>, expected: &str, command: &str) -> bool {
    let Some(cause) = cause(found, expected) else {
        fresh(report, path);
        return true;
    };
    let diff = report::unified(path, found.unwrap_or_default(), expected);
    problem(report, path, cause.sentence(), &format!("`{command}` {}", cause.fix()), &diff);
    false
}

/// Reports a file that does not belong among the generated ones.
pub fn foreign(report: &mut Report, path: &str, command: &str) {
    problem(report, path, Cause::Foreign.sentence(), &format!("`{command}` {}", Cause::Foreign.fix()), "");
}

/// Reports a file that is up to date.
pub fn fresh(report: &mut Report, path: &str) {
    report.line("Fresh", name(path));
}

/// Adds the totals, and what to do if something is stale.
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

/// Reports what is wrong with a file.
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
