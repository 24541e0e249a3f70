//! Simulates a newer API: adds fields to a value that its document does not know.

use crate::Judge;
use crate::document::DocumentError;
use crate::judge::Place;
use crate::parts::Parts;
use serde_json::{Value, json};

/// The name of an added field.
const FIELD: &str = "not_yet_in_the_document";

/// Adds a field to each object with declared properties. If the schema also describes additional properties, no field is unknown.
pub fn add(judge: &Judge, places: &[Place], value: &Value) -> Result<Value, DocumentError> {
    let parts = Parts::of(judge, places, value)?;
    match value {
        Value::Object(object) => {
            let of = |(name, value): (&String, &Value)| Ok((name.clone(), add(judge, &parts.property(name), value)?));
            let mut object: serde_json::Map<_, _> = object.iter().map(of).collect::<Result<_, _>>()?;
            if parts.is_struct() && !describes_any(&parts) {
                object.insert(FIELD.to_owned(), json!({ "a": [1] }));
            }
            Ok(Value::Object(object))
        }
        Value::Array(items) => {
            let of = |(index, value): (usize, &Value)| add(judge, &parts.item(index), value);
            items.iter().enumerate().map(of).collect::<Result<_, _>>().map(Value::Array)
        }
        _ => Ok(value.clone()),
    }
}

/// Returns whether any of the schemas describes the field that [`add`] adds.
pub fn is_known(judge: &Judge, places: &[Place], value: &Value) -> Result<bool, DocumentError> {
    Ok(describes_any(&Parts::of(judge, places, value)?))
}

fn describes_any(parts: &Parts<'_>) -> bool {
    !parts.property(FIELD).is_empty() || parts.keeps_others()
}

/// Removes the added fields again, if a type has kept them.
pub fn take_out(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.shift_remove(FIELD);
            object.values_mut().for_each(take_out);
        }
        Value::Array(items) => items.iter_mut().for_each(take_out),
        _ => {}
    }
}
