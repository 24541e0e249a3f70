//! Tuples become arrays whose items can be any of the tuple's items.

use super::{Lowering, distinct};
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer;
    if let Some(items) = object.shift_remove("unevaluatedItems") {
        lowering.note(&at.at("unevaluatedItems"), Loss::Exact, "became `items`: nothing else applies to the array");
        object.entry("items").or_insert(items);
    }
    // Before 2020-12, an array in `items` had the meaning of `prefixItems`. The walk does not visit it.
    if object.get("items").is_some_and(Value::is_array) {
        lowering.keep(
            object,
            "items",
            at,
            Loss::Widened,
            "is an array, as in older drafts of JSON Schema; items of any kind are admitted",
        );
        object.insert("items".into(), json!({}));
    }
    if object.get("prefixItems").is_some_and(Value::is_array) {
        tuple(object, site, lowering);
    } else if object.get("items") == Some(&json!(false)) {
        close(object, 0);
        lowering.note(&at.at("items"), Loss::Exact, "`false` became `maxItems`");
    }
}

/// Adds `items`, which 3.0 requires for arrays.
pub fn complete(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if object.get("type").is_some_and(|name| name == "array") && !object.contains_key("items") {
        object.insert("items".into(), json!({}));
        lowering.note(site.pointer, Loss::Exact, "an array without `items` got an empty one");
    }
}

/// Limits the array to `length` items.
fn close(object: &mut Map<String, Value>, length: usize) {
    let most = object.get("maxItems").and_then(Value::as_u64).map_or(length as u64, |most| most.min(length as u64));
    object.insert("maxItems".into(), json!(most));
    object.insert("items".into(), json!({}));
}

fn tuple(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(Value::Array(places)) = object.get("prefixItems").cloned() else { return };
    let count = places.len();
    if object.get("items") == Some(&json!(false)) {
        close(object, count);
        object.shift_remove("items");
        lowering.note(&site.pointer.at("items"), Loss::Exact, "`false` became `maxItems`");
    }
    let closed = object.get("maxItems").and_then(Value::as_u64).is_some_and(|most| most <= count as u64);
    let rest = object.shift_remove("items").filter(|_| !closed);
    // Further items of an open tuple can be anything.
    let open = !closed && rest.is_none();
    let kinds = distinct(places.into_iter().chain(rest));
    let (items, loss) = match kinds.as_slice() {
        [one] if !open => (one.clone(), Loss::Exact),
        [] | [_] => (json!({}), Loss::Widened),
        _ => (json!({ "oneOf": kinds }), Loss::Widened),
    };
    object.insert("items".into(), items);
    let text =
        if loss == Loss::Exact { "all places have the schema of `items`" } else { "which item stands where is not checked" };
    lowering.keep(object, "prefixItems", site.pointer, loss, text);
}
