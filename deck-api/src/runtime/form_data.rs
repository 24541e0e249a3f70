//! Encodes `multipart/form-data` bodies (RFC 7578).

use super::file::{self, Files};
use super::shallow::Shallow;
use super::{InvalidRequest, Json, Style, encode, random};
use bytes::Bytes;
use http::header::HeaderValue;
use serde::Serialize;
use std::borrow::Cow;

/// How a property becomes parts of a form. By default, a string has no media type, an object is JSON, a file is bytes, and each
/// item of an array is a part.
#[derive(Clone, Copy, Debug)]
pub enum PartEncoding {
    /// JSON of this media type. A file has this media type if it has none of its own.
    Json(&'static str),
    /// A text or a file of this media type.
    Media(&'static str),
    /// A file of one of these media types, which the caller sets.
    Listed(&'static str),
    /// The style of a query parameter, without escapes.
    Style(Style),
}

/// The error for a `content-type` that the caller sets.
pub(super) const RESERVED: &str =
    "the header `content-type` of a `multipart/form-data` body cannot be set: it contains the boundary of the parts";

/// An encoded form.
pub(super) struct FormData {
    pub(super) content_type: HeaderValue,
    pub(super) body: Bytes,
}

/// A part of a form.
struct Part<'a> {
    name: String,
    file_name: Option<String>,
    content_type: Option<&'a str>,
    content: Cow<'a, [u8]>,
}

/// Encodes a form. `encodings` has the properties that are not encoded by default.
pub(super) fn encode(
    body: &impl Serialize,
    encodings: &[(&str, PartEncoding)],
    required: &[&str],
) -> Result<FormData, InvalidRequest> {
    let (body, files) = file::collect(|| super::to_text("body", body))?;
    let boundary = random::key()?;
    let mut text = Vec::new();
    for (name, value) in encode::fields(&body)? {
        let own = encodings.iter().find(|(own, _)| *own == name).map(|(_, encoding)| *encoding);
        let parts = parts(&name, &value, own, &files)?;
        let can_be_left_out = value.is_null() || !required.contains(&name.as_str());
        let parts = if can_be_left_out { parts } else { super::value::not_empty(&name, (!parts.is_empty()).then_some(parts))? };
        for part in &parts {
            write(&mut text, &boundary, part);
        }
    }
    text.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    let content_type = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"))
        .map_err(|_| InvalidRequest::new("the boundary of the parts is not a valid header value"))?;
    Ok(FormData { content_type, body: text.into() })
}

/// Returns the parts of a property.
fn parts<'a>(
    name: &str,
    value: &Json,
    encoding: Option<PartEncoding>,
    files: &'a Files,
) -> Result<Vec<Part<'a>>, InvalidRequest> {
    if let Some(PartEncoding::Style(style)) = encoding {
        return styled(name, value, style, files);
    }
    let part = |value: &Json| part(name, value, encoding, files).transpose();
    match Shallow::of(name, value)? {
        Shallow::List(items) => items.iter().filter_map(part).collect(),
        _ => part(value).into_iter().collect(),
    }
}

/// Returns the parts of a property with a style: the pairs that it has in a query, without escapes.
fn styled<'a>(name: &str, value: &Json, style: Style, files: &'a Files) -> Result<Vec<Part<'a>>, InvalidRequest> {
    let unescaped = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = encode::query_pairs(name, value, style.into())?;
    let pairs = pairs.iter().filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, text)| text_part(unescaped(name), unescaped(text), None, files)).collect()
}

/// Returns the part for a value that is not an array of parts, or `None` for null.
fn part<'a>(
    name: &str,
    value: &Json,
    encoding: Option<PartEncoding>,
    files: &'a Files,
) -> Result<Option<Part<'a>>, InvalidRequest> {
    let json = || value.text().into_owned();
    let (text, media) = match (Shallow::of(name, value)?, encoding) {
        (Shallow::Null, _) => return Ok(None),
        (Shallow::Scalar(text), _) if files.get(&text).is_some() => return file_part(name, &text, encoding, files),
        (_, Some(PartEncoding::Json(media))) => (json(), Some(media)),
        (Shallow::Scalar(text), Some(PartEncoding::Media(media))) => (text, Some(media)),
        (Shallow::Scalar(text), _) => (text, None),
        (Shallow::List(_) | Shallow::Object(_), _) => (json(), Some("application/json")),
    };
    text_part(name.to_owned(), text, media, files).map(Some)
}

