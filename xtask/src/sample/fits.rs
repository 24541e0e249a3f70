//! Checks whether a value is valid under a schema, as far as samples need it. Tests verify the samples with an independent
//! validator.

use super::{Flat, MAX_DEPTH, Samples};
use crate::document::keywords::is_of_type;
use serde_json::{Map, Value};

/// Formats that validators may check, and that examples often violate.
const STRICT: [&str; 6] = ["date", "date-time", "email", "time", "uri", "uuid"];

impl Samples<'_> {
    /// Whether a value is valid under a schema.
    pub(super) fn fits(&self, schema: &Value, value: &Value, depth: usize) -> bool {
        let Value::Object(schema) = schema else { return *schema != Value::Bool(false) };
        if depth > 2 * MAX_DEPTH || !self.step() {
            return false;
        }
        let fits = |schema: &Value| self.fits(schema, value, depth + 1);
        let list = |key: &str| schema.get(key).and_then(Value::as_array).map(Vec::as_slice);
        self.referenced(schema).is_none_or(fits)
            && (value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) || is_of_types(schema, value))
            && list("allOf").unwrap_or_default().iter().all(|part| fits(&self.base(part)))
            && list("anyOf").is_none_or(|schemas| schemas.iter().any(fits))
            && list("oneOf").is_none_or(|schemas| schemas.iter().filter(|schema| fits(schema)).count() == 1)
            && schema.get("not").is_none_or(|schema| !fits(schema))
            && schema.get("const").is_none_or(|wanted| wanted == value)
            && list("enum").is_none_or(|values| values.contains(value))
            && match value {
                Value::String(text) => text_fits(schema, text),
                Value::Number(number) => number.as_f64().is_some_and(|number| number_fits(schema, number)),
                Value::Array(items) => self.array_fits(schema, items, depth),
                Value::Object(object) => self.object_fits(schema, object, depth),
                _ => true,
            }
    }

    fn array_fits(&self, schema: &Flat, items: &[Value], depth: usize) -> bool {
        let first = schema.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let rest = schema.get("items").unwrap_or(&Value::Null);
        let unique = schema.get("uniqueItems") != Some(&Value::Bool(true))
            || items.iter().enumerate().all(|(index, item)| !items[..index].contains(item));
        unique
            && count(schema, "minItems").is_none_or(|least| items.len() >= least)
            && count(schema, "maxItems").is_none_or(|most| items.len() <= most)
            && items.iter().enumerate().all(|(index, item)| self.fits(first.get(index).unwrap_or(rest), item, depth + 1))
    }

    fn object_fits(&self, schema: &Flat, object: &Map<String, Value>, depth: usize) -> bool {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let is_read_only =
            |name: &str| properties.get(name).is_some_and(|schema| schema.get("readOnly") == Some(&Value::Bool(true)));
        let patterned = schema.contains_key("patternProperties");
        let rest = schema.get("additionalProperties").filter(|_| !patterned).unwrap_or(&Value::Null);
        count(schema, "minProperties").is_none_or(|least| object.len() >= least)
            && count(schema, "maxProperties").is_none_or(|most| object.len() <= most)
            && names(schema, "required").iter().all(|name| object.contains_key(*name) || is_read_only(name))
            && object.iter().all(|(name, value)| {
                // Beside or inside an `allOf`, `additionalProperties: false` refers to the properties of all members.
                let is_of_a_part = || *rest == Value::Bool(false) && self.declares(schema, name, depth);
                properties.get(name).is_none() && is_of_a_part()
                    || self.fits(properties.get(name).unwrap_or(rest), value, depth + 1)
            })
    }

    /// Whether a member of the composition declares the property.
    fn declares(&self, schema: &Flat, name: &str, depth: usize) -> bool {
        let parts = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
        depth <= 2 * MAX_DEPTH
            && self.step()
            && parts.chain(self.referenced(schema)).filter_map(Value::as_object).any(|part| {
                let own = part.get("properties").and_then(Value::as_object);
                own.is_some_and(|own| own.contains_key(name)) || self.declares(part, name, depth + 1)
            })
    }
}

fn is_of_types(schema: &Flat, value: &Value) -> bool {
    match schema.get("type") {
        Some(Value::String(name)) => is_of_type(name, value),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(|name| is_of_type(name, value)),
        _ => true,
    }
}

fn text_fits(schema: &Flat, text: &str) -> bool {
    let chars = text.chars().count();
    let format = schema.get("format").and_then(Value::as_str).filter(|format| STRICT.contains(format));
    let pattern = schema.get("pattern").and_then(Value::as_str).and_then(|pattern| regex::Regex::new(pattern).ok());
    count(schema, "minLength").is_none_or(|least| chars >= least)
        && count(schema, "maxLength").is_none_or(|most| chars <= most)
        && pattern.is_none_or(|pattern| pattern.is_match(text))
        && format.is_none_or(|format| is_of_format(format, text))
}

fn is_of_format(format: &str, text: &str) -> bool {
    let pattern = match format {
        "date" => r"^\d{4}-\d\d-\d\d$",
        "date-time" => r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$",
        "email" => r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$",
        "time" => r"^\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$",
        "uri" => r"^[A-Za-z][A-Za-z0-9+.-]*:[!-~&&[^<>\\^`{|}]]+$",
        _ => r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
    };
    regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// Whether a number is within the bounds.
pub fn number_fits(schema: &Flat, number: f64) -> bool {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let flag = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    let is_multiple = |step: f64| {
        let quotient = number / step;
        (quotient - quotient.round()).abs() < 1e-9
    };
    bound("minimum").is_none_or(|low| number > low || number >= low && !flag("exclusiveMinimum"))
        && bound("maximum").is_none_or(|high| number < high || number <= high && !flag("exclusiveMaximum"))
        && bound("exclusiveMinimum").is_none_or(|low| number > low)
        && bound("exclusiveMaximum").is_none_or(|high| number < high)
        && bound("multipleOf").is_none_or(is_multiple)
}

/// The value of a keyword that is a count.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub fn count(schema: &Flat, key: &str) -> Option<usize> {
    schema.get(key).and_then(Value::as_f64).map(|count| count as usize)
}

/// The value of a keyword that lists names.
pub fn names<'a>(schema: &'a Flat, key: &str) -> Vec<&'a str> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}
