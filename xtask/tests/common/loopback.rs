//! A server on loopback that sends exactly the bytes that a test gives it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

pub enum Response {
    /// These bytes, then the end of the connection.
    Raw(Vec<u8>),
    /// These bytes; then the connection stays open.
    Stall(Vec<u8>),
}

/// Without this header, a client would reuse the closed connection.
const CLOSE: &str = "Connection: close\r\n";

/// A response with status 200 and a body.
pub fn page(content_type: &str, body: &str) -> Response {
    let head = format!("{CLOSE}Content-Type: {content_type}\r\nContent-Length: {}\r\n", body.len());
    Response::Raw(format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}").into())
}

/// A response with a status and without a body.
pub fn status(line: &str, header: &str) -> Response {
    Response::Raw(format!("HTTP/1.1 {line}\r\n{CLOSE}{header}Content-Length: 0\r\n\r\n").into())
}

pub struct Loopback {
    address: SocketAddr,
}

impl Loopback {
    /// Starts a server. `respond` gets the head of each request, with the request line first.
    pub fn start(respond: impl Fn(&str) -> Response + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut stalled = Vec::new();
            for mut stream in listener.incoming().flatten() {
                match respond(&head(&stream)) {
                    Response::Raw(bytes) => drop(stream.write_all(&bytes)),
                    Response::Stall(bytes) => {
                        drop(stream.write_all(&bytes));
                        stalled.push(stream);
                    }
                }
            }
        });
        Self { address }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn head(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
