//! Values that are valid under the published document, for examples in the documentation. Its own examples are used where they
//! are valid.

mod fits;
mod flat;
mod object;
mod pattern;
mod scalar;

use crate::document::inheritance::Bases;
use crate::document::keywords::{is_of_type, limits_values};
use crate::document::pointer::{decode, resolve};
use crate::model::operations::{Location, Operation};
use serde_json::{Map, Value, json};
use std::cell::Cell;

/// The maximum depth of values, for recursive schemas.
const MAX_DEPTH: usize = 12;
/// The maximum number of schemas to visit for a sample, since some documents would take forever.
const MAX_STEPS: u32 = 20_000;

/// The beginning of the placeholders in an example, while it is written.
pub const PLACEHOLDER: &str = "__json_";

/// The name of a request body.
const BODY: &str = "body";

/// A source of sample values.
#[derive(Debug)]
pub struct Samples<'a> {
    document: &'a Value,
    bases: Bases,
    /// The number of schemas that may still be visited for this sample.
    left: Cell<u32>,
}

/// A schema without references, unions and compositions.
type Flat = Map<String, Value>;

impl<'a> Samples<'a> {
    /// Samples from a published document with its overlay applied.
    #[must_use]
    pub fn new(document: &'a Value) -> Self {
        Self { document, bases: Bases::of(document), left: Cell::new(0) }
    }

    /// A value for a parameter.
    #[must_use]
    pub fn parameter(&self, operation: &Operation, name: &str, location: Location) -> Option<Value> {
        let own = operation.pointer.find(self.document)?;
        let shared = operation.pointer.parent().and_then(|path| path.find(self.document));
        let lists = [Some(own), shared].into_iter().flatten().filter_map(|holder| holder.get("parameters")?.as_array());
        let is_it = |parameter: &&Value| {
            let text = |key: &str| parameter.get(key).and_then(Value::as_str);
            text("name") == Some(name) && text("in") == Some(location.name())
        };
        let declared = lists.flatten().filter_map(|parameter| resolve(self.document, parameter)).find(is_it);
        // A path variable may be undeclared.
        let Some(parameter) = declared else { return Some(name.into()) };
        let content = parameter.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
        self.of(content.unwrap_or(parameter), name)
    }

    /// A value for the body of the media type `media`.
    #[must_use]
    pub fn body(&self, operation: &Operation, media: &str) -> Option<Value> {
        let body = resolve(self.document, operation.pointer.find(self.document)?.get("requestBody")?)?;
        self.of(body.get("content")?.get(media)?, BODY)
    }

    /// Whether a value is valid under the schema at a pointer.
    #[must_use]
    pub fn admits(&self, pointer: &str, value: &Value) -> bool {
        self.left.set(MAX_STEPS);
        self.document.pointer(pointer).is_some_and(|schema| self.fits(schema, value, 0))
    }

    /// A value for a parameter or a media type. It can have examples of its own.
    fn of(&self, holder: &Value, name: &str) -> Option<Value> {
        self.left.set(MAX_STEPS);
        let schema = holder.get("schema").unwrap_or(&Value::Bool(true));
        let several = holder.get("examples").and_then(Value::as_object);
        let several = several.into_iter().flatten().filter_map(|(_, example)| resolve(self.document, example)?.get("value"));
        let fitting = holder.get("example").into_iter().chain(several).filter(|example| self.fits(schema, example, 0));
        let mut samples = fitting.map(Some).chain([None]);
        samples.find_map(|example| self.value(schema, example, name, 0))
    }

    /// A value of the schema that resembles `example`. `name` is the text for a string about which nothing else is known.
    fn value(&self, schema: &Value, example: Option<&Value>, name: &str, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH || !self.step() {
            return None;
        }
        let flats = self.flats(schema, depth);
        let examples = flats.iter().flat_map(own_examples).cloned().collect::<Vec<_>>();
        let examples = example.into_iter().chain(&examples).filter(|example| !example.is_null());
        for example in examples.filter(|example| self.fits(schema, example, depth)) {
            let shortened = flats.iter().filter_map(|flat| self.make(flat, Some(example), name, depth));
            let all = shortened.chain([example.clone()]).filter(scalar::is_readable);
            let mut valid = all.filter(|value| self.fits(schema, value, depth));
            if let Some(value) = valid.next() {
                return Some(value);
            }
        }
        let made = flats.iter().filter_map(|flat| self.make(flat, None, name, depth));
        made.into_iter().find(|value| self.fits(schema, value, depth))
    }

