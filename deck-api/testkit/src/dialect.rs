//! Converts the schemas of every document to JSON Schema 2020-12, as far as the validator and the value generator need it.
//!
//! Schemas of OpenAPI 3.0 are upgraded. Rules outside the schema become a part of it: the branch that a discriminator selects,
//! and the range of an integer's format. Keywords that no validator could compile are dropped.

use crate::discriminators;
use crate::document::each_value;
use crate::widths::widths;
use crate::{recursion, schemas};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Marks a schema that was wrapped in an `anyOf` with null. The schema itself is the first branch.
pub const OR_NULL: &str = "x-or-null";

/// Returns the schema itself, if it was wrapped in an `anyOf` with null.
pub fn inner(schema: &Value) -> &Value {
    if schema.get(OR_NULL).is_some() { &schema["anyOf"][0] } else { schema }
}

/// As [`inner`].
pub fn inner_mut(schema: &mut Value) -> &mut Value {
    if schema.get(OR_NULL).is_some() { &mut schema["anyOf"][0] } else { schema }
}

/// Marks a component until it has been rewritten.
const COMPONENT: &str = "x-is-a-component";

/// Marks a schema without restrictions that allows null.
const ONLY_NULLABLE: &str = "x-only-nullable";

/// Returns the document with its schemas in JSON Schema 2020-12.
pub fn to_2020_12(document: &Value) -> Value {
    let old = document.get("openapi").and_then(Value::as_str).is_some_and(|version| version.starts_with("3.0"));
    let mut converted = document.clone();
    let components = converted.pointer_mut("/components/schemas").and_then(Value::as_object_mut).into_iter().flatten();
    for (name, component) in components {
        if !old {
            recursion::resolve(component, name);
        }
        if let Some(component) = component.as_object_mut() {
            component.insert(COMPONENT.to_owned(), true.into());
        }
    }
    let mut patterns = HashMap::new();
    let anchors = anchors(document);
    schemas::change(&mut converted, &mut |value| {
        let Value::Object(schema) = value else { return };
        let is_component = schema.shift_remove(COMPONENT).is_some();
        if old && schema.get("$ref").is_some_and(Value::is_string) {
            // In OpenAPI 3.0, keywords beside a `$ref` have no effect.
            schema.retain(|key, _| key == "$ref");
            return;
        }
        lift_null(schema);
        lead_to_anchor(schema, &anchors);
        tidy(schema);
        bounds(schema);
        drop_bad_patterns(schema, &mut patterns);
        widths(schema);
        discriminators::discriminate(schema, document);
        // A component of this form is a child of its target, if that is a base schema, unless it only adds null.
        if !is_component || schema.get("nullable") == Some(&Value::Bool(true)) {
            unwrap(schema);
        }
        *value = nullable(std::mem::take(schema));
    });
    converted
}

/// Returns the locations of the document's anchors, except those whose name is not unique.
fn anchors(document: &Value) -> HashMap<String, Option<String>> {
    let mut anchors: HashMap<String, Option<String>> = HashMap::new();
    each_value(document, &mut String::new(), &mut |at, value| {
        for name in ["$anchor", "$dynamicAnchor"].iter().filter_map(|key| value.get(key)?.as_str()) {
            anchors.entry(name.to_owned()).and_modify(|place| *place = None).or_insert_with(|| Some(at.to_owned()));
        }
    });
    anchors
}

/// Resolves a reference to an anchor with a unique name, dynamic or not.
fn lead_to_anchor(schema: &mut Map<String, Value>, anchors: &HashMap<String, Option<String>>) {
    for key in ["$ref", "$dynamicRef"] {
        let name = schema.get(key).and_then(|reference| reference.as_str()?.strip_prefix('#'));
        if let Some(Some(place)) = name.and_then(|name| anchors.get(name)) {
            let reference = format!("#{place}");
            schema.shift_remove(key);
            schema.insert("$ref".to_owned(), reference.into());
        }
    }
}

