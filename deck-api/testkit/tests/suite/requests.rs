//! The fake server reads every style of parameter, every kind of body and every kind of authentication, and responds with every
//! kind of body.

use deck_api_testkit::{Document, FakeServer};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends a request with a body, and returns the response as text.
fn exchange(server: &FakeServer, line: &str, headers: &str, body: &str) -> String {
    let address = server.base_url().trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(connection, "{line} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n{body}").unwrap();
    connection.shutdown(std::net::Shutdown::Write).unwrap();
    let mut response = Vec::new();
    // After a reset, the bytes received so far are the response.
    let _ = connection.read_to_end(&mut response);
    String::from_utf8_lossy(&response).into_owned()
}

fn start(paths: &Value, components: &Value) -> FakeServer {
    let document =
        json!({ "openapi": "3.1.0", "info": { "title": "T", "version": "1" }, "paths": paths, "components": components });
    FakeServer::start(Document::parse(&document.to_string()).unwrap()).unwrap()
}

/// Sends a request, and returns the first violation that it causes, or an empty string.
fn violation(server: &FakeServer, line: &str, headers: &str, body: &str) -> String {
    let before = server.violations().len();
    exchange(server, line, headers, body);
    server.violations().get(before).cloned().unwrap_or_default()
}

fn parameters() -> FakeServer {
    let done = json!({ "204": { "description": "" } });
    let integers = json!({ "type": "array", "items": { "type": "integer" }, "maxItems": 2 });
    let point =
        json!({ "type": "object", "required": ["x"], "properties": { "x": { "type": "integer" }, "on": { "type": "boolean" } } });
    let query = |name: &str, rest: Value| {
        let mut parameter = json!({ "name": name, "in": "query" });
        parameter.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        parameter
    };
    let path = |name: &str, style: &str, explode: bool, schema: &Value| json!({ "name": name, "in": "path", "required": true, "style": style, "explode": explode, "schema": schema });
    let get = |parameters: Value| json!({ "get": { "parameters": parameters, "responses": done } });
    start(
        &json!({
            "/q": get(json!([
                query("n", json!({ "schema": { "type": "integer", "maximum": 9 } })),
                query("flag", json!({ "schema": { "anyOf": [{ "type": "boolean" }, { "const": "maybe" }] } })),
                query("form", json!({ "schema": integers })),
                query("joined", json!({ "schema": integers, "explode": false })),
                query("pipe", json!({ "schema": integers, "style": "pipeDelimited", "explode": false })),
                query("space", json!({ "schema": integers, "style": "spaceDelimited", "explode": false })),
                query("deep", json!({ "schema": { "type": "object", "properties": { "at": point, "tags": { "type": "array", "items": { "type": "string" } } } }, "style": "deepObject", "explode": true })),
                query("point", json!({ "schema": point })),
                query("pair", json!({ "schema": { "prefixItems": [{ "type": "number" }, { "type": "boolean" }], "items": false, "type": "array" }, "explode": false })),
                query("e", json!({ "schema": { "type": "integer" }, "allowEmptyValue": true })),
                query("words", json!({ "schema": { "const": "a b" } })),
                query("json", json!({ "content": { "application/json": { "schema": point } } })),
                { "name": "X-Ids", "in": "header", "schema": integers },
                { "name": "X-Point", "in": "header", "explode": true, "schema": point },
                { "name": "X-Text", "in": "header", "schema": { "enum": ["a, b"] } },
                { "name": "crumb", "in": "cookie", "schema": { "type": "integer" } },
                { "$ref": "#/components/parameters/Shared" }
            ])),
            "/simple/{v}": get(json!([path("v", "simple", false, &integers)])),
            "/label/{v}": get(json!([path("v", "label", true, &point)])),
            "/matrix/{v}": get(json!([path("v", "matrix", true, &integers)])),
            "/map": get(json!([
                query("n", json!({ "schema": { "type": "string" } })),
                query("map", json!({ "required": true, "schema": { "type": "object", "additionalProperties": { "type": "integer" } } })),
            ])),
            "/fixed": { "parameters": [query("a", json!({ "required": true, "schema": { "type": "integer" } }))],
                "get": { "parameters": [query("a", json!({ "schema": { "type": "string" } }))], "responses": done } }
        }),
        &json!({ "parameters": { "Shared": query("shared", json!({ "schema": { "enum": ["a", "b"] } })) } }),
    )
}

