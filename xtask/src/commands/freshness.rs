//! Reports for each file whether it is up to date, and why not.

use crate::emit;
use crate::fingerprint::in_header;
use crate::problem::count;
use crate::report::{self, Report};

/// What a command does with a file that is only out of date.
const WRITES: &str = "will write it";

/// What a command does with a file that was edited.
const OVERWRITES: &str = "will overwrite the edit: make it in the document, the overlay or xtask instead";

/// Reports whether a generated file is as `command` would write it.
pub fn file(report: &mut Report, path: &str, found: Option<&str>, expected: &str, command: &str) -> bool {
    let Some((cause, effect)) = cause(found, expected) else {
        fresh(report, path);
        return true;
    };
    let diff = report::unified(path, found.unwrap_or_default(), expected);
    problem(report, path, cause, &format!("`{command}` {effect}"), &diff);
    false
}

/// Reports a file that does not belong among the generated ones.
pub fn foreign(report: &mut Report, path: &str, command: &str) {
    problem(report, path, "is no longer generated, or never was", &format!("`{command}` will remove it"), "");
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

/// Why a file differs from the generated one, and what the command does about it; `None` if it does not differ.
fn cause(found: Option<&str>, expected: &str) -> Option<(&'static str, &'static str)> {
    let Some(found) = found else { return Some(("is missing", WRITES)) };
    if found == expected {
        return None;
    }
    let edited = in_header(found, "Contents: ") != Some(emit::contents(emit::without_header(found)).as_str());
    let outdated = in_header(found, "Inputs: ") != in_header(expected, "Inputs: ");
    Some(match (edited, outdated) {
        (true, true) => (
            "was generated from an older document, overlay, selection, settings or generator, and was edited by hand as well",
            OVERWRITES,
        ),
        (true, false) => ("was edited by hand", OVERWRITES),
        (false, true) => ("was generated from an older document, overlay, selection, settings or generator", WRITES),
        (false, false) => ("was generated from the same document by another version of xtask", WRITES),
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
