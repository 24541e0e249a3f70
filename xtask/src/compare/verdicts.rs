//! Facts and their verdicts: for released clients (wire) and for code that uses the crate (source).

use super::rules::Rule;
use crate::document::pointer::Pointer;
use crate::public_api::Item;
use indexmap::IndexSet;
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// The severity of a change. For several changes, the most severe verdict counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing has to change.
    #[default]
    Patch,
    /// There is something new to use.
    Minor,
    /// The documents do not say enough to judge.
    Unknown,
    /// Something breaks.
    Major,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Unknown => "unknown",
            Self::Major => "major",
        })
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The kind of change.
    pub rule: &'static Rule,
    /// The place in the old document, if it exists there.
    #[serde(serialize_with = "fragment")]
    pub old: Option<Pointer>,
    /// The place in the new document, if it exists there.
    #[serde(serialize_with = "fragment")]
    pub new: Option<Pointer>,
    /// The affected operations: their ids, or method and path. Empty if the change affects all of them, or none.
    #[serde(serialize_with = "list")]
    pub operations: Arc<[String]>,
    /// Whether clients made from the old document still work with a server of the new one.
    pub wire: Verdict,
    /// Whether code that uses the crate still compiles, and so which version the next crate needs.
    pub source: Verdict,
    /// The change in the words of the Rust API, as a sentence without its period.
    pub text: String,
}

impl Fact {
    /// The code in its text: public items, Rust types, and values.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        self.text.split('`').skip(1).step_by(2)
    }

    /// The public items that its text names, each once.
    #[must_use]
    pub fn items(&self) -> IndexSet<Item> {
        self.code().filter_map(Item::parse).collect()
    }
}

#[allow(clippy::ref_option, reason = "serde hands over the field as it is")]
fn fragment<S: Serializer>(pointer: &Option<Pointer>, serializer: S) -> Result<S::Ok, S::Error> {
    match pointer {
        Some(pointer) => serializer.collect_str(&format_args!("#{pointer}")),
        None => serializer.serialize_none(),
    }
}

fn list<S: Serializer>(operations: &Arc<[String]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(operations.iter())
}

/// All changes between two documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The facts: first those about the whole API, then operations in the order of the old document, then new operations.
    pub facts: Vec<Fact>,
    /// The number of changed texts for people: descriptions, summaries, examples and titles.
    pub prose: usize,
}

impl Comparison {
    /// Whether nothing changed at all, including texts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.prose == 0
    }

    /// The most severe verdict for released clients.
    #[must_use]
    pub fn wire(&self) -> Verdict {
        self.facts.iter().map(|fact| fact.wire).max().unwrap_or_default()
    }

    /// The most severe verdict for code that uses the crate.
    #[must_use]
    pub fn source(&self) -> Verdict {
        self.facts.iter().map(|fact| fact.source).max().unwrap_or_default()
    }
}
