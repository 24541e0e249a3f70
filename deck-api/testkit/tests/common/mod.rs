//! Sends raw requests to the fake server.
#![allow(dead_code, reason = "each test uses a part of it")]

use deck_api_testkit::FakeServer;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends bytes unchanged, and reads the response to the end of the connection.
pub fn exchange(server: &FakeServer, request: &str) -> String {
    let url = server.base_url();
    let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    // After a reset, the bytes received so far are the response.
    let _ = connection.shutdown(std::net::Shutdown::Write);
    let _ = connection.read_to_end(&mut response);
    String::from_utf8_lossy(&response).into_owned()
}

/// Sends a request, and returns the status and the JSON body of the response. The body is null if it is not JSON.
pub fn send(server: &FakeServer, method: &str, path: &str, headers: &str, body: Option<Value>) -> (u16, Value) {
    let url = server.base_url();
    let base = url.trim_start_matches("http://").find('/').map_or("", |slash| &url["http://".len() + slash..]);
    let (media, body) = body.map_or(("", String::new()), |body| ("content-type: application/json\r\n", body.to_string()));
    let head = format!("{method} {base}{path} HTTP/1.1\r\nhost: x\r\n{headers}{media}content-length: {}\r\n\r\n", body.len());
    let response = exchange(server, &(head + &body));
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let body = response.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or_default())
}
