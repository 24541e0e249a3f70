//! Extracts types, properties, requiredness and nullability from a JSON Schema and all its parts.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The maximum number of parts of one schema that are read, because references and compositions may be recursive.
const MAX_PARTS: usize = 256;

/// Keywords that do not constrain values.
const ANNOTATIONS: [&str; 15] = [
    "$schema",
    "$id",
    "$anchor",
    "$comment",
    "$defs",
    "definitions",
    "title",
    "description",
    "default",
    "example",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "format",
];

/// The types of JSON values.
const NAMES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// The types that a schema allows; `None` means all types.
#[derive(Clone, Debug, Default)]
pub(super) struct Kinds(Option<BTreeSet<&'static str>>);

impl Kinds {
    pub(super) fn is_any(&self) -> bool {
        self.0.is_none()
    }

    /// Returns whether the schema allows a value of this type. An integer is also a number.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|kinds| kinds.contains(name) || name == "integer" && kinds.contains("number"))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().flatten().copied()
    }

    fn of(names: impl IntoIterator<Item = &'static str>) -> Self {
        Self(Some(names.into_iter().collect()))
    }

    fn and(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(own), Some(other)) => {
                let both = |name: &&&str| Self(Some(other.clone())).takes(name);
                Self(Some(own.iter().filter(both).copied().collect()))
            }
            (own, other) => Self(own.or(other)),
        }
    }

    fn or(self, other: Self) -> Self {
        Self(self.0.zip(other.0).map(|(own, other)| own.union(&other).copied().collect()))
    }
}

/// The facts of a schema.
#[derive(Debug, Default)]
pub(super) struct Facts<'a> {
    pub(super) kinds: Kinds,
    pub(super) properties: BTreeMap<String, &'a Value>,
    pub(super) required: BTreeSet<String>,
    pub(super) items: Option<&'a Value>,
    /// The schema of additional properties.
    pub(super) rest: Option<&'a Value>,
    /// Whether additional properties are forbidden.
    pub(super) is_closed: bool,
    /// Keywords that were not compared.
    pub(super) uncompared: BTreeSet<String>,
}

impl<'a> Facts<'a> {
    /// Extracts the facts of a schema within the document `root`.
    pub(super) fn of(root: &'a Value, schema: &'a Value) -> Self {
        let mut facts = Self::default();
        let mut left = MAX_PARTS;
        facts.add(root, schema, &mut left);
        facts
    }

    /// Adds the facts of `schema`. `left` is the number of parts that may still be read.
    fn add(&mut self, root: &'a Value, schema: &'a Value, left: &mut usize) {
        let Some(schema) = schema.as_object() else { return };
        let Some(rest) = left.checked_sub(1) else {
            self.uncompared.insert("a part that is nested too deep".to_owned());
            return;
        };
        *left = rest;
        for (keyword, value) in schema {
            self.keyword(root, schema, keyword, value, left);
        }
    }

    fn keyword(&mut self, root: &'a Value, schema: &'a Map<String, Value>, keyword: &str, value: &'a Value, left: &mut usize) {
        match keyword {
            "$ref" => match value.as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?)) {
                Some(target) => self.add(root, target, left),
                None => self.uncompared(keyword),
            },
            "type" => self.narrow(Kinds::of(NAMES.into_iter().filter(|name| names(value).any(|own| own == *name)))),
            // OpenAPI 3.0.
            "nullable" => {}
            "enum" => {
                self.narrow(Kinds::of(value.as_array().into_iter().flatten().map(kind)));
                self.uncompared(keyword);
            }
            "const" => {
                self.narrow(Kinds::of([kind(value)]));
                self.uncompared(keyword);
            }
            "properties" => {
                for (name, property) in value.as_object().into_iter().flatten() {
                    if self.properties.insert(name.clone(), property).is_some_and(|before| before != property) {
                        self.uncompared.insert(format!("all but the last schema of the property `{name}`"));
                    }
                }
            }
            "required" => self.required.extend(names(value).map(str::to_owned)),
            "items" => self.items = self.items.or(Some(value)),
            "additionalProperties" if value.is_object() => self.rest = self.rest.or(Some(value)),
            "additionalProperties" => self.is_closed |= *value == Value::Bool(false),
            "allOf" => value.as_array().into_iter().flatten().for_each(|part| self.add(root, part, left)),
            "anyOf" | "oneOf" => self.alternatives(root, keyword, value, left),
            _ if ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-") => {}
            _ => self.uncompared(keyword),
        }
        if keyword == "type" && schema.get("nullable") == Some(&Value::Bool(true)) {
            self.kinds = std::mem::take(&mut self.kinds).or(Kinds::of(["null"]));
        }
    }

    /// Adds the alternatives. A single one besides null is treated as the schema itself; of several, only the types are compared.
    fn alternatives(&mut self, root: &'a Value, keyword: &str, value: &'a Value, left: &mut usize) {
        let all: Vec<&Value> = value.as_array().into_iter().flatten().collect();
        let is_null = |part: &&Value| part.get("type").is_some_and(|own| names(own).eq(["null"]));
        let (nulls, others): (Vec<&Value>, Vec<&Value>) = all.into_iter().partition(is_null);
        let mut kinds = if nulls.is_empty() { Kinds::of([]) } else { Kinds::of(["null"]) };
        if let [only] = others[..] {
            let before = std::mem::take(&mut self.kinds);
            self.add(root, only, left);
            kinds = kinds.or(std::mem::replace(&mut self.kinds, before));
        } else {
            for part in others {
                let mut facts = Self::default();
                facts.add(root, part, left);
                kinds = kinds.or(facts.kinds);
                self.uncompared.append(&mut facts.uncompared);
            }
            self.uncompared(keyword);
        }
        self.narrow(kinds);
    }

    fn narrow(&mut self, kinds: Kinds) {
        self.kinds = std::mem::take(&mut self.kinds).and(kinds);
    }

    fn uncompared(&mut self, keyword: &str) {
        self.uncompared.insert(format!("`{keyword}`"));
    }
}

fn names(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str();
    one.into_iter().chain(value.as_array().into_iter().flatten().filter_map(Value::as_str))
}

fn kind(value: &Value) -> &'static str {
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