#[test]
fn parameters_are_read_by_their_style_and_validated_by_their_schema() {
    let server = parameters();
    for (target, headers, expected) in [
        ("/q", "", ""),
        ("/q?n=9", "", ""),
        ("/q?n=10", "", "query parameter `n` does not fit its schema"),
        ("/q?n=x", "", "query parameter `n` does not fit its schema"),
        ("/q?flag=true", "", ""),
        ("/q?flag=maybe", "", ""),
        ("/q?flag=perhaps", "", "query parameter `flag` does not fit"),
        ("/q?form=1&form=2", "", ""),
        ("/q?form=1,2", "", "query parameter `form` does not fit"),
        ("/q?form=1&form=2&form=3", "", "query parameter `form` does not fit"),
        ("/q?joined=1,2", "", ""),
        ("/q?joined=1%2C2", "", "query parameter `joined` does not fit"),
        ("/q?joined=1&joined=2", "", "query parameter `joined` is not written in the style `form`"),
        ("/q?n=1&n=2", "", "query parameter `n` is not written in the style `form`"),
        ("/q?pipe=1|2&space=1%202", "", ""),
        ("/q?pipe=1,2", "", "query parameter `pipe` does not fit"),
        ("/q?deep[at][x]=1&deep[at][on]=true&deep[tags]=a&deep%5Btags%5D=5", "", ""),
        ("/q?deep[at][x]=one", "", "query parameter `deep` does not fit"),
        ("/q?x=1&on=false", "", ""),
        ("/q?on=false", "", "query parameter `point` does not fit"),
        ("/q?json=%7B%22x%22%3A1%7D", "", ""),
        ("/q?json=%7B%7D", "", "query parameter `json` does not fit"),
        ("/q?json=x", "", "query parameter `json` is not JSON"),
        ("/q?pair=1.5,true", "", ""),
        ("/q?pair=true,1.5", "", "query parameter `pair` does not fit"),
        ("/q?e=", "", ""),
        ("/q?e=x", "", "query parameter `e` does not fit"),
        ("/q?n=", "", "query parameter `n` does not fit"),
        ("/q?words=a+b", "", ""),
        ("/q?words=a%2Bb", "", "query parameter `words` does not fit"),
        ("/q?form[]=1", "", "query parameter `form[]` is not declared"),
        ("/map?x=1&y=2&n=text", "", ""),
        ("/map?x=one", "", "query parameter `map` does not fit"),
        ("/map?n=1", "", "query parameter `map` is missing"),
        ("/q?shared=b", "", ""),
        ("/q?shared=c", "", "query parameter `shared` does not fit"),
        ("/q?z=1", "", "query parameter `z` is not declared"),
        ("/q", "x-ids: 1, 2\r\nx-point: x=1,on=true\r\ncookie: other=a; crumb=7\r\n", ""),
        ("/q", "x-text: a, b\r\n", ""),
        ("/q", "x-ids: a\r\n", "header parameter `X-Ids` does not fit"),
        ("/q", "x-point: x,1\r\n", "header parameter `X-Point` is not written in the style `simple`"),
        ("/q", "cookie: crumb=a\r\n", "cookie parameter `crumb` does not fit"),
        ("/simple/1,2", "", ""),
        ("/simple/1,b", "", "path parameter `v` does not fit"),
        ("/label/.x=1.on=true", "", ""),
        ("/label/x=1", "", "path parameter `v` is not written in the style `label`"),
        ("/matrix/;v=1;v=2", "", ""),
        ("/matrix/;w=1", "", "path parameter `v` is not written in the style `matrix`"),
        // A parameter of the operation replaces that of its path.
        ("/fixed?a=text", "", ""),
        ("/fixed", "", ""),
    ] {
        let violation = violation(&server, &format!("GET {target}"), headers, "");
        assert!(
            if expected.is_empty() { violation.is_empty() } else { violation.contains(expected) },
            "{target} {headers}: {violation}"
        );
    }
}

