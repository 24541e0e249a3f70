//! Finds the properties whose values tell the alternatives of a union apart.

use super::reader::Reader;
use super::schema::{Branch, Known, SchemaKind, Tag, Values};
use crate::account::Loss;
use crate::document::pointer::Pointer;
use crate::model::scalars::format_of;
use crate::model::types::Guard;
use crate::model::{Scalar, guards};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// The guards of each alternative.
#[derive(Debug)]
pub struct Guards {
    /// Guards of properties without a value in common. Alternatives without a name are named after them.
    pub unique: Vec<Vec<Guard>>,
    /// All guards that a value has to pass to be decoded as the alternative.
    pub all: Vec<Vec<Guard>>,
    /// The discriminator and its value, if values of the alternative can lack it or have another value.
    pub written: Vec<Option<(String, Value)>>,
}

/// How the values of an alternative contain the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tagged {
    /// Their type contains it, with the right value only.
    Always,
    /// It has to be added when encoding, as a string.
    AsString,
    /// It has to be added when encoding, as a number or boolean.
    AsOther,
}

impl<'d> Reader<'_, 'd> {
    /// Computes the guards of a union.
    pub(super) fn guards(&mut self, branches: &[Branch<'d>]) -> Guards {
        let mut known: Vec<Known> = branches.iter().map(|branch| (*self.strings(&branch.schema.kind)).clone()).collect();
        let unique = unique(&known, branches);
        for (known, branch) in known.iter_mut().zip(branches) {
            known.extend(self.numbers(&branch.schema.kind));
        }
        let mut all = vec![Vec::new(); branches.len()];
        for property in properties(&known, branches) {
            let mut values = by_mapping(&property, &known, branches);
            self.yield_to_children(&property, branches, &mut values);
            self.note_contradictions(&property, &known, branches);
            let is_tag = branches.iter().any(|branch| tag(branch, &property).is_some());
            if is_tag {
                self.close_others(&property, branches, &mut values);
            }
            if tells(&values, is_tag) {
                add(&property, values, &mut all);
            }
        }
        self.one_level_down(branches, &mut all);
        self.note_formats(branches, &all);
        let written = branches.iter().zip(&all).map(|(branch, guards)| self.tag_to_write(branch, guards)).collect();
        Guards { unique, all, written }
    }

    /// Reports properties whose formats tell two alternatives apart, although the types of both accept any string.
    fn note_formats(&mut self, branches: &[Branch<'d>], guards: &[Vec<Guard>]) {
        let mut formats: IndexMap<String, String> = IndexMap::new();
        for branch in branches.iter().zip(guards).filter(|(_, guards)| guards.is_empty()).map(|(branch, _)| branch) {
            let SchemaKind::Object(object) = &*self.resolved(&branch.schema.kind) else { continue };
            for (property, part) in &object.properties {
                let Some(format) = part.schema.as_object().and_then(format_of) else { continue };
                if !self.read_again(part).kind.scalar().is_some_and(Scalar::is_plain_text) {
                    continue;
                }
                let before = formats.entry(property.clone()).or_insert_with(|| format.clone());
                if *before != format {
                    let text = format!(
                        "`{property}` has the format `{format}` here and `{before}` in another alternative, but formats do not select a \
                         variant: choose a type that accepts only valid values, with `--type {format}=TYPE`"
                    );
                    self.account.note(&branch.at, Loss::Validation, text);
                }
            }
        }
    }

    fn tag_to_write(&mut self, branch: &Branch<'d>, guards: &[Guard]) -> Option<(String, Value)> {
        let Tag { property, values, .. } = branch.tag.as_ref()?;
        let guard = guards::name(property);
        let admitted = guards.iter().find(|(name, _)| *name == guard).map_or(values, |(_, values)| values);
        let text = admitted.first()?;
        let value = match self.tagged(&branch.schema.kind, property, admitted, 0)? {
            Tagged::Always => return None,
            Tagged::AsString => text.as_str().into(),
            Tagged::AsOther => serde_json::from_str(text).ok()?,
        };
        Some((guard, value))
    }

    /// How the values of an alternative contain the tag; `None` if they are not objects.
    fn tagged(&mut self, kind: &SchemaKind<'d>, property: &str, admitted: &[String], depth: usize) -> Option<Tagged> {
        match &*self.resolved(kind) {
            SchemaKind::Object(object) => {
                let mut known = (*self.strings(kind)).clone();
                known.extend(self.numbers(kind));
                let is_right = known.get(property).is_some_and(|own| own.iter().all(|own| admitted.contains(own)));
                if is_right && object.required.contains(property) {
                    return Some(Tagged::Always);
                }
                let part = object.properties.get(property);
                let kind = part.map(|part| self.read_again(part).kind);
                let is_string = kind.is_none_or(|kind| {
                    let kind = self.resolved(&kind);
                    kind.scalar().is_none_or(|scalar| scalar.name == "string")
                });
                Some(if is_string { Tagged::AsString } else { Tagged::AsOther })
            }
            SchemaKind::Map(None) => Some(Tagged::AsString),
            // The tag of the outer union is the same for all inner alternatives.
            SchemaKind::Union(branches) if depth < 16 => {
                let all = branches.iter().filter_map(|branch| self.tagged(&branch.schema.kind, property, admitted, depth + 1));
                all.reduce(|one, other| if one == Tagged::Always { other } else { one })
            }
            _ => None,
        }
    }

    /// Reports mappings that contradict a constant, which takes precedence.
    fn note_contradictions(&mut self, property: &str, known: &[Known], branches: &[Branch<'_>]) {
        for (known, branch) in known.iter().zip(branches) {
            let Some((tag, listed)) = tag(branch, property).zip(known.get(property)) else { continue };
            if tag.is_mapped && !tag.values.iter().any(|value| listed.contains(value)) {
                let text = format!(
                    "`{property}` is {}, which contradicts the mapping of the discriminator: the mapping is not used",
                    listed.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or ")
                );
                self.account.note(&branch.at, Loss::Kept, text);
            }
        }
    }

    /// Removes the values that a base lists for its children: they belong to the children.
    fn yield_to_children(&self, property: &str, branches: &[Branch<'_>], values: &mut [Option<Values>]) {
        let is_base = |branch: &Branch<'_>| {
            tag(branch, property).is_some() && branch.label.as_ref().is_some_and(|label| self.is_common(label))
        };
        for index in (0..branches.len()).filter(|index| is_base(&branches[*index])) {
            let others = values.iter().enumerate().filter(|(other, _)| *other != index);
            let taken: Values = others.filter_map(|(_, values)| values.as_ref()).flatten().cloned().collect();
            values[index].iter_mut().for_each(|own| own.retain(|value| !taken.contains(value)));
        }
    }

    /// Excludes alternatives that do not declare the discriminator for values that have it.
    fn close_others(&mut self, property: &str, branches: &[Branch<'d>], values: &mut [Option<Values>]) {
        for (values, branch) in values.iter_mut().zip(branches).filter(|(values, _)| values.is_none()) {
            if let SchemaKind::Object(object) = &*self.resolved(&branch.schema.kind)
                && !object.properties.contains_key(property)
            {
                *values = Some(Values::new());
            }
        }
    }

    /// If properties do not tell some alternatives apart, uses properties of objects inside them.
    fn one_level_down(&mut self, branches: &[Branch<'d>], all: &mut [Vec<Guard>]) {
        let is_told = |one: &[Guard], other: &[Guard]| {
            one.iter().any(|(property, values)| {
                let others = other.iter().find(|(name, _)| name == property);
                others.is_some_and(|(_, others)| !values.iter().any(|value| others.contains(value)))
            })
        };
        let untold: Vec<usize> =
            (0..all.len()).filter(|one| (0..all.len()).any(|other| other != *one && !is_told(&all[*one], &all[other]))).collect();
        if untold.len() < 2 {
            return;
        }
        let inner: Vec<Known> = untold.iter().map(|index| self.inner_strings(&branches[*index])).collect();
        let paths: IndexSet<String> = inner.iter().flat_map(|known| known.keys().cloned()).collect();
        for path in paths {
            let values: Vec<Option<Values>> = inner.iter().map(|known| known.get(&path).cloned()).collect();
            if tells(&values, false) {
                for (index, values) in untold.iter().zip(values) {
                    all[*index].extend(values.map(|values| (path.clone(), values.into_iter().collect())));
                }
            }
        }
    }

    /// The listed strings in objects inside an alternative, by JSON pointer.
    fn inner_strings(&mut self, branch: &Branch<'d>) -> Known {
        let mut found = Known::new();
        let SchemaKind::Object(object) = &*self.resolved(&branch.schema.kind) else { return found };
        for (name, part) in &object.properties {
            let kind = self.read_again(part).kind;
            for (inner, values) in &*self.strings(&kind) {
                found.insert(Pointer::default().at(name).at(inner).to_string(), values.clone());
            }
        }
        found
    }
}

fn tag<'a>(branch: &'a Branch<'_>, property: &str) -> Option<&'a Tag> {
    branch.tag.as_ref().filter(|tag| tag.property == property)
}

fn properties(known: &[Known], branches: &[Branch<'_>]) -> IndexSet<String> {
    let tags = branches.iter().filter_map(|branch| branch.tag.as_ref()).map(|tag| &tag.property);
    known.iter().flat_map(IndexMap::keys).chain(tags).cloned().collect()
}

/// The guards of properties whose values differ between all alternatives.
fn unique(known: &[Known], branches: &[Branch<'_>]) -> Vec<Vec<Guard>> {
    let mut guards = vec![Vec::new(); branches.len()];
    for property in properties(known, branches) {
        let of_tag = |branch: &Branch<'_>| tag(branch, &property).map(|tag| tag.values.iter().cloned().collect());
        let own = known.iter().zip(branches).map(|(known, branch)| known.get(&property).cloned().or_else(|| of_tag(branch)));
        let values: Vec<Option<Values>> = own.collect();
        if are_disjoint(&values) {
            add(&property, values, &mut guards);
        }
    }
    guards
}

/// The values of `property` in each alternative. If several alternatives list a value, the mapping decides.
fn by_mapping(property: &str, known: &[Known], branches: &[Branch<'_>]) -> Vec<Option<Values>> {
    let is_mapped = |branch: &Branch<'_>, value: &String| tag(branch, property).is_some_and(|tag| tag.values.contains(value));
    let values = branches.iter().enumerate().map(|(index, branch)| {
        let Some(listed) = known[index].get(property) else {
            return tag(branch, property).map(|tag| tag.values.iter().cloned().collect());
        };
        if !listed.iter().any(|value| is_mapped(branch, value)) {
            // A constant takes precedence over the mapping.
            let is_others = |value: &String| listed.len() > 1 && branches.iter().any(|other| is_mapped(other, value));
            return Some(listed.iter().filter(|value| !is_others(value)).cloned().collect());
        }
        let is_shared = |value: &String| {
            let mut others = (0..branches.len()).filter(|other| *other != index);
            others.any(|other| known[other].get(property).is_some_and(|listed| listed.contains(value)))
        };
        Some(listed.iter().filter(|value| is_mapped(branch, value) || !is_shared(value)).cloned().collect())
    });
    values.collect()
}

/// Whether the values of a property tell alternatives apart. An enum that several alternatives happen to share does not, unless
/// it is their discriminator.
fn tells(values: &[Option<Values>], is_tag: bool) -> bool {
    let holders: Vec<&Values> = values.iter().flatten().collect();
    let differ = holders.windows(2).any(|pair| pair[0] != pair[1]);
    let are_constants = holders.iter().all(|values| values.len() == 1);
    differ && (is_tag || are_constants || are_disjoint(values))
}

fn are_disjoint(values: &[Option<Values>]) -> bool {
    let holders: Vec<&Values> = values.iter().flatten().collect();
    let total: usize = holders.iter().map(|values| values.len()).sum();
    holders.len() > 1 && holders.iter().flat_map(|values| values.iter()).collect::<IndexSet<_>>().len() == total
}

fn add(property: &str, values: Vec<Option<Values>>, guards: &mut [Vec<Guard>]) {
    let name = guards::name(property);
    for (guards, values) in guards.iter_mut().zip(values) {
        guards.extend(values.map(|values| (name.clone(), values.into_iter().collect())));
    }
}
