//! The successful response of an operation: its status, its media type, its headers, and a value that is valid under its schema.

use crate::answer::Answer;
use crate::check::Variables;
use crate::check_body::essence;
use crate::coerce::shapes;
use crate::document::{DocumentError, Operation, escape};
use crate::examples::is_json;
use crate::http::unescape;
use crate::styles::Shape;
use crate::{Judge, Values};
use serde_json::Value;

/// The body of a response that is neither JSON nor text.
const BYTES: &[u8] = b"\x89bytes\r\n\x1a\n\0\xff";
/// The number of attempts to generate a header value before the header is left out.
const TRIES: usize = 20;

/// The headers that describe the transfer of the body, which only the server itself can set.
const FRAMING: [&str; 6] = ["connection", "content-encoding", "content-length", "trailer", "transfer-encoding", "upgrade"];

/// A successful response that an operation declares.
pub struct Success {
    pub code: u16,
    /// Where the document has it.
    holder: String,
    /// The media type of the body, if there is one.
    media: Option<String>,
    /// Whether the body is JSON.
    is_json: bool,
}

impl Success {
    /// The pointer to the schema of the JSON body.
    pub fn json_schema(&self, judge: &Judge) -> Option<String> {
        let pointer = schema_of(&self.holder, self.media.as_deref().filter(|_| self.is_json)?);
        judge.place(&pointer).is_ok().then_some(pointer)
    }

    /// Returns the response with this JSON body.
    pub fn json(&self, body: &Value) -> Answer {
        match self.media.as_deref() {
            Some("application/json") => Answer::json(self.code, body),
            Some(media) if essence(media) == "*/*" => Answer::json(self.code, body),
            Some(media) => Answer::body(self.code, media, body.to_string()),
            None => Answer::empty(self.code),
        }
    }
}

fn schema_of(holder: &str, media: &str) -> String {
    format!("{holder}/content/{}/schema", escape(media))
}

/// Returns the successful response of an operation, or an empty one if it declares no responses at all.
///
/// # Errors
///
/// Returns an error if the operation declares responses, but no successful one.
pub fn find(judge: &Judge, operation: &Operation) -> Result<Success, DocumentError> {
    let document = judge.document();
    let responses = format!("{}/responses", operation.pointer);
    if document.at(&responses).is_none() {
        return Ok(Success { code: 204, holder: String::new(), media: None, is_json: false });
    }
    let statuses = || document.at(&responses).and_then(Value::as_object).into_iter().flatten().map(|(status, _)| status.as_str());
    let by_rank = |rank: &dyn Fn(&str) -> bool| statuses().find(|status| rank(status));
    let Some(status) = by_rank(&|status| status.starts_with('2'))
        .or_else(|| by_rank(&|status| ["302", "303"].contains(&status)))
        .or_else(|| by_rank(&|status| ["default", "304"].contains(&status)))
    else {
        return Err(DocumentError::new(format!("#{responses}: no success is declared")));
    };
    let code = status.parse().unwrap_or(200);
    let holder = document.locate(&format!("{responses}/{status}"));
    let content = document.at(&format!("{holder}/content")).and_then(Value::as_object);
    let by = |wanted: &dyn Fn(&str) -> bool| content.into_iter().flatten().map(|(name, _)| name).find(|name| wanted(name));
    let is_json = |name: &str| is_json(name) || essence(name) == "*/*" && is_structured(judge, &schema_of(&holder, name));
    let media = by(&is_json).or_else(|| by(&|name| name.starts_with("text/"))).or_else(|| by(&|_| true));
    let media = media.filter(|_| has_body(&operation.method, code)).cloned();
    let is_json = media.as_deref().is_some_and(is_json);
    Ok(Success { code, holder, media, is_json })
}

/// Returns whether values of the schema are more than scalars. In any media type, they must then be JSON.
fn is_structured(judge: &Judge, schema: &str) -> bool {
    let shapes = judge.place(schema).map(|place| shapes(judge, &place)).unwrap_or_default();
    shapes.contains(&Shape::Object) || shapes == [Shape::List]
}

/// Returns whether a response can have a body. With 205 it cannot either, although HTTP/1.1 gives it a length.
pub fn has_body(method: &str, status: u16) -> bool {
    method != "HEAD" && ![204, 205, 304].contains(&status)
}