/// Writes a form. Each part is its name, its media type and its content.
fn parts(parts: &[&str]) -> String {
    let part = |part: &&str| {
        let (name, rest) = part.split_once('|').unwrap();
        let (media, content) = rest.split_once('|').unwrap();
        let media = if media.is_empty() { String::new() } else { format!("content-type: {media}\r\n") };
        format!("--B\r\ncontent-disposition: form-data; name=\"{name}\"\r\n{media}\r\n{content}\r\n")
    };
    parts.iter().map(part).collect::<String>() + "--B--\r\n"
}

#[test]
fn bodies_are_validated_by_their_media_type() {
    let form = json!({ "type": "object", "required": ["id", "n"], "properties": {
        "id": { "type": "string", "readOnly": true },
        "n": { "type": "integer" }, "maybe": { "type": ["null", "array"], "items": { "type": "string" } },
        "deep": { "type": "object", "properties": { "a": { "type": "integer" } } }, "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 2 },
        "joined": { "type": "array", "items": { "type": "integer" } }, "nested": { "type": "object", "required": ["a"] },
        "parts": { "type": "array", "items": { "type": "object", "required": ["a"] } },
        "pairs": { "type": "array", "items": { "type": "array", "items": { "type": "integer" } } },
        "file": { "type": "string", "format": "binary" } }, "additionalProperties": false });
    let body = json!({ "required": true, "content": {
        "application/json": { "schema": form }, "application/vnd.a+json": {},
        "application/x-www-form-urlencoded": { "schema": form, "encoding": { "joined": { "style": "form", "explode": false },
            "deep": { "style": "deepObject", "explode": true } } },
        "multipart/form-data": { "schema": form, "encoding": { "joined": { "style": "form", "explode": false },
            "tags": { "contentType": "text/plain, text/csv" } } },
        "text/*": { "schema": { "type": "string", "maxLength": 3 } }, "application/octet-stream": {} } });
    let server = start(
        &json!({ "/": { "post": { "requestBody": { "$ref": "#/components/requestBodies/B" }, "responses": { "204": { "description": "" } } } } }),
        &json!({ "requestBodies": { "B": body } }),
    );
    for (media, body, expected) in [
        ("application/json", r#"{"n":1}"#, ""),
        ("Application/JSON; charset=utf-8", r#"{"n":"a"}"#, "does not fit its schema"),
        ("application/json", "", "the body is missing"),
        ("application/vnd.a+json", "[1]", ""),
        ("application/vnd.a+json", "[1", "is not JSON"),
        ("application/x-www-form-urlencoded", "n=1&tags=a+b&tags=c%26d&joined=1,2&nested=%7B%22a%22%3A1%7D", ""),
        ("application/x-www-form-urlencoded", "n=one", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&tags=a&tags=b&tags=c", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&nested=%7B%7D", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&parts=%7B%22a%22%3A1%7D&parts=%7B%22a%22%3A2%7D&pairs=%5B1,2%5D", ""),
        ("application/x-www-form-urlencoded", "n=1&parts=%7B%7D", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&pairs=1", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&n=1", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&nested=%7B%22a%22%3A1%7D&nested=%7B%22a%22%3A1%7D", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&maybe=a&maybe=b&deep[a]=1", ""),
        ("application/x-www-form-urlencoded", "n=1&deep[a]=one", "does not fit its schema"),
        ("application/x-www-form-urlencoded", "n=1&tags[a]=1", "does not fit its schema"),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "maybe||a", "maybe||b"]), ""),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "n||1"]), "does not fit its schema"),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "tags||a", "tags||b", "joined||1,2", "nested||{\"a\":1}"]), ""),
        ("multipart/form-data; boundary=B", &parts(&["n|application/json|1", "nested|application/json|{\"a\":1}"]), ""),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "parts|application/json|{\"a\":1}", "parts|a/json|{\"a\":2}"]), ""),
        ("multipart/form-data; boundary=B", &parts(&["n||one"]), "does not fit its schema"),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "nested|application/json|{}"]), "does not fit its schema"),
        (
            "multipart/form-data; boundary=B",
            &parts(&["n||1", "nested|application/json|{"]),
            "part `nested` of the body is not JSON",
        ),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "tags|text/html|a"]), "`text/html`, which is not one of"),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "tags|text/csv|a"]), ""),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "file||a"]), "`file` of the body is a file, but has no file name"),
        ("multipart/form-data; boundary=B", &parts(&["n||1", "file\"; filename=\"a||a"]), ""),
        ("multipart/form-data; boundary=B", &parts(&["n\"; filename=\"a||1"]), "`n` of the body has a file name, but is not"),
        ("multipart/form-data", "--B--", "has no boundary"),
        ("text/plain", "abc", ""),
        ("text/plain", "abcd", "does not fit its schema"),
        ("application/octet-stream", "\u{0}\u{1}", ""),
        ("image/png", "x", "`image/png` of the body is not declared"),
    ] {
        let violation = violation(&server, "POST /", &format!("content-type: {media}\r\n"), body);
        assert!(
            if expected.is_empty() { violation.is_empty() } else { violation.contains(expected) },
            "{media} {body}: {violation}"
        );
    }
}

