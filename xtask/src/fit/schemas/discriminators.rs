//! Discriminators: which of their values belong to which alternative, by the mapping or by the alternative's name.

use super::reader::Reader;
use super::schema::Tag;
use crate::account::Loss;
use crate::document::inheritance::{only_component, referenced};
use crate::document::keywords::is_annotation;
use crate::document::pointer::{Pointer, is_name_of};
use indexmap::IndexSet;
use serde_json::Value;

impl<'d> Reader<'_, 'd> {
    /// The discriminator of a union of these components: its own, or else one that they all inherit by `allOf`.
    pub(super) fn discriminator(
        &mut self,
        at: &Pointer,
        own: Option<&'d Value>,
        targets: &[Option<String>],
    ) -> Option<&'d Value> {
        if let Some(own) = own {
            return Some(own);
        }
        let targets: Vec<&String> = targets.iter().map(Option::as_ref).collect::<Option<_>>()?;
        let (first, others) = targets.split_first().filter(|(_, others)| !others.is_empty())?;
        let others: Vec<IndexSet<String>> = others.iter().map(|name| self.bases(name)).collect();
        let common: Vec<String> =
            self.bases(first).into_iter().filter(|base| others.iter().all(|bases| bases.contains(base))).collect();
        let (base, found) = common.iter().find_map(|base| Some((base, self.written(base)?.get("discriminator")?)))?;
        let text = format!("is selected by the discriminator of `{base}`, of which all alternatives are composed");
        self.account.note(at, Loss::Exact, text);
        Some(found)
    }

    /// The alternatives of a union with their places. An alternative that is a union itself is replaced by its own alternatives
    /// if the mapping contains those, and not the union.
    pub(super) fn expanded(
        &self,
        at: &Pointer,
        branches: &'d [Value],
        discriminator: Option<&Value>,
    ) -> Vec<(Pointer, &'d Value)> {
        let is_mapped = |name: &str| discriminator.is_some_and(|discriminator| self.is_mapped(discriminator, name));
        let mut expanded = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let inner = referenced(branch).filter(|name| !is_mapped(name)).and_then(|name| self.plain_union(&name));
            match inner.filter(|(_, inner)| inner.iter().filter_map(referenced).any(|name| is_mapped(&name))) {
                Some((at, inner)) => {
                    expanded.extend(inner.iter().enumerate().map(|(index, branch)| (at.nth(index), branch)));
                }
                None => expanded.push((at.nth(index), branch)),
            }
        }
        expanded
    }

    /// The alternatives of the component `name`, if it is a union of components without a discriminator.
    fn plain_union(&self, name: &str) -> Option<(Pointer, &'d Vec<Value>)> {
        let schema = self.written(name)?.as_object()?;
        let (key, branches) = ["oneOf", "anyOf"].iter().find_map(|key| Some((*key, schema.get(*key)?.as_array()?)))?;
        let is_plain = schema.keys().all(|own| own == key || is_annotation(own))
            && branches.iter().all(|branch| referenced(branch).is_some());
        is_plain.then(|| (self.pointer(name).at(key), branches))
    }

    /// The components that `name` inherits from by `allOf`, the nearest first.
    fn bases(&self, name: &str) -> IndexSet<String> {
        let mut found = IndexSet::new();
        let mut open = vec![name.to_owned()];
        while !open.is_empty() {
            let parts = open.iter().filter_map(|name| self.written(name)?.get("allOf")?.as_array()).flatten();
            let bases: Vec<String> = parts.filter_map(referenced).collect();
            open = bases.into_iter().filter(|base| found.insert(base.clone())).collect();
        }
        found
    }

    /// Whether the component `name` inherits from one with a discriminator.
    pub(super) fn is_child(&self, name: &str) -> bool {
        self.bases(name).iter().any(|base| self.written(base).is_some_and(|schema| schema.get("discriminator").is_some()))
    }

    /// The values of the discriminator for the component `target`.
    pub(super) fn tag(&self, discriminator: &Value, target: &str) -> Option<Tag> {
        let property = discriminator.get("propertyName")?.as_str()?.to_owned();
        let alternatives = self.alternatives(discriminator, target);
        let names: IndexSet<&str> = alternatives.iter().map(|name| self.published_name(name)).collect();
        let names_target = |value: &Value| names.iter().any(|name| is_name_of(value, name));
        let mapped: Vec<String> =
            mapping(discriminator).filter(|(_, value)| names_target(value)).map(|(key, _)| key.clone()).collect();
        let is_mapped = !mapped.is_empty();
        let values = if is_mapped { mapped } else { vec![self.published_name(target).to_owned()] };
        Some(Tag { property, values, is_mapped })
    }

    /// The names under which the mapping can contain a component: its own, those of its alternatives if it is a union, and that
    /// of the component for which it is an alias.
    fn alternatives(&self, discriminator: &Value, name: &str) -> IndexSet<String> {
        let mut found = IndexSet::from([name.to_owned()]);
        let mut next = 0;
        while let Some((name, schema)) = found.get_index(next).and_then(|name| Some((name, self.written(name)?))) {
            let branches = ["oneOf", "anyOf"].iter().filter_map(|key| schema.get(*key)?.as_array()).flatten();
            let other_name = if self.is_child(name) { referenced(schema) } else { only_component(schema) };
            let other_name = other_name.filter(|_| !self.is_mapped(discriminator, name));
            let names: Vec<String> = branches.filter_map(referenced).chain(other_name).collect();
            found.extend(names);
            next += 1;
        }
        found
    }

    /// Whether the mapping contains the component `name`.
    fn is_mapped(&self, discriminator: &Value, name: &str) -> bool {
        let published = self.published_name(name);
        mapping(discriminator).any(|(_, value)| is_name_of(value, published))
    }
}

fn mapping(discriminator: &Value) -> impl Iterator<Item = (&String, &Value)> {
    discriminator.get("mapping").and_then(Value::as_object).into_iter().flatten()
}
