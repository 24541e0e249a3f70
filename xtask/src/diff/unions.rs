//! Unions: alternatives that come and go, and how they are told apart.

use super::rules;
use super::rust::Kind;
use super::schemas::{Pair, Schemas};
use super::shape::{Node, Union};
use super::side::Side;
use super::verdicts::Verdict::{Major, Minor, Patch, Unknown};
use crate::document::pointer::component_name;
use crate::fit::type_name;
use serde_json::Value;
use std::collections::BTreeMap;

impl<'a> Schemas<'a> {
    /// Compares two unions.
    pub fn union(&mut self, pair: &mut Pair<'_, 'a>) {
        let (old, new) = match (&pair.old.union, &pair.new.union) {
            (Some(old), Some(new)) => (old, new),
            _ => return by_types(pair),
        };
        let pairs = matched(self.old, self.new, old, new);
        for (before, after) in &pairs {
            let (before, after) = (&old.branches[*before], &new.branches[*after]);
            let site = pair.site.inner(format!("an alternative of {}", pair.site.text), false);
            pair.children.push(self.compare(before, after, &site));
            self.variant(pair, before, after);
        }
        let one_of = new.key == "oneOf";
        for (_, branch) in new.branches.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(_, new)| new == index)) {
            let family = if one_of { &rules::ONE_OF_ADDED } else { &rules::ANY_OF_ADDED };
            let mut what = format!("new alternative `{}`", self.new.rust(branch));
            if pair.is_read() {
                what.push_str("; a client built before reads it as `Other(…)`");
            }
            pair.note(family, [Patch, Minor, Minor], what);
        }
        for (_, branch) in old.branches.iter().enumerate().filter(|(index, _)| !pairs.iter().any(|(old, _)| old == index)) {
            let family = if one_of { &rules::ONE_OF_REMOVED } else { &rules::ANY_OF_REMOVED };
            pair.note(family, [Major, Patch, Major], format!("has no alternative `{}` any more", self.old.rust(branch)));
        }
        if old.key != new.key {
            let sent = if one_of { Unknown } else { Patch };
            pair.note(&rules::UNION_CHANGED, [sent, Patch, Patch], format!("`{}` became `{}`", old.key, new.key));
        }
        discriminators(pair, old, new);
    }

    /// The name of a variant is that of its component, or its title.
    fn variant(&self, pair: &mut Pair<'_, 'a>, old: &Node<'a>, new: &Node<'a>) {
        let (before, after) = (label(old), label(new));
        let inline = self.old.rust(old) == self.new.rust(new);
        if before != after && inline {
            let name = |label: Option<String>| label.unwrap_or_else(|| "another variant".to_owned());
            let what = format!("its variant `{}` is `{}` now", name(before), name(after));
            pair.note(&rules::UNION_CHANGED, [Patch, Patch, Major], what);
        }
    }
}

/// The name that the document gives an alternative.
fn label(node: &Node<'_>) -> Option<String> {
    let (_, value) = node.parts.first()?;
    let target = value.get("$ref").and_then(Value::as_str).and_then(|reference| component_name(reference, "schemas"));
    target.as_deref().or(value.get("title").and_then(Value::as_str)).map(type_name)
}

