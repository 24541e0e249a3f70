//! Makes text that matches a regular expression, from its syntax tree.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The maximum length of such a text.
const MAX_BYTES: usize = 200;

/// A text that probably matches the pattern; `None` for patterns beyond regular expressions.
pub fn matching(pattern: &str) -> Option<String> {
    let mut text = String::new();
    write(&regex_syntax::parse(pattern).ok()?, &mut text)?;
    Some(text)
}

fn write(tree: &Hir, text: &mut String) -> Option<()> {
    if text.len() > MAX_BYTES {
        return None;
    }
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            text.push(readable(class.ranges().iter().map(|range| (range.start(), range.end())))?);
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repetition) => {
            // As few repetitions as possible, but one instead of none, since that is more informative.
            let times = repetition.min.max(1).min(repetition.max.unwrap_or(u32::MAX));
            for _ in 0..times {
                write(&repetition.sub, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, text)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, text))?,
        HirKind::Alternation(branches) => write(branches.first()?, text)?,
    }
    Some(())
}

/// A character of the class: preferably a letter, or else a digit.
fn readable(ranges: impl Iterator<Item = (char, char)> + Clone) -> Option<char> {
    let within = |low: char, high: char| {
        ranges.clone().find(|(start, end)| *start <= high && *end >= low).map(|(start, _)| start.max(low))
    };
    within('a', 'z')
        .or_else(|| within('A', 'Z'))
        .or_else(|| within('0', '9'))
        .or_else(|| within('!', '~'))
        .or_else(|| ranges.clone().next().map(|range| range.0))
}
