//! Compares unions: added and removed alternatives, and discriminators.

use super::api_view::ApiView;
use super::fields::boxed;
use super::pair::Pair;
use super::rules;
use super::schemas::Schemas;
use super::shape::{Node, Shape, ShapeKind};
use super::snapshot::is_component;
use super::verdicts::Verdict::{Major, Minor, Patch, Unknown};
use crate::document::pointer::{Pointer, component_name};
use crate::model::guards;
use crate::model::names::{catch_all, type_name};
use crate::model::types::Variant;
use serde_json::Value;
use std::collections::BTreeMap;

impl<'a> Schemas<'a> {
    /// Compares two unions.
    pub fn union(&mut self, pair: &mut Pair<'_, 'a>) {
        let (old, new) = (self.old.alternatives(pair.old), self.new.alternatives(pair.new));
        let pairs = matched(self, &old, &new);
        for (index, other) in &pairs {
            let (old, new) = (&old[*index], &new[*other]);
            let site = pair.site.inner(format!("an alternative of {}", pair.site.text), false);
            pair.children.extend(self.compare(old.node, new.node, &site));
            if let Some(what) = boxed([self.old.is_boxed(pair.old, old.node), self.new.is_boxed(pair.new, new.node)]) {
                let what = format!("has the variant `{}`, which {what}", new.name());
                pair.note(&rules::BOXED, [Patch, Patch, Major], what);
            }
            // If the types differ as well, the comparison of the alternatives reports that.
            if old.name() != new.name() && self.old.rust(old.node, true) == self.new.rust(new.node, true) {
                let what = format!(": its variant `{}` is `{}` now", old.name(), new.name());
                pair.note(&rules::UNION_CHANGED, [Patch, Patch, Major], what);
            }
        }
        // A base with a discriminator is a union of its children.
        let key = |shape: &Shape<'_>| shape.facts.union.or(shape.facts.discriminator.map(|_| "oneOf"));
        let (before, after) = (key(pair.old), key(pair.new));
        let one_of = after == Some("oneOf");
        for (_, variant) in new.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(_, known)| known == index)) {
            let family = if one_of { &rules::ONE_OF_ADDED } else { &rules::ANY_OF_ADDED };
            pair.note(family, [Patch, Minor, Minor], format!(": new alternative `{}`{}", variant.name(), unknown(pair)));
        }
        for (_, variant) in old.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(known, _)| known == index)) {
            let family = if one_of { &rules::ONE_OF_REMOVED } else { &rules::ANY_OF_REMOVED };
            pair.note(family, [Major, Patch, Major], format!("no longer has the alternative `{}`", variant.name()));
        }
        if let (Some(before), Some(after)) = (before, after)
            && before != after
        {
            let sent = if one_of { Unknown } else { Patch };
            pair.note(&rules::UNION_CHANGED, [sent, Patch, Patch], format!(": `{before}` became `{after}`"));
        }
        several(pair);
        discriminators(pair, pairs.iter().map(|(index, other)| [&old[*index], &new[*other]]).collect());
    }
}

/// Compares the variant for a value that matches several alternatives at once.
fn several(pair: &mut Pair<'_, '_>) {
    match (pair.old.several, pair.new.several) {
        (None, Some(several)) => {
            let reads = if pair.is_read() { "; an older client reads it as the alternative that keeps most of it" } else { "" };
            let what = format!(": new variant `{several}`, for a value that is several alternatives at once{reads}");
            pair.note(&rules::OVERLAP_ADDED, [Patch, Minor, Minor], what);
        }
        (Some(several), None) => {
            let what = format!("no longer has the variant `{several}`, since no value needs several alternatives at once");
            pair.note(&rules::OVERLAP_REMOVED, [Patch, Patch, Major], what);
        }
        (Some(before), Some(after)) if before != after => {
            let what = format!(": its variant `{before}` is `{after}` now");
            pair.note(&rules::UNION_CHANGED, [Patch, Patch, Major], what);
        }
        _ => {}
    }
}

/// An alternative, with what the document says about it.
struct Alternative<'a> {
    variant: &'a Variant,
    node: Node<'a>,
    /// The name that the document gives it. The names of other alternatives do not affect it.
    label: Option<String>,
    /// The component that it is.
    component: Option<String>,
    /// The entry in `oneOf` or `anyOf`.
    value: Option<&'a Value>,
}

impl Alternative<'_> {
    fn name(&self) -> &str {
        &self.variant.name
    }
}

impl<'a> ApiView<'a> {
    fn alternatives(&self, shape: &Shape<'a>) -> Vec<Alternative<'a>> {
        let alternative = |variant: &'a Variant| {
            let place = variant.value.places.first();
            let value = place.and_then(|place| self.snapshot.value(place));
            let target = || component_name(value?.get("$ref")?.as_str()?, "schemas");
            let title = || value?.get("title")?.as_str().map(type_name);
            let own = || place.filter(|place| is_component(place)).map(Pointer::last);
            let (label, component) = (target().or_else(title), target().or_else(own));
            Alternative { variant, node: Node(&variant.value), label, component, value }
        };
        shape.variants.iter().map(alternative).collect()
    }
}

/// What older clients do with an alternative that they do not know.
fn unknown(pair: &Pair<'_, '_>) -> String {
    let other = || catch_all(pair.old.variants.iter().map(|variant| &variant.name));
    if pair.is_read() { format!("; an older client reads it as `{}(…)`", other()) } else { String::new() }
}