#[test]
fn a_request_needs_authentication_by_one_of_the_declared_schemes() {
    let schemes = json!({ "securitySchemes": {
        "Bearer": { "type": "http", "scheme": "bearer" }, "Basic": { "type": "http", "scheme": "basic" },
        "Header": { "type": "apiKey", "in": "header", "name": "X-Key" }, "Query": { "type": "apiKey", "in": "query", "name": "key" },
        "Cookie": { "type": "apiKey", "in": "cookie", "name": "sid" }, "OAuth": { "type": "oauth2", "flows": {} } } });
    let get = |security: Value| json!({ "get": { "security": security, "responses": { "204": { "description": "" } } } });
    let paths = json!({
        "/bearer": get(json!([{ "Bearer": [] }])), "/basic": get(json!([{ "Basic": [] }])), "/header": get(json!([{ "Header": [] }])),
        "/query": get(json!([{ "Query": [] }])), "/cookie": get(json!([{ "Cookie": [] }])), "/oauth": get(json!([{ "OAuth": ["a"] }])),
        "/both": get(json!([{ "Header": [], "Query": [] }])), "/either": get(json!([{ "Header": [] }, { "Bearer": [] }])),
        "/optional": get(json!([{}, { "Bearer": [] }])), "/none": get(json!([]))
    });
    let server = start(&paths, &schemes);
    for (target, headers, expected) in [
        ("/bearer", "authorization: Bearer k\r\n", ""),
        ("/bearer", "authorization: Basic k\r\n", "no `Authorization: Bearer …`"),
        ("/basic", "authorization: Basic azo=\r\n", ""),
        ("/basic", "", "no `Authorization: Basic …`"),
        ("/header", "x-key: k\r\n", ""),
        ("/header", "authorization: Bearer k\r\n", "no header `X-Key`"),
        ("/query?key=k", "", ""),
        ("/query", "", "no query parameter `key`"),
        ("/cookie", "cookie: a=b; sid=k\r\n", ""),
        ("/cookie", "cookie: a=sid\r\n", "no cookie `sid`"),
        ("/oauth", "authorization: Bearer k\r\n", ""),
        ("/both?key=k", "x-key: k\r\n", ""),
        ("/both", "", "no header `X-Key` and query parameter `key`"),
        ("/either", "authorization: Bearer k\r\n", ""),
        ("/either", "", "no header `X-Key`, or `Authorization: Bearer …`"),
        ("/optional", "", ""),
        ("/none", "", ""),
    ] {
        let violation = violation(&server, &format!("GET {target}"), headers, "");
        assert!(
            if expected.is_empty() { violation.is_empty() } else { violation.contains(expected) },
            "{target} {headers}: {violation}"
        );
    }
}

