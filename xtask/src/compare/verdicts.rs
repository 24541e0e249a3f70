//! Facts and their verdicts: for the client that is shipped, and for the source of those who use the next one.

use super::rules::Rule;
use crate::document::pointer::Pointer;
use serde::{Serialize, Serializer};
use std::fmt;

/// How much a change asks of somebody. The greatest of several is what holds for all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing is asked.
    #[default]
    Patch,
    /// There is something new to use.
    Minor,
    /// It cannot be told from the documents.
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
    /// What kind of change it is.
    pub rule: &'static Rule,
    /// Where it stands in the old document, if it is there.
    #[serde(serialize_with = "fragment")]
    pub old: Option<Pointer>,
    /// Where it stands in the new document, if it is there.
    #[serde(serialize_with = "fragment")]
    pub new: Option<Pointer>,
    /// The operations that it touches: their ids, or method and path where they have none. Empty: all of them, or none.
    pub operations: Vec<String>,
    /// Whether the client made of the old document still works with a server of the new one.
    pub wire: Verdict,
    /// What version the crate made of the new document needs: whether the code of its users still compiles.
    pub source: Verdict,
    /// The change in the words of the Rust API, as a sentence without its period.
    pub text: String,
}

#[allow(clippy::ref_option, reason = "serde hands over the field as it is")]
fn fragment<S: Serializer>(pointer: &Option<Pointer>, serializer: S) -> Result<S::Ok, S::Error> {
    match pointer {
        Some(pointer) => serializer.collect_str(&format_args!("#{pointer}")),
        None => serializer.serialize_none(),
    }
}

/// All that changed between two documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What changed: what holds for the whole API first, then operations in the order of the old document, then new ones.
    pub facts: Vec<Fact>,
    /// How many texts for people changed: descriptions, summaries, examples, titles.
    pub prose: usize,
}

impl Comparison {
    /// Whether nothing changed at all, prose included.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.prose == 0
    }

    /// The worst for clients that are shipped.
    #[must_use]
    pub fn wire(&self) -> Verdict {
        self.facts.iter().map(|fact| fact.wire).max().unwrap_or_default()
    }

    /// The worst for code that uses the crate.
    #[must_use]
    pub fn source(&self) -> Verdict {
        self.facts.iter().map(|fact| fact.source).max().unwrap_or_default()
    }
}
