//! The document of this workspace, for those who depend on the crate from elsewhere.

use crate::{Document, DocumentError};

impl Document {
    /// `spec/deck-v2.json`, as it is published.
    ///
    /// # Errors
    ///
    /// Where it is no document.
    pub fn published() -> Result<Self, DocumentError> {
        Self::parse(include_str!("../../../spec/deck-v2.json"))
    }

    /// `spec/deck-v2.json` with `spec/overlay.yaml`: what `deck-api` is generated from.
    ///
    /// # Errors
    ///
    /// Where one of them cannot be read, or they do not match.
    pub fn overlaid() -> Result<Self, DocumentError> {
        Self::published()?.overlaid_by(include_str!("../../../spec/overlay.yaml"))
    }
}
