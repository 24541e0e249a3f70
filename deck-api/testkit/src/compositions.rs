//! Rewrites compositions in which the judge deviates from the specification, and inheritance, which schemas do not express.
//!
//! `additionalProperties: false` within an `allOf` applies to the whole composition, and where a schema includes its base by
//! `allOf`, the `oneOf` of the base, which lists the children, is ignored; otherwise, no value would be valid. A base schema with
//! a discriminator that is used as a value is one of its children.

use crate::dialect::{inner, inner_mut};
use crate::discriminators::{narrow, narrow_base};
use crate::document::{each_value, escape, target, unescape};
use crate::pattern_maps;
use crate::schemas;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The location of components in their form as parts of others.
const PARTS: &str = "/components/x-parts";
/// Marks a composition that is closed as a whole.
const CLOSED: &str = "x-closed-as-a-whole";
/// The maximum depth of compositions.
const DEPTH: usize = 32;

/// Rewrites the schemas of a document in JSON Schema 2020-12. Returns where and how the result deviates from the specification.
pub fn rewrite(document: &mut Value) -> Vec<String> {
    let components = document.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default();
    let family = Family::of(&components);
    let mut readings = pattern_maps::complete(document);
    schemas::change(document, &mut |schema| {
        if let Value::Object(schema) = schema {
            family.compose(schema);
        }
    });
    each_value(document, &mut String::new(), &mut |at, value| {
        if value.get(CLOSED) == Some(&Value::Bool(true)) {
            readings.push(format!("#{at}: `additionalProperties: false` applies to the whole composition"));
        }
    });
    let parts: Map<String, Value> = family.parts.iter().map(|name| (name.clone(), family.part(name))).collect();
    for (base, children) in &family.children {
        if union_key(family.schema(base)).is_some() {
            readings.push(format!(
                "#/components/schemas/{}: its own union is ignored where a schema includes it by `allOf`",
                escape(base)
            ));
        }
        let schema = document.pointer_mut(&format!("/components/schemas/{}", escape(base)));
        if let Some(schema) = schema.map(inner_mut) {
            *schema = family.open(base, children);
        }
    }
    if let Some(Value::Object(components)) = document.get_mut("components").filter(|_| !parts.is_empty()) {
        components.insert("x-parts".to_owned(), Value::Object(parts));
    }
    readings
}

/// Returns the location of a component by itself, given its location as a part of others.
pub fn whole(pointer: &str) -> Option<String> {
    Some(format!("/components/schemas{}", pointer.strip_prefix(PARTS)?))
}

/// Returns the location of a component as a part of others.
pub fn part_of(pointer: &str) -> Option<String> {
    let name = pointer.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'))?;
    Some(format!("{PARTS}/{name}"))
}

struct Family<'a> {
    components: &'a Map<String, Value>,
    /// The base schemas with a discriminator, and the components that are composed of them, at any level.
    children: BTreeMap<String, Vec<String>>,
    /// The components that have another meaning as parts of others.
    parts: BTreeSet<String>,
}

impl<'a> Family<'a> {
    fn of(components: &'a Map<String, Value>) -> Self {
        let bases: BTreeMap<&String, Vec<String>> =
            components.iter().map(|(name, schema)| (name, bases(inner(schema)))).collect();
        let mut children = BTreeMap::new();
        for (name, schema) in components.iter().filter(|(_, schema)| inner(schema).get("discriminator").is_some()) {
            let mut found: Vec<String> = vec![name.clone()];
            let mut next = 0;
            while let Some(base) = found.get(next).cloned() {
                let more = components.keys().filter(|child| bases[child].contains(&base) && !found.contains(child));
                found.extend(more.cloned().collect::<Vec<_>>());
                next += 1;
            }
            found.remove(0);
            let lists_others = union_key(schema).is_some_and(|key| {
                let listed =
                    inner(schema)[key].as_array().into_iter().flatten().map(|branch| component(branch).unwrap_or_default());
                listed.into_iter().any(|name| !found.contains(&name))
            });
            if !found.is_empty() && !lists_others {
                children.insert(name.clone(), found);
            }
        }
        let means_more =
            |name: &String| children.contains_key(name) || is_false(inner(&components[name]), "additionalProperties");
        let mut parts: BTreeSet<String> = components.keys().filter(|name| means_more(name)).cloned().collect();
        loop {
            let more = |name: &&String| !parts.contains(*name) && bases[name].iter().any(|base| parts.contains(base));
            let more: Vec<String> = components.keys().filter(more).cloned().collect();
            if more.is_empty() {
                return Self { components, children, parts };
            }
            parts.extend(more);
        }
    }

