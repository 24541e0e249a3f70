//! Request headers: which ones a caller may set, and which ones may have several values.

use super::InvalidRequest;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Headers that only the client sets: a wrong value would break the connection or send the request to the wrong host.
const OF_THE_CLIENT: [HeaderName; 3] = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::HOST];

/// Headers that HTTP defines with a single value. If one is set twice, the last value is sent.
const SINGLE: [HeaderName; 20] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::CONTENT_TYPE,
    header::CONTENT_LOCATION,
    header::CONTENT_RANGE,
    header::DATE,
    header::ETAG,
    header::EXPIRES,
    header::FROM,
    header::IF_MODIFIED_SINCE,
    header::IF_RANGE,
    header::IF_UNMODIFIED_SINCE,
    header::LAST_MODIFIED,
    header::LOCATION,
    header::MAX_FORWARDS,
    header::ORIGIN,
    header::RANGE,
    header::REFERER,
    header::RETRY_AFTER,
    header::USER_AGENT,
];

/// Sets a header to one value.
pub(super) fn set(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), InvalidRequest> {
    let (name, value) = parsed(name, value)?;
    headers.insert(name, value);
    Ok(())
}

/// Adds a header value that the caller sets.
pub(super) fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), InvalidRequest> {
    let (name, mut value) = parsed(name, value)?;
    if OF_THE_CLIENT.contains(&name) {
        return Err(InvalidRequest::new(format!("the header `{name}` cannot be set: it is reserved for the client")));
    }
    if SINGLE.contains(&name) {
        headers.insert(name, value);
        return Ok(());
    }
    if let Some(before) = headers.get(&name).filter(|_| name == header::COOKIE) {
        // RFC 6265, 5.4: all cookies are in one header.
        let both = [before.as_bytes(), b"; ", value.as_bytes()].concat();
        value = HeaderValue::from_bytes(&both).map_err(|_| bad_value(&name))?;
        value.set_sensitive(true);
        headers.insert(name, value);
        return Ok(());
    }
    headers.append(name, value);
    Ok(())
}

/// Replaces headers that the client sets by those of the call.
pub(super) fn replace(headers: &mut HeaderMap, own: &HeaderMap) {
    for name in own.keys() {
        let mut values = own.get_all(name).iter().cloned();
        values.next().map(|first| headers.insert(name.clone(), first));
        values.for_each(|value| {
            headers.append(name.clone(), value);
        });
    }
}

fn parsed(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidRequest> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| InvalidRequest::new(format!("`{}` is not a header name", name.escape_debug())))?;
    let mut value = HeaderValue::from_str(value).map_err(|_| bad_value(&name))?;
    // The value may be a secret.
    value.set_sensitive(true);
    Ok((name, value))
}

fn bad_value(name: &HeaderName) -> InvalidRequest {
    InvalidRequest::new(format!("the value of `{name}` contains characters that are not allowed in a header"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
        headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_header_set_twice_has_two_values_unless_it_allows_only_one() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("X-Tag", "a"),
            ("x-tag", "b"),
            ("Content-Type", "a/b"),
            ("content-type", "c/d"),
            ("cookie", "a=1"),
            ("Cookie", "b=2"),
        ] {
            add(&mut headers, name, value).unwrap();
        }
        assert_eq!(values(&headers, "x-tag"), ["a", "b"]);
        assert_eq!(values(&headers, "content-type"), ["c/d"]);
        assert_eq!(values(&headers, "cookie"), ["a=1; b=2"]);
        assert!(headers.values().all(HeaderValue::is_sensitive));
        let mut sent = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("x/y"))]);
        add(&mut headers, "accept", "a/a").unwrap();
        add(&mut headers, "accept", "b/b").unwrap();
        replace(&mut sent, &headers);
        assert_eq!(values(&sent, "accept"), ["a/a", "b/b"]);
        assert_eq!(values(&sent, "x-tag"), ["a", "b"]);
    }

    #[test]
    fn headers_that_would_break_the_request_are_refused() {
        for (name, value) in
            [("content-length", "3"), ("Transfer-Encoding", "chunked"), ("HOST", "b"), ("a b", "c"), ("x", "a\r\nb: c")]
        {
            assert!(add(&mut HeaderMap::new(), name, value).is_err(), "{name}");
        }
        assert!(set(&mut HeaderMap::new(), "x-trace", "a\r\nb: c").is_err());
    }
}