/// Drops keywords with an invalid value, such as `required: true` or `type: any`, which real documents contain.
fn tidy(schema: &mut Map<String, Value>) {
    const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
    let is_type = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    let is_texts = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    let is_count = |value: &Value| value.as_f64().is_some_and(|count| count >= 0.0 && count.fract() == 0.0);
    schema.retain(|key, value| match key.as_str() {
        // Identifiers would change the targets of references.
        "$id" | "$schema" | "$anchor" | "$dynamicAnchor" | "$vocabulary" => false,
        "type" => is_type(value) || value.as_array().is_some_and(|names| !names.is_empty() && names.iter().all(is_type)),
        "required" => is_texts(value),
        "enum" => value.as_array().is_some_and(|values| !values.is_empty()),
        "format" | "pattern" | "$ref" => value.is_string(),
        "properties" | "patternProperties" | "dependentSchemas" | "dependentRequired" | "$defs" => value.is_object(),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => value.as_array().is_some_and(|list| !list.is_empty()),
        "items" | "additionalProperties" | "not" | "if" | "then" | "else" | "contains" | "propertyNames" => {
            value.is_object() || value.is_boolean()
        }
        "minimum" | "maximum" => value.is_number(),
        "exclusiveMinimum" | "exclusiveMaximum" => value.is_number() || value.is_boolean(),
        "multipleOf" => value.as_f64().is_some_and(|number| number > 0.0),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
        | "maxContains" => is_count(value),
        "uniqueItems" => value.is_boolean(),
        _ => true,
    });
    if let Some(Value::Object(lists)) = schema.get_mut("dependentRequired") {
        lists.retain(|_, list| is_texts(list));
    }
}

/// Converts exclusive bounds from booleans to numbers.
fn bounds(schema: &mut Map<String, Value>) {
    for (exclusive, inclusive) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(Value::Bool(is_exclusive)) = schema.get(exclusive).cloned() else { continue };
        schema.shift_remove(exclusive);
        if is_exclusive && let Some(bound) = schema.shift_remove(inclusive) {
            schema.insert(exclusive.to_owned(), bound);
        }
    }
}

/// Drops a pattern that cannot be compiled, so that the rest of the document remains usable.
fn drop_bad_patterns(schema: &mut Map<String, Value>, known: &mut HashMap<String, bool>) {
    let mut compiles = |pattern: &str| {
        let trial = || jsonschema::validator_for(&json!({ "pattern": pattern })).is_ok();
        *known.entry(pattern.to_owned()).or_insert_with(trial)
    };
    if schema.get("pattern").and_then(Value::as_str).is_some_and(|pattern| !compiles(pattern)) {
        schema.shift_remove("pattern");
    }
    if let Some(Value::Object(patterns)) = schema.get_mut("patternProperties") {
        patterns.retain(|pattern, _| compiles(pattern));
    }
}

/// Returns whether a schema names this type, alone or among others.
pub fn has_type(schema: &Map<String, Value>, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(|own| own == name),
        own => own.is_some_and(|own| own == name),
    }
}

/// Returns whether a schema has only `key` and annotations.
pub fn has_only(schema: &Map<String, Value>, key: &str) -> bool {
    const ANNOTATIONS: [&str; 10] = [
        "title",
        "description",
        "example",
        "examples",
        "externalDocs",
        "deprecated",
        "default",
        "nullable",
        "readOnly",
        "writeOnly",
    ];
    schema.keys().all(|own| own == key || own.starts_with("x-") || ANNOTATIONS.contains(&own.as_str()))
}

/// Replaces an `allOf` of a single reference by the reference, if the schema has no other constraints.
fn unwrap(schema: &mut Map<String, Value>) {
    let Some([Value::Object(only)]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) else { return };
    let Some(reference) = only.get("$ref").cloned() else { return };
    if has_only(only, "$ref") && has_only(schema, "allOf") {
        schema.shift_remove("allOf");
        schema.insert("$ref".to_owned(), reference);
    }
}

