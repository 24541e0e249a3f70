//! Compares keywords that do not affect the type: limits, patterns, defaults, and marks such as `deprecated`.

use super::facts::{Facts, LOWER, UPPER};
use super::pair::{Pair, plain};
use super::rules::{self, Family};
use super::verdicts::Verdict::{Major, Minor, Patch, Unknown};
use serde_json::Value;

/// Compares checks, defaults and marks of a value.
pub fn compare(pair: &mut Pair<'_, '_>) {
    for (key, lower) in LOWER.map(|key| (key, true)).into_iter().chain(UPPER.map(|key| (key, false))) {
        limit(pair, key, lower);
    }
    let pattern = [&rules::PATTERN_ADDED, &rules::PATTERN_CHANGED, &rules::PATTERN_REMOVED];
    let constraint = [&rules::CONSTRAINT_ADDED, &rules::CONSTRAINT_CHANGED, &rules::CONSTRAINT_REMOVED];
    for (key, families) in [("pattern", pattern), ("multipleOf", constraint), ("uniqueItems", constraint)] {
        other(pair, key, families);
    }
    if pair.old.facts.patterns != pair.new.facts.patterns {
        pair.note(&rules::PATTERN_CHANGED, [Unknown, Patch, Patch], ": its keys have to match other patterns".to_owned());
    }
    default(pair);
    marks(pair);
}

fn limit(pair: &mut Pair<'_, '_>, key: &'static str, lower: bool) {
    let number = |values: &[&Value]| values.first().and_then(|value| value.as_f64());
    let (old, new) = values(pair, key);
    let tightened = match (number(old), number(new)) {
        (None, Some(_)) => true,
        (Some(_), None) => false,
        (Some(old), Some(new)) if old.total_cmp(&new).is_ne() => (new > old) == lower,
        _ => return,
    };
    let family = match (tightened, lower) {
        (true, true) => &rules::MIN_TIGHTENED,
        (false, true) => &rules::MIN_LOOSENED,
        (true, false) => &rules::MAX_TIGHTENED,
        (false, false) => &rules::MAX_LOOSENED,
    };
    let what = format!(": `{key}` is {} instead of {}", shown(new), shown(old));
    pair.note(family, [if tightened { Major } else { Patch }, Patch, Patch], what);
}

fn other(pair: &mut Pair<'_, '_>, key: &'static str, [added, changed, removed]: [&'static Family; 3]) {
    let (old, new) = values(pair, key);
    let has_all = |all: &[&Value], some: &[&Value]| some.iter().all(|value| all.contains(value));
    let (family, sent) = match (has_all(new, old), has_all(old, new)) {
        (true, true) => return,
        (true, false) => (added, Major),
        (false, true) => (removed, Patch),
        (false, false) => (changed, Unknown),
    };
    pair.note(family, [sent, Patch, Patch], format!(": `{key}` is {} instead of {}", shown(new), shown(old)));
}

/// The values of a check in both schemas.
fn values<'p, 'a>(pair: &Pair<'p, 'a>, key: &str) -> (&'p [&'a Value], &'p [&'a Value]) {
    let values = |facts: &'p Facts<'a>| facts.checks.get(key).map(Vec::as_slice).unwrap_or_default();
    (values(&pair.old.facts), values(&pair.new.facts))
}

fn shown(values: &[&Value]) -> String {
    let all: Vec<String> = values.iter().map(|value| format!("`{}`", plain(value))).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(" and ") }
}

/// Compares defaults. Only the server applies them; the client does not send them.
fn default(pair: &mut Pair<'_, '_>) {
    let constant = |shape: &super::shape::Shape<'_>| shape.values.as_ref().is_some_and(|values| values.len() == 1);
    // A constant that stays the same cannot take another default.
    if constant(pair.old) && pair.old.values == pair.new.values {
        return;
    }
    let (old, new) = (pair.old.facts.default, pair.new.facts.default);
    let family = match (old, new) {
        (None, Some(_)) => &rules::DEFAULT_ADDED,
        (Some(old), Some(new)) if old != new => &rules::DEFAULT_CHANGED,
        (Some(_), None) => &rules::DEFAULT_REMOVED,
        _ => return,
    };
    let mut what = format!(": the default is {} instead of {}", shown(new.as_slice()), shown(old.as_slice()));
    if !pair.is_read() {
        what.push_str(", which is what a call that leaves it out gets");
    }
    pair.note(family, [Minor, Patch, Patch], what);
}

fn marks(pair: &mut Pair<'_, '_>) {
    match (pair.old.facts.marks.contains("deprecated"), pair.new.facts.marks.contains("deprecated")) {
        (false, true) => pair.note(&rules::DEPRECATED, [Patch; 3], "is deprecated now".to_owned()),
        (true, false) => pair.note(&rules::REACTIVATED, [Patch; 3], "is no longer deprecated".to_owned()),
        _ => {}
    }
}
