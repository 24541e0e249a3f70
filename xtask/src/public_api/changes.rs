//! Compares two public APIs.

use super::{ALIAS, Item, PublicApi};
use std::collections::{BTreeSet, HashSet};
use std::fmt;

/// An item that was added, removed or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiChange {
    /// The item.
    pub item: Item,
    /// The signature before.
    pub before: Option<String>,
    /// The signature after.
    pub after: Option<String>,
    /// The aliases that the signatures name.
    pub aliases: BTreeSet<String>,
}

impl ApiChange {
    /// Whether code that uses the item can break, since it is removed or changed.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.before.is_some()
    }

    /// Whether a whole type is added or removed.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.item.name.is_empty() && (self.before.is_none() || self.after.is_none())
    }

    /// Whether the item is an implemented trait.
    #[must_use]
    pub fn is_of_trait(&self) -> bool {
        self.item.name.starts_with("impl ")
    }
}

impl fmt::Display for ApiChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |signature: &str| signature.trim_start_matches([':', ' ']).to_owned();
        match (&self.before, &self.after) {
            (Some(_), None) => write!(f, "`{}` is gone", self.item),
            (Some(before), Some(after)) => write!(f, "`{}` is `{}` instead of `{}`", self.item, plain(after), plain(before)),
            (_, after) => {
                let signature = plain(after.as_deref().unwrap_or_default());
                if signature.is_empty() {
                    write!(f, "`{}` is new", self.item)
                } else {
                    write!(f, "`{}` is new: `{signature}`", self.item)
                }
            }
        }
    }
}

/// The changes between two APIs, in the order of items. Aliases are resolved, so that a new alias is no change. If a type is
/// added or removed, its members are not listed.
#[must_use]
pub fn changes(old: &PublicApi, new: &PublicApi) -> Vec<ApiChange> {
    let change = |item: &Item| {
        let mut aliases = BTreeSet::new();
        let (before, after) = (old.resolved(item, &mut aliases), new.resolved(item, &mut aliases));
        let is_new_alias = before.is_none() && after.as_ref().is_some_and(|after| after.starts_with(ALIAS));
        (before != after && !is_new_alias).then(|| ApiChange { item: item.clone(), before, after, aliases })
    };
    let mut changes: Vec<ApiChange> =
        old.0.keys().chain(new.0.keys().filter(|item| !old.0.contains_key(item))).filter_map(change).collect();
    let whole: HashSet<String> =
        changes.iter().filter(|change| change.is_whole()).map(|change| change.item.owner.clone()).collect();
    changes.retain(|change| change.is_whole() || !whole.contains(&change.item.owner));
    changes.sort_by(|one, other| one.item.cmp(&other.item));
    changes
}
