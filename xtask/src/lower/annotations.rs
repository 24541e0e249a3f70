//! Annotations that 3.0 spells differently.

use super::Lowering;
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if let Some(Value::Array(examples)) = object.get("examples") {
        let text = match examples.first().cloned() {
            Some(first) if !object.contains_key("example") => {
                object.insert("example".into(), first);
                "the first became `example`"
            }
            _ => "OpenAPI 3.0 has one `example`",
        };
        lowering.keep(object, "examples", site.pointer, Loss::Kept, text);
    }
    if object.get("default").is_some_and(Value::is_null) {
        lowering.keep(object, "default", site.pointer, Loss::Kept, "a default cannot be null in OpenAPI 3.0");
    }
}
