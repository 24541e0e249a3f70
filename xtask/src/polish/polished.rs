//! The polished types, for the passes that follow.

use super::Group;
use super::paths::{self, own_name};
use super::structs::Struct;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use syn::Type;

/// The polished types.
#[derive(Debug, Default)]
pub struct Types {
    /// Their items.
    pub groups: Vec<Group>,
    /// The structs with named fields, for builders.
    pub structs: IndexMap<String, Struct>,
    /// The names of all types.
    pub names: BTreeSet<String>,
    /// The names of the structs that have a builder.
    pub builders: BTreeSet<String>,
    /// The names of types that are strings on the wire and convert from strings.
    pub texts: BTreeSet<String>,
    /// The aliases, with their targets as the module of types writes them.
    pub aliases: BTreeMap<String, Type>,
}

impl Types {
    /// The target of an alias, as other modules write it; `None` if the type is no alias.
    pub fn target(&self, alias: &Type) -> Option<Type> {
        Some(paths::qualify(self.aliases.get(&own_name(alias)?)?, &self.names))
    }

    /// The type with all aliases resolved.
    pub fn behind_aliases<'t>(&self, ty: &'t Type) -> Cow<'t, Type> {
        // An alias never refers to itself, since such a type is a wrapper; the limit is a precaution.
        let targets = std::iter::successors(self.target(ty), |ty| self.target(ty)).take(64);
        targets.last().map_or(Cow::Borrowed(ty), Cow::Owned)
    }
}
