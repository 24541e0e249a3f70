//! What the user of the generator chose for scalars, where it is of use; and what of a received value is not kept.

use super::table::Operation;
use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node};
use crate::model::types::Shape;
use crate::model::{Presence, ScalarChoices, Type, Types};
use indexmap::IndexSet;
use serde_json::Value;

/// Notes choices for formats that no schema has: a misspelt format would have no effect without a word.
pub fn note_unused(choices: &ScalarChoices, document: &Value, account: &mut Account) {
    let keys: Vec<(Pointer, &str)> = choices.keys().collect();
    if keys.is_empty() {
        return;
    }
    let mut found = IndexSet::new();
    walk::read(document, &mut |site, value| {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        if site.node == Node::Schema {
            found.extend(text("format"));
            found.extend(text("type"));
        }
    });
    for (at, key) in keys.into_iter().filter(|(_, key)| !found.contains(*key)) {
        account.note(&at, Loss::Kept, format!("has no effect: no schema has the format `{key}`"));
    }
}

/// What is only sent is what the caller has made of it: nothing that arrived has to be kept.
pub fn settle(types: &mut Types, operations: &mut [Operation]) {
    for def in types.values_mut().filter(|def| !def.direction.received) {
        def.uses_mut().into_iter().for_each(|used| strict(&mut used.ty));
    }
    for operation in operations {
        operation.parameters.iter_mut().for_each(|parameter| strict(&mut parameter.value.ty));
        if let Some(used) = operation.body.as_mut().and_then(|body| body.value.as_mut()) {
            strict(&mut used.ty);
        }
    }
}

/// Notes where null and absence are one in Rust: a response that is written again says it by absence.
pub fn note_nulls(types: &Types, account: &mut Account) {
    let mut noted = IndexSet::new();
    for def in types.values() {
        let Shape::Struct(item) = &def.shape else { continue };
        for field in item.fields.values() {
            let holding = field.holding(types);
            let is_null = holding.nullable || holding.any;
            let is_merged = is_null && holding.presence(def.direction) == Presence::Optional;
            if let Some(at) = field.value.places.first().filter(|at| is_merged && noted.insert((*at).clone())) {
                account.note(at, Loss::Widened, "null is read as absence, and written back as absence");
            }
        }
    }
}

fn strict(ty: &mut Type) {
    match ty {
        Type::Scalar(scalar) => scalar.lenient = false,
        Type::List(values) | Type::Map(Some(values)) => strict(&mut values.ty),
        Type::Any | Type::Named(_) | Type::Map(None) => {}
    }
}