fn text_part<'a>(name: String, text: String, content_type: Option<&'a str>, files: &Files) -> Result<Part<'a>, InvalidRequest> {
    if files.are_in(&text) {
        return Err(InvalidRequest::new(format!("`{name}` contains a file inside of another value, which cannot be sent")));
    }
    Ok(Part { name, file_name: None, content_type, content: text.into_bytes().into() })
}

/// Returns the part for the file with this placeholder.
fn file_part<'a>(
    name: &str,
    text: &str,
    encoding: Option<PartEncoding>,
    files: &'a Files,
) -> Result<Option<Part<'a>>, InvalidRequest> {
    let Some(file) = files.get(text) else { return Ok(None) };
    let content_type = match (file.content_type(), encoding) {
        (Some(own), _) => own,
        (None, Some(PartEncoding::Json(media) | PartEncoding::Media(media))) => media,
        (None, Some(PartEncoding::Listed(media))) => {
            return Err(InvalidRequest::new(format!(
                "the file `{name}` needs a media type, set with `File::with_content_type`: the document lists `{media}`"
            )));
        }
        (None, _) => "application/octet-stream",
    };
    if HeaderValue::from_str(content_type).is_err() {
        return Err(InvalidRequest::new(format!("the media type of the file `{name}` is not a valid header value")));
    }
    Ok(Some(Part {
        name: name.to_owned(),
        file_name: Some(file.name().unwrap_or(name).to_owned()),
        content_type: Some(content_type),
        content: file.content()[..].into(),
    }))
}

/// Appends a part.
fn write(form: &mut Vec<u8>, boundary: &str, part: &Part<'_>) {
    let file_name = part.file_name.as_ref().map(|name| format!("; filename=\"{}\"", quoted(name))).unwrap_or_default();
    let content_type = part.content_type.map(|media| format!("\r\ncontent-type: {media}")).unwrap_or_default();
    let name = quoted(&part.name);
    let head = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"{file_name}{content_type}\r\n\r\n");
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(&part.content);
    form.extend_from_slice(b"\r\n");
}

