//! Bodies of jobs: a minimal value of the operation's schema, with the ID, the state and the fields of the job.

use crate::document::{DocumentError, escape};
use crate::judge::Place;
use crate::refusals::put;
use crate::success::{self, Success};
use crate::{Answer, Judge, Operation, Values};
use serde_json::{Value, json};

/// The template of an operation's response, without the values of a job.
pub struct Template {
    success: Success,
    /// `None` if the successful response has no JSON body.
    pub body: Option<Value>,
}

impl Template {
    /// Creates the template of an operation: a minimal value of its schema.
    pub fn of(judge: &Judge, operation: &Operation, values: &mut Values) -> Result<Self, DocumentError> {
        let success = success::find(judge, operation)?;
        let body = match success.json_schema(judge) {
            Some(pointer) => Some(quiet(judge, &pointer, values.make(&pointer)?)?),
            None => None,
        };
        Ok(Self { success, body })
    }

    /// Sets properties to null, false or zero where possible, for a page without a next page.
    pub fn filled(mut self, judge: &Judge) -> Self {
        let place = self.success.json_schema(judge).and_then(|pointer| judge.place(&pointer).ok());
        let names = place.and_then(|place| judge.schema(&place).get("properties").and_then(Value::as_object));
        for (name, _) in names.into_iter().flatten() {
            let candidates = [json!(null), json!(false), json!(0)];
            let _ = candidates.into_iter().any(|value| self.set(judge, &format!("/{}", escape(name)), value));
        }
        self
    }

    /// Sets a value if the schema allows it there.
    pub fn set(&mut self, judge: &Judge, pointer: &str, value: Value) -> bool {
        let Some(body) = &mut self.body else { return false };
        let mut with = body.clone();
        put(&mut with, pointer, value);
        let admitted = self.success.json_schema(judge).is_some_and(|schema| judge.admits(&schema, &with).unwrap_or(false));
        if admitted {
            *body = with;
        }
        admitted
    }

    /// Returns the schema of a value in the body.
    pub fn schema_of(&self, judge: &Judge, pointer: &str) -> Option<Place> {
        let schema = self.success.json_schema(judge)?;
        judge.place(&(schema + &pointer.replace('/', "/properties/"))).ok()
    }

    /// Returns the problems of a body of this operation.
    pub fn problems(&self, judge: &Judge, body: &Value) -> Vec<String> {
        let schema = self.success.json_schema(judge);
        schema.and_then(|schema| judge.problems(&schema, body).ok()).unwrap_or_default()
    }

    /// Returns the response with this body.
    pub fn answer(&self, body: &Value) -> Answer {
        if self.body.is_some() { self.success.json(body) } else { Answer::empty(self.success.code) }
    }
}

/// Reduces a value to as few properties as possible, with null or empty values where possible.
fn quiet(judge: &Judge, pointer: &str, mut value: Value) -> Result<Value, DocumentError> {
    let names: Vec<String> = value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    for name in names {
        let mut without = value.clone();
        without.as_object_mut().and_then(|object| object.shift_remove(&name));
        if judge.admits(pointer, &without)? {
            value = without;
            continue;
        }
        let plain = value.get(&name).and_then(Value::as_str).is_some_and(is_plain);
        for candidate in
            [json!(null), json!(false), json!(0), json!([]), json!(format!("{name}_1")), json!("2026-01-01T00:00:00Z")]
        {
            let mut with = value.clone();
            if !(plain && candidate.is_string())
                && let Some(slot) = with.get_mut(&name)
            {
                *slot = candidate;
                if judge.admits(pointer, &with)? {
                    value = with;
                    break;
                }
            }
        }
    }
    Ok(value)
}

/// Returns whether a string is kept, such as an ID with its prefix.
fn is_plain(text: &str) -> bool {
    text.contains('_') && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// Returns a value as it is written in a URL.
pub fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns the ID of the job with this number in the form of `made`: with the same prefix, or a number.
pub fn nth_id(made: &Value, number: u64) -> Value {
    match made {
        Value::String(text) => {
            let prefix = text.split_once('_').filter(|_| is_plain(text)).map_or("job", |(prefix, _)| prefix);
            Value::from(format!("{prefix}_{number}"))
        }
        _ => Value::from(number),
    }
}
