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

/// Reads the next request of a connection. Returns `None` at the end of the connection.
pub fn read(connection: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let (head_length, mut request) = loop {
        if let Some(parsed) = parse_head(buffer)? {
            break parsed;
        }
        if fill(connection, buffer)? == 0 {
            return Ok(None);
        }
    };
    let length = request.header("content-length").and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    let end = head_length + length;
    while buffer.len() < end {
        if fill(connection, buffer)? == 0 {
            return Ok(None);
        }
    }
    request.raw = buffer.drain(..end).collect();
    request.body = request.raw[head_length..].to_vec();
    Ok(Some(request))
}

fn fill(connection: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut chunk = [0; 8192];
    let count = connection.read(&mut chunk)?;
    buffer.extend_from_slice(&chunk[..count]);
    Ok(count)
}

fn parse_head(buffer: &[u8]) -> io::Result<Option<(usize, Request)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    let status = head.parse(buffer).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let httparse::Status::Complete(length) = status else { return Ok(None) };
    let target = head.path.unwrap_or_default();
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
