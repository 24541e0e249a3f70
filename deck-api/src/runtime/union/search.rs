//! Decodes a value as each of several alternatives, and finds the one that loses least.

use super::guards::spellings;
use super::loss::{Loss, loss, with_tags};
use super::{Alternative, reading};
use serde_json::Value;

/// A value that was decoded as one of the alternatives.
pub(super) struct Reading<'a, T> {
    pub(super) read: T,
    /// What the decoded value loses.
    pub(super) lost: Loss,
    /// What the decoded value keeps although the document does not list it, and the nulls that it does not declare.
    pub(super) unknown: Loss,
    pub(super) alternative: &'a Alternative<T>,
}

impl<T> Reading<'_, T> {
    /// Returns the total loss, by which the alternatives are compared. Types that are only received do not keep the nulls that
    /// they declare.
    pub(super) fn loss(&self) -> Loss {
        Loss { nulls: 0, ..self.lost + self.unknown }
    }
}

/// The outcome of decoding a value as each of several alternatives.
pub(super) struct Found<'a, T> {
    /// The one that loses least.
    pub(super) best: Option<Reading<'a, T>>,
    /// The reason why the first alternative that does not fit does not.
    pub(super) error: Option<serde_json::Error>,
    /// What each alternative keeps, with the number of its unlisted values.
    pub(super) kept: Vec<(usize, Value)>,
}

impl<'a, T> Found<'a, T> {
    /// Decodes the value until an alternative loses nothing.
    pub(super) fn among(alternatives: &[&'a Alternative<T>], value: &Value) -> Self {
        let mut found = Self { best: None, error: None, kept: Vec::new() };
        for value in spellings(value) {
            for &alternative in alternatives {
                match reading::counting_of_value(|| (alternative.read)(&value)) {
                    (Ok((read, kept)), unknown) => {
                        let kept = with_tags(kept, alternative.guards, &value);
                        let reading = Reading { read, lost: loss(&value, &kept), unknown, alternative };
                        found.kept.push((unknown.unlisted, kept));
                        if found.best.as_ref().is_none_or(|best| reading.loss() < best.loss()) {
                            let is_whole = reading.loss() == Loss::NONE;
                            found.best = Some(reading);
                            if is_whole {
                                return found;
                            }
                        }
                    }
                    (Err(reason), _) => found.error = found.error.or(Some(reason)),
                }
            }
        }
        found
    }
}
