//! The generated types to try, the schemas of the published document to try them with, and what to observe of their values.

use crate::document::inheritance::Bases;
use crate::document::pointer::{Pointer, resolve};
use crate::model::Type;
use crate::model::types::{Origin, Shape, TypeDef, TypeUse, Types, Variant};
use crate::pipeline::Generated;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A type, and the schema of the published document that it is made from.
pub struct Case {
    pub name: String,
    pub pointer: String,
    pub direction: &'static str,
    pub number: bool,
    pub look: Look,
}

/// What to observe of a value.
#[derive(Clone)]
pub enum Look {
    Json,
    /// The variants with the pointers of their schemas, and the variant for values that match several schemas at once.
    Union(Vec<(String, Vec<String>)>, Option<String>),
    /// The strings and their variants.
    Strings(Vec<(String, String)>),
    /// The optional properties, each with the name of its field in Rust.
    Fields(Vec<(String, String)>),
}

/// The types that can be tested by themselves, and the number of types that are only tested inside other values.
pub fn cases(generated: &Generated) -> (Vec<Case>, usize) {
    let model = &generated.prepared.model;
    let document = &generated.prepared.document.value;
    // A composition has the alternatives of its members: they become types of its own with the same pointers, and do not match
    // those schemas by themselves.
    let mut claims: BTreeMap<String, usize> = BTreeMap::new();
    for def in model.types.values() {
        *claims.entry(def.origin.pointer().to_string()).or_default() += 1;
    }
    let composed = composed(&model.types);
    // A base that is used as a value is a union. Its struct has only a part of the value.
    let bases: BTreeSet<Pointer> = Bases::of(document).names().map(|name| Origin::Component(name.clone()).pointer()).collect();
    let stands_alone = |name: &str, def: &TypeDef, at: &String| {
        let is_union = matches!(def.shape, Shape::Union(_));
        let is_base = bases.contains(&def.origin.pointer());
        let is_part = matches!(def.origin, Origin::At(_)) && composed.contains(name);
        (if is_base { is_union } else { claims.get(at) == Some(&1) && !is_part }) && leads_to_a_schema(document, at)
    };
    let (mut cases, mut unnamed) = (Vec::new(), 0);
    for (name, def) in &model.types {
        let pointer = def.origin.pointer().to_string();
        if !stands_alone(name, def, &pointer) {
            unnamed += 1;
            continue;
        }
        let number = Type::Named(name.clone()).is_number(&model.types);
        let look = look(document, def, &model.types);
        let ways = [("Request", def.direction.sent), ("Response", def.direction.received)];
        for (direction, _) in ways.into_iter().filter(|(_, goes)| *goes) {
            cases.push(Case { name: name.clone(), pointer: pointer.clone(), direction, number, look: look.clone() });
        }
    }
    (cases, unnamed)
}

/// The types of values to which several schemas apply, so that each of these is only a part; with the variants of such unions.
fn composed(types: &Types) -> BTreeSet<&str> {
    let mut open: Vec<&str> = types.values().flat_map(TypeDef::uses).filter_map(composed_in).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        let def = types.get(name).filter(|def| matches!(def.origin, Origin::At(_)));
        if found.insert(name)
            && let Some(Shape::Union(union)) = def.map(|def| &def.shape)
        {
            open.extend(union.variants.iter().filter_map(|variant| variant.value.ty.name()));
        }
    }
    found
}

/// The type of a use to which several schemas apply, or of its items or values.
fn composed_in(used: &TypeUse) -> Option<&str> {
    let inner = std::iter::successors(Some(used), |used| used.ty.held());
    let mut inner = inner.skip_while(|used| used.places.len() < 2);
    inner.find_map(|used| used.ty.name())
}

/// What to observe of the values of a type.
fn look(document: &Value, def: &TypeDef, types: &Types) -> Look {
    match &def.shape {
        Shape::Union(union) => {
            let alternative = |variant: &Variant| {
                let origins = variant.origins.iter().filter_map(|origin| published(document, origin)).collect();
                (variant.name.clone(), origins)
            };
            Look::Union(union.variants.iter().map(alternative).collect(), union.several.clone())
        }
        Shape::StringEnum(strings) => Look::Strings(strings.variants.clone()),
        Shape::Struct(item) => {
            let optional = item.names().filter(|(_, field)| field.holding(types).presence(def.direction).options() > 0);
            Look::Fields(optional.map(|(name, field)| (field.wire.clone(), name)).collect())
        }
        _ => Look::Json,
    }
}

