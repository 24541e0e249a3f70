//! The values that schemas list for their properties.

use super::reader::Reader;
use super::schema::{Branch, Known, Object, SchemaKind, Subschema, Values};
use crate::document::pointer::component_name;
use serde_json::Value;
use std::collections::HashSet;
use std::rc::Rc;

impl<'d> Reader<'_, 'd> {
    /// The listed values of a property of an alternative.
    pub(super) fn listed_values(&mut self, kind: &SchemaKind<'d>, property: &str) -> Option<Values> {
        let strings = self.strings(kind).get(property).cloned();
        strings.or_else(|| self.numbers(kind).shift_remove(property))
    }

    /// The properties of an object with listed strings. For a union, those with listed strings in all alternatives.
    pub(super) fn strings(&mut self, kind: &SchemaKind<'d>) -> Rc<Known> {
        match kind {
            SchemaKind::Object(object) => Rc::new(self.strings_of(object)),
            SchemaKind::Union(branches) => Rc::new(self.common_strings(branches)),
            SchemaKind::Reference(name) => self.component_strings(name),
            _ => Rc::default(),
        }
    }

    /// The same for a component. Each is read once, since nested unions can reach it by very many paths.
    fn component_strings(&mut self, name: &str) -> Rc<Known> {
        if let Some(known) = self.listed_strings.get(name) {
            return known.clone();
        }
        // Recursion adds nothing.
        self.listed_strings.insert(name.to_owned(), Rc::default());
        let component = self.component(name);
        let known = self.strings(&component.kind);
        self.listed_strings.insert(name.to_owned(), known.clone());
        known
    }

    fn common_strings(&mut self, branches: &[Branch<'d>]) -> Known {
        let all: Vec<Rc<Known>> = branches.iter().map(|branch| self.strings(&branch.schema.kind)).collect();
        let Some((first, others)) = all.split_first() else { return Known::new() };
        let mut common = (**first).clone();
        common.retain(|name, _| others.iter().all(|other| other.contains_key(name)));
        for (name, values) in &mut common {
            values.extend(others.iter().filter_map(|other| other.get(name)).flatten().cloned());
        }
        common
    }

    fn strings_of(&mut self, object: &Object<'d>) -> Known {
        let mut known = Known::new();
        for (name, part) in &object.properties {
            let kind = self.read_again(part).kind;
            if let SchemaKind::StringEnum(strings) = &*self.resolved(&kind)
                && !strings.open
            {
                known.insert(name.clone(), strings.values.clone());
            }
        }
        known
    }

    /// The properties of an object with listed numbers or booleans. They do not affect types and names.
    pub(super) fn numbers(&mut self, kind: &SchemaKind<'d>) -> Known {
        let SchemaKind::Object(object) = &*self.resolved(kind) else { return Known::new() };
        let listed = |(name, part): (&String, &Subschema<'d>)| {
            let values = self.listed(part.schema, &mut HashSet::new(), 0)?;
            Some((name.clone(), values.iter().map(plain).collect::<Option<_>>()?))
        };
        object.properties.iter().filter_map(listed).collect()
    }

    /// The number or boolean that is the only value of a schema.
    pub(super) fn only_number(&self, part: &Subschema<'d>) -> Option<Value> {
        match self.listed(part.schema, &mut HashSet::new(), 0)?.as_slice() {
            [value @ (Value::Number(_) | Value::Bool(_))] => Some(value.clone()),
            _ => None,
        }
    }

    /// Whether two schemas list different values. The schemas are not read: they can contain a component that is being read.
    pub(super) fn lists_exclude_each_other(&self, a: &Subschema<'d>, b: &Subschema<'d>) -> bool {
        let [own, others] = [a, b].map(|part| self.listed(part.schema, &mut HashSet::new(), 0));
        let excludes_null = |part: &Subschema<'_>| part.schema.get("enum").is_some() && part.schema.get("nullable").is_none();
        (excludes_null(a) || excludes_null(b))
            && own.zip(others).is_some_and(|(own, others)| !own.iter().any(|value| others.contains(value)))
    }

    /// The listed values of a schema or of its parts. Each component is visited once.
    fn listed(&self, schema: &'d Value, seen: &mut HashSet<String>, depth: usize) -> Option<&'d Vec<Value>> {
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Some(values);
        }
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| component_name(reference, "schemas"));
        let target = target.filter(|name| depth < 16 && seen.insert(name.clone()));
        let target = target.and_then(|name| self.written(&name));
        let parts = schema.get("allOf").and_then(Value::as_array).filter(|_| depth < 16).into_iter().flatten();
        target.into_iter().chain(parts).find_map(|part| self.listed(part, seen, depth + 1))
    }
}

/// The text by which the runtime compares a number or boolean.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => Some(value.to_string()),
        Value::Number(number) => number.as_i64().map(|number| number.to_string()),
        _ => None,
    }
}