    fn schema(&self, name: &str) -> &'a Value {
        self.components.get(name).map_or(&Value::Null, inner)
    }

    /// Makes a composition refer to its parts in their form as parts, and closes it as a whole if one of them is closed.
    fn compose(&self, schema: &mut Map<String, Value>) {
        if !schema.contains_key("allOf") {
            return;
        }
        let is_closed = self.is_closed(schema, DEPTH);
        self.as_part(schema);
        if is_closed {
            schema.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
            schema.insert(CLOSED.to_owned(), Value::Bool(true));
        }
    }

    fn is_closed(&self, schema: &Map<String, Value>, depth: usize) -> bool {
        let of_part = |part: &Value| {
            let part = component(part).map_or(part, |name| self.schema(&name));
            depth > 0 && part.as_object().is_some_and(|part| self.is_closed(part, depth - 1))
        };
        schema.get("additionalProperties") == Some(&Value::Bool(false))
            || schema.contains_key(CLOSED)
            || schema.get("allOf").and_then(Value::as_array).into_iter().flatten().any(of_part)
    }

    /// Returns the schema as a part of another one: open, and composed of open schemas.
    fn as_part(&self, schema: &mut Map<String, Value>) {
        if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
            schema.shift_remove("additionalProperties");
        }
        if schema.shift_remove(CLOSED).is_some() {
            schema.shift_remove("unevaluatedProperties");
        }
        for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
            match component(part).filter(|name| self.parts.contains(name)) {
                Some(name) => part["$ref"] = format!("#{PARTS}/{}", escape(&name)).into(),
                None => part.as_object_mut().into_iter().for_each(|part| self.as_part(part)),
            }
        }
    }

    /// Returns what a base schema and those above and below it say about the discriminator property.
    fn discriminator(&self, base: &str) -> Value {
        let mut whole = self.schema(base)["discriminator"].clone();
        let is_above = |one: &String, other: &str| self.children[one].iter().any(|child| child == other);
        let related = self.children.keys().filter(|other| is_above(other, base) || is_above(&base.to_owned(), other));
        for other in related.map(|other| &self.schema(other)["discriminator"]) {
            if other["propertyName"] == whole["propertyName"]
                && let Some(mapping) = other["mapping"].as_object()
            {
                let mut all = mapping.clone();
                all.extend(whole["mapping"].as_object().into_iter().flatten().map(|(tag, target)| (tag.clone(), target.clone())));
                whole["mapping"] = Value::Object(all);
            }
        }
        whole
    }

    /// Returns the component in its form as a part of others.
    fn part(&self, name: &str) -> Value {
        let mut schema = self.schema(name).clone();
        if let Some(schema) = schema.as_object_mut() {
            self.as_part(schema);
            if self.children.contains_key(name) {
                schema.retain(|key, _| !["discriminator", "oneOf", "anyOf"].contains(&key.as_str()));
            }
        }
        schema
    }

    /// Returns the base schema as a value: one of its children, or itself if it does not list them.
    fn open(&self, base: &str, children: &[String]) -> Value {
        let schema = self.schema(base);
        let discriminator = self.discriminator(base);
        // A child that admits null does not make its base nullable.
        let types = inner(schema).get("type").cloned().unwrap_or_else(|| "object".into());
        if let Some(key) = union_key(schema) {
            return json!({ "type": types, key: schema[key], "discriminator": discriminator });
        }
        let root = json!({ "components": { "schemas": self.components } });
        let narrowed = |name: &str| {
            let mut branch = json!({ "$ref": format!("#/components/schemas/{}", escape(name)) });
            narrow(&mut branch, &discriminator, &root);
            branch
        };
        let mut branches: Vec<(&str, Value)> = children.iter().map(|name| (name.as_str(), narrowed(name))).collect();
        let of_children: Vec<&Value> = branches.iter().map(|(_, branch)| branch).collect();
        branches.extend(narrow_base(&of_children, narrowed(base), &discriminator, &root).map(|branch| (base, branch)));
        let branches = branches.into_iter().map(|(name, mut branch)| {
            if self.children.contains_key(name) {
                branch["$ref"] = format!("#{PARTS}/{}", escape(name)).into();
            }
            branch
        });
        json!({ "type": types, "oneOf": branches.collect::<Vec<_>>(), "discriminator": discriminator })
    }
}

fn union_key(schema: &Value) -> Option<&'static str> {
    ["oneOf", "anyOf"].into_iter().find(|key| inner(schema).get(*key).is_some())
}

fn is_false(schema: &Value, key: &str) -> bool {
    schema.get(key) == Some(&Value::Bool(false))
}

/// Returns the components of which a schema is composed.
fn bases(schema: &Value) -> Vec<String> {
    schema.get("allOf").and_then(Value::as_array).into_iter().flatten().filter_map(component).collect()
}

fn component(schema: &Value) -> Option<String> {
    let pointer = target(schema.get("$ref")?.as_str()?)?;
    Some(unescape(pointer.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'))?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn a_base_has_only_the_tag_values_that_no_child_has() {
        let base = |values: Value| {
            let mut document = json!({ "components": { "schemas": {
                "Node": { "type": "object", "properties": { "kind": { "enum": values } },
                    "discriminator": { "propertyName": "kind", "mapping": { "folder": "Folder" } } },
                "Folder": { "allOf": [{ "$ref": "#/components/schemas/Node" }] },
                "Link": { "allOf": [{ "$ref": "#/components/schemas/Node" }, { "properties": { "kind": { "const": "link" } } }] },
            } } });
            rewrite(&mut document);
            let branches = document["components"]["schemas"]["Node"]["oneOf"].as_array().unwrap().clone();
            branches.into_iter().find(|branch| branch["$ref"] == "#/components/x-parts/Node")
        };
        let narrowed =
            json!({ "$ref": "#/components/x-parts/Node", "properties": { "kind": { "enum": ["plain"] } }, "required": ["kind"] });
        assert_eq!(base(json!(["folder", "link", "plain"])), Some(narrowed));
        assert_eq!(base(json!(["folder", "link"])), None);
    }

    #[test]
    fn a_child_that_admits_null_does_not_make_its_base_nullable() {
        let document = json!({ "openapi": "3.0.3", "components": { "schemas": {
            "Pet": { "type": "object", "properties": { "kind": { "type": "string" } }, "discriminator": { "propertyName": "kind" } },
            "Cat": { "allOf": [{ "$ref": "#/components/schemas/Pet" }, { "type": "object" }], "nullable": true },
        } } });
        let judge = crate::Judge::new(std::sync::Arc::new(crate::Document::parse(&document.to_string()).unwrap()));
        let admits_null = |name: &str| judge.problems(&format!("/components/schemas/{name}"), &Value::Null).unwrap().is_empty();
        assert_eq!((admits_null("Pet"), admits_null("Cat")), (false, true));
    }
}
