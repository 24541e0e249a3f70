//! What a schema says beside its type: checks, defaults, marks, texts, and keywords of which no type is made. The model does not
//! have it, so that it is read where the document says it.

use crate::document::extensions::is_extension;
use crate::document::follow::follow;
use crate::document::keywords::{Class, class, format_of_content, type_of};
use crate::document::pointer::Pointer;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What schemas say that all hold for one value.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// The only values, but for null.
    pub values: Option<Vec<&'a Value>>,
    pub format: Option<&'a str>,
    /// Whether no other properties are admitted than those that are named.
    pub is_closed: bool,
    /// The patterns of `patternProperties`.
    pub patterns: BTreeSet<&'a str>,
    /// `patternProperties`.
    pub by_pattern: Option<&'a Value>,
    /// How many places have a schema of their own: `prefixItems`.
    pub places: usize,
    /// The keyword that lists alternatives: `oneOf` or `anyOf`.
    pub union: Option<&'static str>,
    pub discriminator: Option<&'a Value>,
    /// Keywords that only check a value.
    pub checks: BTreeMap<&'a str, &'a Value>,
    pub default: Option<&'a Value>,
    /// Keywords that say who may set it, and whether it is on its way out.
    pub marks: BTreeSet<&'a str>,
    /// Texts for people, the outermost of each.
    pub prose: BTreeMap<&'a str, &'a Value>,
    /// Keywords of which it cannot be told what a change of them means.
    pub other: BTreeMap<String, &'a Value>,
}

