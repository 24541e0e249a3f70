//! A safety net for the comparison: finds differences between the public APIs of two crates that no fact explains.

use super::explanations::{Explanations, Origin};
use super::rules;
use super::verdicts::{Comparison, Fact, Verdict};
use crate::document::operations;
use crate::document::pointer::Pointer;
use crate::model::names::{builder_name, type_name};
use crate::pipeline::Prepared;
use crate::public_api::{ApiChange, PublicApi, changes};
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap};

/// The maximum number of changes that one fact names.
const MAX_NAMED: usize = 3;

/// The public API of generated code, and where its types come from in the document.
#[derive(Clone, Debug)]
pub struct Code {
    api: PublicApi,
    /// The origins of types, by the owner of items.
    origins: HashMap<String, Origin>,
}

impl Code {
    /// The code that was made of a document.
    #[must_use]
    pub fn of(prepared: &Prepared, api: PublicApi) -> Self {
        let model = &prepared.model;
        let mut origins = HashMap::new();
        for (name, def) in &model.types {
            for item in [format!("types::{name}"), format!("builder::{}", builder_name(name))] {
                origins.insert(item, Origin { at: def.origin.pointer(), operation: None });
            }
        }
        let labels: HashMap<Pointer, String> = operations::of(&prepared.document.value)
            .into_iter()
            .map(|operation| (operation.pointer.clone(), operation.label()))
            .collect();
        for operation in &model.operations {
            let origin = Origin { at: operation.pointer.clone(), operation: labels.get(&operation.pointer).cloned() };
            let name = type_name(&operation.method_name);
            origins.insert(format!("operations::{name}Error"), origin.clone());
            origins.insert(format!("operations::{name}Success"), origin.clone());
            origins.insert(format!("operations::{name}"), origin);
        }
        Self { api, origins }
    }

    /// Its public API.
    #[must_use]
    pub fn api(&self) -> &PublicApi {
        &self.api
    }

    /// Returns the public API of other generated files, with the same origins. Their document must be the same or nearly so.
    ///
    /// # Errors
    /// If a file is not valid Rust.
    pub fn in_place_of(&self, files: &IndexMap<String, String>) -> anyhow::Result<Self> {
        Ok(Self { api: PublicApi::of_files(files)?, origins: self.origins.clone() })
    }
}

/// Returns a fact for each type with changed public items that `comparison` does not explain.
#[must_use]
pub fn unexplained(comparison: &Comparison, old: &Code, new: &Code) -> Vec<Fact> {
    let mut by_owner: BTreeMap<String, Vec<ApiChange>> = BTreeMap::new();
    // Adding a type breaks nothing, and its uses have facts of their own.
    for change in changes(&old.api, &new.api).into_iter().filter(|change| !(change.is_whole() && change.before.is_none())) {
        by_owner.entry(change.item.owner.clone()).or_default().push(change);
    }
    let explanations = Explanations::of(&comparison.facts);
    let mut facts = Vec::new();
    for (owner, all) in by_owner {
        let origins = [old.origins.get(&owner), new.origins.get(&owner)];
        let left = explanations.unexplained(all, origins);
        if !left.is_empty() {
            facts.push(fact(&left, origins));
        }
    }
    facts
}

fn fact(all: &[ApiChange], [old, new]: [Option<&Origin>; 2]) -> Fact {
    let named: Vec<String> = all.iter().take(MAX_NAMED).map(ToString::to_string).collect();
    let more = if all.len() > MAX_NAMED { format!("; and {} more changes", all.len() - MAX_NAMED) } else { String::new() };
    Fact {
        rule: rules::UNEXPLAINED,
        old: old.map(|origin| origin.at.clone()),
        new: new.map(|origin| origin.at.clone()),
        operations: [].into(),
        wire: Verdict::Patch,
        source: Verdict::Unknown,
        text: format!("unexplained by the changes above: {}{more}", named.join("; ")),
    }
}
