//! Finds the alternatives of a union anywhere in its schema, and creates a schema for the values of each alternative.

use crate::Judge;
use crate::dialect::{OR_NULL, inner};
use crate::judge::Place;
use serde_json::{Map, Value, json};

/// The maximum depth of unions within unions.
const DEPTH: usize = 12;
/// The maximum number of alternatives for which every pair is tried.
const PAIRED: usize = 8;

/// An alternative of a union.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// The schema of the alternative.
    pub is: Place,
    /// The schema of its values: the alternative with its discriminator values, within those of the enclosing unions.
    path: Vec<Place>,
    /// The schemas whose values are this alternative: one for each discriminator value.
    pub schemas: Vec<Value>,
}

impl Alternative {
    /// Returns whether a value is this alternative.
    pub fn admits(&self, judge: &Judge, value: &Value) -> bool {
        self.path.iter().all(|place| judge.admits_at(place, value).unwrap_or(false))
    }
}

/// The alternatives of a schema.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub alternatives: Vec<Alternative>,
    /// The schemas whose values fit two alternatives of an `anyOf` at once. Many of them have no values.
    pub pairs: Vec<Value>,
}

impl Choices {
    /// Finds the alternatives of the schema at `place`.
    pub fn of(judge: &Judge, place: &Place) -> Self {
        found(judge, place, DEPTH)
    }

    /// Returns the schemas of the alternatives.
    pub fn places(&self) -> Vec<Place> {
        self.alternatives.iter().map(|alternative| alternative.is.clone()).collect()
    }

    fn extend(&mut self, more: Self) {
        self.alternatives.extend(more.alternatives);
        self.pairs.extend(more.pairs);
    }

    fn within(mut self, around: impl Fn(Value) -> Value) -> Self {
        self.pairs = self.pairs.into_iter().map(&around).collect();
        for alternative in &mut self.alternatives {
            alternative.schemas = std::mem::take(&mut alternative.schemas).into_iter().map(&around).collect();
        }
        self
    }
}

fn found(judge: &Judge, place: &Place, depth: usize) -> Choices {
    let mut all = Choices::default();
    let Some(schema) = judge.schema(place).as_object().filter(|_| depth > 0) else { return all };
    let below =
        |segments: &[&str]| judge.child(place, segments).map_or_else(Choices::default, |place| found(judge, &place, depth - 1));
    if schema.contains_key(OR_NULL) {
        return below(&["anyOf", "0"]);
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|reference| judge.referenced(reference)) {
        let mut rest = schema.clone();
        rest.shift_remove("$ref");
        all.extend(found(judge, &target, depth - 1).within(|inner| json!({ "allOf": [rest, inner] })));
    }
    all.pairs = pairs(schema);
    for key in ["oneOf", "anyOf"] {
        for index in 0..length(schema, key) {
            let only = |inner: Value| {
                let mut schema = schema.clone();
                schema.insert(key.to_owned(), json!([inner]));
                Value::Object(schema)
            };
            all.extend(alternative(judge, place, &[key, &index.to_string()], depth).within(only));
        }
    }
    for index in 0..length(schema, "allOf") {
        let segment = index.to_string();
        all.extend(below(&["allOf", &segment]).within(|inner| {
            let mut schema = schema.clone();
            if let Some(slot) = schema.get_mut("allOf").and_then(|all| all.get_mut(index)) {
                *slot = inner;
            }
            Value::Object(schema)
        }));
    }
    all
}

/// Returns a schema for each pair of alternatives of an `anyOf`, or only for neighbours if there are many.
fn pairs(schema: &Map<String, Value>) -> Vec<Value> {
    let all = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let branches: Vec<&Value> = all.filter(|branch| !is_null(branch)).collect();
    let mut rest = schema.clone();
    rest.shift_remove("anyOf");
    let reach = if branches.len() > PAIRED { 1 } else { PAIRED };
    let pairs = branches
        .iter()
        .enumerate()
        .flat_map(|(index, one)| branches[index + 1..].iter().take(reach).map(move |other| (one, other)));
    pairs.map(|(one, other)| json!({ "allOf": [rest, one, other] })).collect()
}

/// Adds the alternative at `segments` below `place`, or its own alternatives if it is a union.
fn alternative(judge: &Judge, place: &Place, segments: &[&str], depth: usize) -> Choices {
    let or_null = |branch: Place| match judge.schema(&branch).get(OR_NULL) {
        Some(_) => judge.child(&branch, &["anyOf", "0"]),
        None => Some(branch),
    };
    let Some(branch) = judge.child(place, segments).and_then(or_null) else { return Choices::default() };
    let schema = judge.schema(&branch);
    if is_null(schema) {
        return Choices::default();
    }
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|reference| judge.referenced(reference));
    let mut inner = found(judge, &branch, depth - 1);
    if inner.alternatives.is_empty() {
        let is = target.unwrap_or_else(|| branch.clone()).whole();
        inner.alternatives.push(Alternative { is, path: Vec::new(), schemas: by_tag(schema) });
    }
    for alternative in &mut inner.alternatives {
        alternative.path.push(branch.clone());
    }
    inner
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null") || schema.get("const").is_some_and(Value::is_null)
}

/// Returns the schemas of an alternative, one for each discriminator value.
fn by_tag(schema: &Value) -> Vec<Value> {
    let tag = schema.get("properties").and_then(Value::as_object).filter(|_| schema.get("$ref").is_some());
    let tag = tag.filter(|properties| properties.len() == 1).and_then(|properties| properties.iter().next());
    let values = tag.and_then(|(name, property)| Some((name, property.get("enum")?.as_array()?)));
    let Some((name, values)) = values else { return vec![schema.clone()] };
    let of = |value: &Value| {
        let mut schema = schema.clone();
        schema["properties"] = json!({ name: { "enum": [value] } });
        schema
    };
    values.iter().map(of).collect()
}

/// Returns the discriminator property, if the union itself declares it and the property identifies unlisted values.
pub fn tag<'a>(judge: &'a Judge, place: &Place) -> Option<&'a str> {
    let schema = judge.schema(place);
    let branches = schema.get("oneOf").or(schema.get("anyOf"))?.as_array()?;
    let is_told = |branch: &Value| inner(branch).get("$ref").is_some() && inner(branch).get("required").is_some();
    schema.get("discriminator")?.get("propertyName")?.as_str().filter(|_| branches.iter().all(is_told))
}

fn length(schema: &Map<String, Value>, key: &str) -> usize {
    schema.get(key).and_then(Value::as_array).map_or(0, Vec::len)
}
