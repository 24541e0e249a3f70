//! Determines which types are sent and which are received. Only sent types need builders, and only received ones have to accept
//! unknown values.

use crate::model::operations::Operation;
use crate::model::{Direction, Type, TypeDef, Types};
use indexmap::IndexSet;

/// Sets the direction of every type.
pub fn set(types: &mut Types, operations: &[Operation]) {
    let sent = reach(types, operations.iter().flat_map(Operation::sent));
    let received = reach(types, operations.iter().flat_map(Operation::received));
    for (name, def) in types {
        let sent = sent.contains(name);
        def.direction = Direction { sent, received: received.contains(name) || !sent };
    }
}

/// The types in `roots`, and those inside of them.
pub(super) fn reach<'a>(types: &Types, roots: impl Iterator<Item = &'a Type>) -> IndexSet<String> {
    let mut found: IndexSet<String> = roots.filter_map(Type::held_name).map(str::to_owned).collect();
    let mut next = 0;
    while let Some(name) = found.get_index(next) {
        let held = types.get(name).map(TypeDef::names);
        found.extend(held.into_iter().flatten());
        next += 1;
    }
    found
}
