//! The document's own examples of JSON request and response bodies.

use crate::Judge;
use crate::compare::Direction;
use crate::document::escape;
use crate::judge::Place;
use serde_json::Value;

/// An example and its schema.
#[derive(Clone, Debug)]
pub struct Example {
    /// Where the document has it.
    pub pointer: String,
    pub schema: Place,
    pub value: Value,
}

/// Returns the examples of all JSON bodies in a direction, and of the schemas in `components`.
pub fn all(judge: &Judge, direction: Direction) -> Vec<Example> {
    let mut found = Vec::new();
    for pointer in judge.document().schemas() {
        let Ok(place) = judge.place(&pointer) else { continue };
        of_schema(judge, &pointer, &place, &mut found);
    }
    for pointer in bodies(judge, direction) {
        let Ok(place) = judge.place(&format!("{pointer}/schema")) else { continue };
        of_schema(judge, &format!("{pointer}/schema"), &place, &mut found);
        let Some(media) = judge.document().at(&pointer) else { continue };
        if let Some(value) = media.get("example") {
            found.push(Example { pointer: format!("{pointer}/example"), schema: place.clone(), value: value.clone() });
        }
        for (name, example) in media.get("examples").and_then(Value::as_object).into_iter().flatten() {
            if let Some(value) = judge.document().resolve(example).get("value") {
                let pointer = format!("{pointer}/examples/{}", escape(name));
                found.push(Example { pointer, schema: place.clone(), value: value.clone() });
            }
        }
    }
    found
}

fn of_schema(judge: &Judge, pointer: &str, place: &Place, found: &mut Vec<Example>) {
    let Some(schema) = judge.document().at(pointer) else { return };
    if let Some(value) = schema.get("example") {
        found.push(Example { pointer: format!("{pointer}/example"), schema: place.clone(), value: value.clone() });
    }
    for (index, value) in schema.get("examples").and_then(Value::as_array).into_iter().flatten().enumerate() {
        found.push(Example { pointer: format!("{pointer}/examples/{index}"), schema: place.clone(), value: value.clone() });
    }
}

/// Returns the pointers to the JSON media types of request bodies or responses.
fn bodies(judge: &Judge, direction: Direction) -> Vec<String> {
    let document = judge.document();
    let names = |pointer: &str| {
        let all = document.at(pointer).and_then(Value::as_object).into_iter().flatten();
        all.map(|(name, _)| format!("{pointer}/{}", escape(name))).collect::<Vec<_>>()
    };
    let operations = document.operations();
    let holders: Vec<String> = match direction {
        Direction::Request => {
            let own = operations.iter().map(|operation| format!("{}/requestBody", operation.pointer));
            names("/components/requestBodies").into_iter().chain(own).collect()
        }
        Direction::Response => {
            let own = operations.iter().flat_map(|operation| names(&format!("{}/responses", operation.pointer)));
            names("/components/responses").into_iter().chain(own).collect()
        }
    };
    let media = |holder: &String| {
        let content = document.at(&format!("{holder}/content")).and_then(Value::as_object).into_iter().flatten();
        let json = content.map(|(name, _)| name).filter(|name| is_json(name));
        json.map(|name| format!("{holder}/content/{}", escape(name))).collect::<Vec<_>>()
    };
    holders.iter().flat_map(media).collect()
}

/// Returns whether bodies of this media type are JSON.
pub fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json")
}

/// Assigns an example and its parts to their schemas among `known`: an array of things has many examples of a thing.
pub fn spread(judge: &Judge, example: Example, known: &dyn Fn(&Place) -> bool, found: &mut Vec<Example>, depth: usize) {
    if depth > 32 {
        return;
    }
    if known(&example.schema) {
        found.push(example);
        return;
    }
    let child = |segments: &[&str]| judge.child(&example.schema, segments);
    let at = |segment: &str| format!("{}/{}", example.pointer, escape(segment));
    let schema = judge.schema(&example.schema);
    let whole = schema.get("$ref").and_then(Value::as_str).and_then(|reference| judge.referenced(reference));
    let only = schema.get("allOf").and_then(Value::as_array).filter(|all| all.len() == 1).and_then(|_| child(&["allOf", "0"]));
    if let Some(schema) = whole.or(only) {
        return spread(judge, Example { schema, ..example }, known, found, depth + 1);
    }
    match &example.value {
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                if let Some(schema) = child(&["items"]) {
                    let pointer = at(&index.to_string());
                    spread(judge, Example { pointer, schema, value: value.clone() }, known, found, depth + 1);
                }
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                if let Some(schema) = child(&["properties", name]).or_else(|| child(&["additionalProperties"])) {
                    spread(judge, Example { pointer: at(name), schema, value: value.clone() }, known, found, depth + 1);
                }
            }
        }
        _ => {}
    }
}
