//! Checks the body of a request: its media type and its content.

use crate::Judge;
use crate::check_parameters::pairs;
use crate::coerce::{self, property_names, shapes};
use crate::document::{Document, Operation, escape};
use crate::examples::is_json;
use crate::http::Request;
use crate::judge::Place;
use crate::styles::{self, Shape, Wire};
use serde_json::{Map, Value};

/// Returns the violations in the body.
pub fn violations(judge: &Judge, operation: &Operation, request: &Request) -> Vec<String> {
    let document = judge.document();
    let holder = document.locate(&format!("{}/requestBody", operation.pointer));
    let Some(body) = document.at(&holder) else {
        return if request.body.is_empty() { Vec::new() } else { vec!["the operation takes no body".to_owned()] };
    };
    let required = body.get("required") == Some(&Value::Bool(true));
    let sent = request.header("content-type").unwrap_or_default();
    // An empty text counts as a body if there is a content type.
    if request.body.is_empty() && (sent.is_empty() || is_json(sent)) {
        return if required && sent.is_empty() || is_json(sent) { vec!["the body is missing".to_owned()] } else { Vec::new() };
    }
    let Some(media) = media(document, &holder, sent) else {
        return vec![format!("the media type `{}` of the body is not declared", essence(sent))];
    };
    let pointer = format!("{holder}/content/{}", escape(&media));
    let Ok(place) = judge.place(&format!("{pointer}/schema")) else {
        return if is_json(sent) { json(request).err().into_iter().collect() } else { Vec::new() };
    };
    let value = match essence(sent).as_str() {
        media if is_json(media) => json(request),
        "application/x-www-form-urlencoded" => Ok(form(judge, &place, document.at(&pointer), request)),
        media if media.starts_with("text/") => Ok(coerce::value(judge, std::slice::from_ref(&place), &Wire::Text(text(request)))),
        _ => return Vec::new(),
    };
    match value.map(|value| judge.problems_at(&place, &value)) {
        Err(message) => vec![message],
        Ok(Err(error)) => vec![error.to_string()],
        Ok(Ok(problems)) => problems.into_iter().map(|problem| format!("the body does not fit its schema, {problem}")).collect(),
    }
}

/// Returns the declared media type or range that matches the sent media type.
pub fn media(document: &Document, holder: &str, sent: &str) -> Option<String> {
    let declared = document.at(&format!("{holder}/content"))?.as_object()?;
    let sent = essence(sent);
    let range = format!("{}/*", sent.split('/').next().unwrap_or_default());
    [sent.as_str(), range.as_str(), "*/*"].iter().find_map(|wanted| declared.keys().find(|own| essence(own) == *wanted)).cloned()
}

/// Returns the media type without its parameters.
pub fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn json(request: &Request) -> Result<Value, String> {
    serde_json::from_slice(&request.body).map_err(|error| format!("the body is not JSON: {error}"))
}

fn text(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

/// Decodes a form into an object. Each property has its own style. By default, objects are JSON, and so are the objects and
/// arrays in an array.
fn form(judge: &Judge, place: &Place, media: Option<&Value>, request: &Request) -> Value {
    let text = text(request).replace('+', "%20");
    let pairs = pairs(&text);
    let declared = property_names(judge, place);
    let mut object = Map::new();
    for (name, value) in &pairs {
        let name = crate::http::unescape(name);
        if !declared.contains(&name) && !name.contains('[') {
            object.insert(name, Value::from(crate::http::unescape(value)));
        }
    }
    for name in declared {
        let of: Vec<Place> =
            coerce::alternatives(judge, place).iter().filter_map(|place| judge.child(place, &["properties", &name])).collect();
        let encoding = media.and_then(|media| media.get("encoding")?.get(&name));
        let style = encoding.and_then(|encoding| encoding.get("style")?.as_str());
        let explode =
            encoding.and_then(|encoding| encoding.get("explode")?.as_bool()).unwrap_or(style.is_none_or(|style| style == "form"));
        let first = |place: &Place| shapes(judge, place).first().copied();
        let shape = of.first().and_then(first).unwrap_or(Shape::Scalar);
        let items = coerce::items(judge, &of).first().and_then(first);
        let holds_json = shape == Shape::List && items.is_some_and(|items| items != Shape::Scalar);
        let is_json_text = (shape == Shape::Object || holds_json) && style.is_none();
        let shape = if is_json_text && shape == Shape::Object { Shape::Scalar } else { shape };
        let properties: Vec<String> = of.iter().flat_map(|place| property_names(judge, place)).collect();
        let Some(wire) = styles::query(&pairs, &name, style.unwrap_or("form"), shape, explode, &properties) else { continue };
        let value = match &wire {
            Wire::Text(text) if is_json_text => json_text(text),
            Wire::List(items) if is_json_text => items.iter().map(|item| json_text(item)).collect(),
            wire => coerce::value(judge, &of, wire),
        };
        object.insert(name, value);
    }
    Value::Object(object)
}

/// Decodes JSON in a form, or returns the text if it is not JSON.
fn json_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}
