//! Optional features: HTTP/2, which sends nothing twice and detects dead connections, and decompression.
//!
//! `cargo test -p deck-api --all-features --test suite features`. The server speaks just enough HTTP/2 for these tests.
#![cfg(all(feature = "http2", feature = "gzip", feature = "brotli", feature = "zstd"))]

use crate::common::{Fake, KEY, run};
use deck_api::{CarriedOut, Client, Error, RetryPolicy, http_client_builder, reqwest};
use deck_api_testkit::Answer;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PREFACE: usize = 24;

fn send(stream: &mut TcpStream, kind: u8, flags: u8, id: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let frame = [&length[1..], &[kind, flags], &id.to_be_bytes(), payload].concat();
    // The client may be gone.
    let _ = stream.write_all(&frame);
}

/// The kind, the flags and the stream of the next frame.
fn receive(stream: &mut TcpStream) -> Option<(u8, u8, u32)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).ok()?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    std::io::copy(&mut stream.take(length.into()), &mut std::io::sink()).ok()?;
    Some((head[3], head[4], u32::from_be_bytes([head[5], head[6], head[7], head[8]])))
}

/// Starts a server that calls `respond` with the number and the stream of each request, and counts requests.
fn serve(respond: fn(&mut TcpStream, usize, u32)) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, count) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(AtomicUsize::new(0)));
    let counted = count.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, counted) = (stream.unwrap(), counted.clone());
            std::thread::spawn(move || {
                stream.read_exact(&mut [0; PREFACE]).unwrap();
                send(&mut stream, SETTINGS, 0, 0, &[]);
                while let Some((kind, flags, id)) = receive(&mut stream) {
                    match kind {
                        SETTINGS if flags & ACK == 0 => send(&mut stream, SETTINGS, ACK, 0, &[]),
                        HEADERS => respond(&mut stream, counted.fetch_add(1, Ordering::SeqCst), id),
                        _ => {}
                    }
                }
            });
        }
    });
    (url, count)
}

/// Sends the head of a response with this status and content length, both of three digits.
fn head(stream: &mut TcpStream, id: u32, status: &str, length: &str) {
    // Literals without an index: `:status` is entry 8 of HPACK's table, `content-length` is entry 28.
    let block = [&[0x08, 3], status.as_bytes(), &[0x0f, 13, 3], length.as_bytes()].concat();
    send(stream, HEADERS, END_HEADERS, id, &block);
}

fn refuse(stream: &mut TcpStream, _: usize, id: u32) {
    let refused_stream = 7_u32;
    send(stream, RST_STREAM, 0, id, &refused_stream.to_be_bytes());
}

fn go_away(stream: &mut TcpStream, _: usize, _: u32) {
    let (last_stream, no_error) = ([0; 4], [0; 4]);
    send(stream, GOAWAY, 0, 0, &[last_stream, no_error].concat());
    let _ = stream.shutdown(std::net::Shutdown::Write);
}

fn client(url: &str, http: reqwest::ClientBuilder) -> Client {
    let http = http.http2_prior_knowledge().no_proxy().build().unwrap();
    let builder = Client::builder().api_key(KEY).base_url(url).http_client(http).timeout(Duration::from_secs(120));
    builder.retry(RetryPolicy::none()).build().unwrap()
}

#[tokio::test]
async fn http2_does_not_resend_a_refused_request() {
    for respond in [refuse, go_away] {
        let (url, requests) = serve(respond);
        let error = client(&url, http_client_builder()).run_task().task_id("task_1").send().await.unwrap_err();
        assert_eq!((requests.load(Ordering::SeqCst), error.attempts().len()), (1, 1), "{error}");
        assert_ne!(error.carried_out(), CarriedOut::Yes, "{error}");
    }
    // Without the defaults of the crate, reqwest sends it again unnoticed.
    let (url, requests) = serve(refuse);
    let error = client(&url, reqwest::Client::builder()).run_task().task_id("task_1").send().await.unwrap_err();
    assert!(requests.load(Ordering::SeqCst) > 1 && error.attempts().len() == 1, "{error}");
}

#[tokio::test]
async fn over_http2_a_body_shorter_than_announced_is_cut_off() {
    let (url, _) = serve(|stream, _, id| {
        head(stream, id, "201", "300");
        send(stream, DATA, END_STREAM, id, br#"{"id":"trun_7","object":"task_run""#);
    });
    let error = client(&url, http_client_builder()).run_task().task_id("task_1").send().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    assert_eq!((error.carried_out(), error.is_retryable()), (CarriedOut::Yes, true), "{error}");
}

#[tokio::test]
async fn over_http2_a_ping_detects_a_dead_connection() {
    // The server accepts requests and pings, and never responds.
    let (url, requests) = serve(|_, _, _| {});
    let began = std::time::Instant::now();
    let error = client(&url, http_client_builder()).run_task().task_id("task_1").send().await.unwrap_err();
    let (took, text) = (began.elapsed().as_secs(), error.to_string());
    assert!(
        (20..60).contains(&took) && text.contains("did not respond to an HTTP/2 ping") && !error.is_timeout(),
        "{took} s: {text}"
    );
    assert_eq!((requests.load(Ordering::SeqCst), error.carried_out()), (1, CarriedOut::Unknown), "{text}");
}

/// A gzip stream with uncompressed deflate blocks.
fn gzip(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    let mut crc = u32::MAX;
    for byte in body {
        crc ^= u32::from(*byte);
        (0..8).for_each(|_| crc = (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1)));
    }
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    let (length, inverted) = (length.to_le_bytes(), (!length).to_le_bytes());
    [&head[..], &length, &inverted, body, &(!crc).to_le_bytes(), &u32::from(u16::from_le_bytes(length)).to_le_bytes()].concat()
}

/// A zstd frame with one raw block.
fn zstd(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    let size = u16::try_from(length - 256).unwrap().to_le_bytes();
    let block = (1 | length << 3).to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, 0x60], &size[..], &block[..3], body].concat()
}

/// A brotli stream with an uncompressed meta-block and an empty last one.
fn brotli(body: &[u8]) -> Vec<u8> {
    // One bit for the window, one for "not the last", two for "four nibbles", sixteen for the length, one for "uncompressed".
    let head = (u32::try_from(body.len()).unwrap() - 1) << 4 | 1 << 20;
    [&head.to_le_bytes()[..3], body, &[3]].concat()
}

#[tokio::test]
async fn each_feature_decompresses_its_encoding() {
    let fake = Fake::start();
    let body = run().to_string().into_bytes();
    let call = || fake.client.run_task().task_id("task_1").send();
    for (encoding, compressed) in [("gzip", gzip(&body)), ("br", brotli(&body)), ("zstd", zstd(&body))] {
        assert_ne!(compressed, body);
        fake.server.answer("runTask", Answer::body(201, "application/json", compressed).header("content-encoding", encoding));
        let run = call().await.unwrap_or_else(|error| panic!("{encoding}: {error}"));
        assert_eq!((run.id.as_str(), run.http().body().as_ref()), ("trun_a1b2c3", body.as_slice()), "{encoding}");
        assert_eq!(fake.server.requests().last().unwrap().header("accept-encoding"), Some("identity"));
    }
    // An encoding that no feature supports, and a body that only claims to be compressed.
    for encoding in ["compress", "gzip"] {
        let answer = Answer::body(201, "application/json", body.clone()).header("content-encoding", encoding);
        fake.server.answer("runTask", answer);
        let error = call().await.unwrap_err();
        assert_eq!(error.carried_out(), CarriedOut::Yes, "{encoding}: {error}");
        assert_eq!(error.attempts().len(), 1);
    }
}
