//! What changed between two documents, and what that means for the clients that are shipped and for the code of their users.

pub mod render;
mod verdicts;

pub use verdicts::{Comparison, Fact, Verdict};

use crate::document::Document;

/// Compares two documents as published, overlaid and selected. Neither needs to be one that can be generated.
pub fn compare(_old: &Document, _new: &Document) -> Comparison {
    Comparison::default()
}
