//! Decides which facts explain a change of a public item.

use super::verdicts::{Fact, Verdict};
use crate::document::pointer::Pointer;
use crate::public_api::ApiChange;
use std::collections::{HashMap, HashSet};

/// The place in the document that a type comes from, and the label of its operation if it belongs to one.
#[derive(Clone, Debug)]
pub struct Origin {
    pub at: Pointer,
    pub operation: Option<String>,
}

/// The facts, indexed by name and by place, so that not every change has to be checked against every fact.
pub struct Explanations<'f> {
    all: Vec<Known<'f>>,
    by_word: HashMap<&'f str, Vec<usize>>,
    by_operation: HashMap<&'f str, Vec<usize>>,
    by_place: HashMap<&'f str, Vec<usize>>,
    /// The facts about places above all components and operations.
    of_all: Vec<usize>,
    /// The most severe source verdict of all facts.
    worst: Option<Verdict>,
}

/// A fact, and the names in the code of its text.
struct Known<'f> {
    fact: &'f Fact,
    words: HashSet<&'f str>,
    operations: HashSet<&'f str>,
}

impl<'f> Explanations<'f> {
    /// Indexes `facts`.
    pub fn of(facts: &'f [Fact]) -> Self {
        let known = |fact: &'f Fact| Known {
            fact,
            words: fact.code().flat_map(words).collect(),
            operations: fact.operations.iter().map(String::as_str).collect(),
        };
        let mut all = Self {
            all: facts.iter().map(known).collect(),
            by_word: HashMap::new(),
            by_operation: HashMap::new(),
            by_place: HashMap::new(),
            of_all: Vec::new(),
            worst: facts.iter().map(|fact| fact.source).max(),
        };
        for (number, known) in all.all.iter().enumerate() {
            known.words.iter().for_each(|word| all.by_word.entry(word).or_default().push(number));
            known.operations.iter().for_each(|label| all.by_operation.entry(label).or_default().push(number));
            for place in [&known.fact.old, &known.fact.new].into_iter().flatten() {
                match unit(place) {
                    Some(unit) => all.by_place.entry(unit).or_default().push(number),
                    None => all.of_all.push(number),
                }
            }
        }
        all
    }

    /// Returns the changes of one type that no fact explains.
    pub fn unexplained(&self, changes: Vec<ApiChange>, origins: [Option<&Origin>; 2]) -> Vec<ApiChange> {
        let (mut left, explained): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| !self.explain(change, origins));
        // Derived traits follow from the fields of a type.
        if explained.iter().any(|change| !change.is_of_trait()) {
            left.retain(|change| !change.is_of_trait());
        }
        left
    }

    /// Whether any fact explains the change. A fact that does not name the item explains it only if its source verdict is at
    /// least as severe as the change requires.
    fn explain(&self, change: &ApiChange, origins: [Option<&Origin>; 2]) -> bool {
        let enough = if change.is_breaking() { Verdict::Unknown } else { Verdict::Minor };
        if change.is_whole() && self.worst >= Some(enough) {
            return true;
        }
        let nullable = only_options(change).then(|| words(change.before.as_deref().unwrap_or_default()));
        let names = [owner(change), item(change)].into_iter().chain(differing(change)).chain(named_types(change));
        let names = names.chain(nullable.into_iter().flatten()).chain(change.aliases.iter().map(String::as_str));
        let by_name = names.filter_map(|name| self.by_word.get(name));
        let origins_there = || origins.into_iter().flatten();
        let by_operation = origins_there().filter_map(|origin| self.by_operation.get(origin.operation.as_deref()?));
        let by_place = origins_there().filter_map(|origin| self.by_place.get(unit(&origin.at)?));
        let mut near = by_name.chain(by_operation).chain(by_place).flatten().chain(&self.of_all);
        near.any(|number| self.all[*number].explains(change, origins, enough))
    }
}

