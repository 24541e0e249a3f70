//! Generates arrays: tuples, lists and sets.

use super::{Flat, Values, count};
use serde_json::{Value, json};

impl Values {
    pub(super) fn array(&mut self, schema: &Flat, depth: usize) -> Option<Value> {
        let first = schema.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rest = schema.get("items").unwrap_or(&Value::Bool(true));
        let least = count(schema, "minItems").unwrap_or(0);
        // A tuple with missing items is valid, but rarely intended.
        let usual = match first.len() {
            0 => least + 3,
            length => length + if schema.contains_key("items") { 2 } else { 0 },
        };
        let mut most = count(schema, "maxItems").unwrap_or(usual.max(least));
        if *rest == Value::Bool(false) {
            most = most.min(first.len());
        }
        let length = match () {
            () if most < least => return None,
            () if !first.is_empty() && self.rng.u8(0..4) > 0 => first.len().clamp(least, most),
            () if self.is_small(depth) => least,
            () => self.rng.usize(least..=most.min(least + 10)),
        };
        let mut items: Vec<Value> = Vec::new();
        let is_set = schema.get("uniqueItems") == Some(&Value::Bool(true));
        for index in 0..length {
            let item = self.value(first.get(index).unwrap_or(rest), depth + 1)?;
            if !is_set || !items.contains(&item) {
                items.push(item);
            }
        }
        if let Some(wanted) = schema.get("contains") {
            let needed = count(schema, "minContains").unwrap_or(1);
            let both = json!({ "allOf": [wanted, rest] });
            // If there is no room, they replace the last items.
            items.truncate(count(schema, "maxItems").unwrap_or(usize::MAX).saturating_sub(needed));
            for _ in 0..needed {
                items.push(self.value(&both, depth + 1)?);
            }
        }
        Some(Value::Array(items))
    }
}
