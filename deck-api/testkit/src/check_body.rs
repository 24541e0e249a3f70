//! Checks the body of a request: its media type and its content.

use crate::document::{Document, Operation, escape};
use crate::examples::is_json;
use crate::http::Request;
use crate::styles::{Shape, Wire};
use crate::{Judge, coerce, forms};
use serde_json::Value;

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
    let encoding = document.at(&pointer).and_then(|media| media.get("encoding"));
    // The text of a form whose schema is a string.
    let is_text = essence(sent) == "application/x-www-form-urlencoded" && coerce::shapes(judge, &place) == [Shape::Scalar];
    let value = match essence(sent).as_str() {
        media if is_json(media) => json(request),
        "application/x-www-form-urlencoded" if !is_text => Ok(forms::urlencoded(judge, &place, encoding, &text(request))),
        "multipart/form-data" => match request.parts() {
            Err(message) => Err(message),
            Ok(parts) => match forms::misplaced(judge, &place, encoding, &parts) {
                Some(message) => Err(message),
                None => forms::multipart(judge, &place, encoding, &parts),
            },
        },
        media if is_text || media.starts_with("text/") => {
            Ok(coerce::value(judge, std::slice::from_ref(&place), &Wire::Text(text(request))))
        }
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
    let (kind, subtype) = sent.split_once('/').unwrap_or((&sent, ""));
    let suffix = subtype.rsplit_once('+').map_or_else(String::new, |(_, suffix)| format!("{kind}/*+{suffix}"));
    let range = format!("{kind}/*");
    [sent.as_str(), suffix.as_str(), range.as_str(), "*/*"]
        .iter()
        .find_map(|wanted| declared.keys().find(|own| essence(own) == *wanted))
        .cloned()
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