/// Which alternative is which: by name, by text, or because only one of its kind is left.
fn matched<'a>(old_side: &Side<'a>, new_side: &Side<'a>, old: &Union<'a>, new: &Union<'a>) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let named = |side: &Side<'a>, node: &Node<'a>| side.shape(node).is_named().then(|| side.rust(node));
    let same_name = |old: &Node<'a>, new: &Node<'a>| {
        let name = named(old_side, old);
        name.is_some() && label(old).is_some() && name == named(new_side, new)
    };
    let same_label = |old: &Node<'a>, new: &Node<'a>| label(old).is_some() && label(old) == label(new);
    let same_text =
        |old: &Node<'a>, new: &Node<'a>| old.parts.first().map(|(_, value)| value) == new.parts.first().map(|(_, value)| value);
    let tests: [&dyn Fn(&Node<'a>, &Node<'a>) -> bool; 3] = [&same_name, &same_label, &same_text];
    for test in tests {
        pair_up(&mut pairs, old, new, test);
    }
    let kind = |side: &Side<'a>, node: &Node<'a>| side.shape(node).kind();
    let left = |pairs: &[(usize, usize)], index: usize, of_old: bool| {
        !pairs.iter().any(|pair| if of_old { pair.0 == index } else { pair.1 == index })
    };
    for (index, branch) in old.branches.iter().enumerate() {
        let wanted = kind(old_side, branch);
        // Components of different names are different alternatives, unless nothing else is left.
        let olds =
            (0..old.branches.len()).filter(|i| left(&pairs, *i, true) && kind(old_side, &old.branches[*i]) == wanted).count();
        let news: Vec<usize> =
            (0..new.branches.len()).filter(|i| left(&pairs, *i, false) && kind(new_side, &new.branches[*i]) == wanted).collect();
        if left(&pairs, index, true)
            && olds == 1
            && news.len() == 1
            && (wanted != Kind::Struct || old.branches.len() == new.branches.len())
        {
            pairs.push((index, news[0]));
        }
    }
    pairs
}

fn pair_up<'a>(pairs: &mut Vec<(usize, usize)>, old: &Union<'a>, new: &Union<'a>, same: &dyn Fn(&Node<'a>, &Node<'a>) -> bool) {
    for (index, before) in old.branches.iter().enumerate() {
        if pairs.iter().any(|(known, _)| *known == index) {
            continue;
        }
        let found = new
            .branches
            .iter()
            .enumerate()
            .find(|(other, after)| !pairs.iter().any(|(_, known)| known == other) && same(before, after));
        pairs.extend(found.map(|(other, _)| (index, other)));
    }
}

/// Unions of plain types, written as a list of them.
fn by_types(pair: &mut Pair<'_, '_>) {
    if pair.old.union.is_some() || pair.new.union.is_some() {
        let what = "is spelled so differently that it cannot be told what changed".to_owned();
        return pair.note(&rules::TYPE_CHANGED, [Unknown; 3], what);
    }
    for name in pair.new.types.difference(&pair.old.types) {
        pair.note(&rules::ANY_OF_ADDED, [Patch, Minor, Minor], format!("new alternative `{name}`"));
    }
    for name in pair.old.types.difference(&pair.new.types) {
        pair.note(&rules::ANY_OF_REMOVED, [Major, Patch, Major], format!("has no alternative `{name}` any more"));
    }
}

fn discriminators(pair: &mut Pair<'_, '_>, old: &Union<'_>, new: &Union<'_>) {
    let key = |union: &Union<'_>| union.discriminator.and_then(|value| value.get("propertyName")).cloned();
    let mapping = |union: &Union<'_>| -> BTreeMap<String, String> {
        let entries = union.discriminator.and_then(|value| value.get("mapping")?.as_object());
        let target =
            |value: &Value| value.as_str().map(|text| component_name(text, "schemas").unwrap_or_else(|| text.to_owned()));
        entries.into_iter().flatten().filter_map(|(tag, value)| Some((tag.clone(), target(value)?))).collect()
    };
    let (before, after) = (mapping(old), mapping(new));
    let kept = before.iter().all(|(tag, target)| after.get(tag) == Some(target));
    if key(old) != key(new) || !kept {
        let what = "alternatives are told apart differently (`discriminator`)".to_owned();
        pair.note(&rules::DISCRIMINATOR_CHANGED, [Unknown, Unknown, Patch], what);
    } else if before != after {
        pair.note(&rules::DISCRIMINATOR_CHANGED, [Patch; 3], "has more values for its alternatives (`discriminator`)".to_owned());
    }
}
