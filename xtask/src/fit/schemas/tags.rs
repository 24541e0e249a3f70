//! How the alternatives of a union are told apart: by a property whose values stand for one of them each.

use super::flat::{Branch, Kind, Part};
use super::reader::Reader;
use crate::document::pointer::component_name;
use crate::model::types::Guard;
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;
use std::collections::HashSet;

/// The properties of an alternative whose values are listed.
type Known = IndexMap<String, IndexSet<String>>;

/// The properties of which no two alternatives share a value.
fn telling(known: &[Known]) -> Vec<Vec<Guard>> {
    let mut guards = vec![Vec::new(); known.len()];
    let properties: IndexSet<&String> = known.iter().flat_map(IndexMap::keys).collect();
    for property in properties {
        let holders: Vec<usize> = (0..known.len()).filter(|index| known[*index].contains_key(property)).collect();
        let total: usize = holders.iter().map(|index| known[*index][property].len()).sum();
        let distinct: IndexSet<&String> = holders.iter().flat_map(|index| &known[*index][property]).collect();
        if holders.len() > 1 && distinct.len() == total {
            for index in holders {
                guards[index].push((property.clone(), known[index][property].iter().cloned().collect()));
            }
        }
    }
    guards
}

/// A number or boolean as the runtime writes it to compare it.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => Some(value.to_string()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        _ => None,
    }
}

impl Reader<'_> {
    /// For each branch the guards that a value must pass to be it.
    pub(super) fn guards(&mut self, branches: &[Branch]) -> Vec<Vec<Guard>> {
        let known: Vec<Known> = branches.iter().map(|branch| self.known_values(branch)).collect();
        telling(&known)
    }

    /// The same by properties that are numbers or booleans. No type is made of their values, and no name.
    pub(super) fn plain_guards(&mut self, branches: &[Branch]) -> Vec<Vec<Guard>> {
        let known: Vec<Known> = branches.iter().map(|branch| self.plain_values(branch)).collect();
        telling(&known)
    }

    /// The discriminator and its value, where the branch does not declare that property, so that its type cannot hold it.
    pub(super) fn missing_tag(&mut self, branch: &Branch) -> Option<(String, String)> {
        let (property, values) = branch.tag.as_ref()?;
        let declared = match &self.resolved(&branch.flat).kind {
            Kind::Object(object) => object.properties.contains_key(property),
            _ => true,
        };
        (!declared).then(|| Some((property.clone(), values.first()?.clone()))).flatten()
    }

    fn plain_values(&mut self, branch: &Branch) -> Known {
        let Kind::Object(object) = &self.resolved(&branch.flat).kind else { return Known::new() };
        let listed = |(name, part): (&String, &Part)| Some((name.clone(), self.listed(&part.schema, &mut HashSet::new(), 0)?));
        object.properties.iter().filter_map(listed).collect()
    }

    /// The numbers or booleans that a schema, or a part of it, lists. Each component is looked at once.
    fn listed(&self, schema: &Value, seen: &mut HashSet<String>, depth: usize) -> Option<IndexSet<String>> {
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return values.iter().map(plain).collect();
        }
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| component_name(reference, "schemas"));
        let target = target.filter(|name| depth < 16 && seen.insert(name.clone()));
        let target = target.and_then(|name| self.schema(&name));
        let parts = schema.get("allOf").and_then(Value::as_array).filter(|_| depth < 16).into_iter().flatten();
        target.into_iter().chain(parts).find_map(|part| self.listed(part, seen, depth + 1))
    }

    /// The properties of a branch whose values are listed.
    fn known_values(&mut self, branch: &Branch) -> Known {
        let mut known = Known::new();
        if let Kind::Object(object) = &self.resolved(&branch.flat).kind {
            for (name, part) in &object.properties {
                // The same property is read again when it is placed: what is said of it there is enough.
                let said = self.account.changes.len();
                let flat = self.flat(&part.at, &part.schema);
                self.account.changes.truncate(said);
                if let Kind::Words(words) = &self.resolved(&flat).kind
                    && !words.open
                {
                    known.insert(name.clone(), words.values.clone());
                }
            }
        }
        if let Some((property, values)) = &branch.tag {
            known.entry(property.clone()).or_insert_with(|| values.iter().cloned().collect());
        }
        known
    }
}
