//! Makes objects and arrays with required contents only.

use super::{BODY, Flat, Samples, fits};
use serde_json::{Map, Value};

/// Below this depth, arrays are as short as possible.
const MAX_ITEM_DEPTH: usize = 2;

impl Samples<'_> {
    pub(super) fn object(&self, flat: &Flat, example: Option<&Value>, name: &str, depth: usize) -> Option<Value> {
        let none = Map::new();
        let properties = flat.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let required = fits::names(flat, "required");
        // An empty object cannot be sent as a parameter.
        let least = fits::count(flat, "minProperties").unwrap_or(0).max(usize::from(depth == 0 && name != BODY));
        let value_of = |name: &str| {
            let schema = properties.get(name).or_else(|| flat.get("additionalProperties")).unwrap_or(&Value::Null);
            self.value(schema, example.and_then(|example| example.get(name)), name, depth + 1)
        };
        let mut object = Map::new();
        for (name, _) in properties.iter().filter(|(name, _)| required.contains(&name.as_str())) {
            // `readOnly` properties are not sent.
            if !self.is_read_only(&properties[name], depth) {
                object.insert(name.clone(), value_of(name)?);
            }
        }
        for name in required.iter().filter(|name| !properties.contains_key(**name)) {
            object.insert((*name).to_owned(), value_of(name)?);
        }
        let mut others = properties.keys().filter(|name| !self.is_read_only(&properties[*name], depth)).cloned();
        while object.len() < least {
            let name = others.next().unwrap_or_else(|| format!("key{}", object.len() + 1));
            if !object.contains_key(&name) {
                object.insert(name.clone(), value_of(&name)?);
            }
        }
        Some(Value::Object(object))
    }

    pub(super) fn array(&self, flat: &Flat, example: Option<&Value>, name: &str, depth: usize) -> Value {
        let first = flat.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let most = fits::count(flat, "maxItems").unwrap_or(usize::MAX);
        // One item shows what the array is for. For recursive arrays, there has to be an end.
        let usual = usize::from(depth <= MAX_ITEM_DEPTH);
        let length = fits::count(flat, "minItems").unwrap_or(0).max(first.len()).max(usual).min(most);
        let items = flat.get("items").unwrap_or(&Value::Null);
        let like = |index: usize| example.and_then(|example| example.get(index));
        let values = (0..length).map(|index| self.value(first.get(index).unwrap_or(items), like(index), name, depth + 1));
        // If no item can be made, the array is empty.
        Value::Array(values.collect::<Option<Vec<Value>>>().unwrap_or_default())
    }

    fn is_read_only(&self, schema: &Value, depth: usize) -> bool {
        self.flats(schema, depth + 1).iter().any(|flat| flat.get("readOnly") == Some(&Value::Bool(true)))
    }
}
