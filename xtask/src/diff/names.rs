//! What the parts of a document are called in Rust, by the rules of fitting.

use crate::document::{Names as Taken, walk};
use crate::fit::{Methods, method_name, type_name};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::HashSet;

/// The names of components and operations.
#[derive(Debug, Default)]
pub struct Names {
    components: IndexMap<String, String>,
    types: HashSet<String>,
    operations: IndexMap<(String, String), String>,
}

impl Names {
    /// The names of everything in `document`.
    pub fn of(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let mut taken = Taken::default();
        let components = schemas.into_iter().flatten().map(|(name, _)| (name.clone(), taken.free(&type_name(name))));
        let components: IndexMap<String, String> = components.collect();
        let types = components.values().cloned().collect();
        let mut methods = Methods::default();
        let operations = walk::operations(document).into_iter().map(|operation| {
            let wanted = Methods::wanted(&operation_id(operation.value, operation.method, operation.path));
            ((operation.path.to_owned(), operation.method.to_owned()), methods.free(&wanted))
        });
        Self { components, types, operations: operations.collect() }
    }

    /// The type of a component.
    pub fn component(&self, published: &str) -> String {
        self.components.get(published).cloned().unwrap_or_else(|| type_name(published))
    }

    /// The type of a schema that is no component, but would be called like one.
    pub fn inline(&self, name: &str) -> String {
        let taken = |name: &String| self.types.contains(name);
        let numbered = (2..).map(|number| format!("{name}{number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }

    /// The method of an operation.
    pub fn operation(&self, path: &str, method: &str) -> String {
        self.operations.get(&(path.to_owned(), method.to_owned())).cloned().unwrap_or_else(|| method_name(path, &[]))
    }
}

/// The id of an operation, or else method and path.
pub fn operation_id(operation: &Value, method: &str, path: &str) -> String {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.map_or_else(|| format!("{method} {path}"), str::to_owned)
}
