//! The keywords of schemas: the class of each, the schemas inside it, and the version that introduced it.

use serde_json::Value;

/// The keywords that refer to a schema.
pub const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// The purpose of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Names or references schemas.
    Identifier,
    /// Names or references schemas that are only known during validation.
    Dynamic,
    /// Defines the set of values.
    Type,
    /// Contains the schemas of parts or alternatives.
    Part,
    /// Checks a number or a string.
    ScalarCheck,
    /// Checks the size of an array or an object.
    SizeCheck,
    /// Checks a value against other schemas or against property names.
    Assertion,
    /// Applies other schemas depending on the value.
    Condition,
    /// Texts for people, and examples.
    Prose,
    /// Says who sets a value, or that it is deprecated.
    Mark,
    /// A default, or the XML representation.
    Hint,
}

/// The schemas inside a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    Nothing,
    One,
    List,
    Map,
}

/// The version of OpenAPI that introduced a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Since {
    V3_0,
    V3_1,
    V3_2,
}

/// A keyword.
#[derive(Clone, Copy, Debug)]
pub struct Keyword {
    pub name: &'static str,
    pub class: Class,
    pub below: Below,
    pub since: Since,
}

macro_rules! keywords {
    ($($name:literal: $class:ident $below:ident $since:ident,)*) => {
        /// All keywords, those of 3.0 first.
        pub const ALL: &[Keyword] =
            &[$(Keyword { name: $name, class: Class::$class, below: Below::$below, since: Since::$since }),*];

        /// The class of a keyword; `None` if it is unknown.
        #[must_use]
        pub fn class(key: &str) -> Option<Class> {
            match key {
                $($name => Some(Class::$class),)*
                _ => None,
            }
        }

        /// The version that introduced a keyword; `None` if it is unknown.
        #[must_use]
        pub fn since(key: &str) -> Option<Since> {
            match key {
                $($name => Some(Since::$since),)*
                _ => None,
            }
        }

        /// The schemas inside a keyword.
        #[must_use]
        pub fn below(key: &str) -> Below {
            match key {
                $($name => Below::$below,)*
                _ => Below::Nothing,
            }
        }
    };
}

keywords! {
    "$ref": Identifier Nothing V3_0,
    "title": Prose Nothing V3_0,
    "minimum": ScalarCheck Nothing V3_0,
    "maximum": ScalarCheck Nothing V3_0,
    "exclusiveMinimum": ScalarCheck Nothing V3_0,
    "exclusiveMaximum": ScalarCheck Nothing V3_0,
    "multipleOf": ScalarCheck Nothing V3_0,
    "minLength": ScalarCheck Nothing V3_0,
    "maxLength": ScalarCheck Nothing V3_0,
    "pattern": ScalarCheck Nothing V3_0,
    "minItems": SizeCheck Nothing V3_0,
    "maxItems": SizeCheck Nothing V3_0,
    "uniqueItems": SizeCheck Nothing V3_0,
    "minProperties": SizeCheck Nothing V3_0,
    "maxProperties": SizeCheck Nothing V3_0,
    "required": Type Nothing V3_0,
    "enum": Type Nothing V3_0,
    "type": Type Nothing V3_0,
    "allOf": Part List V3_0,
    "oneOf": Part List V3_0,
    "anyOf": Part List V3_0,
    "not": Assertion One V3_0,
    "items": Part One V3_0,
    "properties": Part Map V3_0,
    "additionalProperties": Part One V3_0,
    "description": Prose Nothing V3_0,
    "format": Type Nothing V3_0,
    "default": Hint Nothing V3_0,
    "nullable": Type Nothing V3_0,
    "discriminator": Type Nothing V3_0,
    "readOnly": Mark Nothing V3_0,
    "writeOnly": Mark Nothing V3_0,
    "xml": Hint Nothing V3_0,
    "externalDocs": Prose Nothing V3_0,
    "example": Prose Nothing V3_0,
    "deprecated": Mark Nothing V3_0,
    "const": Type Nothing V3_1,
    "examples": Prose Nothing V3_1,
    "prefixItems": Part List V3_1,
    "contains": Assertion One V3_1,
    "minContains": Assertion Nothing V3_1,
    "maxContains": Assertion Nothing V3_1,
    "patternProperties": Part Map V3_1,
    "propertyNames": Assertion One V3_1,
    "if": Condition One V3_1,
    "then": Condition One V3_1,
    "else": Condition One V3_1,
    "dependentRequired": Assertion Nothing V3_1,
    "dependentSchemas": Condition Map V3_1,
    "unevaluatedItems": Assertion One V3_1,
    "unevaluatedProperties": Assertion One V3_1,
    "contentEncoding": Type Nothing V3_1,
    "contentMediaType": Type Nothing V3_1,
    "contentSchema": Assertion One V3_1,
    "$defs": Identifier Map V3_1,
    "$id": Identifier Nothing V3_1,
    "$anchor": Identifier Nothing V3_1,
    "$dynamicRef": Dynamic Nothing V3_1,
    "$dynamicAnchor": Dynamic Nothing V3_1,
    "$schema": Identifier Nothing V3_1,
    "$comment": Identifier Nothing V3_1,
    "$vocabulary": Dynamic Nothing V3_1,
}

/// The keywords of a class.
pub fn of_class(class: Class) -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(move |keyword| keyword.class == class).map(|keyword| keyword.name)
}

/// The keywords that check a value on its own. They do not affect types.
pub fn checks() -> impl Iterator<Item = &'static str> {
    of_class(Class::ScalarCheck).chain(of_class(Class::SizeCheck))
}

/// Whether a keyword checks a value on its own.
#[must_use]
pub fn is_check(key: &str) -> bool {
    matches!(class(key), Some(Class::ScalarCheck | Class::SizeCheck))
}

/// Whether a keyword does not concern the values.
#[must_use]
pub fn is_annotation(key: &str) -> bool {
    key.starts_with("x-") || matches!(class(key), Some(Class::Prose | Class::Mark))
}

/// Whether a keyword neither concerns the values nor their direction.
#[must_use]
pub fn only_describes(key: &str) -> bool {
    class(key) == Some(Class::Prose) || matches!(key, "default" | "deprecated")
}

/// Whether a schema says nothing except which properties are required.
#[must_use]
pub fn only_requires(schema: &Value) -> bool {
    let Some(object) = schema.as_object() else { return false };
    let is_silent = |(key, value): (&String, &Value)| match key.as_str() {
        "required" | "type" => true,
        "not" => only_requires(value),
        key => is_annotation(key),
    };
    ["required", "not"].iter().any(|key| object.contains_key(*key)) && object.iter().all(is_silent)
}

/// Whether a keyword restricts the values.
#[must_use]
pub fn limits_values(key: &str) -> bool {
    use Class::{Assertion, Condition, Dynamic, Hint, Identifier, Mark, Part, Prose, ScalarCheck, SizeCheck, Type};
    match class(key) {
        Some(Type | Part | ScalarCheck | SizeCheck | Assertion | Condition | Dynamic) => key != "nullable",
        Some(Identifier | Prose | Mark | Hint) | None => false,
    }
}

/// Whether a value has the JSON Schema type `name`. A number without a fraction is an integer.
#[must_use]
pub fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        name => name == type_of(value),
    }
}

/// The JSON Schema type of a value.
#[must_use]
pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
