//! What the parts of a document are called in Rust, by the rules of fitting.

use crate::document::pointer::{Pointer, component_name};
use crate::document::targets::Targets;
use crate::document::{Names as Taken, walk};
use crate::fit::{Methods, method_name, type_name};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The names of components and operations.
#[derive(Debug, Default)]
pub struct Names {
    components: IndexMap<String, String>,
    /// Schemas elsewhere that are referred to.
    elsewhere: HashMap<Pointer, String>,
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
        let targets = Targets::of(document, !is_3_0(document));
        let elsewhere = targets.renamed().map(|(pointer, name)| (pointer.clone(), taken.free(&type_name(name))));
        let elsewhere: HashMap<Pointer, String> = elsewhere.collect();
        let types = components.values().chain(elsewhere.values()).cloned().collect();
        let mut methods = Methods::default();
        let operations = walk::operations(document).into_iter().map(|operation| {
            let wanted = Methods::wanted(&operation_id(operation.value, operation.method, operation.path));
            ((operation.path.to_owned(), operation.method.to_owned()), methods.free(&wanted))
        });
        Self { components, elsewhere, types, operations: operations.collect() }
    }

    /// The type of a component.
    pub fn component(&self, published: &str) -> String {
        self.components.get(published).cloned().unwrap_or_else(|| type_name(published))
    }

    /// The type of the schema at `pointer`, if it is a component or becomes one because it is referred to.
    pub fn at(&self, pointer: &Pointer) -> Option<String> {
        let component = component_name(&format!("#{pointer}"), "schemas");
        component.map(|name| self.component(&name)).or_else(|| self.elsewhere.get(pointer).cloned())
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

/// Whether what stands beside a `$ref` counts for nothing.
pub fn is_3_0(document: &Value) -> bool {
    document.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.0"))
}

/// The id of an operation, or else method and path.
pub fn operation_id(operation: &Value, method: &str, path: &str) -> String {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.map_or_else(|| format!("{method} {path}"), str::to_owned)
}
