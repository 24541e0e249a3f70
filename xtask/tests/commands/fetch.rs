//! Reads a document from a file or a URL within limits. An error names its cause and a fix.

use crate::common::loopback::{Loopback, Response, page, status};
use std::sync::mpsc;
use std::time::Duration;
use xtask::fetch::{Limits, fetch, shown};

const DOCUMENT: &str = "{ \"openapi\": \"3.1.1\" }\n";
const LIMITS: Limits = Limits { bytes: 1 << 20, time: Duration::from_secs(20) };

#[test]
fn a_document_is_read_byte_for_byte_from_a_file_or_a_url() {
    let text = "\u{feff}{\r\n  \"openapi\":\t\"3.1.1\" }  \n\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.json");
    std::fs::write(&file, text).unwrap();
    let server = Loopback::start(move |_| page("application/json", text));
    for place in [file.to_string_lossy().into_owned(), server.url("/v2.json")] {
        let source = fetch(&place, &LIMITS).unwrap();
        assert_eq!((source.file, source.text.as_str()), (place, text));
    }
}

#[test]
fn a_request_names_its_user_agent_and_accepts_no_compression() {
    let (seen, heads) = mpsc::channel();
    let server = Loopback::start(move |head| {
        seen.send(head.to_lowercase()).unwrap();
        page("application/json", DOCUMENT)
    });
    fetch(&server.url("/v2.json"), &LIMITS).unwrap();
    let head = heads.recv().unwrap();
    assert!(head.contains("user-agent: openapi-xtask/") && head.contains("accept: application/json"), "{head}");
    assert!(!head.contains("accept-encoding"), "{head}");
}

#[test]
fn a_redirect_is_followed() {
    let server = Loopback::start(|head| match head {
        head if head.starts_with("GET /old ") => status("302 Found", "Location: /new\r\n"),
        _ => page("application/json", DOCUMENT),
    });
    assert_eq!(fetch(&server.url("/old"), &LIMITS).unwrap().text, DOCUMENT);
}

/// A path, the response of the server, and the parts that the error message must contain.
type Failing = (&'static str, fn() -> Response, &'static [&'static str]);

const FAILING: [Failing; 9] = [
    (
        "/gone",
        || status("404 Not Found", ""),
        &["the server answers 404 Not Found", "fix: see whether the address opens in a browser"],
    ),
    ("/ill", || status("503 Service Unavailable", ""), &["the server answers 503 Service Unavailable"]),
    (
        "/page",
        || page("text/html", "\n<!doctype html><p>{}</p>"),
        &["a web page", "fix: find the address of the document itself"],
    ),
    ("/round", || status("302 Found", "Location: /round\r\n"), &["redirects more than five times"]),
    (
        "/latin",
        || Response::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{\"\xe9\"".to_vec()),
        &["not UTF-8", "byte is at 2"],
    ),
    ("/cut", || Response::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{".to_vec()), &["cannot be read"]),
    ("/large", || page("application/json", &"x".repeat(LIMITS_BYTES + 1)), &["larger than 1 MiB", "`--max-size MIB`"]),
    ("/endless", endless, &["larger than 1 MiB", "`--max-size MIB`"]),
    ("/noise", || Response::Raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec()), &["cannot be read"]),
];
const LIMITS_BYTES: usize = 1 << 20;

/// A response without a length, and with more bytes than the limit.
fn endless() -> Response {
    let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    bytes.resize(bytes.len() + 2 * LIMITS_BYTES, b'x');
    Response::Stall(bytes)
}

#[test]
fn a_response_without_a_document_is_refused_with_url_reason_and_fix() {
    let server = Loopback::start(|head| {
        let (_, response, _) = FAILING.iter().find(|(path, ..)| head.starts_with(&format!("GET {path} "))).unwrap();
        response()
    });
    for (path, _, expected) in FAILING {
        let message = fetch(&server.url(path), &LIMITS).unwrap_err().to_string();
        assert!(message.starts_with(&format!("problem: {} #: ", server.url(path))) && message.contains("\nfix: "), "{message}");
        for part in expected {
            assert!(message.contains(part), "{path}: {message}");
        }
    }
}

#[test]
fn a_response_that_stalls_ends_with_the_timeout() {
    let limits = Limits { time: Duration::from_millis(300), ..LIMITS };
    for said in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"] {
        let server = Loopback::start(|_| Response::Stall(said.into()));
        let message = fetch(&server.url("/"), &limits).unwrap_err().to_string();
        assert!(message.contains("not read to its end within 300ms") && message.contains("`--timeout SECONDS`"), "{message}");
    }
}

#[test]
fn places_that_cannot_be_read_are_named() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cases = [
        ("ftp://docs.example.com/v2.json".to_owned(), "`ftp` is not a scheme"),
        ("gone/new.json".to_owned(), "cannot be read: "),
        (std::env::temp_dir().to_string_lossy().into_owned(), "cannot be read: "),
        (format!("http://{closed}/"), "cannot be read: "),
        // The server there does not speak TLS.
        (Loopback::start(|_| status("400 Bad Request", "")).url("/").replace("http:", "https:"), "cannot be read: "),
        ("http://".to_owned(), "not a valid address"),
    ];
    for (place, expected) in cases {
        let message = fetch(&place, &LIMITS).unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains(&place) && message.contains("\nfix: "), "{message}");
    }
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.json");
    std::fs::write(&file, "x".repeat(11)).unwrap();
    let place = file.to_string_lossy();
    assert!(fetch(&place, &Limits { bytes: 11, ..LIMITS }).is_ok());
    assert!(fetch(&place, &Limits { bytes: 10, ..LIMITS }).is_err());
}

#[test]
fn no_password_and_no_query_of_a_url_is_shown() {
    assert_eq!(shown("https://ann:secret@docs.example.com/v2.json?key=secret#secret"), "https://docs.example.com/v2.json");
    assert_eq!(shown("https://docs.example.com?key=secret/@"), "https://docs.example.com");
    let server = Loopback::start(|_| status("403 Forbidden", ""));
    for place in ["/v2.json?key=secret", "/a b?key=secret"] {
        let message = fetch(&server.url(place), &LIMITS).unwrap_err().to_string();
        assert!(!message.contains("secret"), "{message}");
    }
}
