//! Reports how a document was prepared.

use crate::pipeline::Prepared;
use crate::problem::count;
use crate::report::{self, Report};

/// Reports the document, and a summary of the changes of each stage.
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
