//! Whether a value holds lists or objects inside: what `deepObject` does not say how to write.

use super::Placer;
use super::flat::{Flat, Kind, Part};
use crate::document::pointer::Pointer;
use serde_json::Value;

/// How many unions within unions are looked into.
const MAX_DEPTH: usize = 8;

impl Placer<'_> {
    /// The property `name` of the object at `at`.
    pub fn property(&mut self, at: &Pointer, schema: &Value, name: &str) -> Option<(Pointer, Value)> {
        let flat = self.reader.flat(at, schema);
        match &*self.reader.resolved(&flat.kind) {
            Kind::Object(object) => {
                let part = object.properties.get(name).or(object.rest.as_deref())?;
                Some((part.at.clone(), part.schema.clone()))
            }
            Kind::Map(Some(part)) => Some((part.at.clone(), part.schema.clone())),
            _ => None,
        }
    }

    /// Whether a value of the schema at `at` is an object.
    pub fn is_object(&mut self, at: &Pointer, schema: &Value) -> bool {
        let flat = self.reader.flat(at, schema);
        matches!(*self.reader.resolved(&flat.kind), Kind::Object(_) | Kind::Map(_))
    }

    /// Whether a value of the schema at `at` is a list, or an object that may hold a list or an object.
    pub fn is_nested(&mut self, at: &Pointer, schema: &Value) -> bool {
        let flat = self.reader.flat(at, schema);
        self.is_flat_nested(&flat, 0)
    }

    fn is_flat_nested(&mut self, flat: &Flat, depth: usize) -> bool {
        match &*self.reader.resolved(&flat.kind) {
            Kind::List(_) => true,
            Kind::Object(object) => {
                let parts: Vec<&Part> = object.properties.values().chain(object.rest.as_deref()).collect();
                parts.into_iter().any(|part| self.is_compound(part))
            }
            Kind::Map(Some(part)) => self.is_compound(part),
            Kind::Union(branches) if depth < MAX_DEPTH => {
                branches.iter().any(|branch| self.is_flat_nested(&branch.flat, depth + 1))
            }
            _ => false,
        }
    }

    fn is_compound(&mut self, part: &Part) -> bool {
        let flat = self.reader.flat(&part.at, &part.schema);
        self.is_flat_compound(&flat, 0)
    }

    fn is_flat_compound(&mut self, flat: &Flat, depth: usize) -> bool {
        match &*self.reader.resolved(&flat.kind) {
            Kind::List(_) | Kind::Object(_) | Kind::Map(_) => true,
            Kind::Union(branches) if depth < MAX_DEPTH => {
                branches.iter().any(|branch| self.is_flat_compound(&branch.flat, depth + 1))
            }
            _ => false,
        }
    }
}
