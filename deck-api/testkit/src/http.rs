//! Reads HTTP/1.1 requests from a connection, exactly as received.

use percent_encoding::percent_decode_str;
use std::io::{self, Read};

/// A request as received.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, still percent-encoded.
    pub path: String,
    /// The query, still percent-encoded.
    pub query: String,
    /// The headers, in their original order and spelling.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// All bytes of the request; empty if it was not received over a connection.
    pub raw: Vec<u8>,
}

impl Request {
    /// Creates a request that was not received by the fake server. `target` is the path and the query.
    #[must_use]
    pub fn new(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.to_vec(),
            raw: Vec::new(),
        }
    }

    /// Returns the value of a header; the name is case-insensitive.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON, or null if it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the decoded pairs of the query; `+` is a space.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        let query = self.query.replace('+', "%20");
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (unescape(name), unescape(value)))
            .collect()
    }
}

/// Decodes percent encoding.
pub fn unescape(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The maximum number of headers of a request.
const HEADERS: usize = 256;

/// Reads the next request of a connection. Returns `None` at the end of the connection.
pub fn read(connection: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let Some((head, mut request)) = until(connection, buffer, parse_head)? else { return Ok(None) };
    let coding = request.header("transfer-encoding").unwrap_or_default();
    if coding.to_ascii_lowercase().ends_with("chunked") {
        let Some((end, body)) = read_chunks(connection, buffer, head)? else { return Ok(None) };
        request.raw = buffer.drain(..end).collect();
        request.body = body;
    } else {
        let length = request.header("content-length").and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
        let end = head.saturating_add(length);
        let Some(()) = until(connection, buffer, |buffer| Ok((buffer.len() >= end).then_some(())))? else { return Ok(None) };
        request.raw = buffer.drain(..end).collect();
        request.body = request.raw[head..].to_vec();
    }
    Ok(Some(request))
}

/// Returns the status and the text of the response to a request that cannot be read, or `None` if the connection itself failed.
pub fn refusal(error: &io::Error) -> Option<(u16, String)> {
    let cause = error.get_ref().filter(|_| error.kind() == io::ErrorKind::InvalidData)?;
    let status = if cause.downcast_ref() == Some(&httparse::Error::TooManyHeaders) { 431 } else { 400 };
    Some((status, format!("the request cannot be read: {cause}")))
}

/// Reads a body in chunks that begins at `start`. Returns it with the end of the request.
fn read_chunks(connection: &mut impl Read, buffer: &mut Vec<u8>, start: usize) -> io::Result<Option<(usize, Vec<u8>)>> {
    let (mut at, mut body) = (start, Vec::new());
    loop {
        let Some((line, size)) = until(connection, buffer, |buffer| parse_size(&buffer[at..]))? else { return Ok(None) };
        at += line;
        if size == 0 {
            let trailers = until(connection, buffer, |buffer| parse_trailers(&buffer[at..]))?;
            return Ok(trailers.map(|length| (at + length, body)));
        }
        let end = at.saturating_add(size);
        // A line break follows the chunk.
        let next = end.saturating_add(2);
        let Some(()) = until(connection, buffer, |buffer| Ok((buffer.len() >= next).then_some(())))? else { return Ok(None) };
        body.extend_from_slice(&buffer[at..end]);
        at = next;
    }
}

fn parse_size(buffer: &[u8]) -> io::Result<Option<(usize, usize)>> {
    let Ok(status) = httparse::parse_chunk_size(buffer) else { return Err(invalid("the size of a chunk is not a number")) };
    let httparse::Status::Complete((line, size)) = status else { return Ok(None) };
    Ok(Some((line, usize::try_from(size).map_err(invalid)?)))
}

fn parse_trailers(buffer: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let status = httparse::parse_headers(buffer, &mut headers).map_err(invalid)?;
    Ok(if let httparse::Status::Complete((length, _)) = status { Some(length) } else { None })
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Reads until `parse` finds what it needs. Returns `None` at the end of the connection.
fn until<T>(
    connection: &mut impl Read,
    buffer: &mut Vec<u8>,
    parse: impl Fn(&[u8]) -> io::Result<Option<T>>,
) -> io::Result<Option<T>> {
    loop {
        if let Some(parsed) = parse(buffer)? {
            return Ok(Some(parsed));
        }
        if fill(connection, buffer)? == 0 {
            return Ok(None);
        }
    }
}

fn fill(connection: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut chunk = [0; 8192];
    let count = connection.read(&mut chunk)?;
    buffer.extend_from_slice(&chunk[..count]);
    Ok(count)
}

fn parse_head(buffer: &[u8]) -> io::Result<Option<(usize, Request)>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let status = head.parse(buffer).map_err(invalid)?;
    let httparse::Status::Complete(length) = status else { return Ok(None) };
    let target = without_authority(head.path.unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: head.headers.iter().map(|h| (h.name.to_owned(), String::from_utf8_lossy(h.value).into_owned())).collect(),
        body: Vec::new(),
        raw: Vec::new(),
    };
    Ok(Some((length, request)))
}

/// Returns the path and the query of a target. A client sends a whole URL to a proxy, and every server must accept it.
fn without_authority(target: &str) -> &str {
    match target.split_once("://") {
        Some(("http" | "https", rest)) => rest.find(['/', '?']).map_or("/", |start| &rest[start..]),
        _ => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_by_its_length_or_in_chunks_up_to_the_next_request() {
        for (rest, body) in [
            ("\r\n", ""),
            ("content-length: 5\r\n\r\na\r\nbc", "a\r\nbc"),
            ("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""),
            ("transfer-encoding: gzip, Chunked\r\n\r\n3\r\na\r\n\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", "a\r\n0123456789"),
            ("transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-sum: 5\r\nx: y\r\n\r\n", "a"),
        ] {
            let first = format!("POST /a HTTP/1.1\r\n{rest}");
            let both = format!("{first}GET http://x.example.com/b?c=/d HTTP/1.1\r\n\r\n");
            let (mut connection, mut buffer) = (both.as_bytes(), Vec::new());
            let mut next = || read(&mut connection, &mut buffer).unwrap();
            let request = next().unwrap();
            assert_eq!((request.raw, request.body), (first.as_bytes().to_vec(), body.as_bytes().to_vec()), "{rest:?}");
            let request = next().unwrap();
            assert_eq!((request.path.as_str(), request.query.as_str()), ("/b", "c=/d"));
            assert!(next().is_none());
        }
    }
}
