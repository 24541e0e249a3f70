//! Which types are sent, and which are received: only the first need builders, only the second must take the unknown.

use crate::model::operations::Operation;
use crate::model::{Direction, Type, TypeDef, Types};
use indexmap::IndexSet;

/// Says of every type which way it goes.
pub fn set(types: &mut Types, operations: &[Operation]) {
    let sent = reach(types, operations.iter().flat_map(Operation::sent));
    let received = reach(types, operations.iter().flat_map(Operation::received));
    for (name, def) in types {
        let sent = sent.contains(name);
        def.direction = Direction { sent, received: received.contains(name) || !sent };
    }
}

/// The types that are held by those in `roots`.
pub(super) fn reach<'a>(types: &Types, roots: impl Iterator<Item = &'a Type>) -> IndexSet<String> {
    let mut found = IndexSet::new();
    roots.for_each(|ty| ty.names(&mut found));
    let mut next = 0;
    while let Some(name) = found.get_index(next) {
        let held = types.get(name).map(TypeDef::names);
        found.extend(held.into_iter().flatten());
        next += 1;
    }
    found
}
