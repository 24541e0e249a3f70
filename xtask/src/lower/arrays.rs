//! Arrays whose places have schemas of their own become arrays of what may stand in any of them.

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
    // A list of schemas below `items` is what `prefixItems` was called before 2020-12; the walk has not come there.
    if object.get("items").is_some_and(Value::is_array) {
        lowering.keep(object, "items", at, Loss::Widened, "is a list as in older drafts; items of any kind are admitted");
        object.insert("items".into(), json!({}));
    }
    if object.get("prefixItems").is_some_and(Value::is_array) {
        tuple(object, site, lowering);
    } else if object.get("items") == Some(&json!(false)) {
        close(object, 0);
        lowering.note(&at.at("items"), Loss::Exact, "`false` became `maxItems`");
    }
}

/// An array of 3.0 says what its items are, be it nothing.
pub fn complete(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if object.get("type").is_some_and(|name| name == "array") && !object.contains_key("items") {
        object.insert("items".into(), json!({}));
        lowering.note(site.pointer, Loss::Exact, "an array without `items` got an empty one");
    }
}

/// At most `length` items, of which nothing further is known.
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
    // Behind the last place of an open tuple anything may stand.
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
