//! Unions: alternatives that come and go, and how they are told apart.

use super::fields::boxed;
use super::pair::Pair;
use super::rules;
use super::rust::Kind;
use super::schemas::Schemas;
use super::shape::Union;
use super::side::Side;
use super::variants::Variant;
use super::verdicts::Verdict::{Major, Minor, Patch, Unknown};
use crate::document::pointer::component_name;
use serde_json::Value;
use std::collections::BTreeMap;

impl<'a> Schemas<'a> {
    /// Compares two unions.
    pub fn union(&mut self, pair: &mut Pair<'_, 'a>) {
        let (Some(before), Some(after)) = (&pair.old.union, &pair.new.union) else { return by_types(pair) };
        let (old, new) = (self.old.variants(pair.old), self.new.variants(pair.new));
        let pairs = matched(self, &old, &new);
        for (index, other) in &pairs {
            let (old, new) = (&old[*index], &new[*other]);
            let site = pair.site.inner(format!("an alternative of {}", pair.site.text), false);
            pair.children.extend(self.compare(&old.node, &new.node, &site));
            if let Some(what) = boxed([self.old.is_boxed(pair.old, &old.node), self.new.is_boxed(pair.new, &new.node)]) {
                let what = format!("has the variant `{}`, which {what}", new.name);
                pair.note(&rules::BOXED, [Patch, Patch, Major], what);
            }
            // Where the type is another one too, that is said of it.
            if old.name != new.name && self.old.rust(&old.node, true) == self.new.rust(&new.node, true) {
                let what = format!("its variant `{}` is `{}` now", old.name, new.name);
                pair.note(&rules::UNION_CHANGED, [Patch, Patch, Major], what);
            }
        }
        let one_of = after.key == "oneOf";
        for (_, variant) in new.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(_, known)| known == index)) {
            let family = if one_of { &rules::ONE_OF_ADDED } else { &rules::ANY_OF_ADDED };
            pair.note(family, [Patch, Minor, Minor], format!("new alternative `{}`{}", variant.name, unknown(pair)));
        }
        for (_, variant) in old.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(known, _)| known == index)) {
            let family = if one_of { &rules::ONE_OF_REMOVED } else { &rules::ANY_OF_REMOVED };
            pair.note(family, [Major, Patch, Major], format!("no longer has the alternative `{}`", variant.name));
        }
        if before.key != after.key {
            let sent = if one_of { Unknown } else { Patch };
            pair.note(&rules::UNION_CHANGED, [sent, Patch, Patch], format!("`{}` became `{}`", before.key, after.key));
        }
        // A component that is called differently is the same alternative.
        let label = |variant: &Variant<'a>| super::variants::label(&variant.node);
        let renamed = pairs.iter().filter_map(|(index, other)| Some((label(&old[*index])?, label(&new[*other])?))).collect();
        discriminators(pair, before, after, &renamed);
    }
}

/// What a client built before makes of an alternative that it does not know.
fn unknown(pair: &Pair<'_, '_>) -> &'static str {
    if pair.is_read() { "; an older client reads it as `Other(…)`" } else { "" }
}

/// Whether two alternatives are the same one.
type Test<'t, 'a> = &'t dyn Fn(&Variant<'a>, &Variant<'a>) -> bool;

