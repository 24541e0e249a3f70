//! Whether strings in a schema are bytes.

use super::TypeBuilder;
use super::nesting::MAX_DEPTH;
use super::schema::{Schema, SchemaKind, Subschema};
use crate::document::pointer::Pointer;
use crate::model::types::Bytes;
use serde_json::Value;

impl<'d> TypeBuilder<'_, 'd> {
    /// Whether a property of the object at `at` can be such bytes, or an array of such.
    pub fn has_bytes(&mut self, at: &Pointer, schema: &'d Value, how: Bytes) -> bool {
        let schema = self.reader.read(at, schema);
        let parts: Vec<Subschema<'_>> = match &*self.reader.resolved(&schema.kind) {
            SchemaKind::Object(object) => object.properties.values().chain(object.rest.as_deref()).cloned().collect(),
            SchemaKind::Map(Some(part)) => vec![(**part).clone()],
            _ => Vec::new(),
        };
        parts.iter().any(|part| self.is_bytes(&part.at, part.schema, how))
    }

    /// The properties of the object at `at` that are such bytes.
    pub fn properties_of_bytes(&mut self, at: &Pointer, schema: &'d Value, how: Bytes) -> Vec<String> {
        let schema = self.reader.read(at, schema);
        let properties = match &*self.reader.resolved(&schema.kind) {
            SchemaKind::Object(object) => object.properties.clone(),
            _ => return Vec::new(),
        };
        let of_bytes = properties.into_iter().filter(|(_, part)| self.is_bytes(&part.at, part.schema, how));
        of_bytes.map(|(name, _)| name).collect()
    }

    /// Whether a value of the schema at `at` can be such bytes, or an array of such.
    pub fn is_bytes(&mut self, at: &Pointer, schema: &'d Value, how: Bytes) -> bool {
        let schema = self.reader.read(at, schema);
        self.is_schema_bytes(&schema, how, 0)
    }

    fn is_schema_bytes(&mut self, schema: &Schema<'d>, how: Bytes, depth: usize) -> bool {
        if schema.annotations.bytes.is_some() {
            return schema.annotations.bytes == Some(how);
        }
        match &schema.kind {
            SchemaKind::Reference(name) if depth < MAX_DEPTH => {
                let component = self.reader.component(name);
                self.is_schema_bytes(&component, how, depth + 1)
            }
            SchemaKind::Array(items) if depth < MAX_DEPTH => {
                let items = self.reader.read(&items.at, items.schema);
                self.is_schema_bytes(&items, how, depth + 1)
            }
            SchemaKind::Union(branches) if depth < MAX_DEPTH => {
                branches.iter().any(|branch| self.is_schema_bytes(&branch.schema, how, depth + 1))
            }
            _ => false,
        }
    }
}
