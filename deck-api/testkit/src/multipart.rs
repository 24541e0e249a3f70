//! Splits `multipart/form-data` bodies into their parts (RFC 7578).

use crate::http::{Request, unescape};

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPart {
    /// The name of the field.
    pub name: String,
    /// The name of the file, if it is one.
    pub file_name: Option<String>,
    /// The media type.
    pub content_type: Option<String>,
    /// The content.
    pub content: Vec<u8>,
}

impl FormPart {
    /// Returns the content as text. Other bytes than UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

impl Request {
    /// Returns the parts of a `multipart/form-data` body.
    ///
    /// # Errors
    ///
    /// Returns the reason if the body is not such a form.
    pub fn parts(&self) -> Result<Vec<FormPart>, String> {
        parts(self.header("content-type").unwrap_or_default(), &self.body)
    }
}

/// Splits a body. `content_type` is the header with the boundary.
pub fn parts(content_type: &str, body: &[u8]) -> Result<Vec<FormPart>, String> {
    let boundary = parameter(content_type, "boundary").ok_or("the `content-type` of the body has no boundary")?;
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // The first delimiter has no line break in front of it.
    let body = [b"\r\n", body].concat();
    let mut rest = &body[find(&body, &delimiter).ok_or("the body does not contain its boundary")? + delimiter.len()..];
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        let start = rest.strip_prefix(b"\r\n").ok_or("there is text after a boundary of the body")?;
        let end = find(start, &delimiter).ok_or("the body ends inside of a part")?;
        parts.push(part(&start[..end])?);
        rest = &start[end + delimiter.len()..];
    }
    Ok(parts)
}

fn part(text: &[u8]) -> Result<FormPart, String> {
    let end = find(text, b"\r\n\r\n").ok_or("a part of the body has no empty line after its headers")?;
    let head = std::str::from_utf8(&text[..end]).map_err(|_| "the headers of a part are not UTF-8")?;
    let header = |name: &str| {
        let mut headers = head.split("\r\n").filter_map(|line| line.split_once(':'));
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition").filter(|value| {
        let kind = value.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("form-data")
    });
    let disposition = disposition.ok_or("a part of the body has no `content-disposition: form-data`")?;
    Ok(FormPart {
        name: parameter(disposition, "name").ok_or("a part of the body has no name")?,
        // The encoded form of the name takes precedence (RFC 6266).
        file_name: parameter(disposition, "filename*").map(|name| decoded(&name)).or_else(|| parameter(disposition, "filename")),
        content_type: header("content-type").map(str::to_owned),
        content: text[end + 4..].to_vec(),
    })
}

/// Returns a parameter of a header value, with its quotes and escapes removed.
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, next)) = rest.split_once(';') {
        let (own, text) = next.split_once('=')?;
        let (text, behind) = match text.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => text.split_once(';').map_or((text, ""), |(text, _)| (text, &text[text.len()..])),
        };
        if own.trim().eq_ignore_ascii_case(name) {
            return Some(text.trim().replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"));
        }
        rest = if behind.is_empty() { next.get(own.len() + 1 + text.len()..)? } else { behind };
    }
    None
}

/// Decodes a text with its charset and language in front: `UTF-8'en'a%20b`.
fn decoded(text: &str) -> String {
    unescape(text.splitn(3, '\'').last().unwrap_or_default())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "multipart/form-data; charset=utf-8; boundary=B";

    #[test]
    fn a_body_is_split_into_its_parts() {
        let body = "--B\r\ncontent-disposition: form-data; name=\"a;b%22\"\r\n\r\nx\r\ny\r\n\
            --B\r\nContent-Type: image/png\r\nContent-Disposition: form-data; filename=\"n.png\"; name=f\r\n\r\n\r\n--B--\r\n";
        let part = |name: &str, file_name: Option<&str>, content_type: Option<&str>, content: &str| FormPart {
            name: name.to_owned(),
            file_name: file_name.map(str::to_owned),
            content_type: content_type.map(str::to_owned),
            content: content.as_bytes().to_vec(),
        };
        let expected = [part("a;b\"", None, None, "x\r\ny"), part("f", Some("n.png"), Some("image/png"), "")];
        assert_eq!(parts(HEADER, body.as_bytes()).unwrap(), expected);
        assert_eq!(parts("multipart/form-data; boundary=\"B\"", b"--B--").unwrap(), []);
        let body =
            "--B\r\nContent-Disposition: Form-Data; name=f; filename=a; filename*=UTF-8'en'%C3%A4.png\r\n\r\n\r\n--B--\r\n";
        assert_eq!(parts(HEADER, body.as_bytes()).unwrap(), [part("f", Some("ä.png"), None, "")], "an encoded name");
    }

    #[test]
    fn a_body_that_does_not_follow_the_format_is_refused_with_the_reason() {
        for (header, body, expected) in [
            ("multipart/form-data", "--B--", "has no boundary"),
            (HEADER, "", "does not contain its boundary"),
            (HEADER, "--B\r\n\r\nx", "ends inside of a part"),
            (HEADER, "--Bx\r\n--B--", "there is text after a boundary"),
            (HEADER, "--B\r\nx\r\n--B--", "has no empty line"),
            (HEADER, "--B\r\na: b\r\n\r\nx\r\n--B--", "has no `content-disposition: form-data`"),
            (HEADER, "--B\r\ncontent-disposition: form-data\r\n\r\nx\r\n--B--", "has no name"),
        ] {
            let message = parts(header, body.as_bytes()).unwrap_err();
            assert!(message.contains(expected), "{body:?}: {message}");
        }
    }
}
