//! Generates values that are valid under a schema from a seed, both common and unusual ones.

mod arrays;
mod flat;
mod numbers;
mod objects;
mod patterns;
mod texts;

use crate::document::DocumentError;
use crate::judge::Place;
use crate::{Document, Judge};
use fastrand::Rng;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The depth from which values are as small as possible, so that recursive schemas terminate.
const DEPTH: usize = 6;
/// The depth at which the generator gives up, because the schema requires ever deeper values.
const TOO_DEEP: usize = 40;
/// The number of nested values from which further values are as small as possible.
const SIZE: usize = 400;
/// The maximum number of branches of unions that are tried for a value.
const BRANCHES: usize = 2_000;
/// The maximum number of attempts to generate a valid value of a schema.
const TRIES: usize = 100;

/// Generates values that are valid under the schemas of a document.
pub struct Values {
    judge: Arc<Judge>,
    rng: Rng,
    /// The number of values that the current value may still contain.
    left: usize,
    /// The number of branches of unions that may still be tried.
    branches: usize,
    /// Whether the document's own examples are used.
    borrows: bool,
}

/// A schema without references, unions or compositions, under which a value can be valid.
type Flat = Map<String, Value>;

impl Values {
    /// Creates a generator for a document. The same seed gives the same values.
    #[must_use]
    pub fn new(document: Arc<Document>, seed: u64) -> Self {
        Self::by(Arc::new(Judge::new(document)), seed)
    }

    /// Creates a generator for the document of a judge, which validates the values.
    #[must_use]
    pub fn by(judge: Arc<Judge>, seed: u64) -> Self {
        Self { judge, rng: Rng::with_seed(seed), left: SIZE, branches: BRANCHES, borrows: false }
    }

    /// Generates a value that is valid under the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such schema, or if no valid value is found in many attempts.
    pub fn make(&mut self, pointer: &str) -> Result<Value, DocumentError> {
        let judge = self.judge.clone();
        let place = judge.place(pointer)?;
        let made = self.make_of(&place, judge.schema(&place))?;
        made.ok_or_else(|| DocumentError::new(format!("#{pointer}: no valid value found in {TRIES} tries")))
    }

    /// Generates a value of `schema` that is valid under the schema at `place`. Returns `None` if none is found.
    pub(crate) fn make_of(&mut self, place: &Place, schema: &Value) -> Result<Option<Value>, DocumentError> {
        let judge = self.judge.clone();
        for number in 1..=TRIES {
            (self.left, self.branches) = (SIZE, BRANCHES);
            self.borrows = number % 4 == 0;
            if let Some(value) = self.value(schema, 0)
                && judge.admits_at(place, &value)?
            {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Generates a value that probably fits the schema, or `None` if this attempt fails.
    fn value(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        self.left = self.left.saturating_sub(1);
        if depth > TOO_DEEP {
            return None;
        }
        let schema = match schema {
            Value::Object(_) => self.flat(schema, 0)?,
            Value::Bool(false) => return None,
            _ => return Some(self.any(depth)),
        };
        if let Some(value) = self.borrowed(&schema) {
            return Some(value);
        }
        if let Some(value) = schema.get("const") {
            return Some(value.clone());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return self.rng.choice(values).cloned();
        }
        match self.type_of(&schema).as_deref() {
            Some("null") => Some(Value::Null),
            Some("boolean") => Some(json!(self.rng.bool())),
            Some("integer") => self.integer(&schema),
            Some("number") => self.number(&schema),
            Some("string") => self.text(&schema).map(Value::String),
            Some("array") => self.array(&schema, depth),
            Some("object") => self.object(&schema, depth),
            _ => Some(self.any(depth)),
        }
    }

    fn type_of(&mut self, schema: &Flat) -> Option<String> {
        let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
        let name = match schema.get("type") {
            Some(Value::String(name)) => name,
            Some(Value::Array(names)) => self.rng.choice(names).and_then(Value::as_str)?,
            _ if has(&["properties", "required", "additionalProperties", "patternProperties"]) => "object",
            _ if has(&["items", "prefixItems", "minItems", "contains"]) => "array",
            _ if has(&["pattern", "minLength", "maxLength"]) => "string",
            _ if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) => "number",
            _ => return None,
        };
        Some(name.to_owned())
    }

    /// Returns an example in the schema itself.
    fn borrowed(&mut self, schema: &Flat) -> Option<Value> {
        if !self.borrows || self.rng.bool() {
            return None;
        }
        let several = schema.get("examples").and_then(Value::as_array);
        several.and_then(|values| self.rng.choice(values)).or_else(|| schema.get("example")).cloned()
    }

    fn is_small(&self, depth: usize) -> bool {
        depth > DEPTH || self.left == 0
    }

    fn any(&mut self, depth: usize) -> Value {
        match self.rng.u8(0..if self.is_small(depth) { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.rng.bool()),
            2 => json!(self.rng.i64(..)),
            3 => json!(f64::from(self.rng.i32(..)) / 4.0),
            4 | 5 => json!(self.word()),
            6 => (0..self.rng.usize(0..3)).map(|_| self.any(depth + 2)).collect(),
            _ => (0..self.rng.usize(0..3)).map(|_| (self.word(), self.any(depth + 2))).collect::<Map<_, _>>().into(),
        }
    }
}

/// Returns the value of a keyword that is a count.
fn count(schema: &Flat, key: &str) -> Option<usize> {
    // `3.0` is also a count. Larger numbers saturate.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and the judge has the last word")]
    schema.get(key).and_then(Value::as_f64).map(|count| count as usize)
}
