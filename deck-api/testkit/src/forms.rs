//! Decodes forms into objects. Each property has its own style. By default, objects are JSON, and so are the objects and arrays
//! in an array.

use crate::Judge;
use crate::check_body::essence;
use crate::check_parameters::pairs;
use crate::coerce::{self, property_names, shapes};
use crate::examples::is_json;
use crate::http::unescape;
use crate::judge::Place;
use crate::multipart::FormPart;
use crate::styles::{self, Shape, Wire};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

/// The delimiters of styles stay, since the text of a part is not escaped.
const IN_PARTS: &AsciiSet = &NON_ALPHANUMERIC.remove(b',').remove(b'|');

/// Decodes a form with the Encoding Objects in `encoding`.
pub fn urlencoded(judge: &Judge, place: &Place, encoding: Option<&Value>, text: &str) -> Value {
    form(judge, place, encoding, &pairs(&text.replace('+', "%20")))
}

/// Decodes a multipart form. A part with a JSON media type is JSON, whatever its schema.
pub fn multipart(judge: &Judge, place: &Place, encoding: Option<&Value>, parts: &[FormPart]) -> Result<Value, String> {
    let (json, texts): (Vec<&FormPart>, Vec<&FormPart>) = parts.iter().partition(|part| part.is_json());
    let escaped = |text: &str| utf8_percent_encode(text, IN_PARTS).to_string();
    let texts: Vec<(String, String)> = texts.iter().map(|part| (escaped(&part.name), escaped(&part.text()))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let Value::Object(mut object) = form(judge, place, encoding, &texts) else { return Ok(Value::Null) };
    for part in json {
        let value: Value = serde_json::from_str(&part.text())
            .map_err(|error| format!("the part `{}` of the body is not JSON: {error}", part.name))?;
        let shape = of(judge, place, &part.name).first().and_then(|place| shapes(judge, place).first().copied());
        match object.get_mut(&part.name) {
            Some(Value::Array(items)) => items.push(value),
            _ if shape == Some(Shape::List) => drop(object.insert(part.name.clone(), Value::Array(vec![value]))),
            _ => drop(object.insert(part.name.clone(), value)),
        }
    }
    Ok(Value::Object(object))
}

/// Returns a message if the document does not list the media type of a part, or if a part has a file name although its schema is
/// not `binary`, or the reverse.
pub fn misplaced(judge: &Judge, place: &Place, encoding: Option<&Value>, parts: &[FormPart]) -> Option<String> {
    parts.iter().find_map(|part| {
        let encoding = encoding.and_then(|encoding| encoding.get(&part.name));
        undeclared_media(encoding, part).or_else(|| wrong_kind(judge, place, part))
    })
}

fn undeclared_media(encoding: Option<&Value>, part: &FormPart) -> Option<String> {
    let encoding = encoding.filter(|encoding| encoding.get("style").is_none())?;
    let listed = encoding.get("contentType")?.as_str()?;
    let sent = essence(part.content_type.as_deref().unwrap_or("text/plain"));
    let range = format!("{}/*", sent.split('/').next().unwrap_or_default());
    let is_listed = listed.split(',').map(essence).any(|media| media == sent || media == range || media == "*/*");
    (!is_listed).then(|| format!("the part `{}` of the body is `{sent}`, which is not one of `{listed}`", part.name))
}

fn wrong_kind(judge: &Judge, place: &Place, part: &FormPart) -> Option<String> {
    let of = of(judge, place, &part.name);
    let items = coerce::items(judge, &of);
    let all = of.iter().chain(&items).flat_map(|place| coerce::alternatives(judge, place));
    let types: Vec<bool> = all.filter_map(|place| is_bytes(judge.schema(&place))).collect();
    let (is_file, name) = (part.file_name.is_some(), &part.name);
    match (types.contains(&true), types.contains(&false)) {
        (true, false) if !is_file => Some(format!("the part `{name}` of the body is a file, but has no file name")),
        (false, true) if is_file => Some(format!("the part `{name}` of the body has a file name, but is not a file")),
        _ => None,
    }
}

/// Whether the values of a schema are bytes, or `None` if it has no type of its own.
fn is_bytes(schema: &Value) -> Option<bool> {
    let has = |key: &str, value: &str| schema.get(key).is_some_and(|own| own == value);
    let is_array = has("type", "array");
    let is_binary = has("format", "binary") || has("contentEncoding", "binary");
    schema.get("type").filter(|_| !is_array).map(|_| is_binary || has("contentMediaType", "application/octet-stream"))
}

/// The schemas of a property: its own, or else that of other properties.
fn of(judge: &Judge, place: &Place, name: &str) -> Vec<Place> {
    let all = coerce::alternatives(judge, place);
    let own: Vec<Place> = all.iter().filter_map(|place| judge.child(place, &["properties", name])).collect();
    if own.is_empty() { all.iter().filter_map(|place| judge.child(place, &["additionalProperties"])).collect() } else { own }
}

fn form(judge: &Judge, place: &Place, encoding: Option<&Value>, pairs: &[(&str, &str)]) -> Value {
    let mut object = Map::new();
    for name in names(judge, place, encoding, pairs) {
        let of = of(judge, place, &name);
        let encoding = encoding.and_then(|encoding| encoding.get(&name));
        let style = encoding.and_then(|encoding| encoding.get("style")?.as_str());
        let explode =
            encoding.and_then(|encoding| encoding.get("explode")?.as_bool()).unwrap_or(style.is_none_or(|style| style == "form"));
        let first = |place: &Place| shapes(judge, place).first().copied();
        let shape = of.first().and_then(first).unwrap_or(Shape::Scalar);
        let items = coerce::items(judge, &of).first().and_then(first);
        let holds_json = shape == Shape::List && items.is_some_and(|items| items != Shape::Scalar);
        let is_json_text = (shape == Shape::Object || holds_json) && style.is_none();
        let is_repeated = pairs.iter().filter(|(own, _)| unescape(own) == name).count() > 1;
        let is_one = shape == Shape::Scalar || is_json_text && shape == Shape::Object;
        // Several values of one field are an array, which a scalar or an object does not allow.
        let (shape, explode) = match (is_one, is_repeated) {
            (true, true) => (Shape::List, true),
            (true, false) => (Shape::Scalar, explode),
            (false, _) => (shape, explode),
        };
        let properties: Vec<String> = of.iter().flat_map(|place| property_names(judge, place)).collect();
        let Some(wire) = styles::query(pairs, &name, style.unwrap_or("form"), shape, explode, &properties) else { continue };
        let value = match &wire {
            Wire::Text(text) if is_json_text => json_text(text),
            Wire::List(items) if is_json_text => items.iter().map(|item| json_text(item)).collect(),
            wire => coerce::value(judge, &of, wire),
        };
        object.insert(name, value);
    }
    Value::Object(object)
}

/// Returns the names of all fields that the form may have, and of those that it has.
fn names(judge: &Judge, place: &Place, encoding: Option<&Value>, pairs: &[(&str, &str)]) -> Vec<String> {
    let mut names = property_names(judge, place);
    let is_deep = |name: &str| encoding.and_then(|all| all.get(name)?.get("style")).is_some_and(|style| style == "deepObject");
    for (name, _) in pairs {
        let name = unescape(name);
        let is_key = name.split_once('[').is_some_and(|(object, _)| is_deep(object));
        if !names.contains(&name) && !is_key {
            names.push(name);
        }
    }
    names
}

/// Decodes JSON in a form, or returns the text if it is not JSON.
fn json_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

impl FormPart {
    fn is_json(&self) -> bool {
        self.file_name.is_none() && self.content_type.as_deref().is_some_and(is_json)
    }
}