/// Reads what the schemas at some places of a document say.
pub fn read<'a>(document: &'a Value, is_3_0: bool, schemas: &[(Pointer, &'a Value)]) -> Facts<'a> {
    let mut reading = Reading { document, is_3_0, facts: Facts::default(), seen: Vec::new() };
    for (_, schema) in schemas {
        reading.schema(schema, 0);
    }
    reading.facts
}

struct Reading<'a> {
    document: &'a Value,
    is_3_0: bool,
    facts: Facts<'a>,
    seen: Vec<*const Value>,
}

/// So many schemas within each other are looked into.
const MAX_DEPTH: usize = 64;

impl<'a> Reading<'a> {
    fn schema(&mut self, schema: &'a Value, depth: usize) {
        if depth > MAX_DEPTH || self.seen.contains(&std::ptr::from_ref(schema)) {
            return;
        }
        self.seen.push(schema);
        let Value::Object(object) = schema else {
            if schema == &Value::Bool(false) {
                self.facts.other.insert("false".to_owned(), schema);
            }
            return;
        };
        if object.contains_key("$ref") {
            if let Some((_, target)) = follow(self.document, schema) {
                self.schema(target, depth + 1);
            }
            // In 3.0 what stands beside a reference counts for nothing.
            if self.is_3_0 {
                return;
            }
        }
        self.own(object);
        for key in ["oneOf", "anyOf"] {
            self.alternatives(key, object, depth);
        }
        list(object, "allOf").for_each(|part| self.schema(part, depth + 1));
    }

    /// One alternative beside null is the schema itself; of several only the values count that they list.
    fn alternatives(&mut self, key: &'static str, object: &'a Map<String, Value>, depth: usize) {
        let all: Vec<&Value> = list(object, key).filter(|branch| !is_null(branch)).collect();
        match all.as_slice() {
            [] => {}
            [only] => self.schema(only, depth + 1),
            _ => {
                self.facts.union = self.facts.union.or(Some(key));
                let listed = all.iter().map(|branch| listed(branch.as_object()?)).collect::<Option<Vec<_>>>();
                if let Some(listed) = listed {
                    self.list(listed.concat());
                }
            }
        }
    }

    /// The keywords that stand in the schema itself.
    fn own(&mut self, object: &'a Map<String, Value>) {
        let facts = &mut self.facts;
        facts.discriminator = facts.discriminator.or_else(|| object.get("discriminator"));
        facts.format = facts.format.or_else(|| format(object));
        facts.default = facts.default.or_else(|| object.get("default").filter(|value| !value.is_null()));
        facts.is_closed |= object.get("additionalProperties") == Some(&Value::Bool(false));
        facts.places = facts.places.max(list(object, "prefixItems").count());
        let patterns = object.get("patternProperties").and_then(Value::as_object);
        facts.patterns.extend(patterns.into_iter().flatten().map(|(pattern, _)| pattern.as_str()));
        facts.by_pattern = facts.by_pattern.or_else(|| object.get("patternProperties"));
        if facts.patterns.len() > 1 {
            facts.other.extend(object.get("patternProperties").map(|value| ("patternProperties".to_owned(), value)));
        }
        if crate::lower::numeric_string(object).is_some() {
            facts.other.insert("a number that may come as text".to_owned(), &Value::Bool(true));
        }
        for (key, value) in object {
            match class(key) {
                // What is `false` checks nothing.
                Some(Class::ScalarCheck | Class::SizeCheck) if value == &Value::Bool(false) => {
                    facts.checks.remove(key.as_str());
                }
                Some(Class::ScalarCheck | Class::SizeCheck) => drop(facts.checks.insert(key, value)),
                Some(Class::Mark) if value == &Value::Bool(true) => drop(facts.marks.insert(key)),
                Some(Class::Prose) if key == "examples" => {
                    facts.prose.entry("example").or_insert(value.get(0).unwrap_or(value));
                }
                known if known == Some(Class::Prose) || is_extension(key) => {
                    facts.prose.entry(key).or_insert(value);
                }
                _ if is_unknown(key) => drop(facts.other.insert(key.clone(), value)),
                _ => {}
            }
        }
        self.bounds_of_3_0(object);
        if let Some(values) = listed(object) {
            self.list(values);
        }
    }

    /// Only these values are left.
    fn list(&mut self, listed: Vec<&'a Value>) {
        self.facts.values = Some(match self.facts.values.take() {
            None => listed,
            Some(known) => known.into_iter().filter(|value| listed.contains(value)).collect(),
        });
    }

    /// In 3.0 `exclusiveMinimum` says of `minimum` that it is one.
    fn bounds_of_3_0(&mut self, object: &'a Map<String, Value>) {
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if object.get(exclusive) == Some(&Value::Bool(true))
                && let Some(value) = self.facts.checks.remove(bound)
            {
                self.facts.checks.insert(exclusive, value);
            }
        }
    }
}

/// The values that a schema lists, but for null.
fn listed(object: &Map<String, Value>) -> Option<Vec<&Value>> {
    let all = object.get("const").map(|value| vec![value]).or_else(|| Some(object.get("enum")?.as_array()?.iter().collect()))?;
    Some(all.into_iter().filter(|value| type_of(value) != "null").collect())
}

/// The format, by whatever keyword: an encoding that no format means is one by itself.
fn format(object: &Map<String, Value>) -> Option<&str> {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    text("format").or_else(|| format_of_content(object)).or_else(|| text("contentEncoding"))
}

/// Whether it cannot be told what a change of a keyword means: it is unknown, or no types are made of it.
fn is_unknown(key: &str) -> bool {
    !key.starts_with("x-") && matches!(class(key), None | Some(Class::Dynamic | Class::Assertion | Class::Condition))
}

/// Whether `schema` admits null and nothing else.
fn is_null(schema: &Value) -> bool {
    let only = |key: &str, wanted: &Value| schema.get(key) == Some(wanted);
    only("type", &Value::from("null"))
        || only("type", &Value::from(vec!["null"]))
        || only("const", &Value::Null)
        || only("enum", &Value::from(vec![Value::Null]))
}

/// The items of a list in `object`.
fn list<'a>(object: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    object.get(key).and_then(Value::as_array).into_iter().flatten()
}
