//! The fake server follows its document, reports errors in requests, and misbehaves exactly as scripted.

use crate::common::exchange;
use deck_api_testkit::{Answer, Document, FakeServer, Judge};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

fn document() -> Document {
    let document = json!({
        "openapi": "3.1.1", "info": { "title": "Things", "version": "1" }, "servers": [{ "url": "https://api.example.com/v1" }],
        "security": [{ "Key": [] }],
        "paths": { "/things/{thing_id}": { "post": {
            "operationId": "makeThing",
            "parameters": [
                { "name": "thing_id", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": "limit", "in": "query", "required": true, "schema": { "type": "integer" } }
            ],
            "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
            "responses": { "201": { "description": "", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Made" } } } } }
        } } },
        "components": {
            "securitySchemes": { "Key": { "type": "http", "scheme": "bearer" } },
            "schemas": {
                "Thing": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
                "Made": { "type": "object", "required": ["thing_id", "name"], "properties": {
                    "thing_id": { "type": "string" }, "name": { "type": "string" }, "size": { "type": ["null", "integer"] } } }
            }
        }
    });
    Document::parse(&document.to_string()).unwrap()
}

fn request(target: &str, headers: &str, body: &str) -> String {
    format!("POST {target} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

const GOOD: &str = "Authorization: Bearer key\r\ncontent-type: application/json\r\n";

#[test]
fn a_valid_request_gets_a_valid_response_that_repeats_its_values() {
    let server = FakeServer::start(document()).unwrap();
    let raw = request("/v1/things/a%20b?limit=1", GOOD, r#"{"name":"n"}"#);
    let answer = exchange(&server, &raw);
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&body["thing_id"], &body["name"]), (&json!("a b"), &json!("n")));
    assert!(Judge::new(Arc::new(document())).admits("/components/schemas/Made", &body).unwrap());
    assert!(server.violations().is_empty(), "{:?}", server.violations());
    assert_eq!(server.requests()[0].raw, raw.as_bytes());
}

#[test]
fn every_violation_of_the_document_is_reported() {
    let cases = [
        (request("/v1/things/1?limit=1", "content-type: application/json\r\n", r#"{"name":"n"}"#), "is not authenticated"),
        (request("/v1/things/1", GOOD, r#"{"name":"n"}"#), "`limit` is missing"),
        (request("/v1/things/1?limit=1&more=2", GOOD, r#"{"name":"n"}"#), "`more` is not declared"),
        (request("/v1/things/?limit=1", GOOD, r#"{"name":"n"}"#), "`thing_id` is empty"),
        (request("/v1/things/1?limit=1", GOOD, r#"{"name":5}"#), "does not fit its schema"),
        (request("/v1/things/1?limit=1", GOOD, "{"), "is not JSON"),
        (request("/v1/things/1?limit=1", GOOD, ""), "body is missing"),
        (request("/v1/things/1?limit=1", "Authorization: Bearer k\r\ncontent-type: text/xml\r\n", "<a/>"), "`text/xml`"),
        (request("/v1/other", GOOD, ""), "not an operation"),
    ];
    for (raw, expected) in cases {
        let server = FakeServer::start(document()).unwrap();
        let answer = exchange(&server, &raw);
        assert!(answer.starts_with("HTTP/1.1 40"), "{answer}");
        assert!(answer.contains(expected), "{answer}");
        assert!(server.violations().iter().any(|violation| violation.contains(expected)), "{:?}", server.violations());
    }
}

#[test]
fn scripted_responses_come_in_order_and_then_the_default_one() {
    let server = FakeServer::start(document()).unwrap();
    server.answer("makeThing", Answer::json(503, &json!({})));
    server.answer("makeThing", Answer::html(502, "<html>").header("x-a", "b"));
    let raw = request("/v1/things/1?limit=1", GOOD, r#"{"name":"n"}"#);
    assert!(exchange(&server, &raw).starts_with("HTTP/1.1 503 "));
    let second = exchange(&server, &raw);
    assert!(second.starts_with("HTTP/1.1 502 ") && second.contains("x-a: b") && second.ends_with("<html>"), "{second}");
    assert!(exchange(&server, &raw).starts_with("HTTP/1.1 201 "));
    server.answer_always("makeThing", Answer::empty(204));
    assert!(exchange(&server, &raw).starts_with("HTTP/1.1 204 "));
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn broken_responses_are_broken_as_scripted() {
    let server = FakeServer::start(document()).unwrap();
    let raw = request("/v1/things/1?limit=1", GOOD, r#"{"name":"n"}"#);
    server.answer("makeThing", Answer::json(201, &json!({ "name": "long enough" })).cut_after(5));
    let cut = exchange(&server, &raw);
    assert!(cut.contains("content-length: 22") && cut.ends_with("\r\n\r\n{\"nam"), "{cut}");
    server.answer("makeThing", Answer::closed());
    assert_eq!(exchange(&server, &raw), "");
    server.answer("makeThing", Answer::redirect("https://elsewhere.example.com"));
    assert!(exchange(&server, &raw).contains("location: https://elsewhere.example.com"));
}

#[test]
fn a_response_without_a_body_does_not_disturb_the_next_one() {
    let mut value = document().value().clone();
    value["paths"]["/things/{thing_id}"]["head"] = json!({ "operationId": "hasThing", "security": [], "responses": { "200": {} },
        "parameters": [{ "name": "thing_id", "in": "path", "required": true, "schema": { "type": "string" } }] });
    let server = FakeServer::start(Document::parse(&value.to_string()).unwrap()).unwrap();
    let make = request("/v1/things/1?limit=1", GOOD, r#"{"name":"n"}"#);
    let head = "HEAD /v1/things/1 HTTP/1.1\r\nhost: x\r\n\r\n";
    for (status, operation, raw, length) in [
        (204, "makeThing", make.as_str(), ""),
        (304, "makeThing", make.as_str(), "content-length: 5\r\n"),
        (200, "hasThing", head, "content-length: 5\r\n"),
    ] {
        server.answer(operation, Answer::body(status, "text/plain", "first"));
        server.answer("makeThing", Answer::html(201, "second"));
        let both = exchange(&server, &format!("{raw}{make}"));
        let first = format!("HTTP/1.1 {status} Good\r\ncontent-type: text/plain\r\n{length}\r\nHTTP/1.1 201 ");
        assert!(both.starts_with(&first) && both.ends_with("second"), "{both}");
    }
}

#[test]
fn a_request_that_cannot_be_read_gets_a_response_and_is_a_violation() {
    let server = FakeServer::start(document()).unwrap();
    let many = |count: usize| format!("GET /v1/things HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(count));
    let chunked = "POST /v1/things HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nx\r\n";
    for (raw, status, expected) in [
        ("BAD\u{1}\r\n\r\n", "400", "the request cannot be read"),
        (chunked, "400", "the size of a chunk is not a number"),
        (&many(300), "431", "too many headers"),
        (&many(100), "404", "not an operation"),
    ] {
        let answer = exchange(&server, raw);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(expected), "{answer}");
        assert!(server.violations().last().is_some_and(|violation| violation.contains(expected)), "{:?}", server.violations());
    }
}

#[test]
fn a_connection_is_reset_and_not_only_closed() {
    let server = FakeServer::start(document()).unwrap();
    let address = server.base_url().trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let raw = request("/v1/things/1?limit=1", GOOD, r#"{"name":"n"}"#);
    for answer in [Answer::reset(), Answer::json(201, &json!({ "name": "n" })).reset_after(5)] {
        server.answer("makeThing", answer);
        let mut connection = TcpStream::connect(&address).unwrap();
        connection.write_all(raw.as_bytes()).unwrap();
        let error = connection.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
}

#[test]
fn a_response_for_an_unknown_operation_panics_where_it_is_set() {
    let server = FakeServer::start(document()).unwrap();
    let wrong: [fn(&FakeServer); 3] = [
        |server| server.answer("make_thing", Answer::empty(204)),
        |server| server.answer_always("make_thing", Answer::empty(204)),
        |server| server.answer_with("make_thing", |_| None),
    ];
    for set in wrong {
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| set(&server))).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert_eq!(message, "the document has no operation `make_thing`; it has makeThing");
    }
    server.answer("makeThing", Answer::empty(204));
}

#[test]
fn the_embedded_documents_are_the_files_in_the_spec_folder() {
    let file = |name: &str| format!("{}/../../spec/{name}", env!("CARGO_MANIFEST_DIR"));
    let (published, overlaid) = (Document::published().unwrap(), Document::overlaid().unwrap());
    assert_eq!(Document::load(file("deck-v2.json")).unwrap().value(), published.value());
    assert_eq!(published.clone().with_overlay(file("overlay.yaml")).unwrap().value(), overlaid.value());
    assert_ne!(published.value(), overlaid.value());
}
