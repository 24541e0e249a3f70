//! The account of what lowering and fitting change. Nothing is changed without an entry.

use crate::document::pointer::Pointer;
use indexmap::{IndexMap, IndexSet};
use serde::Serialize;
use std::fmt;

/// How much of the document's meaning survives a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Loss {
    /// Nothing is lost.
    Exact,
    /// The meaning moves out of the types: into an `x-` key, the documentation, or the operation table.
    Kept,
    /// A check of values is dropped. The Rust type stays the same.
    Validation,
    /// The Rust type accepts more values than the schema.
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// The pass that made it.
    pub pass: &'static str,
    /// The place of the change.
    pub pointer: Pointer,
    /// How much of the meaning survives.
    pub loss: Loss,
    /// The change, as a sentence without its period.
    pub text: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>12} {:<9} #{}: {}", self.pass, self.loss, self.pointer, self.text)
    }
}

/// All changes, in order.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pass: &'static str,
    /// The entries.
    pub changes: Vec<Change>,
    /// Components that are made from schemas elsewhere in the published document, and the places of these schemas.
    pub moved: IndexMap<String, Pointer>,
}

impl Account {
    /// Creates the account of the stage after `before`.
    #[must_use]
    pub fn after(before: &Self) -> Self {
        Self { moved: before.moved.clone(), ..Self::default() }
    }

    /// Attributes the following changes to the pass `name`.
    pub fn pass(&mut self, name: &'static str) {
        self.pass = name;
    }

    /// Records a change at `pointer`.
    pub fn note(&mut self, pointer: &Pointer, loss: Loss, text: impl Into<String>) {
        self.changes.push(Change { pass: self.pass, pointer: pointer.clone(), loss, text: text.into() });
    }

    /// Records the same change at all `places` as one entry, at the first place.
    pub fn note_once(&mut self, places: &[Pointer], loss: Loss, text: &str) {
        let Some((first, others)) = places.split_first() else { return };
        let others = match others.len() {
            0 => String::new(),
            1 => " (here and at one other place)".to_owned(),
            many => format!(" (here and at {many} other places)"),
        };
        self.note(first, loss, format!("{text}{others}"));
    }

    /// Translates a pointer into a moved component to the place in the published document. Other pointers stay the same.
    #[must_use]
    pub fn published(&self, pointer: &Pointer) -> Pointer {
        let below = pointer.as_str().strip_prefix("/components/schemas/");
        let (name, rest) = below.map_or(("", ""), |below| below.split_at(below.find('/').unwrap_or(below.len())));
        self.moved.get(name).map_or_else(|| pointer.clone(), |place| place.below(rest))
    }

    /// Translates the places of all changes to the published document.
    pub fn relocate(&mut self) {
        for mut change in std::mem::take(&mut self.changes) {
            change.pointer = self.published(&change.pointer);
            self.changes.push(change);
        }
    }

    /// Removes repeated entries: a schema can be read several times.
    pub fn dedup(&mut self) {
        let distinct: IndexSet<Change> = std::mem::take(&mut self.changes).into_iter().collect();
        self.changes.extend(distinct);
    }

    /// The number of changes, and the number of those that are not exact.
    #[must_use]
    pub fn tally(&self) -> (usize, usize) {
        let inexact = self.changes.iter().filter(|change| change.loss != Loss::Exact).count();
        (self.changes.len(), inexact)
    }
}
