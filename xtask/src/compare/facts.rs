//! What a schema says apart from its type: checks, defaults, marks, descriptions, and keywords that do not affect types. The
//! model does not contain them, so this file reads them from the published document.

use crate::document::extensions::is_extension;
use crate::document::follow::follow;
use crate::document::keywords::{Class, class, type_of};
use crate::document::pointer::Pointer;
use crate::model::media::format_of_content;
use crate::model::scalars::format_of;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The keywords that are lower limits.
pub const LOWER: [&str; 5] = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];

/// The keywords that are upper limits.
pub const UPPER: [&str; 5] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/// Everything that the schemas of one value say, merged.
#[derive(Clone, Debug, Default)]
pub struct Facts<'a> {
    /// The listed values of `enum` or `const`, without null.
    pub values: Option<Vec<&'a Value>>,
    /// The format in lower case.
    pub format: Option<String>,
    /// Whether the schema forbids properties that it does not name.
    pub is_closed: bool,
    /// The patterns of `patternProperties`.
    pub patterns: BTreeSet<&'a str>,
    /// The value of `patternProperties`.
    pub by_pattern: Option<&'a Value>,
    /// The schemas in `prefixItems`.
    pub places: Vec<&'a Value>,
    /// The keyword that lists alternatives: `oneOf` or `anyOf`.
    pub union: Option<&'static str>,
    pub discriminator: Option<&'a Value>,
    /// Keywords that only validate a value: the strictest of each limit, and all values of the others.
    pub checks: BTreeMap<&'a str, Vec<&'a Value>>,
    pub default: Option<&'a Value>,
    /// Boolean keywords such as `readOnly`, `writeOnly` and `deprecated`.
    pub marks: BTreeSet<&'a str>,
    /// Texts for people. The outermost schema wins.
    pub prose: BTreeMap<&'a str, &'a Value>,
    /// Keywords whose changes cannot be judged.
    pub other: BTreeMap<String, &'a Value>,
}

/// Reads the facts from the schemas of one value.
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

/// The maximum depth of nested schemas.
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
            // OpenAPI 3.0 ignores siblings of `$ref`.
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

    /// Reads `oneOf` or `anyOf`. A single alternative besides null counts as the schema itself. Of several alternatives, only
    /// their listed values count.
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

    /// Reads the keywords of the schema itself.
    fn own(&mut self, object: &'a Map<String, Value>) {
        let facts = &mut self.facts;
        facts.discriminator = facts.discriminator.or_else(|| object.get("discriminator"));
        facts.format = facts.format.take().or_else(|| format(object));
        facts.default = facts.default.or_else(|| object.get("default").filter(|value| !value.is_null()));
        facts.is_closed |= object.get("additionalProperties") == Some(&Value::Bool(false));
        let places: Vec<&Value> = list(object, "prefixItems").collect();
        if places.len() > facts.places.len() {
            facts.places = places;
        }
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
        for (key, value) in checks(object) {
            self.check(key, value);
        }
        if let Some(values) = listed(object) {
            self.list(values);
        }
    }

    /// Intersects the listed values with those that are known.
    fn list(&mut self, listed: Vec<&'a Value>) {
        self.facts.values = Some(match self.facts.values.take() {
            None => listed,
            Some(known) => known.into_iter().filter(|value| listed.contains(value)).collect(),
        });
    }

    /// Adds a check. All schemas of a value apply to it.
    fn check(&mut self, key: &'a str, value: &'a Value) {
        let known = self.facts.checks.entry(key).or_default();
        let [lower, upper] = [LOWER, UPPER].map(|limits| limits.contains(&key));
        if lower || upper {
            let number = |value: &&Value| value.as_f64().unwrap_or_default();
            known.push(value);
            known.sort_by(|a, b| if lower { number(b).total_cmp(&number(a)) } else { number(a).total_cmp(&number(b)) });
            known.truncate(1);
        } else if !known.contains(&value) {
            known.push(value);
        }
    }
}

/// The checks of a schema. In 3.0 `exclusiveMinimum: true` makes `minimum` an exclusive bound.
fn checks(object: &Map<String, Value>) -> BTreeMap<&str, &Value> {
    let is_check = |key: &str| matches!(class(key), Some(Class::ScalarCheck | Class::SizeCheck));
    let all = object.iter().filter(|(key, value)| is_check(key) && !checks_nothing(key, value));
    let mut checks: BTreeMap<&str, &Value> = all.map(|(key, value)| (key.as_str(), value)).collect();
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if object.get(exclusive) == Some(&Value::Bool(true))
            && let Some(value) = checks.remove(bound)
        {
            checks.insert(exclusive, value);
        }
    }
    checks
}

/// Whether every value passes a check, such as `uniqueItems: false` or `minLength: 0`.
fn checks_nothing(key: &str, value: &Value) -> bool {
    match key {
        "minLength" | "minItems" | "minProperties" => value.as_f64().is_none_or(|limit| limit <= 0.0),
        "pattern" | "uniqueItems" => value == &Value::Bool(false),
        _ => !value.is_number(),
    }
}

/// The values in `const` or `enum`, without null.
fn listed(object: &Map<String, Value>) -> Option<Vec<&Value>> {
    let all = object.get("const").map(|value| vec![value]).or_else(|| Some(object.get("enum")?.as_array()?.iter().collect()))?;
    Some(all.into_iter().filter(|value| type_of(value) != "null").collect())
}

/// The format. A `contentEncoding` for which there is no format counts as a format of that name.
fn format(object: &Map<String, Value>) -> Option<String> {
    let encoding = || object.get("contentEncoding").and_then(Value::as_str);
    format_of(object).or_else(|| Some(format_of_content(object).or_else(encoding)?.to_ascii_lowercase()))
}

/// Whether changes of a keyword cannot be judged: it is unknown, or types do not depend on it.
fn is_unknown(key: &str) -> bool {
    !key.starts_with("x-") && matches!(class(key), None | Some(Class::Dynamic | Class::Assertion | Class::Condition))
}

/// Whether `schema` accepts null and nothing else.
fn is_null(schema: &Value) -> bool {
    let only = |key: &str, wanted: &Value| schema.get(key) == Some(wanted);
    only("type", &Value::from("null"))
        || only("type", &Value::from(vec!["null"]))
        || only("const", &Value::Null)
        || only("enum", &Value::from(vec![Value::Null]))
}

/// The elements of an array in `object`; none if there is no array.
fn list<'a>(object: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    object.get(key).and_then(Value::as_array).into_iter().flatten()
}
