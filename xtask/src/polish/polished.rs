//! The polished types, as the passes after them see them.

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
    /// The names of those that are text on the wire and can be made from it.
    pub texts: BTreeSet<String>,
}
