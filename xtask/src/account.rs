//! The account of what lowering and fitting changed: nothing is altered without an entry.

use crate::document::pointer::Pointer;
use indexmap::IndexMap;
use serde::Serialize;
use std::fmt;

/// How much of the document's meaning a change keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Loss {
    /// Nothing is lost.
    Exact,
    /// Kept beside the code: by an `x-` key, by the documentation, or by the operation table.
    Kept,
    /// A check of values is gone; the Rust type is the same.
    Validation,
    /// The Rust type admits more than the schema.
    Widened,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Exact => "exact",
            Self::Kept => "kept",
            Self::Validation => "unchecked",
            Self::Widened => "widened",
        })
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The pass that made it.
    pub pass: &'static str,
    /// Where.
    pub pointer: Pointer,
    /// What became of the meaning.
    pub loss: Loss,
    /// What was done, as a sentence without its period.
    pub text: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>12} {:<9} #{}: {}", self.pass, self.loss, self.pointer, self.text)
    }
}

/// All changes, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pass: &'static str,
    /// The entries.
    pub changes: Vec<Change>,
    /// Components that stood elsewhere in the published document, and where.
    pub moved: IndexMap<String, Pointer>,
}

impl Account {
    /// The account of what is done after another's changes.
    #[must_use]
    pub fn after(before: &Self) -> Self {
        Self { moved: before.moved.clone(), ..Self::default() }
    }

    /// What follows is done by `name`.
    pub fn pass(&mut self, name: &'static str) {
        self.pass = name;
    }

    /// Notes a change at `pointer`.
    pub fn note(&mut self, pointer: &Pointer, loss: Loss, text: impl Into<String>) {
        self.changes.push(Change { pass: self.pass, pointer: pointer.clone(), loss, text: text.into() });
    }

    /// Notes a change of the same sort at all `places` by one entry, at the first of them.
    pub fn note_once(&mut self, places: &[Pointer], loss: Loss, text: &str) {
        let Some((first, others)) = places.split_first() else { return };
        let others = match others.len() {
            0 => String::new(),
            1 => " (here and at one other place)".to_owned(),
            many => format!(" (here and at {many} other places)"),
        };
        self.note(first, loss, format!("{text}{others}"));
    }

    /// Where the published document has what stands at `pointer`, which may be in a component that stood elsewhere.
    #[must_use]
    pub fn published(&self, pointer: &Pointer) -> Pointer {
        let below = pointer.as_str().strip_prefix("/components/schemas/");
        let (name, rest) = below.map_or(("", ""), |below| below.split_at(below.find('/').unwrap_or(below.len())));
        self.moved.get(name).map_or_else(|| pointer.clone(), |place| place.below(rest))
    }

    /// Says of every change where the published document has it.
    pub fn relocate(&mut self) {
        for mut change in std::mem::take(&mut self.changes) {
            change.pointer = self.published(&change.pointer);
            self.changes.push(change);
        }
    }

    /// How many changes were made, and how many of them are not exact.
    #[must_use]
    pub fn tally(&self) -> (usize, usize) {
        let inexact = self.changes.iter().filter(|change| change.loss != Loss::Exact).count();
        (self.changes.len(), inexact)
    }
}
