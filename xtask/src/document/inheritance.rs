//! Inheritance: base components with a discriminator, and child components that contain them in `allOf`.

use super::pointer::{Pointer, component_name, is_name_of, schema_reference};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// The bases of a document.
#[derive(Clone, Debug, Default)]
pub struct Bases {
    /// For each base, the components that inherit from it directly or indirectly, in document order.
    children: IndexMap<String, IndexSet<String>>,
}

impl Bases {
    /// Finds the bases. A component that lists other alternatives than its children is not a base.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let mut bases = Self::default();
        let Some(Value::Object(schemas)) = document.pointer("/components/schemas") else { return bases };
        let mut composed: IndexMap<String, Vec<&String>> = IndexMap::new();
        for (child, schema) in schemas {
            for base in parts(schema).filter(|base| !is_base_or_null(schema, child, schemas.get(base))) {
                composed.entry(base).or_default().push(child);
            }
        }
        for (base, schema) in schemas.iter().filter(|(_, schema)| is_told(schema)) {
            let mut found = IndexSet::from([base.clone()]);
            let mut next = 0;
            while let Some(name) = found.get_index(next) {
                let more = composed.get(name).into_iter().flatten();
                found.extend(more.map(|name| (*name).clone()).collect::<Vec<_>>());
                next += 1;
            }
            let children: IndexSet<String> =
                schemas.keys().filter(|name| *name != base && found.contains(*name)).cloned().collect();
            let lists_others = alternatives(schema).any(|branch| referenced(branch).is_none_or(|name| !children.contains(&name)));
            if !children.is_empty() && !lists_others {
                bases.children.insert(base.clone(), children);
            }
        }
        bases
    }

    /// The names of the bases.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.children.keys()
    }

    /// The components that inherit from `base`; none if it is not a base.
    pub fn children(&self, base: &str) -> impl Iterator<Item = &String> {
        self.children.get(base).into_iter().flatten()
    }

    /// The references to the children of the component that `reference` points to. Its values may be values of the children.
    #[must_use]
    pub fn references(&self, reference: &str) -> Vec<String> {
        let base = component_name(reference, "schemas");
        base.iter().flat_map(|base| self.children(base)).map(|name| schema_reference(name)).collect()
    }

    /// Whether the schema at `at` is composed of `base` in its `allOf`, instead of just wrapping the reference.
    #[must_use]
    pub fn composes(&self, at: &Pointer, schema: &Value, base: &str) -> bool {
        let component = at.as_str().strip_prefix("/components/schemas/").filter(|name| !name.contains('/'));
        let is_child = component.is_some() && self.children(base).any(|name| at.last() == *name);
        let says_more = |schema: &Value| schema.as_object().into_iter().flatten().any(|(key, _)| !is_aside(key));
        let others = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let mut others = others.filter(|part| referenced(part).is_none_or(|name| name != base));
        is_child || says_more(schema) || others.any(|part| part.get("$ref").is_some() || says_more(part))
    }
}

/// Whether a keyword beside a reference does not restrict the value.
fn is_aside(key: &str) -> bool {
    matches!(key, "allOf" | "nullable") || super::keywords::is_annotation(key)
}

/// Whether the component `name` is only a nullable wrapper of its base, and not a child that the mapping names.
fn is_base_or_null(schema: &Value, name: &str, base: Option<&Value>) -> bool {
    let mapping = || base?.get("discriminator")?.get("mapping")?.as_object();
    schema.get("nullable") == Some(&Value::Bool(true))
        && only_component(schema).is_some()
        && !mapping().into_iter().flatten().any(|(_, target)| is_name_of(target, name))
}

fn is_told(schema: &Value) -> bool {
    schema.get("discriminator").is_some_and(|discriminator| discriminator.get("propertyName").is_some_and(Value::is_string))
}

/// The alternatives in `oneOf` and `anyOf`.
pub fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten()
}

/// The components in `allOf`.
pub fn parts(schema: &Value) -> impl Iterator<Item = String> {
    schema.get("allOf").and_then(Value::as_array).into_iter().flatten().filter_map(referenced)
}

/// The component that a schema stands for, by a reference or by an `allOf` that contains nothing but a reference.
#[must_use]
pub fn only_component(schema: &Value) -> Option<String> {
    let wrapped = || {
        let object = schema.as_object().filter(|schema| schema.keys().all(|key| is_aside(key)))?;
        match object.get("allOf")?.as_array()?.as_slice() {
            [only] => referenced(only),
            _ => None,
        }
    };
    referenced(schema).or_else(wrapped)
}

/// The component that the `$ref` of a schema points to.
#[must_use]
pub fn referenced(schema: &Value) -> Option<String> {
    component_name(schema.get("$ref")?.as_str()?, "schemas")
}
