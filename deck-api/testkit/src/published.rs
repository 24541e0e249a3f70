//! The document of this workspace, embedded so that other workspaces can use it.

use crate::{Document, DocumentError};

impl Document {
    /// Returns `spec/deck-v2.json` as published.
    ///
    /// # Errors
    ///
    /// Returns an error if the file is not a document.
    pub fn published() -> Result<Self, DocumentError> {
        Self::parse(include_str!("../../../spec/deck-v2.json"))
    }

    /// Returns `spec/deck-v2.json` with `spec/overlay.yaml` applied, from which `deck-api` is generated.
    ///
    /// # Errors
    ///
    /// Returns an error if one of the files cannot be parsed, or if they do not match.
    pub fn overlaid() -> Result<Self, DocumentError> {
        Self::published()?.overlaid_by(include_str!("../../../spec/overlay.yaml"))
    }
}
