//! Generates text that matches a regular expression, from its syntax tree.

use super::Values;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::RangeInclusive;

/// The maximum number of additional repetitions if there is no upper bound.
const MORE: u32 = 6;

/// The maximum number of attempts to match a pattern in a range of lengths.
const TRIES: usize = 20;

impl Values {
    /// Generates text that probably matches the pattern and has one of these lengths; the judge verifies it. Returns `None` if
    /// the pattern is invalid, or needs look-around or backreferences.
    pub(super) fn matching(&mut self, pattern: &str, lengths: &RangeInclusive<usize>) -> Option<String> {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        let tree = regex_syntax::ParserBuilder::new().build().parse(&translated).ok()?;
        let mut text = String::new();
        let mut more = MORE;
        for _ in 0..TRIES {
            text.clear();
            self.write(&tree, more, &mut text)?;
            let length = text.chars().count();
            if lengths.contains(&length) {
                break;
            }
            // A text that is too short needs more repetitions, but not many more than the missing characters.
            more =
                if length < *lengths.start() { more.max(u32::try_from(2 * (lengths.start() - length)).ok()?) } else { more / 2 };
        }
        Some(text)
    }

    fn write(&mut self, tree: &Hir, more: u32, text: &mut String) -> Option<()> {
        match tree.kind() {
            // An anchor matches no characters.
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
            HirKind::Class(Class::Unicode(class)) => {
                let ranges: Vec<(char, char)> = class.ranges().iter().map(|range| (range.start(), range.end())).collect();
                text.push(self.character(&ranges)?);
            }
            HirKind::Class(Class::Bytes(_)) => return None,
            HirKind::Repetition(repetition) => {
                let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(more));
                for _ in 0..self.rng.u32(repetition.min..=most) {
                    self.write(&repetition.sub, more, text)?;
                }
            }
            HirKind::Capture(capture) => self.write(&capture.sub, more, text)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part, more, text))?,
            HirKind::Alternation(branches) => {
                let branch = self.rng.choice(branches)?;
                self.write(branch, more, text)?;
            }
        }
        Some(())
    }

    /// Chooses a character of the class, a visible one if possible.
    fn character(&mut self, ranges: &[(char, char)]) -> Option<char> {
        let readable: Vec<(char, char)> =
            ranges.iter().map(|(low, high)| ((*low).max(' '), (*high).min('~'))).filter(|(low, high)| low <= high).collect();
        let (low, high) = *self.rng.choice(if readable.is_empty() { ranges } else { &readable })?;
        Some(self.rng.char(low..=high))
    }
}