/// Whether two alternatives correspond to each other.
type Test<'t, 'a> = &'t dyn Fn(&Alternative<'a>, &Alternative<'a>) -> bool;

/// Pairs alternatives: by name, by equal text, by the value of the tag, or as the only ones left of their kind.
fn matched<'a>(schemas: &Schemas<'a>, old: &[Alternative<'a>], new: &[Alternative<'a>]) -> Vec<(usize, usize)> {
    type One<'o, 'a> = &'o Alternative<'a>;
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let is_given = |one: One<'_, 'a>| one.label.is_some();
    let same_name = |old: One<'_, 'a>, new: One<'_, 'a>| is_given(old) && is_given(new) && old.name() == new.name();
    let same_text = |old: One<'_, 'a>, new: One<'_, 'a>| old.value.is_some() && old.value == new.value;
    let same_description = |old: One<'_, 'a>, new: One<'_, 'a>| is_given(old) == is_given(new) && old.name() == new.name();
    let same_tag = |old: One<'_, 'a>, new: One<'_, 'a>| {
        !old.variant.guards.is_empty() && old.variant.guards.first() == new.variant.guards.first()
    };
    let tests: [Test<'_, 'a>; 4] = [&same_name, &same_text, &same_tag, &same_description];
    let (mut is_matched, mut is_taken) = (vec![false; old.len()], vec![false; new.len()]);
    for test in tests {
        for (index, before) in old.iter().enumerate() {
            let fits = |other: &usize| !is_taken[*other] && test(before, &new[*other]);
            let found = if is_matched[index] { None } else { (0..new.len()).find(fits) };
            if let Some(other) = found {
                (is_matched[index], is_taken[other]) = (true, true);
                pairs.push((index, other));
            }
        }
    }
    let kinds = |side: &ApiView<'a>, all: &[Alternative<'a>], taken: &dyn Fn(usize) -> bool| -> Vec<(usize, ShapeKind)> {
        let left = all.iter().enumerate().filter(|(index, _)| !taken(*index));
        left.map(|(index, variant)| (index, side.shape(variant.node).kind)).collect()
    };
    let before = kinds(schemas.old, old, &|index| is_matched[index]);
    let after = kinds(schemas.new, new, &|index| is_taken[index]);
    for (index, kind) in &before {
        let of_kind: Vec<usize> = after.iter().filter(|(_, other)| other == kind).map(|(other, _)| *other).collect();
        let alone = before.iter().filter(|(_, other)| other == kind).count() == 1;
        // With another number of structs, the remaining one is an added or removed alternative, not a renamed one.
        if let ([other], true) = (of_kind.as_slice(), alone && (*kind != ShapeKind::Struct || old.len() == new.len())) {
            pairs.push((*index, *other));
        }
    }
    pairs
}

/// Compares discriminators. `same` are the alternatives of both documents that correspond to each other.
fn discriminators<'a>(pair: &mut Pair<'_, 'a>, same: Vec<[&Alternative<'a>; 2]>) {
    let (old, new) = (pair.old.facts.discriminator, pair.new.facts.discriminator);
    let key = |own: Option<&Value>| own.and_then(|value| value.get("propertyName")).cloned();
    if key(old) != key(new) {
        let what = ": alternatives are told apart differently (`discriminator`)".to_owned();
        return pair.note(&rules::DISCRIMINATOR_CHANGED, [Unknown, Unknown, Patch], what);
    }
    let property = key(new).and_then(|key| Some(key.as_str()?.to_owned())).unwrap_or_default();
    let before = tags(old, &property, same.iter().map(|[old, _]| *old));
    let after = tags(new, &property, same.iter().map(|[_, new]| *new));
    // A renamed component is the same alternative.
    let renamed = same.iter().filter_map(|[old, new]| Some((old.component.clone()?, new.component.clone()?)));
    let renamed: BTreeMap<String, String> = renamed.collect();
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
    for (family, verdicts, told) in [
        (&rules::TAG_MOVED, [Major, Major, Patch], moved),
        (&rules::TAG_REMOVED, [Major, Patch, Patch], removed),
        (&rules::TAG_ADDED, [Patch, Minor, Patch], added),
    ] {
        if !told.is_empty() {
            pair.note(family, verdicts, format!(": discriminator `{property}`: {}", told.join(", and ")));
        }
    }
}

/// The components that the values of a discriminator select: by the mapping, or else by the names or constants of `alternatives`.
fn tags<'o, 'a: 'o>(
    discriminator: Option<&Value>,
    property: &str,
    alternatives: impl Iterator<Item = &'o Alternative<'a>>,
) -> BTreeMap<String, String> {
    let entries = discriminator.and_then(|value| value.get("mapping")?.as_object());
    let target = |value: &Value| value.as_str().map(|text| component_name(text, "schemas").unwrap_or_else(|| text.to_owned()));
    let mapped: BTreeMap<String, String> =
        entries.into_iter().flatten().filter_map(|(tag, value)| Some((tag.clone(), target(value)?))).collect();
    let mut tags = mapped.clone();
    for alternative in alternatives.filter(|_| discriminator.is_some()) {
        let Some(name) = &alternative.component else { continue };
        let guard = alternative.variant.guards.iter().find(|(own, _)| *own == guards::name(property));
        let values = guard.into_iter().flat_map(|(_, values)| values).filter(|_| !mapped.values().any(|target| target == name));
        for value in values {
            tags.entry(value.clone()).or_insert_with(|| name.clone());
        }
    }
    tags
}
