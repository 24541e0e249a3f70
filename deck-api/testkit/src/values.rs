//! Values that are valid under a schema, made from a seed: the odd ones that an API may send, as well as the usual.

use crate::document::DocumentError;
use crate::{Document, Judge};
use fastrand::Rng;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Deeper than this, values are as small as they may be, so that recursive schemas end.
const DEPTH: usize = 6;
/// How often a value is made anew before a schema is given up.
const TRIES: usize = 100;

/// A source of values.
pub struct Values {
    judge: Judge,
    maker: Maker,
}

struct Maker {
    document: Arc<Document>,
    rng: Rng,
}

impl Values {
    /// Values by this document; the same seed gives the same values.
    #[must_use]
    pub fn new(document: Arc<Document>, seed: u64) -> Self {
        Self { judge: Judge::new(document.clone()), maker: Maker { document, rng: Rng::with_seed(seed) } }
    }

    /// A value that is valid under the schema at `pointer`.
    ///
    /// # Errors
    ///
    /// Where there is no such schema, or none of many tries is valid.
    pub fn make(&mut self, pointer: &str) -> Result<Value, DocumentError> {
        let Some(schema) = self.maker.document.at(pointer).cloned() else {
            return Err(DocumentError::new(format!("#{pointer}: there is no such schema")));
        };
        for _ in 0..TRIES {
            let value = self.maker.value(&schema, 0);
            if self.judge.admits(pointer, &value)? {
                return Ok(value);
            }
        }
        Err(DocumentError::new(format!("#{pointer}: no valid value found in {TRIES} tries")))
    }
}

