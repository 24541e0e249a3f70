//! Shrinks a value that shows a failure: removes everything that is not needed for it.

use crate::document::{escape, unescape};
use serde_json::Value;

/// The maximum number of attempts.
const TRIES: usize = 400;

/// Removes properties and items as long as `still` holds.
pub fn shrink(mut value: Value, still: &dyn Fn(&Value) -> bool) -> Value {
    let mut tries = TRIES;
    loop {
        let paths = removable(&value);
        let smaller = paths.into_iter().find_map(|path| {
            tries = tries.checked_sub(1)?;
            let mut smaller = value.clone();
            remove(&mut smaller, &path);
            still(&smaller).then_some(smaller)
        });
        match smaller {
            Some(smaller) => value = smaller,
            None => return value,
        }
    }
}

/// Returns the pointers to everything that can be removed, outer ones first.
fn removable(value: &Value) -> Vec<String> {
    let mut all = vec![(String::new(), value)];
    let mut next = 0;
    while let Some((at, value)) = all.get(next).cloned() {
        next += 1;
        match value {
            Value::Object(object) => all.extend(object.iter().map(|(name, value)| (format!("{at}/{}", escape(name)), value))),
            Value::Array(items) => all.extend(items.iter().enumerate().map(|(index, value)| (format!("{at}/{index}"), value))),
            _ => {}
        }
    }
    all.into_iter().skip(1).map(|(at, _)| at).collect()
}

fn remove(value: &mut Value, at: &str) {
    let Some((parent, last)) = at.rsplit_once('/') else { return };
    match value.pointer_mut(parent) {
        Some(Value::Object(object)) => drop(object.shift_remove(&unescape(last))),
        Some(Value::Array(items)) => drop(last.parse::<usize>().map(|index| items.remove(index))),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn irrelevant_parts_of_a_value_are_removed() {
        let value = json!({ "a": { "b": [1, 2, { "bad": true, "c": 1 }] }, "d": "x" });
        let still = |value: &Value| value.to_string().contains("\"bad\"");
        assert_eq!(shrink(value, &still), json!({ "a": { "b": [{ "bad": true }] } }));
    }
}
