//! A server cannot make a call use much memory by what it announces or sends.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use allocation_counter::measure;
use deck_api::{Client, RetryPolicy};
use deck_api_testkit::{Answer, Document, FakeServer};
use std::io::{Read, Write};
use std::net::TcpListener;
use tokio::runtime::Builder;

const MIB: u64 = 1 << 20;
const ANNOUNCED: u64 = 60 * MIB;
const CALLS: u64 = 300;

fn client(url: &str) -> Client {
    let client = Client::builder().api_key("sk_test").base_url(url).retry(RetryPolicy::none()).rate_limit(None);
    client.build().unwrap()
}

#[test]
fn the_announced_length_is_not_reserved() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let head = format!("HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {ANNOUNCED}\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            for _ in 0..2 {
                let _ = stream.write_all(&[b' '; 1_000]);
                std::thread::yield_now();
            }
            open.push(stream);
            // All calls wait for the rest of the body, until the connections close.
            if open.len() as u64 == CALLS {
                open.clear();
            }
        }
    });
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let client = client(&url);
    let used = measure(|| {
        runtime.block_on(async {
            let calls: Vec<_> = (0..CALLS).map(|_| tokio::spawn(client.run_task().task_id("task_1").send())).collect();
            for call in calls {
                assert!(call.await.unwrap().unwrap_err().to_string().contains("broke off after 2000 bytes"));
            }
        });
    });
    println!("{} KiB a call at most, for {} MiB announced", used.bytes_max / CALLS / 1024, ANNOUNCED / MIB);
    assert!(used.bytes_max / CALLS < 128 * 1024, "{} bytes a call", used.bytes_max / CALLS);
}

#[test]
fn a_large_error_body_takes_its_own_size_and_not_many_times_that() {
    let server = FakeServer::start(Document::overlaid().unwrap()).unwrap();
    let body = format!("[{}[]]", "[],".repeat(20 << 20));
    let (runtime, client) = (Builder::new_current_thread().enable_all().build().unwrap(), client(&server.base_url()));
    server.answer("runTask", Answer::body(400, "application/json", body.as_str()));
    let used = measure(|| {
        let error = runtime.block_on(client.run_task().task_id("task_1").send()).unwrap_err();
        assert_eq!((error.body().unwrap().len(), error.errors().count()), (body.len(), 0));
    });
    let size = body.len() as u64;
    println!("{} MiB at most, for a body of {} MiB", used.bytes_max / MIB, size / MIB);
    assert!(used.bytes_max < 2 * size + 8 * MIB, "{} bytes for {size}", used.bytes_max);
}