/// Makes an `allOf` nullable if one of its members only says that: `allOf: [{ $ref: … }, { nullable: true }]`.
fn lift_null(schema: &mut Map<String, Value>) {
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten();
    let marked = parts.filter_map(Value::as_object_mut).filter_map(|part| part.shift_remove(ONLY_NULLABLE)).count();
    if marked > 0 {
        schema.insert("nullable".to_owned(), true.into());
    }
}

/// Makes `nullable` allow null whatever else the schema says. Authors mean it so, although OpenAPI 3.0.3 is stricter.
fn nullable(mut schema: Map<String, Value>) -> Value {
    if schema.shift_remove("nullable") != Some(Value::Bool(true)) {
        return Value::Object(schema);
    }
    let composed = ["$ref", "allOf", "anyOf", "oneOf", "not", "const", "if"].iter().any(|key| schema.contains_key(*key));
    if composed {
        return json!({ OR_NULL: true, "anyOf": [schema, { "type": "null" }] });
    }
    if has_only(&schema, "nullable") {
        schema.insert(ONLY_NULLABLE.to_owned(), true.into());
    }
    match schema.get_mut("type") {
        Some(Value::Array(names)) => names.push(json!("null")),
        Some(name) => *name = json!([name.take(), "null"]),
        None => {}
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn schema(version: &str, schema: &Value) -> Value {
        let document = json!({ "openapi": version, "components": { "schemas": { "S": schema,
            "C": { "allOf": [{ "$ref": "#/components/schemas/Base" }] },
            "Base": { "discriminator": { "propertyName": "kind" }, "properties": { "kind": { "type": "string" } } },
            "A": { "properties": { "kind": { "type": "string" } } },
            "Number": { "allOf": [{ "properties": { "kind": { "type": ["integer", "null"] } } }] },
            "Any": {},
            "Inner": { "title": "One of two", "oneOf": [{ "$ref": "#/components/schemas/A" }, { "$ref": "#/components/schemas/Number" }] },
            "Wrapped": { "description": "A.", "allOf": [{ "$ref": "#/components/schemas/A" }] },
            "AlsoA": { "$ref": "#/components/schemas/A" },
            "B": { "properties": { "kind": { "const": "b" } } } } } });
        to_2020_12(&document)["components"]["schemas"]["S"].take()
    }

    #[test]
    fn schemas_of_3_0_are_translated_to_3_1() {
        let cases = [
            (json!({ "type": "string", "nullable": true }), json!({ "type": ["string", "null"] })),
            (
                json!({ "type": "string", "nullable": true, "enum": ["a"] }),
                json!({ "type": ["string", "null"], "enum": ["a", null] }),
            ),
            (json!({ "$ref": "#/x", "nullable": true, "minLength": 1 }), json!({ "$ref": "#/x" })),
            (
                json!({ "allOf": [{ "$ref": "#/x" }], "nullable": true }),
                json!({ OR_NULL: true, "anyOf": [{ "$ref": "#/x" }, { "type": "null" }] }),
            ),
            (
                json!({ "allOf": [{ "$ref": "#/x" }, { "nullable": true }] }),
                json!({ OR_NULL: true, "anyOf": [{ "allOf": [{ "$ref": "#/x" }, {}] }, { "type": "null" }] }),
            ),
            // This part has other keywords, and another part excludes null.
            (
                json!({ "allOf": [{ "type": "string" }, { "type": "string", "nullable": true }] }),
                json!({ "allOf": [{ "type": "string" }, { "type": ["string", "null"] }] }),
            ),
            (
                json!({ "items": { "allOf": [{ "$ref": "#/x" }], "title": "X" } }),
                json!({ "items": { "title": "X", "$ref": "#/x" } }),
            ),
            // A component of this form stays a composition.
            (json!({ "allOf": [{ "$ref": "#/x" }], "title": "X" }), json!({ "allOf": [{ "$ref": "#/x" }], "title": "X" })),
            (json!({ "minimum": 1, "exclusiveMinimum": true }), json!({ "exclusiveMinimum": 1 })),
            (json!({ "maximum": 1, "exclusiveMaximum": false }), json!({ "maximum": 1 })),
            // A property with the name of a keyword is not a keyword.
            (json!({ "properties": { "nullable": { "nullable": false } } }), json!({ "properties": { "nullable": {} } })),
        ];
        for (old, new) in cases {
            assert_eq!(schema("3.0.3", &old), new, "{old}");
        }
    }

    #[test]
    fn a_recursive_reference_of_3_1_is_resolved() {
        let recursive = json!({ "not": { "$recursiveRef": "#" } });
        assert_eq!(schema("3.1.0", &recursive), json!({ "not": { "$ref": "#/components/schemas/S" } }));
        assert_eq!(schema("3.0.3", &recursive), recursive);
    }

    #[test]
    fn discriminators_and_formats_become_part_of_the_schema() {
        let branch = |value: &str| json!({ "$ref": "#/components/schemas/A", "properties": { "kind": { "enum": [value] } }, "required": ["kind"] });
        let union = |mapping: Value| {
            json!({ "oneOf": [{ "$ref": "#/components/schemas/A" }, { "$ref": "#/components/schemas/B" }],
                    "discriminator": { "propertyName": "kind", "mapping": mapping } })
        };
        let named = schema("3.1.0", &union(json!({})));
        assert_eq!(named["oneOf"], json!([branch("A"), { "$ref": "#/components/schemas/B", "required": ["kind"] }]));
        let mapped = schema("3.1.0", &union(json!({ "a": "#/components/schemas/A" })));
        assert_eq!(mapped["oneOf"][0], branch("a"));
        let mapped = |reference: &str, mapping: Value| {
            let union =
                json!({ "oneOf": [{ "$ref": reference }], "discriminator": { "propertyName": "kind", "mapping": mapping } });
            schema("3.1.0", &union)["oneOf"][0]["properties"]["kind"]["enum"].clone()
        };
        let (own, other) = ("#/components/schemas/A", "#/components/schemas/AlsoA");
        assert_eq!(mapped(other, json!({ "a": own })), json!(["a"]), "an alias of the mapped component");
        assert_eq!(mapped(other, json!({})), json!(["AlsoA"]));
        assert_eq!(
            mapped("#/components/schemas/Wrapped", json!({ "a": own })),
            json!(["a"]),
            "a wrapped reference to the mapped component"
        );
        let child = mapped("#/components/schemas/C", json!({ "base": "#/components/schemas/Base" }));
        assert_eq!(child, json!(["C"]), "a child is not its base");
        let both = json!({ "one": own, "other": other });
        assert_eq!(mapped(other, both.clone()), json!(["other"]), "the tag of the alias takes precedence");
        assert_eq!(mapped(own, both), json!(["one"]));
        let every = |reference: &str| mapped(reference, json!({ "1": reference, "true": reference, "null": reference }));
        assert_eq!(every(own), json!(["1", "true", "null"]), "the property is a string");
        assert_eq!(every("#/components/schemas/Number"), json!([1]));
        assert_eq!(every("#/components/schemas/Any"), json!(["1", 1, "true", true, "null"]));
        let nested = schema(
            "3.1.0",
            &json!({ "oneOf": [{ "$ref": "#/components/schemas/Inner" }], "discriminator": { "propertyName": "kind",
                "mapping": { "a": own, "7": "#/components/schemas/Number" } } }),
        );
        assert_eq!(nested["oneOf"][0]["oneOf"][0], branch("a"), "the mapping names the alternatives of a union within it");
        assert_eq!(nested["oneOf"][0]["oneOf"][1]["properties"], json!({ "kind": { "enum": [7] } }));
        assert_eq!(
            schema("3.1.0", &json!({ "type": "integer", "format": "UInt8", "maximum": 300 })),
            json!({ "type": "integer", "format": "UInt8", "minimum": 0, "maximum": 255 })
        );
    }

    #[test]
    fn invalid_keywords_are_dropped() {
        let bad = json!({ "type": "any", "required": true, "pattern": "(?<", "$id": "x", "enum": [], "properties": { "type": { "type": "file" } } });
        assert_eq!(schema("3.1.0", &bad), json!({ "properties": { "type": {} } }));
    }
}
