//! The polished types, for the passes that follow.

use super::Group;
use super::structs::Struct;
use indexmap::IndexMap;
use std::collections::BTreeSet;

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
}