/// Escapes a name as browsers do.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;
    use serde_json::json;

    /// Encodes a form, with `B` for the boundary.
    fn encoded(body: &impl Serialize, encodings: &[(&str, PartEncoding)], required: &[&str]) -> Result<String, String> {
        let form = encode(body, encodings, required).map_err(|error| error.to_string())?;
        let content_type = form.content_type.to_str().unwrap();
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        Ok(String::from_utf8_lossy(&form.body).replace(boundary, "B").replace("\r\n", "\n"))
    }

    /// Returns the parts of a form: name, file name and media type as in the header, and the content.
    fn parts_of(body: &impl Serialize, encodings: &[(&str, PartEncoding)]) -> Vec<String> {
        let text = encoded(body, encodings, &[]).unwrap();
        let parts = text.strip_suffix("--B--\n").unwrap().split("--B\n").skip(1);
        let part = |part: &str| part.trim_end_matches('\n').replace("content-disposition: form-data; ", "").replace('\n', "|");
        parts.map(part).collect()
    }

    #[test]
    fn each_value_is_a_part_in_the_usual_form() {
        let body = json!({ "text": "a\"b", "number": 1.5, "list": ["x", 2, null], "object": { "k": 1 }, "none": null,
            "objects": [{ "k": 1 }, [2]], "a\"\r\n": true });
        let expected = [
            "name=\"text\"||a\"b",
            "name=\"number\"||1.5",
            "name=\"list\"||x",
            "name=\"list\"||2",
            "name=\"object\"|content-type: application/json||{\"k\":1}",
            "name=\"objects\"|content-type: application/json||{\"k\":1}",
            "name=\"objects\"|content-type: application/json||[2]",
            "name=\"a%22%0D%0A\"||true",
        ];
        let mut parts = parts_of(&body, &[]);
        parts.sort_by_key(|part| expected.iter().position(|expected| expected == part));
        assert_eq!(parts, expected);
        assert_eq!(parts_of(&json!({}), &[]), [""; 0]);
    }

    #[test]
    fn files_are_sent_as_bytes_with_a_name_and_a_media_type() {
        let bytes = File::new(vec![0xff, b'\n', b'-']);
        let form = encode(&[("a", &bytes)].into_iter().collect::<std::collections::BTreeMap<_, _>>(), &[], &[]).unwrap();
        let content = b"\r\n\r\n\xff\n-\r\n--";
        assert!(form.body.windows(content.len()).any(|window| window == content));
        let named = File::new("x").with_name("ä\".txt").with_content_type("text/plain");
        let form = |file: &File| std::collections::BTreeMap::from([("a", vec![file.clone()])]);
        assert_eq!(parts_of(&form(&named), &[]), ["name=\"a\"; filename=\"ä%22.txt\"|content-type: text/plain||x"]);
        let plain = File::new("x");
        for (encoding, media) in [
            (None, "application/octet-stream"),
            (Some(PartEncoding::Media("image/png")), "image/png"),
            (Some(PartEncoding::Json("application/json")), "application/json"),
        ] {
            let encodings: Vec<_> = encoding.map(|encoding| ("a", encoding)).into_iter().collect();
            assert_eq!(parts_of(&form(&plain), &encodings), [format!("name=\"a\"; filename=\"a\"|content-type: {media}||x")]);
        }
    }

    #[test]
    fn encodings_of_the_document_replace_the_usual_form() {
        let body = json!({ "v": ["a,b", "c"] });
        let object = json!({ "v": { "R": 1, "G": "x y" } });
        for (encoding, of_list, of_object) in [
            (
                PartEncoding::Json("a/json"),
                vec!["v|content-type: a/json||\"a,b\"", "v|content-type: a/json||\"c\""],
                vec!["v|content-type: a/json||{\"R\":1,\"G\":\"x y\"}"],
            ),
            (PartEncoding::Media("text/csv"), vec!["v|content-type: text/csv||a,b", "v|content-type: text/csv||c"], vec![]),
            (PartEncoding::Style(Style::Form), vec!["v||a,b", "v||c"], vec!["R||1", "G||x y"]),
            (PartEncoding::Style(Style::FormJoined), vec!["v||a,b,c"], vec!["v||R,1,G,x y"]),
            (PartEncoding::Style(Style::PipeDelimited), vec!["v||a,b|c"], vec![]),
            (PartEncoding::Style(Style::DeepObject), vec![], vec!["v[R]||1", "v[G]||x y"]),
        ] {
            let sorted = |body: &serde_json::Value| {
                let parts = parts_of(body, &[("v", encoding)]).into_iter();
                let mut parts: Vec<String> = parts.map(|part| part.replace("name=\"", "").replacen('"', "", 1)).collect();
                parts.sort();
                parts
            };
            for (body, mut expected) in [(&body, of_list), (&object, of_object)] {
                expected.sort_unstable();
                assert!(expected.is_empty() || sorted(body) == expected, "{encoding:?}: {:?}", sorted(body));
            }
        }
    }

    #[test]
    fn a_form_that_cannot_be_sent_is_refused_with_the_name_of_the_part() {
        let map = |file: File| std::collections::BTreeMap::from([("a", file)]);
        let listed = [("a", PartEncoding::Listed("image/png, image/jpeg"))];
        for (result, expected) in [
            (encoded(&map(File::new("x")), &listed, &[]), "the file `a` needs a media type"),
            (
                encoded(&map(File::new("x").with_content_type("a\r\nb: c")), &[], &[]),
                "the media type of the file `a` is not a valid",
            ),
            (encoded(&json!({ "a": [] }), &[], &["a"]), "`a` is required, but is empty"),
            (encoded(&"text", &[], &[]), "a form body must be an object"),
            (encoded(&std::collections::BTreeMap::from([("a", map(File::new("x")))]), &[], &[]), "`a` contains a file inside"),
            (encoded(&std::collections::BTreeMap::from([("a", [[File::new("x")]])]), &[], &[]), "`a` contains a file inside"),
        ] {
            let message = result.unwrap_err();
            assert!(message.starts_with(expected), "{message}");
        }
        assert!(encoded(&map(File::new("x").with_content_type("image/gif")), &listed, &["a"]).is_ok());
    }

    #[test]
    fn outside_of_a_form_a_file_is_a_string_or_an_error() {
        let file = File::new("text").with_name("a.txt");
        assert_eq!(serde_json::to_string(&file).unwrap(), "\"text\"");
        assert_eq!(serde_json::from_str::<File>("\"text\"").unwrap(), File::new("text"));
        let error = serde_json::to_string(&File::new(vec![0xff])).unwrap_err();
        assert!(error.to_string().contains("can only be a part of a form"), "{error}");
        assert!(!format!("{file:?}").contains("text\""), "{file:?}");
    }
}
