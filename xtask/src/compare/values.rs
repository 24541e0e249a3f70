//! Compares listed values: enums of strings become Rust enums, listed numbers do not.

use super::pair::{Pair, plain};
use super::rules;
use super::shape::Shape;
use super::verdicts::Verdict::{Major, Minor, Patch};
use crate::model::names::{catch_all, type_name};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashSet;

/// The values that only the first list has.
fn only<'v>(these: &'v [Cow<'_, Value>], those: &[Cow<'_, Value>]) -> Vec<&'v Value> {
    let known: HashSet<&Value> = those.iter().map(AsRef::as_ref).collect();
    these.iter().map(AsRef::as_ref).filter(|value| !known.contains(value)).collect()
}

fn written(values: &[&Value]) -> String {
    let one = |value: &&Value| format!("`{}`", plain(value));
    let shown: Vec<String> = values.iter().take(8).map(one).collect();
    let more = values.len() - shown.len();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("value{} {}{rest}", if values.len() == 1 { "" } else { "s" }, shown.join(", "))
}

/// Compares two enums of strings.
pub fn string_enum(pair: &mut Pair<'_, '_>) {
    let (added, removed) = both(pair);
    if !added.is_empty() {
        let mut what = format!(": new {}", written(&added));
        if pair.is_read() {
            what.push_str(&match added.as_slice() {
                [Value::String(text)] => {
                    format!("; an older client reads it as `{}({text:?})`", other(values(pair.old)))
                }
                _ => format!("; an older client reads them as `{}(…)`", other(values(pair.old))),
            });
        }
        pair.note(&rules::ENUM_VALUE_ADDED, [Patch, Minor, Minor], what);
    }
    if !removed.is_empty() {
        let fate = if pair.is_read() { "; it is no longer sent" } else { "; older clients that send it are refused" };
        pair.note(&rules::ENUM_VALUE_REMOVED, [Major, Patch, Major], format!("no longer has the {}{fate}", written(&removed)));
    }
    match (pair.old.open, pair.new.open) {
        (false, true) => {
            let what = "admits other text too now".to_owned();
            pair.note(&rules::BECAME_NOT_ENUM, [Patch, Minor, if pair.is_read() { Patch } else { Major }], what);
        }
        (true, false) => {
            let what = "no longer admits other text".to_owned();
            pair.note(&rules::BECAME_ENUM, [Major, Patch, if pair.is_read() { Patch } else { Major }], what);
        }
        _ => {}
    }
}

/// The name of the variant for unknown strings.
fn other(values: &[Cow<'_, Value>]) -> String {
    catch_all(values.iter().filter_map(|value| value.as_str()).map(type_name))
}

/// Compares listed numbers and booleans. The Rust type accepts any value.
pub fn scalars(pair: &mut Pair<'_, '_>) {
    match (&pair.old.values, &pair.new.values) {
        (None, Some(new)) => {
            let what = format!("admits only the {} now", written(&new.iter().map(AsRef::as_ref).collect::<Vec<_>>()));
            pair.note(&rules::BECAME_ENUM, [Major, Patch, Patch], what);
        }
        (Some(_), None) => pair.note(&rules::BECAME_NOT_ENUM, [Patch; 3], "admits any value now".to_owned()),
        _ => {
            let (added, removed) = both(pair);
            come_and_gone(pair, &added, &removed);
        }
    }
}

/// Compares numbers and booleans that a union lists, for which there is no type. Strings belong to the variant.
pub fn of_a_union(pair: &mut Pair<'_, '_>) {
    if pair.old.values.is_some() && pair.new.values.is_some() {
        let (mut added, mut removed) = both(pair);
        added.retain(|value| !value.is_string());
        removed.retain(|value| !value.is_string());
        come_and_gone(pair, &added, &removed);
    }
}

/// Records added and removed values that do not affect the type.
fn come_and_gone(pair: &mut Pair<'_, '_>, added: &[&Value], removed: &[&Value]) {
    if !added.is_empty() {
        pair.note(&rules::ENUM_VALUE_ADDED, [Patch; 3], format!(": new {}", written(added)));
    }
    if !removed.is_empty() {
        pair.note(&rules::ENUM_VALUE_REMOVED, [Major, Patch, Patch], format!("no longer has the {}", written(removed)));
    }
}

fn both<'p>(pair: &Pair<'p, '_>) -> (Vec<&'p Value>, Vec<&'p Value>) {
    let (old, new) = (values(pair.old), values(pair.new));
    (only(new, old), only(old, new))
}

fn values<'s, 'a>(shape: &'s Shape<'a>) -> &'s [Cow<'a, Value>] {
    shape.values.as_deref().unwrap_or_default()
}
