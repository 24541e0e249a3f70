//! Everything that generated code depends on.

use crate::document::Source;
use indexmap::IndexMap;
use std::borrow::Cow;

/// The command that renews the code of the API crates.
pub const GENERATE: &str = "cargo xtask generate";

/// Everything that generated code depends on.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The published document.
    pub published: Source,
    /// The files below its folder to which it refers.
    pub beside: Vec<Source>,
    /// The overlay, if there is one.
    pub overlay: Option<Source>,
    /// Where the document is served, if the caller says so: what relative URLs of servers are resolved against.
    pub document_url: Option<String>,
    /// Which operations to generate, one a line: ids, tags or paths. Without any, all of them.
    pub selection: Source,
    /// The settings of the crate that decide what its code looks like, as they are written.
    pub settings: String,
    /// Traits that generated types derive besides.
    pub derives: Vec<String>,
    /// The types in Rust that were chosen, by format or by the reference to a component.
    pub types: IndexMap<String, String>,
    /// The file with these choices; empty where they are options of the command line.
    pub types_file: String,
    /// Whether the crate has to do without types of its user's own: it stands alone.
    pub stands_alone: bool,
    /// The formats of scalars that are kept as received where they do not fit their type.
    pub lenient: Vec<String>,
    /// Cargo.lock, for the versions of the generators.
    pub lock: String,
    /// The crate that the code is for.
    pub crate_name: String,
    /// Whether operations that are refused are left out.
    pub skip_refused: bool,
    /// The command that makes the code, for its headers; none where it is [`GENERATE`].
    pub command: Option<String>,
}

impl Input {
    /// The command that makes the code.
    #[must_use]
    pub fn command(&self) -> &str {
        self.command.as_deref().unwrap_or(GENERATE)
    }

    /// The text of the published document, and behind it that of the files beside it.
    #[must_use]
    pub fn published_text(&self) -> Cow<'_, str> {
        if self.beside.is_empty() {
            return Cow::Borrowed(&self.published.text);
        }
        let beside = self.beside.iter().map(|source| format!("\n{}\n{}", source.file, source.text));
        Cow::Owned(std::iter::once(self.published.text.clone()).chain(beside).collect())
    }
}