/// Returns the successful response of the operation. Values of the request are repeated in properties with the same name.
///
/// # Errors
///
/// Returns an error if the operation declares no successful response, or if no value is found that is valid under its schema.
pub fn answer(
    judge: &Judge,
    operation: &Operation,
    variables: &Variables,
    sent: &Value,
    values: &mut Values,
) -> Result<Answer, DocumentError> {
    let success = find(judge, operation)?;
    let answer = match &success.media {
        Some(_) if success.is_json => success.json(&json(judge, &success, variables, sent, values)?),
        Some(media) => other(success.code, media, values.make(&schema_of(&success.holder, media)).ok()),
        None => Answer::empty(success.code),
    };
    let answer = with_headers(judge, answer, &success.holder, values);
    let leads_nowhere = [302, 303].contains(&success.code) && !answer.has_header("location");
    Ok(if leads_nowhere { answer.header("location", "/elsewhere") } else { answer })
}

fn json(
    judge: &Judge,
    success: &Success,
    variables: &Variables,
    sent: &Value,
    values: &mut Values,
) -> Result<Value, DocumentError> {
    match success.json_schema(judge) {
        Some(pointer) => echo(judge, &pointer, values.make(&pointer)?, variables, sent),
        None => Ok(Value::Object(serde_json::Map::new())),
    }
}

/// Returns a response that is not JSON, with the value that was made for it.
fn other(code: u16, media: &str, value: Option<Value>) -> Answer {
    let media = match media.split_once('/') {
        Some(("image", "*")) => "image/png",
        Some(("text", "*")) => "text/plain",
        Some((_, "*")) => "application/octet-stream",
        _ => media,
    };
    match value {
        // In other charsets than UTF-8, only ASCII is safe.
        Some(Value::String(text)) if media.starts_with("text/") && (text.is_ascii() || !names_other_charset(media)) => {
            Answer::body(code, media, text)
        }
        _ if media.starts_with("text/") => Answer::body(code, media, "text"),
        _ => Answer::body(code, media, BYTES),
    }
}

fn names_other_charset(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    media.contains("charset=") && !media.contains("utf-8")
}

fn echo(judge: &Judge, pointer: &str, mut value: Value, variables: &Variables, sent: &Value) -> Result<Value, DocumentError> {
    let known = variables.iter().map(|(name, value)| (name.clone(), Value::from(unescape(value))));
    let sent = sent.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone()));
    for (name, known) in known.chain(sent) {
        let before = value.clone();
        if let Some(slot) = value.get_mut(&name) {
            *slot = known;
        }
        if !judge.admits(pointer, &value)? {
            value = before;
        }
    }
    Ok(value)
}

fn with_headers(judge: &Judge, mut answer: Answer, holder: &str, values: &mut Values) -> Answer {
    let headers = judge.document().at(&format!("{holder}/headers")).and_then(Value::as_object);
    let is_set = |name: &str| name == "content-type" || FRAMING.contains(&name);
    for (name, _) in headers.into_iter().flatten().filter(|(name, _)| !is_set(&name.to_ascii_lowercase())) {
        let pointer = format!("{}/schema", judge.document().locate(&format!("{holder}/headers/{}", escape(name))));
        // A header value has only visible characters on one line.
        let value = (0..TRIES).find_map(|_| header(&values.make(&pointer).ok()?));
        answer = value.map_or(answer.clone(), |value| answer.header(name, &value));
    }
    answer
}

/// Serializes a value in the style `simple`.
fn header(value: &Value) -> Option<String> {
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        // An integer is written as one in a header too, although JSON Schema also accepts 5.0.
        Value::Number(number) => {
            Some(number.as_f64().filter(|_| number.is_f64()).map_or_else(|| value.to_string(), |float| float.to_string()))
        }
        Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    let text = match value {
        Value::Array(items) => items.iter().map(scalar).collect::<Option<Vec<_>>>()?.join(","),
        Value::Object(object) => {
            object.iter().map(|(name, value)| Some(format!("{name},{}", scalar(value)?))).collect::<Option<Vec<_>>>()?.join(",")
        }
        value => scalar(value)?,
    };
    let readable = !text.is_empty() && text.trim() == text && text.chars().all(|character| (' '..='~').contains(&character));
    readable.then_some(text)
}