#[test]
fn responses_have_the_documented_status_media_type_and_headers() {
    let content = |media: &str, schema: Value| json!({ "content": { media: { "schema": schema } } });
    let get = |status: &str, response: Value| json!({ "get": { "responses": { "404": {}, status: response } } });
    let headers = json!({ "description": "", "headers": {
        "X-Count": { "schema": { "type": "integer", "minimum": 5, "maximum": 5 } }, "X-Words": { "schema": { "type": "array", "items": { "enum": ["a"] }, "minItems": 2, "maxItems": 2 } } } });
    let paths = json!({
        "/json": get("201", content("application/json", json!({ "const": { "a": 1 } }))),
        "/vendor": get("200", content("application/vnd.a+json", json!({ "const": 5 }))),
        "/nothing-said": get("200", json!({ "content": { "application/json": {} } })),
        "/text": get("200", content("text/csv", json!({ "const": "a,b" }))),
        "/bytes": get("206", json!({ "content": { "application/pdf": {} } })),
        "/image": get("200", json!({ "content": { "image/*": {} } })),
        "/any": get("200", content("*/*", json!({ "type": "object", "maxProperties": 0 }))),
        "/any-text": get("200", content("*/*", json!({ "type": "string" }))),
        "/framed": get("200", json!({ "headers": { "Content-Length": { "schema": { "const": 7 } }, "Content-Encoding": { "schema": { "const": "gzip" } } },
            "content": { "application/json": { "schema": { "const": 5 } } } })),
        "/reset": get("205", content("application/json", json!({ "const": 5 }))),
        "/range": get("2XX", content("application/json", json!({ "const": true }))),
        "/default": get("default", content("application/json", json!({ "const": null }))),
        "/empty": get("204", json!({ "description": "" })),
        "/referred": get("200", json!({ "$ref": "#/components/responses/R" })),
        "/secret": get("200", content("application/json", json!({ "type": "object", "required": ["s"], "properties": { "s": { "type": "string", "writeOnly": true } }, "maxProperties": 0 })))
    });
    let server = start(&paths, &json!({ "responses": { "R": headers } }));
    for (path, status, expected) in [
        ("/json", "201", vec!["content-type: application/json; charset=utf-8", "\r\n\r\n{\"a\":1}"]),
        ("/vendor", "200", vec!["content-type: application/vnd.a+json\r\n", "\r\n\r\n5"]),
        ("/nothing-said", "200", vec!["\r\n\r\n{}"]),
        ("/text", "200", vec!["content-type: text/csv", "\r\n\r\na,b"]),
        ("/bytes", "206", vec!["content-type: application/pdf", "bytes"]),
        ("/image", "200", vec!["content-type: image/png"]),
        ("/any", "200", vec!["content-type: application/json; charset=utf-8\r\n", "\r\n\r\n{}"]),
        ("/any-text", "200", vec!["content-type: application/octet-stream"]),
        (
            "/framed",
            "200",
            vec!["HTTP/1.1 200 Good\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: 1\r\n\r\n5"],
        ),
        ("/reset", "205", vec!["content-length: 0\r\n\r\n"]),
        ("/range", "200", vec!["\r\n\r\ntrue"]),
        ("/default", "200", vec!["\r\n\r\nnull"]),
        ("/empty", "204", vec![]),
        ("/referred", "200", vec!["X-Count: 5", "X-Words: a,a"]),
        ("/secret", "200", vec!["\r\n\r\n{}"]),
    ] {
        let response = exchange(&server, &format!("GET {path}"), "", "");
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {response}");
        for part in expected {
            assert!(response.contains(part), "{path}: {response}");
        }
    }
    assert_eq!(server.violations(), Vec::<String>::new());
}
