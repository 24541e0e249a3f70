//! Values that are valid under a schema, made from a seed: the odd ones that an API may send, as well as the usual.

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

/// Deeper than this, values are as small as they may be, so that recursive schemas end.
const DEPTH: usize = 6;
/// Deeper than this, a value is given up: the schema asks for more and more.
const TOO_DEEP: usize = 40;
/// How many values one may hold before it is made as small as it may be.
const SIZE: usize = 400;
/// How often a value is made anew before a schema is given up.
const TRIES: usize = 100;

/// A source of values.
pub struct Values {
    maker: Maker,
}

struct Maker {
    judge: Arc<Judge>,
    rng: Rng,
    /// How many more values this one may hold.
    left: usize,
    /// Whether the document's own examples are taken where there are some.
    borrows: bool,
}

/// A schema without references, unions or compositions: one way in which a value may fit.
type Flat = Map<String, Value>;

impl Values {
    /// Values by this document; the same seed gives the same values.
    #[must_use]
    pub fn new(document: Arc<Document>, seed: u64) -> Self {
        Self::by(Arc::new(Judge::new(document)), seed)
    }

    /// Values by the document of a judge, who is asked whether they are valid.
    #[must_use]
    pub fn by(judge: Arc<Judge>, seed: u64) -> Self {
        Self { maker: Maker { judge, rng: Rng::with_seed(seed), left: SIZE, borrows: false } }
    }

    /// A value that is valid under the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// Where there is no such schema, or none of many tries is valid.
    pub fn make(&mut self, pointer: &str) -> Result<Value, DocumentError> {
        let place = self.maker.judge.place(pointer)?;
        self.make_at(&place)?.ok_or_else(|| DocumentError::new(format!("#{pointer}: no valid value found in {TRIES} tries")))
    }

    /// The same; `None` where no valid value is found.
    pub(crate) fn make_at(&mut self, place: &Place) -> Result<Option<Value>, DocumentError> {
        let judge = self.maker.judge.clone();
        self.make_of(place, judge.schema(place))
    }

    /// A value of `schema` that is valid under the schema at `place`.
    pub(crate) fn make_of(&mut self, place: &Place, schema: &Value) -> Result<Option<Value>, DocumentError> {
        let judge = self.maker.judge.clone();
        for number in 1..=TRIES {
            self.maker.left = SIZE;
            self.maker.borrows = number % 4 == 0;
            if let Some(value) = self.maker.value(schema, 0)
                && judge.admits_at(place, &value)?
            {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

impl Maker {
    /// A value that fits the schema, as far as it is easily said; `None` where this way of making one leads nowhere.
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

    /// An example that stands in the schema itself.
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

/// A keyword that counts something.
fn count(schema: &Flat, key: &str) -> Option<usize> {
    // `3.0` is a count too, and what is beyond a count is as large as one can be.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and the judge has the last word")]
    schema.get(key).and_then(Value::as_f64).map(|count| count as usize)
}