/// Which alternative is which: by name, by text, by the value of its tag, or because only one of its kind is left.
fn matched<'a>(schemas: &Schemas<'a>, old: &[Variant<'a>], new: &[Variant<'a>]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let text = |variant: &Variant<'a>| variant.node.parts.first().map(|(_, value)| *value);
    let same_name = |old: &Variant<'a>, new: &Variant<'a>| old.given && new.given && old.name == new.name;
    let same_text = |old: &Variant<'a>, new: &Variant<'a>| text(old) == text(new);
    let same_description = |old: &Variant<'a>, new: &Variant<'a>| old.given == new.given && old.name == new.name;
    let same_tag = |old: &Variant<'a>, new: &Variant<'a>| old.tag.is_some() && old.tag == new.tag;
    let tests: [Test<'_, 'a>; 4] = [&same_name, &same_text, &same_tag, &same_description];
    for test in tests {
        for (index, before) in old.iter().enumerate() {
            let open = !pairs.iter().any(|(known, _)| *known == index);
            let fits =
                |(other, after): &(usize, &Variant<'a>)| !pairs.iter().any(|(_, known)| known == other) && test(before, after);
            let found = new.iter().enumerate().find(fits).filter(|_| open);
            pairs.extend(found.map(|(other, _)| (index, other)));
        }
    }
    let kinds = |side: &Side<'a>, all: &[Variant<'a>], taken: &dyn Fn(usize) -> bool| -> Vec<(usize, Kind)> {
        let left = all.iter().enumerate().filter(|(index, _)| !taken(*index));
        left.map(|(index, variant)| (index, side.shape(&variant.node).kind())).collect()
    };
    let before = kinds(schemas.old, old, &|index| pairs.iter().any(|(known, _)| *known == index));
    let after = kinds(schemas.new, new, &|index| pairs.iter().any(|(_, known)| *known == index));
    for (index, kind) in &before {
        let of_kind: Vec<usize> = after.iter().filter(|(_, other)| other == kind).map(|(other, _)| *other).collect();
        let alone = before.iter().filter(|(_, other)| other == kind).count() == 1;
        // An object more is not the other one under a new name.
        if let ([other], true) = (of_kind.as_slice(), alone && (*kind != Kind::Struct || old.len() == new.len())) {
            pairs.push((*index, *other));
        }
    }
    pairs
}

/// Unions of plain types, written as a list of them.
fn by_types(pair: &mut Pair<'_, '_>) {
    if pair.old.union.is_some() || pair.new.union.is_some() {
        let what = "is spelled so differently that it cannot be told what changed".to_owned();
        return pair.note(&rules::TYPE_CHANGED, [Unknown; 3], what);
    }
    for name in pair.new.types.difference(&pair.old.types) {
        pair.note(&rules::ANY_OF_ADDED, [Patch, Minor, Minor], format!("new alternative `{name}`{}", unknown(pair)));
    }
    for name in pair.old.types.difference(&pair.new.types) {
        pair.note(&rules::ANY_OF_REMOVED, [Major, Patch, Major], format!("no longer has the alternative `{name}`"));
    }
}

/// `renamed`: what the components of the alternatives are called on the new side.
fn discriminators(pair: &mut Pair<'_, '_>, old: &Union<'_>, new: &Union<'_>, renamed: &BTreeMap<String, String>) {
    let key = |union: &Union<'_>| union.discriminator.and_then(|value| value.get("propertyName")).cloned();
    let mapping = |union: &Union<'_>| -> BTreeMap<String, String> {
        let entries = union.discriminator.and_then(|value| value.get("mapping")?.as_object());
        let target =
            |value: &Value| value.as_str().map(|text| component_name(text, "schemas").unwrap_or_else(|| text.to_owned()));
        entries.into_iter().flatten().filter_map(|(tag, value)| Some((tag.clone(), target(value)?))).collect()
    };
    if key(old) != key(new) {
        let what = "alternatives are told apart differently (`discriminator`)".to_owned();
        return pair.note(&rules::DISCRIMINATOR_CHANGED, [Unknown, Unknown, Patch], what);
    }
    let (before, after) = (mapping(old), mapping(new));
    let (mut moved, mut removed) = (Vec::new(), Vec::new());
    for (tag, target) in &before {
        let target = renamed.get(target).unwrap_or(target);
        match after.get(tag) {
            Some(now) if now == target => {}
            Some(now) => moved.push(format!("the value `{tag}` now selects `{now}` instead of `{target}`")),
            None => removed.push(format!("the value `{tag}` no longer selects `{target}`")),
        }
    }
    let added = after.iter().filter(|(tag, _)| !before.contains_key(*tag));
    let added: Vec<String> =
        added.map(|(tag, target)| format!("the value `{tag}` now selects `{target}` too{}", unknown(pair))).collect();
    let property = key(new).and_then(|key| Some(key.as_str()?.to_owned())).unwrap_or_default();
    for (family, verdicts, told) in [
        (&rules::TAG_MOVED, [Major, Major, Patch], moved),
        (&rules::TAG_REMOVED, [Major, Patch, Patch], removed),
        (&rules::TAG_ADDED, [Patch, Minor, Patch], added),
    ] {
        if !told.is_empty() {
            pair.note(family, verdicts, format!("discriminator `{property}`: {}", told.join(", and ")));
        }
    }
}
