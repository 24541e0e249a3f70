//! Shrinks a value that shows a failure: removes everything that is not needed for it.

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

/// Returns the locations of everything that can be removed, outer ones first.
fn removable(value: &Value) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut open = vec![(Vec::new(), value)];
    while !open.is_empty() {
        let mut next = Vec::new();
        for (path, value) in open {
            let children: Vec<(String, &Value)> = match value {
                Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), value)).collect(),
                Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
                _ => Vec::new(),
            };
            for (segment, child) in children {
                let path: Vec<String> = path.iter().cloned().chain([segment]).collect();
                paths.push(path.clone());
                next.push((path, child));
            }
        }
        open = next;
    }
    paths
}

fn remove(value: &mut Value, path: &[String]) {
    let Some((last, parents)) = path.split_last() else { return };
    let holder = parents.iter().try_fold(value, |value, segment| match value {
        Value::Object(object) => object.get_mut(segment),
        Value::Array(items) => items.get_mut(segment.parse::<usize>().ok()?),
        _ => None,
    });
    match holder {
        Some(Value::Object(object)) => {
            object.shift_remove(last);
        }
        Some(Value::Array(items)) => {
            if let Some(index) = last.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
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