    /// Makes a value that is probably valid.
    fn make(&self, flat: &Flat, example: Option<&Value>, name: &str, depth: usize) -> Option<Value> {
        if let Some(value) = flat.get("const") {
            return Some(value.clone());
        }
        if let Some(values) = flat.get("enum").and_then(Value::as_array) {
            let listed = example.filter(|example| values.contains(example));
            return listed.or_else(|| values.iter().find(|value| !value.is_null())).cloned();
        }
        let is_any = !flat.keys().any(|key| limits_values(key));
        if is_any && example.is_none() && (depth > 0 || name == BODY) {
            return Some(json!({ "key": "value" }));
        }
        match type_of(flat, example)? {
            "object" => self.object(flat, example, name, depth),
            "array" => Some(self.array(flat, example, name, depth)),
            scalar => scalar::make(scalar, flat, example, name),
        }
    }

    /// Counts a visited schema. Returns false if the limit is exceeded.
    fn step(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// The target of a schema's `$ref`.
    fn referenced(&self, schema: &Flat) -> Option<&'a Value> {
        self.document.pointer(&decode(schema.get("$ref")?.as_str()?.strip_prefix('#')?))
    }

    /// A member of an `allOf`, without what does not apply inside the composition: the union of a base's children, and
    /// `additionalProperties: false`.
    fn base(&self, part: &Value) -> Value {
        let target = part.as_object().and_then(|part| self.referenced(part)).unwrap_or(part);
        let Value::Object(schema) = target else { return target.clone() };
        let is_base = schema.contains_key("discriminator");
        let stays = |(key, value): &(&String, &Value)| match key.as_str() {
            "oneOf" | "anyOf" => !is_base,
            "additionalProperties" => **value != Value::Bool(false),
            _ => true,
        };
        schema.iter().filter(stays).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

fn own_examples(flat: &Flat) -> impl Iterator<Item = &Value> {
    let several = flat.get("examples").and_then(Value::as_array).into_iter().flatten();
    flat.get("example").into_iter().chain(several).chain(flat.get("default"))
}

/// The type of the value to make: that of the example, or else the first one that is not null.
fn type_of<'a>(flat: &'a Flat, example: Option<&Value>) -> Option<&'a str> {
    let has = |keys: &[&str]| keys.iter().any(|key| flat.contains_key(*key));
    let names = match flat.get("type") {
        Some(Value::String(name)) => return Some(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ if has(&["properties", "required", "additionalProperties", "minProperties"]) => vec!["object"],
        _ if has(&["items", "prefixItems", "minItems"]) => vec!["array"],
        _ if has(&["minimum", "maximum", "multipleOf"]) => vec!["number"],
        _ => vec!["string", "object", "array", "number", "boolean"],
    };
    let like = example.and_then(|example| names.iter().find(|name| is_of_type(name, example)));
    like.or_else(|| names.iter().find(|name| **name != "null")).or(names.first()).copied()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn sample(schema: &Value) -> Option<Value> {
        sample_of(&json!({ "schema": schema }))
    }

    fn sample_of(holder: &Value) -> Option<Value> {
        let document = json!({ "components": { "schemas": {
            "Cat": { "type": "object", "required": ["kind", "lives"], "properties": {
                "kind": { "const": "cat" }, "lives": { "type": "integer", "maximum": 9 } } },
            "Dog": { "type": "object", "required": ["kind"], "properties": { "kind": { "const": "dog" } } },
            "Tree": { "type": "object", "required": ["leaves"], "properties": {
                "leaves": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } } } },
            "Shape": { "type": "object", "required": ["$type"], "properties": { "$type": { "type": "string" } },
                "discriminator": { "propertyName": "$type", "mapping": { "circle": "#/components/schemas/Circle", "disc": "Disc" } } },
            "Circle": { "allOf": [{ "$ref": "#/components/schemas/Shape" }] },
            "Disc": { "allOf": [{ "$ref": "#/components/schemas/Circle" }] },
            "Endless": { "type": "object", "required": ["next"], "properties": {
                "next": { "$ref": "#/components/schemas/Endless" } } }
        } } });
        Samples::new(&document).of(holder, "name")
    }

    #[test]
    fn a_sample_has_what_is_required_and_is_within_all_bounds() {
        for (schema, expected) in [
            (json!({ "type": "string" }), json!("name")),
            (json!({ "type": "string", "maxLength": 2 }), json!("na")),
            (json!({ "type": "string", "minLength": 6 }), json!("nameee")),
            (json!({ "type": "string", "format": "email" }), json!("ada@example.com")),
            (json!({ "type": "string", "pattern": "^[A-Z]{3}-[0-9]+$" }), json!("AAA-0")),
            (json!({ "type": ["null", "string"], "enum": [null, "b", "c"] }), json!("b")),
            (json!({ "type": "integer" }), json!(1)),
            (json!({ "type": "integer", "minimum": 10, "multipleOf": 4 }), json!(12)),
            (json!({ "type": "integer", "maximum": -3 }), json!(-3)),
            (json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 0.5 }), json!(0.5)),
            (json!({ "type": "boolean" }), json!(true)),
            (json!({ "type": "array", "minItems": 2, "items": { "type": "integer" } }), json!([1, 1])),
            (json!({ "type": "array", "maxItems": 0, "items": { "type": "integer" } }), json!([])),
            (json!({ "const": 7 }), json!(7)),
            (
                json!({ "type": "object", "required": ["a"], "properties": {
                    "a": { "type": "string" }, "b": { "type": "string" }, "c": { "type": "string", "readOnly": true } } }),
                json!({ "a": "a" }),
            ),
            (
                json!({ "allOf": [
                    { "type": "object", "required": ["a"], "properties": { "a": { "type": "integer" } } },
                    { "properties": { "a": { "minimum": 5 } } } ] }),
                json!({ "a": 5 }),
            ),
            (
                json!({ "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }] }),
                json!({ "kind": "cat", "lives": 1 }),
            ),
            (json!({ "type": "object", "additionalProperties": { "type": "integer" } }), json!({ "key1": 1 })),
            (json!({ "type": "object", "properties": { "a": { "type": "string" } } }), json!({ "a": "a" })),
            (json!({ "oneOf": [{ "$ref": "#/components/schemas/Circle" }] }), json!({ "$type": "circle" })),
            (json!({ "anyOf": [{ "$ref": "#/components/schemas/Disc" }] }), json!({ "$type": "disc" })),
            (json!({ "$ref": "#/components/schemas/Tree" }), json!({ "leaves": [{ "leaves": [] }] })),
        ] {
            assert_eq!(sample(&schema), Some(expected), "{schema}");
        }
        assert_eq!(sample(&json!({ "$ref": "#/components/schemas/Endless" })), None);
        assert_eq!(sample(&json!(false)), None);
    }

    #[test]
    fn examples_of_the_document_take_precedence_if_they_are_valid() {
        let text = json!({ "type": "string", "maxLength": 3, "default": "def" });
        for (holder, expected) in [
            (json!({ "schema": text, "example": "abc" }), "abc"),
            (json!({ "schema": text, "example": "too long" }), "def"),
            (json!({ "schema": text, "examples": { "one": { "value": "too long" }, "two": { "value": "two" } } }), "two"),
            (json!({ "schema": { "type": "string", "examples": ["ex"] } }), "ex"),
        ] {
            assert_eq!(sample_of(&holder).unwrap(), json!(expected), "{holder}");
        }
        let object = json!({
            "schema": { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" }, "b": { "type": "string" } } },
            "example": { "a": "from the example", "b": "not needed" }
        });
        assert_eq!(sample_of(&object), Some(json!({ "a": "from the example" })));
    }

    #[test]
    fn an_integer_beyond_64_bits_is_not_used_as_a_sample() {
        for number in ["9223372036854775808", "1180591620717411303424", "-36893488147419103232"] {
            let number: Value = serde_json::from_str(number).unwrap();
            let sample = sample(&json!({ "type": "integer", "example": number })).unwrap();
            assert!(sample.as_i64().is_some(), "{number}: {sample}");
        }
        assert_eq!(sample(&json!({ "type": "integer", "example": i64::MIN + 1 })), Some(json!(i64::MIN + 1)));
    }

    #[test]
    fn unreadable_text_is_not_used_as_a_sample() {
        for text in ["a\nb", "a\u{202e}b", "\u{0}", &"long ".repeat(40)] {
            let sample = sample(&json!({ "type": "string", "example": text })).unwrap();
            assert_eq!(sample, json!("name"), "{text:?}");
        }
        assert_eq!(sample(&json!({ "type": "string", "example": "\"quoted\" é 日" })), Some(json!("\"quoted\" é 日")));
    }
}
