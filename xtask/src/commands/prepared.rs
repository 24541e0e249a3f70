//! Reports how a document was prepared.

use crate::pipeline::Prepared;
use crate::problem::count;
use crate::report::{self, Report};

/// Reports the document, and a summary of the changes of each stage.
pub fn describe(report: &mut Report, prepared: &Prepared, file: &str) {
    let document = &prepared.document;
    let size = format!("{}, {}", count(document.operation_count(), "operation"), count(document.schema_count(), "schema"));
    let (title, version, openapi) = (document.title(), document.version(), document.openapi());
    report.line("Read", format!("{file}: {title} {version}, OpenAPI {openapi}, {size}"));
    if let Some(applied) = &prepared.applied {
        let places: usize = applied.actions.iter().map(|(_, matched)| matched).sum();
        let effect = format!("{} on {}", count(applied.actions.len(), "action"), count(places, "place"));
        report.line("Overlaid", format!("{}: {effect}", applied.file));
    }
    if prepared.left_out > 0 {
        report.line("Selected", format!("{} left out", count(prepared.left_out, "operation")));
    }
    report::skipped(report, &prepared.skipped);
    for (status, account) in [("Lowered", &prepared.lowering), ("Fitted", &prepared.fitting)] {
        let (all, inexact) = account.tally();
        if all > 0 {
            let changes = count(all, "change");
            report.line(status, format!("{changes}, {inexact} of them not exact (`cargo xtask lower --report` lists them)"));
        }
    }
}
