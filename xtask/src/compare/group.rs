//! Merges findings: one edit of the document becomes one fact, with all operations that it affects.

use super::api_view::ApiView;
use super::operations::{Findings, Root};
use super::pair::Change;
use super::rules::Edit;
use super::schemas::{Sites, Visit};
use super::verdicts::{Comparison, Fact};
use crate::document::pointer::Pointer;
use crate::maps::HashMap;
use indexmap::{IndexMap, IndexSet};
use std::sync::Arc;

/// What identifies an edit: findings with equal keys become one fact. The second part is the text, or only its code if places
/// identify the edit: in a form, the value of a place can have another type.
type Key = (Edit, String, Option<Pointer>, Option<Pointer>);

/// Turns the findings into the list of facts.
pub fn facts(findings: Findings<'_>) -> Comparison {
    let Findings { schemas, facts, roots } = findings;
    let mut reach = Reach::of(&schemas.visits, &roots);
    let mut merged: IndexMap<Key, Fact> = IndexMap::new();
    let mut whole = facts.into_iter().peekable();
    let mut all: Vec<Fact> = Vec::new();
    for (number, visit) in schemas.visits.iter().enumerate() {
        while let Some((_, fact)) = whole.next_if(|(position, _)| *position <= number) {
            merge(&mut merged, fact);
        }
        for change in &visit.changes {
            let operations = reach.operations(number);
            merge(&mut merged, Fact { operations, ..fact(change, visit, &schemas.sites) });
        }
    }
    whole.for_each(|(_, fact)| merge(&mut merged, fact));
    all.extend(merged.into_values());
    let place = |side: &ApiView<'_>, at: &Option<Pointer>| at.as_ref().map(|at| side.snapshot.existing(at));
    for fact in &mut all {
        (fact.old, fact.new) = (place(schemas.old, &fact.old), place(schemas.new, &fact.new));
    }
    // Changes of security and servers come first.
    all.sort_by_key(|fact| !fact.rule.is_urgent());
    Comparison { facts: all, prose: schemas.prose.count() }
}

fn fact(change: &Change, visit: &Visit<'_>, sites: &Sites) -> Fact {
    let met = sites.get(&(visit.old.identity, visit.new.identity));
    let one = met.filter(|met| met.len() == 1 || !visit.new.component).and_then(std::collections::BTreeSet::first);
    let subject = match (&change.subject, one) {
        (Some(subject), _) => subject.clone(),
        (None, Some(site)) => site.clone(),
        (None, None) => format!("`types::{}`", visit.new.name),
    };
    let joint = if change.what.starts_with(':') { "" } else { " " };
    Fact {
        rule: change.rule,
        old: change.old.clone(),
        new: change.new.clone(),
        operations: Arc::default(),
        wire: change.wire,
        source: change.source,
        text: format!("{subject}{joint}{}", change.what),
    }
}

fn merge(merged: &mut IndexMap<Key, Fact>, fact: Fact) {
    let edit = fact.rule.edit;
    // Several types can share a property that is new in one place: neither their names nor their places are part of the key.
    let is_new = matches!(edit, Edit::RequiredPropertyAdded | Edit::OptionalPropertyAdded);
    let detail = match fact.rule.is_told_by_place() {
        true if is_new => String::new(),
        true => fact.code().collect::<Vec<_>>().join("`"),
        false => fact.text.clone(),
    };
    let key = (edit, detail, fact.old.clone().filter(|_| !is_new), fact.new.clone());
    match merged.get_mut(&key) {
        None => {
            merged.insert(key, fact);
        }
        Some(known) => {
            known.operations = union(&known.operations, &fact.operations);
            known.source = known.source.max(fact.source);
            // The finding with the more severe wire verdict describes the edit.
            if fact.wire > known.wire {
                known.wire = fact.wire;
                known.rule = fact.rule;
                known.text = fact.text;
            }
        }
    }
}

/// The operations of both lists, each once.
fn union(first: &Arc<[String]>, second: &Arc<[String]>) -> Arc<[String]> {
    // Most findings about the same edit affect the same operations.
    if Arc::ptr_eq(first, second) {
        return first.clone();
    }
    first.iter().chain(second.iter()).collect::<IndexSet<_>>().into_iter().cloned().collect()
}

/// Which operations reach which visits, as one bit for each pair.
struct Reach<'r> {
    /// The labels of the operations, in order.
    operations: Vec<&'r str>,
    words: usize,
    bits: Vec<u64>,
    /// The lists of operations, by their bits. Many visits share one.
    lists: HashMap<Vec<u64>, Arc<[String]>>,
}

impl<'r> Reach<'r> {
    fn of(visits: &[Visit<'_>], roots: &'r [Root]) -> Self {
        let mut operations: Vec<&str> = roots.iter().map(|root| root.operation.as_str()).collect();
        operations.dedup();
        let words = operations.len().div_ceil(64);
        let mut reach = Self { operations, words, bits: vec![0; visits.len() * words], lists: HashMap::default() };
        let mut operation = 0;
        for root in roots {
            operation += usize::from(reach.operations[operation] != root.operation);
            reach.bits[root.visit * words + operation / 64] |= 1 << (operation % 64);
        }
        // Most visits come after their parents, so that one pass suffices; cycles need another one.
        while visits.iter().any(|visit| !visit.changes.is_empty()) && reach.spread(visits) {}
        reach
    }

    /// Passes the operations of each visit on to its children. Returns whether any bit changed.
    fn spread(&mut self, visits: &[Visit<'_>]) -> bool {
        let mut new = false;
        for (number, visit) in visits.iter().enumerate() {
            for child in &visit.children {
                for word in 0..self.words {
                    let given = self.bits[number * self.words + word];
                    let had = &mut self.bits[child * self.words + word];
                    new |= given & !*had != 0;
                    *had |= given;
                }
            }
        }
        new
    }

    fn operations(&mut self, visit: usize) -> Arc<[String]> {
        let words = &self.bits[visit * self.words..][..self.words];
        if let Some(known) = self.lists.get(words) {
            return known.clone();
        }
        let any = words.iter().zip(self.operations.chunks(64)).filter(|(word, _)| **word != 0);
        let is_set = |word: u64, bit: usize| word >> bit & 1 == 1;
        let set = any.flat_map(|(word, all)| all.iter().enumerate().filter(|(bit, _)| is_set(*word, *bit)));
        let list: Arc<[String]> = set.map(|(_, operation)| (*operation).to_owned()).collect();
        self.lists.insert(words.to_vec(), list.clone());
        list
    }
}