/// The place of an alternative in the published document. Lowering may have removed `null` from the union, and so changed
/// indices. If lowering made the union itself, from a schema with several types, that schema is the place.
fn published(document: &Value, origin: &Pointer) -> Option<String> {
    let text = origin.as_str();
    let inline = text.rsplit_once('/').filter(|(union, _)| union.ends_with("/oneOf") || union.ends_with("/anyOf"));
    let Some((union, index)) = inline else { return leads_to_a_schema(document, text).then(|| text.to_owned()) };
    let (holder, _) = union.rsplit_once('/')?;
    let Some(branches) = document.pointer(union) else { return published(document, &Pointer::parse(holder)) };
    let branches = branches.as_array().filter(|_| leads_to_a_schema(document, holder))?;
    let others = branches.iter().enumerate().filter(|(_, branch)| !is_null(branch));
    let (index, _) = others.into_iter().nth(index.parse().ok()?)?;
    Some(format!("{union}/{index}"))
}

/// Whether a pointer of the model leads to the same schema in the published document. It may not, since the model puts
/// parameters of a path before those of its operations, merges alternatives with the schema around them, and has no `null` in
/// unions.
fn leads_to_a_schema(document: &Value, pointer: &str) -> bool {
    let mut value = document;
    let mut parent = value;
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let Some(holder) = resolve(document, value) else { return false };
        let moved = match segment.as_str() {
            "parameters" => parent.get("parameters").is_some(),
            "oneOf" | "anyOf" => {
                let has_null = holder.get(&segment).and_then(Value::as_array).is_some_and(|all| all.iter().any(is_null));
                has_null || ["properties", "required", "allOf"].iter().any(|key| holder.get(key).is_some())
            }
            "allOf" => holder.get(&segment).and_then(Value::as_array).is_some_and(|all| all.len() > 1),
            _ => false,
        };
        let child = match holder {
            Value::Array(list) => segment.parse().ok().and_then(|index: usize| list.get(index)),
            holder => holder.get(&segment),
        };
        let Some(child) = child.filter(|_| !moved) else { return false };
        parent = holder;
        value = child;
    }
    value.is_object()
}

fn is_null(branch: &Value) -> bool {
    branch.get("type").is_some_and(|name| name == "null") || branch.get("const").is_some_and(Value::is_null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pointer_that_may_lead_to_another_schema_is_not_used() {
        let schema = json!({ "type": "string" });
        let document = json!({
            "paths": { "/a": { "parameters": [{ "schema": schema }],
                "get": { "parameters": [{ "schema": schema }], "responses": { "200": { "$ref": "#/components/responses/R" } } } },
                "/b": { "get": { "parameters": [{ "schema": schema }] } } },
            "components": { "responses": { "R": { "content": { "application/json": { "schema": schema } } } },
                "schemas": { "P": { "required": ["a"], "oneOf": [schema, schema] }, "A": { "allOf": [schema, { "oneOf": [schema] }] },
                    "N": { "oneOf": [{ "type": "null" }, schema] }, "U": { "oneOf": [{ "const": 1 }, schema] } } }
        });
        for (pointer, expected) in [
            ("/components/schemas/U/oneOf/1", true),
            ("/components/schemas/U/oneOf/2", false),
            ("/components/schemas/N/oneOf/0", false),
            ("/components/schemas/P/oneOf/0", false),
            ("/components/schemas/A/allOf/1/oneOf/0", false),
            ("/paths/~1a/get/responses/200/content/application~1json/schema", true),
            ("/paths/~1a/get/parameters/0/schema", false),
            ("/paths/~1b/get/parameters/0/schema", true),
        ] {
            assert_eq!(leads_to_a_schema(&document, pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn an_alternative_from_lowering_maps_to_the_schema_with_several_types() {
        let schemas = json!({ "U": { "oneOf": [{ "type": "null" }, { "const": 1 }, { "type": ["string", "integer"] }] } });
        let document = json!({ "components": { "schemas": schemas } });
        let place = |origin: &str| published(&document, &Pointer::parse(&format!("/components/schemas/U{origin}")));
        assert_eq!(place("/oneOf/0").as_deref(), Some("/components/schemas/U/oneOf/1"));
        assert_eq!(place("/oneOf/1/oneOf/0").as_deref(), Some("/components/schemas/U/oneOf/2"));
        assert_eq!(place("/oneOf/3"), None);
    }

    #[test]
    fn a_type_of_several_schemas_is_not_compared_with_one_of_them() {
        let object = |schema: Value| json!({ "type": "object", "required": ["p"], "properties": { "p": schema } });
        let map = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        let named = json!({ "type": "object", "required": ["y"], "properties": { "y": { "type": "string" } } });
        let both = json!({ "allOf": [object(named), { "$ref": "#/components/schemas/First" }] });
        let schemas = json!({ "First": object(map), "Both": both });
        let document = json!({ "openapi": "3.0.3", "info": { "title": "t", "version": "1" }, "paths": {}, "components": { "schemas": schemas } });
        let published = crate::document::Source { file: "a.json".to_owned(), text: document.to_string() };
        let input = crate::input::Input { published, ..crate::input::Input::default() };
        let (cases, unnamed) = cases(&crate::pipeline::generate(&input).unwrap());
        let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        // `BothP` requires `y`, but has the place of the map alone.
        assert_eq!((names, unnamed), (vec!["First", "Both"], 1));
    }
}
