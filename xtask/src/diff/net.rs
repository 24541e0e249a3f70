//! A net under the comparison: differences between the public APIs of two crates that no fact explains.

use super::rules;
use super::verdicts::{Comparison, Fact, Verdict};
use crate::document::pointer::Pointer;
use crate::document::walk;
use crate::model::names::{builder_name, type_name};
use crate::pipeline::Generated;
use crate::public_api::{ApiChange, PublicApi, changes};
use indexmap::IndexMap;
use std::collections::{BTreeMap, HashMap, HashSet};

/// As many changes are named in one fact.
const MAX_NAMED: usize = 3;

/// The public API of generated code, and what in the document it is made of.
#[derive(Clone, Debug)]
pub struct Code {
    api: PublicApi,
    /// By the owner of items.
    origins: HashMap<String, Origin>,
}

/// Where the document has what a type is made of, and the label of the operation if it belongs to one.
#[derive(Clone, Debug)]
struct Origin {
    at: Pointer,
    operation: Option<String>,
}

impl Code {
    /// What was generated.
    #[must_use]
    pub fn of(generated: &Generated) -> Self {
        let fitted = &generated.prepared.fitted;
        let mut origins = HashMap::new();
        for (name, def) in &fitted.types {
            for item in [format!("types::{name}"), format!("builder::{}", builder_name(name))] {
                origins.insert(item, Origin { at: def.origin.pointer(), operation: None });
            }
        }
        let labels: HashMap<Pointer, String> = walk::operations(&generated.prepared.document.value)
            .into_iter()
            .map(|operation| (operation.pointer.clone(), operation.label()))
            .collect();
        for operation in &fitted.operations {
            let origin = Origin { at: operation.pointer.clone(), operation: labels.get(&operation.pointer).cloned() };
            let name = type_name(&operation.method_name);
            origins.insert(format!("operations::{name}Error"), origin.clone());
            origins.insert(format!("operations::{name}"), origin);
        }
        Self { api: generated.api.clone(), origins }
    }

    /// Other code of the same document, or of one that is much the same: by its files.
    ///
    /// # Errors
    /// Where a file is no Rust.
    pub fn in_place_of(&self, files: &IndexMap<String, String>) -> anyhow::Result<Self> {
        Ok(Self { api: PublicApi::of_files(files)?, origins: self.origins.clone() })
    }
}

/// A fact for each type whose public items differ by more than the facts say.
#[must_use]
pub fn unexplained(comparison: &Comparison, old: &Code, new: &Code) -> Vec<Fact> {
    let mut by_owner: BTreeMap<String, Vec<ApiChange>> = BTreeMap::new();
    // Adding a type breaks nothing, and whatever uses it has a fact of its own.
    for change in changes(&old.api, &new.api).into_iter().filter(|change| !(change.is_whole() && change.before.is_none())) {
        by_owner.entry(change.item.owner.clone()).or_default().push(change);
    }
    let mut facts = Vec::new();
    for (owner, mut all) in by_owner {
        let origins = [old.origins.get(&owner), new.origins.get(&owner)];
        all.retain(|change| !comparison.facts.iter().any(|fact| explains(fact, change, origins)));
        if !all.is_empty() {
            facts.push(fact(&all, origins));
        }
    }
    facts
}

/// Whether a fact is about the same thing. What does not name it has to ask for the version that it needs, or say that it cannot tell.
fn explains(fact: &Fact, change: &ApiChange, origins: [Option<&Origin>; 2]) -> bool {
    let words: HashSet<&str> = words(&fact.text).collect();
    let owner = change.item.owner.rsplit("::").next().unwrap_or_default();
    let names_owner = words.contains(owner);
    let is_here = is_at(fact.old.as_ref(), origins[0])
        || is_at(fact.new.as_ref(), origins[1])
        || origins.into_iter().flatten().any(|origin| touches(fact, origin));
    // A provider can be given in place of each credential.
    let names_item = words.contains(change.item.name.trim_end_matches("_provider"));
    if (names_item || is_trait(change)) && (names_owner || is_here) {
        return true;
    }
    let is_enough = fact.source >= if change.is_breaking() { Verdict::Unknown } else { Verdict::Minor };
    let is_about = |name: &str| fact.text.contains(&format!("`types::{name}`"));
    let has_other_builder = || is_setter(change) && builder_comes_or_goes(change) && named_types(change).any(is_about);
    is_enough
        && (change.is_whole()
            || names_item
            || names_owner
            || is_here
            || differing(change).any(|word| words.contains(word))
            || has_other_builder())
}

/// Whether both sides have the item, as a setter of a builder.
fn is_setter(change: &ApiChange) -> bool {
    let is_builder = ["builder::", "operations::"].iter().any(|module| change.item.owner.starts_with(module));
    is_builder && change.before.is_some() && change.after.is_some()
}

/// Whether a setter differs only in whether it also takes the builder of its type: the type has become a struct, or is no longer
/// one.
fn builder_comes_or_goes(change: &ApiChange) -> bool {
    let forms = ["runtime", "Built", "IntoValue", "Into", "M", "impl", "fn"];
    let [before, after] = [&change.before, &change.after].map(|signature| {
        words(signature.as_deref().unwrap_or_default()).filter(|word| !forms.contains(word)).collect::<Vec<_>>()
    });
    before == after
}

/// The types of the API that a changed signature names.
fn named_types(change: &ApiChange) -> impl Iterator<Item = &str> {
    let signature = change.before.as_deref().unwrap_or_default();
    signature.split("types::").skip(1).filter_map(|rest| words(rest).next())
}

/// What is derived for a type follows from its fields.
fn is_trait(change: &ApiChange) -> bool {
    change.item.name.starts_with("impl ")
}

/// Whether one of the two places is inside the other.
fn is_at(at: Option<&Pointer>, origin: Option<&Origin>) -> bool {
    at.zip(origin).is_some_and(|(at, origin)| at.starts_with(&origin.at) || origin.at.starts_with(at))
}

/// Whether the fact is about a schema that the operation uses: the setters of a builder are the properties of its body.
fn touches(fact: &Fact, origin: &Origin) -> bool {
    origin.operation.as_ref().is_some_and(|operation| fact.operations.contains(operation))
}

/// The names that one side alone has: those of types that are called differently, say.
fn differing(change: &ApiChange) -> impl Iterator<Item = &str> {
    let [before, after] = [&change.before, &change.after].map(|signature| signature.as_deref().unwrap_or_default());
    let only = |one, other| words(one).filter(move |word| !words(other).any(|known| known == *word));
    // `From` of a type that is called differently is another trait.
    let of = words(&change.item.name).filter(|_| is_trait(change)).skip(2);
    only(before, after).chain(only(after, before)).chain(of)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

fn fact(all: &[ApiChange], [old, new]: [Option<&Origin>; 2]) -> Fact {
    let named: Vec<String> = all.iter().take(MAX_NAMED).map(ToString::to_string).collect();
    let more = if all.len() > MAX_NAMED { format!("; and {} more changes", all.len() - MAX_NAMED) } else { String::new() };
    Fact {
        rule: rules::UNEXPLAINED,
        old: old.map(|origin| origin.at.clone()),
        new: new.map(|origin| origin.at.clone()),
        operations: Vec::new(),
        wire: Verdict::Patch,
        source: Verdict::Unknown,
        text: format!("no change above explains that {}{more}", named.join(", and that ")),
    }
}
