//! A server on loopback that says word by word what it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

pub enum Answer {
    /// These bytes, then the end of the connection.
    Raw(Vec<u8>),
    /// These bytes, and nothing more.
    Stall(Vec<u8>),
}

/// A client that is not told would use a connection again that ends here.
const CLOSE: &str = "Connection: close\r\n";

/// Status 200 and a body.
pub fn page(content_type: &str, body: &str) -> Answer {
    let head = format!("{CLOSE}Content-Type: {content_type}\r\nContent-Length: {}\r\n", body.len());
    Answer::Raw(format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}").into())
}

/// A status without a body.
pub fn status(line: &str, header: &str) -> Answer {
    Answer::Raw(format!("HTTP/1.1 {line}\r\n{CLOSE}{header}Content-Length: 0\r\n\r\n").into())
}

pub struct Loopback {
    address: SocketAddr,
}

impl Loopback {
    /// Answers every request by its head, request line first.
    pub fn start(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut stalled = Vec::new();
            for mut stream in listener.incoming().flatten() {
                match answer(&head(&stream)) {
                    Answer::Raw(bytes) => drop(stream.write_all(&bytes)),
                    Answer::Stall(bytes) => {
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
