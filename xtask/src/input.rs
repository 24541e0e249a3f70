//! The inputs of generated code.

use crate::document::Source;
use indexmap::IndexMap;
use std::borrow::Cow;

/// The command that regenerates the code of the API crates.
pub const GENERATE: &str = "cargo xtask generate";

/// All inputs of generated code.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The published document.
    pub published: Source,
    /// The files below its folder that it refers to.
    pub beside: Vec<Source>,
    /// The overlay, if there is one.
    pub overlay: Option<Source>,
    /// The URL at which the document is served, if known. Relative server URLs are resolved against it.
    pub document_url: Option<String>,
    /// The operations to generate, one per line: ids, tags or paths. If empty, all operations are generated.
    pub selection: Source,
    /// The settings of the crate that affect the generated code, as written.
    pub settings: String,
    /// Additional traits that generated types derive.
    pub derives: Vec<String>,
    /// The Rust types that the user chooses, by format or by reference to a component.
    pub types: IndexMap<String, String>,
    /// The file with these choices; empty if they are command-line options.
    pub types_file: String,
    /// Whether the crate must compile on its own, without types from the user's crates.
    pub stands_alone: bool,
    /// The formats of lenient scalars: values that do not parse are kept as received.
    pub lenient: Vec<String>,
    /// The text of Cargo.lock, which has the versions of progenitor, typify and prettyplease.
    pub lock: String,
    /// The name of the crate. If it is empty, the examples of the documentation use `api`.
    pub crate_name: String,
    /// Whether refused operations are left out.
    pub skip_refused: bool,
    /// The command to name in the headers of files, if it is not [`GENERATE`].
    pub command: Option<String>,
}

impl Input {
    /// The command to name in the headers of files.
    #[must_use]
    pub fn command(&self) -> &str {
        self.command.as_deref().unwrap_or(GENERATE)
    }

    /// The text of the published document, followed by the files that it refers to.
    #[must_use]
    pub fn published_text(&self) -> Cow<'_, str> {
        if self.beside.is_empty() {
            return Cow::Borrowed(&self.published.text);
        }
        let beside = self.beside.iter().map(|source| format!("\n{}\n{}", source.file, source.text));
        Cow::Owned(std::iter::once(self.published.text.clone()).chain(beside).collect())
    }
}
