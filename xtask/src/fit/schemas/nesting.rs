//! What a schema contains: its properties and items, and whether there are arrays or objects among them.

use super::TypeBuilder;
use super::schema::SchemaKind;
use crate::document::pointer::Pointer;
use serde_json::Value;

/// The maximum depth of nested unions.
pub(super) const MAX_DEPTH: usize = 8;

impl<'d> TypeBuilder<'_, 'd> {
    /// The schema of the property `name` in the object at `at`.
    pub fn property(&mut self, at: &Pointer, schema: &'d Value, name: &str) -> Option<(Pointer, &'d Value)> {
        let schema = self.reader.read(at, schema);
        match &*self.reader.resolved(&schema.kind) {
            SchemaKind::Object(object) => {
                let part = object.properties.get(name).or(object.rest.as_deref())?;
                Some((part.at.clone(), part.schema))
            }
            SchemaKind::Map(Some(part)) => Some((part.at.clone(), part.schema)),
            _ => None,
        }
    }

    /// The schema of the items of the array at `at`.
    pub fn items(&mut self, at: &Pointer, schema: &'d Value) -> Option<(Pointer, &'d Value)> {
        let schema = self.reader.read(at, schema);
        match &*self.reader.resolved(&schema.kind) {
            SchemaKind::Array(items) => Some((items.at.clone(), items.schema)),
            _ => None,
        }
    }

    /// Whether the schema at `at` is that of an object.
    pub fn is_object(&mut self, at: &Pointer, schema: &'d Value) -> bool {
        let schema = self.reader.read(at, schema);
        matches!(*self.reader.resolved(&schema.kind), SchemaKind::Object(_) | SchemaKind::Map(_))
    }

    /// Whether a value of the schema at `at` can be an object.
    pub fn can_be_object(&mut self, at: &Pointer, schema: &'d Value) -> bool {
        // A union that is nested too deeply can be anything.
        self.can_be(at, schema, |_, kind| {
            kind.is_any()
                || matches!(kind, SchemaKind::Object(_) | SchemaKind::Map(_) | SchemaKind::Reference(_) | SchemaKind::Union(_))
        })
    }

    /// Whether all values of the schema at `at` are strings.
    pub fn is_text(&mut self, at: &Pointer, schema: &'d Value) -> bool {
        let schema = self.reader.read(at, schema);
        self.reader.resolved(&schema.kind).is_text()
    }

    /// Whether a value of the schema at `at` is an array, or an object that can contain an array or an object.
    pub fn is_nested(&mut self, at: &Pointer, schema: &'d Value) -> bool {
        self.can_be(at, schema, |builder, kind| match kind {
            SchemaKind::Array(_) => true,
            SchemaKind::Object(object) => {
                object.properties.values().chain(object.rest.as_deref()).any(|part| builder.is_compound(&part.at, part.schema))
            }
            SchemaKind::Map(Some(part)) => builder.is_compound(&part.at, part.schema),
            _ => false,
        })
    }

    /// Whether a value of the schema at `at` can be an array or an object.
    pub fn is_compound(&mut self, at: &Pointer, schema: &'d Value) -> bool {
        self.can_be(at, schema, |_, kind| matches!(kind, SchemaKind::Array(_) | SchemaKind::Object(_) | SchemaKind::Map(_)))
    }

    fn can_be(&mut self, at: &Pointer, schema: &'d Value, is: fn(&mut Self, &SchemaKind<'d>) -> bool) -> bool {
        let schema = self.reader.read(at, schema);
        self.can_kind_be(&schema.kind, is, 0)
    }

    /// Whether the kind, or that of an alternative, is such a kind.
    fn can_kind_be(&mut self, kind: &SchemaKind<'d>, is: fn(&mut Self, &SchemaKind<'d>) -> bool, depth: usize) -> bool {
        match &*self.reader.resolved(kind) {
            SchemaKind::Union(branches) if depth < MAX_DEPTH => {
                branches.iter().any(|branch| self.can_kind_be(&branch.schema.kind, is, depth + 1))
            }
            kind => is(self, kind),
        }
    }
}