impl Known<'_> {
    fn explains(&self, change: &ApiChange, origins: [Option<&Origin>; 2], enough: Verdict) -> bool {
        let names_owner = self.words.contains(owner(change));
        let is_here = is_at(self.fact.old.as_ref(), origins[0])
            || is_at(self.fact.new.as_ref(), origins[1])
            || origins.into_iter().flatten().any(|origin| self.touches(origin));
        let names_item = self.words.contains(item(change));
        if names_item && (names_owner || is_here) {
            return true;
        }
        let is_about = |name: &str| self.fact.code().any(|code| code.strip_prefix("types::") == Some(name));
        let is_about_alias = || change.aliases.iter().any(|alias| is_about(alias));
        let has_other_builder = || is_setter(change) && builder_comes_or_goes(change) && named_types(change).any(is_about);
        let has_nullable_type = || only_options(change) && words(change.before.as_deref().unwrap_or_default()).any(is_about);
        self.fact.source >= enough
            && (names_item
                || names_owner
                || is_here
                || differing(change).any(|word| self.words.contains(word))
                || is_about_alias()
                || has_other_builder()
                || has_nullable_type())
    }

    /// Whether the fact affects the operation that the type belongs to. The setters of a builder are the properties of its
    /// body.
    fn touches(&self, origin: &Origin) -> bool {
        origin.operation.as_ref().is_some_and(|operation| self.operations.contains(operation.as_str()))
    }
}

/// The last path segment of the item's owner.
fn owner(change: &ApiChange) -> &str {
    change.item.owner.rsplit("::").next().unwrap_or_default()
}

/// The name of the item, without the suffix of the setter that takes a provider of credentials.
fn item(change: &ApiChange) -> &str {
    change.item.name.trim_end_matches("_provider")
}

/// The component or operation that contains a place. `None` for a place above them.
fn unit(place: &Pointer) -> Option<&str> {
    place.first(3)
}

/// Whether the item is a setter of a builder, on both sides.
fn is_setter(change: &ApiChange) -> bool {
    let is_builder = ["builder::", "operations::"].iter().any(|module| change.item.owner.starts_with(module));
    is_builder && change.before.is_some() && change.after.is_some()
}

/// Whether a setter changes only in whether it also accepts the builder of its type: the type becomes a struct or stops being
/// one.
fn builder_comes_or_goes(change: &ApiChange) -> bool {
    is_same_without(change, &["runtime", "Built", "IntoValue", "Into", "M", "impl", "fn"])
}

/// Whether the signatures differ only in `Option`: a type in them becomes nullable, or is no longer nullable.
fn only_options(change: &ApiChange) -> bool {
    is_same_without(change, &["Option"])
}

/// Whether both signatures have the same words apart from `forms`.
fn is_same_without(change: &ApiChange, forms: &[&str]) -> bool {
    let [before, after] = [&change.before, &change.after].map(|signature| {
        words(signature.as_deref().unwrap_or_default()).filter(|word| !forms.contains(word)).collect::<Vec<_>>()
    });
    before == after
}

/// The types of the API in the old signature of the item.
fn named_types(change: &ApiChange) -> impl Iterator<Item = &str> {
    let signature = change.before.as_deref().unwrap_or_default();
    signature.split("types::").skip(1).filter_map(|rest| words(rest).next())
}

/// Whether one of the two places contains the other.
fn is_at(at: Option<&Pointer>, origin: Option<&Origin>) -> bool {
    at.zip(origin).is_some_and(|(at, origin)| at.starts_with(&origin.at) || origin.at.starts_with(at))
}

/// The names that only one of the two signatures contains, such as those of renamed types.
fn differing(change: &ApiChange) -> impl Iterator<Item = &str> {
    let [before, after] = [&change.before, &change.after].map(|signature| signature.as_deref().unwrap_or_default());
    let only = |one, other| words(one).filter(move |word| !words(other).any(|known| known == *word));
    // After a rename, `From<Old>` and `From<New>` are different traits.
    let of = words(&change.item.name).filter(|_| change.is_of_trait()).skip(2);
    only(before, after).chain(only(after, before)).chain(of)
}

/// The words of a text. Names of items are words too.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}
