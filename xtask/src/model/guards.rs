//! The names in guards: properties whose values select a variant of a union, by name or by a JSON pointer.

use crate::document::pointer::Pointer;
use serde_json::Value;

/// The name of a property in a guard. Only names that begin with `/` need to be JSON pointers.
#[must_use]
pub fn name(property: &str) -> String {
    if property.starts_with('/') { Pointer::default().at(property).to_string() } else { property.to_owned() }
}

/// The value of the property with this name in a guard.
#[must_use]
pub fn value<'v>(whole: &'v Value, name: &str) -> Option<&'v Value> {
    if name.starts_with('/') { whole.pointer(name) } else { whole.get(name) }
}

#[cfg(test)]
mod tests {
    use super::{name, value};
    use serde_json::json;

    #[test]
    fn a_guard_finds_its_property_whatever_the_name() {
        let whole = json!({ "kind": "a", "/kind": "b", "at": { "kind": "c" } });
        for (name, expected) in [(name("kind"), "a"), (name("/kind"), "b"), ("/at/kind".to_owned(), "c")] {
            assert_eq!(value(&whole, &name), Some(&json!(expected)), "{name}");
        }
    }
}
