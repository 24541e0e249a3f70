//! Requests to the fake server, byte by byte.
#![allow(dead_code, reason = "each test uses a part of it")]

use deck_api_testkit::FakeServer;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends bytes as they are and reads what comes, to the end of the connection.
pub fn exchange(server: &FakeServer, request: &str) -> String {
    let url = server.base_url();
    let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A connection that is reset has said all that it will.
    let _ = connection.shutdown(std::net::Shutdown::Write);
    let _ = connection.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The status and the JSON body of the answer to a request; null where it is no JSON.
pub fn send(server: &FakeServer, method: &str, path: &str, headers: &str, body: Option<Value>) -> (u16, Value) {
    let url = server.base_url();
    let base = url.trim_start_matches("http://").find('/').map_or("", |slash| &url["http://".len() + slash..]);
    let (media, body) = body.map_or(("", String::new()), |body| ("content-type: application/json\r\n", body.to_string()));
    let head = format!("{method} {base}{path} HTTP/1.1\r\nhost: x\r\n{headers}{media}content-length: {}\r\n\r\n", body.len());
    let answer = exchange(server, &(head + &body));
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or_default())
}
