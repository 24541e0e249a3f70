//! Parameters as text: what is escaped, how lists are joined, and what cannot be sent at all.

use super::InvalidRequest;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

/// How a list stands in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// `ids=a&ids=b`
    Repeated,
    /// `ids=a,b`, with this separator.
    Joined(&'static str),
}

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The texts of a parameter: one for a scalar, one each for a list, none for null.
pub fn texts(name: &str, value: impl Serialize) -> Result<Vec<String>, InvalidRequest> {
    let scalar = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(InvalidRequest::new(format!("`{name}` is neither text, number, truth value nor a list of them"))),
    };
    match super::to_value(name, value)? {
        Value::Null => Ok(Vec::new()),
        Value::Array(list) => list.into_iter().map(scalar).collect(),
        value => Ok(vec![scalar(value)?]),
    }
}

/// A segment of a path.
///
/// Empty, `.` and `..` would change the path and with it the operation, so they are refused.
pub fn path_segment(name: &str, value: impl Serialize) -> Result<String, InvalidRequest> {
    let segment = texts(name, value)?.iter().map(|text| escape(text)).collect::<Vec<_>>().join(",");
    match segment.as_str() {
        "" => Err(InvalidRequest::new(format!("`{name}` is empty, and so would be a part of the path"))),
        "." | ".." => Err(InvalidRequest::new(format!("`{name}` is `{segment}`, which would lead to another path"))),
        _ => Ok(segment),
    }
}

/// The pairs of a query, escaped.
pub fn query_pairs(name: &str, value: impl Serialize, style: Query) -> Result<Vec<String>, InvalidRequest> {
    let texts: Vec<String> = texts(name, value)?.iter().map(|text| escape(text)).collect();
    let name = escape(name);
    Ok(match style {
        Query::Repeated => texts.iter().map(|text| format!("{name}={text}")).collect(),
        // A list without items is left out: `ids=` would be a list with an empty one.
        Query::Joined(_) if texts.is_empty() => Vec::new(),
        Query::Joined(separator) => vec![format!("{name}={}", texts.join(separator))],
    })
}

/// The value of a header.
pub fn header_value(name: &str, text: &str) -> Result<http::HeaderValue, InvalidRequest> {
    http::HeaderValue::from_str(text)
        .map_err(|_| InvalidRequest::new(format!("the value of `{name}` holds characters that a header cannot carry")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_segments_are_escaped_completely() {
        for (value, expected) in [
            ("task_1", "task_1"),
            ("a/b", "a%2Fb"),
            ("a b", "a%20b"),
            ("..%2f", "..%252f"),
            ("%2e", "%252e"),
            ("?#&", "%3F%23%26"),
            ("ä", "%C3%A4"),
            ("...", "..."),
        ] {
            assert_eq!(path_segment("id", value).unwrap(), expected);
        }
    }

    #[test]
    fn path_segments_that_would_change_the_path_are_refused() {
        for value in ["", ".", ".."] {
            assert!(path_segment("id", value).unwrap_err().to_string().contains("`id`"), "{value}");
        }
    }

    #[test]
    fn lists_in_a_query_are_repeated_or_joined() {
        let ids = ["a,b", "c&d"];
        assert_eq!(query_pairs("ids", ids, Query::Joined(",")).unwrap(), ["ids=a%2Cb,c%26d"]);
        assert_eq!(query_pairs("ids", ids, Query::Repeated).unwrap(), ["ids=a%2Cb", "ids=c%26d"]);
        assert!(query_pairs("ids", Vec::<String>::new(), Query::Joined(",")).unwrap().is_empty());
        assert_eq!(query_pairs("n", 5, Query::Repeated).unwrap(), ["n=5"]);
    }

    #[test]
    fn header_values_with_line_breaks_are_refused() {
        assert!(header_value("x-trace", "a\r\nb: c").is_err());
    }
}
