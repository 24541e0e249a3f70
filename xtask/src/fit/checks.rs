//! What is legal in 3.0 but not supported, found before anything is moved, so that pointers are those of the document.

use crate::document::pointer::resolve;
use crate::document::walk::{self, Node};
use crate::problem::Problems;
use serde_json::Value;

/// Adds a problem for every reference that leads nowhere, and for keywords that would be dropped without a word.
pub fn run(document: &Value, problems: &mut Problems) {
    walk::walk(&mut document.clone(), &mut |site, value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let external = !reference.starts_with('#');
            if site.node == Node::PathItem {
                problems.add(
                    site.pointer,
                    "a path item that is a `$ref` is not supported",
                    "put the path item in place of the reference",
                );
            } else if external {
                let message = format!("the reference `{reference}` leads to another file, which is not read");
                problems.add(site.pointer.at("$ref"), message, "bundle the document into one file first");
            } else if resolve(document, value).is_none() {
                let message = format!("the reference `{reference}` points at nothing, or in a circle");
                problems.add(site.pointer.at("$ref"), message, "add the component, or correct the reference");
            } else if site.node == Node::Schema && crate::document::pointer::component_name(reference, "schemas").is_none() {
                let message = format!("the reference `{reference}` does not point at a schema of `components`");
                problems.add(site.pointer.at("$ref"), message, "move its target to `components/schemas` and refer to that");
            }
        }
    });
}
