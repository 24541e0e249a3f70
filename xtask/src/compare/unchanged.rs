//! What is equal in both documents, together with everything that it refers to. Its comparison would find nothing.

use super::snapshot::Snapshot;
use crate::document::pointer::{Pointer, decode};
use crate::document::walk;
use crate::maps::{HashMap, HashSet};
use crate::model::types::{TypeDef, TypeUse};
use serde_json::Value;

/// A reference that this file does not follow. Whatever has it counts as changed.
const ELSEWHERE: &str = "elsewhere";

/// What is equal in both documents.
#[derive(Debug)]
pub struct Unchanged<'a> {
    sides: [&'a Snapshot<'a>; 2],
    /// The places of components, path items and webhooks.
    parts: HashSet<String>,
    /// The names of types.
    types: HashSet<String>,
}

impl<'a> Unchanged<'a> {
    /// Compares the parts and the types of two documents, each as a whole.
    pub fn between(old: &'a Snapshot<'a>, new: &'a Snapshot<'a>) -> Self {
        let mut unchanged = Self { sides: [old, new], parts: HashSet::default(), types: HashSet::default() };
        // The same schema can mean something else in another version of OpenAPI.
        if old.is_3_0 == new.is_3_0 {
            let was: HashMap<String, &Value> = parts(old.published).into_iter().collect();
            let same = parts(new.published).into_iter().filter(|(at, value)| was.get(at) == Some(value));
            let with_references = |(at, value): (String, &Value)| {
                let found = references(new.published, &at, value);
                (at, found)
            };
            unchanged.parts = self_contained(same.map(with_references).collect());
            let same = new.model.types.iter().filter(|(name, def)| {
                old.model.types.get(*name) == Some(*def) && def.replaced.is_none() && unchanged.contains_places(def)
            });
            unchanged.types = self_contained(same.map(|(name, def)| (name.clone(), def.names().into_iter().collect())).collect());
        }
        unchanged
    }

    /// Whether two values have the same named types and the same schemas, and everything that these refer to is the same too.
    pub fn contains(&self, old: &TypeUse, new: &TypeUse) -> bool {
        new.ty.held_name().is_some_and(|name| self.types.contains(name))
            && old == new
            && places(new).into_iter().all(|place| self.contains_place(place))
    }

    /// Whether all schemas that a type is made from are in unchanged parts.
    fn contains_places(&self, def: &TypeDef) -> bool {
        self.contains_place(&def.origin.pointer())
            && def.uses().into_iter().flat_map(places).all(|place| self.contains_place(place))
    }

    fn contains_place(&self, place: &Pointer) -> bool {
        let published = self.sides.map(|side| side.place(place));
        published[0] == published[1]
            && part_of(&published[0]).is_some_and(|part| self.parts.contains(part))
            && self.sides.iter().all(|side| side.unreadable(place).is_none())
    }
}

/// The components, path items and webhooks of a document, by their places.
fn parts(document: &Value) -> Vec<(String, &Value)> {
    let components = document.get("components").and_then(Value::as_object).into_iter().flatten();
    let kinds = components.map(|(kind, all)| (Pointer::parse("/components").at(kind), Some(all)));
    let others = ["paths", "webhooks"].map(|key| (Pointer::default().at(key), document.get(key)));
    let all = kinds.chain(others).flat_map(|(at, all)| {
        let entries = all.and_then(Value::as_object).into_iter().flatten();
        entries.map(move |(name, value)| (at.at(name).as_str().to_owned(), value))
    });
    all.collect()
}

/// The place of the part that contains `place`.
fn part_of(place: &Pointer) -> Option<&str> {
    place.first(if place.as_str().starts_with("/components/") { 3 } else { 2 })
}

/// The parts to which the references in the part `value` at `at` lead.
fn references(document: &Value, at: &str, value: &Value) -> Vec<String> {
    let node = walk::node_at(document, &Pointer::parse(at));
    let texts = node.map(|node| walk::references(value, node)).unwrap_or_default();
    let part = |text: &String| {
        let place = Pointer::parse(&decode(text.strip_prefix('#')?));
        part_of(&place).map(str::to_owned)
    };
    texts.iter().map(|text| part(text).unwrap_or_else(|| ELSEWHERE.to_owned())).collect()
}

/// The keys of `members` that depend only on other members, directly and indirectly.
fn self_contained(members: HashMap<String, Vec<String>>) -> HashSet<String> {
    let mut users: HashMap<&str, Vec<&str>> = HashMap::default();
    for (member, others) in &members {
        for other in others {
            users.entry(other).or_default().push(member);
        }
    }
    let mut left: HashSet<&str> = members.keys().map(String::as_str).collect();
    let mut missing: Vec<&str> = users.keys().filter(|name| !left.contains(*name)).copied().collect();
    while let Some(name) = missing.pop() {
        let users = users.get(name).into_iter().flatten();
        missing.extend(users.filter(|user| left.remove(**user)));
    }
    left.into_iter().map(str::to_owned).collect()
}

/// The places of a use, and of the uses in its type.
fn places(used: &TypeUse) -> Vec<&Pointer> {
    let inner = used.ty.held().map(places).unwrap_or_default();
    used.places.iter().chain(inner).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::Unchanged;
    use crate::compare::snapshot::Snapshot;
    use crate::document::Document;
    use serde_json::{Value, json};

    fn document() -> Document {
        let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let value = json!({
            "openapi": "3.1.0",
            "info": { "title": "t", "version": "1" },
            "paths": { "/a": { "get": { "operationId": "a", "responses": { "200": {
                "description": "ok", "content": { "application/json": { "schema": reference("Order") } },
            } } } } },
            "components": { "schemas": {
                "Order": { "type": "object", "properties": { "buyer": reference("Person"), "lines": { "type": "array", "items": reference("Line") } } },
                "Person": { "type": "object", "properties": { "name": reference("Name"), "friend": reference("Person") } },
                "Line": { "type": "object", "properties": { "size": { "type": "integer" } } },
                "Name": { "type": "string", "maxLength": 20 },
            } },
        });
        Document { file: "document.json".to_owned(), value }
    }

    #[test]
    fn a_type_is_unchanged_if_everything_that_it_refers_to_is() {
        let cases = [
            ("/info/title", json!("other"), &["Line", "Name", "Order", "Person"][..]),
            ("/components/schemas/Line/description", json!("A line."), &["Name", "Person"]),
            ("/components/schemas/Line/properties/size/minimum", json!(1), &["Name", "Person"]),
            ("/components/schemas/Name/maxLength", json!(30), &["Line"]),
            ("/components/schemas/Name/$ref", json!("other.json#/Name"), &["Line"]),
            ("/openapi", json!("3.0.3"), &[]),
        ];
        for (place, value, expected) in cases {
            let (old, mut new) = (document(), document());
            let (parent, key) = place.rsplit_once('/').unwrap();
            let parent = new.value.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
            parent.insert(key.to_owned(), value);
            let (old, new) = (Snapshot::of(&old), Snapshot::of(&new));
            let unchanged = Unchanged::between(&old, &new);
            let mut found: Vec<&str> = unchanged.types.iter().map(String::as_str).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{place}");
        }
    }
}
