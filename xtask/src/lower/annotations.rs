//! Annotations that 3.0 writes otherwise.

use super::Lowering;
use crate::account::Loss;
use crate::document::walk::Site;
use serde_json::{Map, Value};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if let Some(Value::Array(examples)) = object.get("examples") {
        let first = examples.first().cloned();
        if let Some(first) = first {
            object.entry("example").or_insert(first);
        }
        lowering.keep(object, "examples", site.pointer, Loss::Kept, "the first became `example`");
    }
    if object.get("default").is_some_and(Value::is_null) {
        lowering.keep(object, "default", site.pointer, Loss::Kept, "null is no default in OpenAPI 3.0");
    }
}