impl Maker {
    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        let Some(schema) = self.flat(schema, 0) else { return self.any(depth) };
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return self.rng.choice(values).cloned().unwrap_or_default();
        }
        let name = match schema.get("type") {
            Some(Value::String(name)) => Some(name.as_str()),
            Some(Value::Array(names)) => self.rng.choice(names).and_then(Value::as_str),
            _ if schema.contains_key("properties") => Some("object"),
            _ if schema.contains_key("items") => Some("array"),
            _ => None,
        };
        match name {
            Some("null") => Value::Null,
            Some("boolean") => json!(self.rng.bool()),
            Some("integer") => self.integer(&schema),
            Some("number") => json!(f64::from(self.rng.i32(-1000..1000)) / 8.0),
            Some("string") => json!(self.text(&schema)),
            Some("array") => self.array(&schema, depth),
            Some("object") => self.object(&schema, depth),
            _ => self.any(depth),
        }
    }

    /// The schema with its reference followed, one branch of each union chosen, and the parts of `allOf` merged. `None` admits anything.
    fn flat(&mut self, schema: &Value, depth: usize) -> Option<Map<String, Value>> {
        let mut schema = schema.as_object()?.clone();
        if depth > 16 {
            return Some(schema);
        }
        let mut parts = Vec::new();
        if let Some(reference) = schema.shift_remove("$ref") {
            parts.push(self.document.resolve(&json!({ "$ref": reference })).clone());
        }
        if let Some(Value::Array(all)) = schema.shift_remove("allOf") {
            parts.extend(all);
        }
        for union in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = schema.shift_remove(union) {
                parts.extend(self.rng.choice(&branches).cloned());
            }
        }
        for part in parts {
            merge(&mut schema, self.flat(&part, depth + 1).unwrap_or_default());
        }
        Some(schema)
    }

    fn any(&mut self, depth: usize) -> Value {
        match self.rng.u8(0..if depth < DEPTH { 8 } else { 6 }) {
            0 => Value::Null,
            1 => json!(self.rng.bool()),
            2 => json!(self.rng.i64(..)),
            3 => json!(f64::from(self.rng.i32(..)) / 4.0),
            4 | 5 => json!(self.word()),
            6 => (0..self.rng.usize(0..3)).map(|_| self.any(depth + 2)).collect(),
            _ => (0..self.rng.usize(0..3)).map(|_| (self.word(), self.any(depth + 2))).collect::<Map<_, _>>().into(),
        }
    }

    fn integer(&mut self, schema: &Map<String, Value>) -> Value {
        let number = self.number_in(schema);
        // 12.0 is an integer for JSON Schema; beyond 2^53 a float would be another number.
        if self.rng.u8(0..5) == 0 && number.unsigned_abs() < 1 << 53 {
            #[allow(clippy::cast_precision_loss, reason = "exact below 2^53")]
            return json!(number as f64);
        }
        json!(number)
    }

    fn number_in(&mut self, schema: &Map<String, Value>) -> i64 {
        let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
        let format = schema.get("format").and_then(Value::as_str);
        let (low, high) = if format == Some("int32") { (i64::from(i32::MIN), i64::from(i32::MAX)) } else { (i64::MIN, i64::MAX) };
        let (low, high) = (bound("minimum").unwrap_or(low), bound("maximum").unwrap_or(high));
        match self.rng.u8(0..6) {
            0 => low,
            1 => high,
            2 => 0.clamp(low, high),
            3 => self.rng.i64(low..=high),
            _ => self.rng.i64(0..100_000).clamp(low, high),
        }
    }

    fn text(&mut self, schema: &Map<String, Value>) -> String {
        let has = |key: &str, text: &str| schema.get(key).and_then(Value::as_str).is_some_and(|value| value.contains(text));
        if has("pattern", "(?:0|[1-9]\\d*)") {
            return self.number_in(schema).to_string();
        }
        match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => return self.date_time(),
            Some("date") => return format!("20{:02}-0{}-1{}", self.rng.u8(10..40), self.rng.u8(1..10), self.rng.u8(0..10)),
            Some("uri") => return format!("https://example.com/{}", self.letters(8)),
            Some("uuid") => return format!("{:08x}-0000-4000-8000-{:012x}", self.rng.u32(..), self.rng.u32(..)),
            Some("email") => return format!("{}@example.com", self.letters(8)),
            _ => {}
        }
        if let Some(prefix) = prefix(schema) {
            return format!("{prefix}{}", self.letters(16));
        }
        let length = |key: &str| schema.get(key).and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
        let mut text = self.word();
        while text.chars().count() < length("minLength").unwrap_or(0) {
            text.push('x');
        }
        text.chars().take(length("maxLength").unwrap_or(usize::MAX)).collect()
    }

    fn date_time(&mut self) -> String {
        let offset = ["Z", "+02:00", "-11:30", "+00:00", "z"][self.rng.usize(0..4)];
        let fraction = ["", ".5", ".123", ".123456", ".123456789"][self.rng.usize(0..5)];
        let (year, month, day) = (self.rng.u16(1970..2100), self.rng.u8(1..=12), self.rng.u8(1..=28));
        let (hour, minute, second) = (self.rng.u8(0..24), self.rng.u8(0..60), self.rng.u8(0..60));
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}")
    }

    fn array(&mut self, schema: &Map<String, Value>, depth: usize) -> Value {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
        let least = bound("minItems").unwrap_or(0);
        let most = bound("maxItems").unwrap_or(least + 3).max(least);
        let length = if depth > DEPTH { least } else { self.rng.usize(least..=most) };
        let items = schema.get("items").cloned().unwrap_or(Value::Bool(true));
        (0..length).map(|_| self.value(&items, depth + 1)).collect()
    }

    fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> Value {
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut object = Map::new();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let wanted = required.iter().any(|required| required == name);
            if wanted || depth <= DEPTH && self.rng.bool() {
                object.insert(name.clone(), self.value(property, depth + 1));
            }
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => {}
            Some(schema @ Value::Object(_)) => {
                for _ in 0..self.rng.usize(0..3) {
                    let (key, value) = (self.word(), self.value(schema, depth + 1));
                    object.entry(key).or_insert(value);
                }
            }
            // An API may send more than its document says.
            _ if self.rng.u8(0..4) == 0 => {
                object.insert(format!("unknown_{}", self.letters(4)), self.any(depth + 1));
            }
            _ => {}
        }
        Value::Object(object)
    }

    fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| self.rng.alphanumeric()).collect()
    }

    /// Text that is easily broken: empty, quoted, with line ends, beyond ASCII.
    fn word(&mut self) -> String {
        let odd = ["", " ", "null", "12", "\"", "\\", "\n\t", "ä", "日本", "🙂", "</script>", "\u{2028}", "\u{0}"];
        if self.rng.u8(0..3) == 0 {
            return (*self.rng.choice(&odd).unwrap_or(&"")).to_owned();
        }
        let length = self.rng.usize(1..12);
        self.letters(length)
    }
}

/// Ids are documented by what they start with: "Starts with `trun_`".
fn prefix(schema: &Map<String, Value>) -> Option<&str> {
    let text = schema.get("description")?.as_str()?;
    let (_, rest) = text.split_once("Starts with `")?;
    rest.split_once('`').map(|(prefix, _)| prefix)
}

/// Adds what `part` says; lists of `required` and maps of `properties` grow.
fn merge(schema: &mut Map<String, Value>, part: Map<String, Value>) {
    for (key, value) in part {
        match (schema.get_mut(&key), value) {
            (Some(Value::Object(own)), Value::Object(other)) if key == "properties" => {
                for (name, property) in other {
                    own.entry(name).or_insert(property);
                }
            }
            (Some(Value::Array(own)), Value::Array(other)) if key == "required" => own.extend(other),
            (Some(_), _) => {}
            (None, value) => {
                schema.insert(key, value);
            }
        }
    }
}
