//! No error, log or trace shows a secret, even if the server repeats it in any form.
#![cfg(feature = "tracing")]

use crate::common::{Log, SkippingTimer, envelope, run};
use deck_api::operations::RunTaskError;
use deck_api::{Client, Error};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::TcpListener;

/// The key of the client, and a key that a call sets as a header.
const SECRETS: [&str; 2] = ["sk_live/TOP+SECRET=9", "mine_TOPSECRET_2"];

/// Every form in which a response may repeat `secret`.
fn forms(secret: &str) -> Vec<String> {
    let percent = |keep: fn(&u8) -> bool| {
        secret.bytes().fold(String::new(), |mut text, byte| {
            if keep(&byte) {
                text.push(byte.into());
            } else {
                write!(text, "%{byte:02X}").unwrap();
            }
            text
        })
    };
    let escaped = secret.chars().fold(String::new(), |mut text, c| {
        write!(text, "\\u{:04x}", u32::from(c)).unwrap();
        text
    });
    let base64 = |text: &str| {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits = text.bytes().map(|byte| format!("{byte:08b}")).collect::<Vec<_>>().concat();
        let sextets = bits.as_bytes().chunks(6).map(|bits| format!("{:0<6}", std::str::from_utf8(bits).unwrap()));
        sextets.map(|bits| char::from(alphabet[usize::from_str_radix(&bits, 2).unwrap()])).collect::<String>()
    };
    let slashed = secret.replace('/', "\\/");
    let mut forms = vec![secret.to_owned(), slashed, percent(u8::is_ascii_alphanumeric), percent(|_| false), escaped];
    forms.extend(["", "x", "xy", "Bearer "].map(|before| base64(&format!("{before}{secret}"))));
    forms
}

/// Sends the next of `responses` to each request, and closes the connection.
fn serve(responses: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for response in responses {
            let mut stream = listener.accept().unwrap().0;
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    url
}

fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

/// Responses with `text` in every place that an error reads.
fn responses(text: &str) -> Vec<String> {
    let run = |changes: Value| {
        let mut run = run();
        for (key, value) in changes.as_object().unwrap() {
            run[key] = value.clone();
        }
        run.to_string()
    };
    let error = json!({ "errors": [{ "type": text, "code": text, "message": format!("The key {text} is unknown.") }], "request_id": text });
    let mut responses: Vec<String> =
        ["400 No", "401 No", "409 No", "429 No", "500 No"].map(|status| response(status, "", &error.to_string())).into();
    responses.extend([
        response("307 Elsewhere", &format!("location: https://example.com/{text}/x?{text}\r\n"), ""),
        response("307 Elsewhere", &format!("location: {text}\r\n"), ""),
        response("403 No", &format!("x-request-id: {text}\r\n"), ""),
        response("201 Created", "", &run(json!({ "id": text, "status": null }))),
        response("201 Created", "", &run(json!({ "request_id": text, "status": null }))),
        response("201 Created", &format!("x-request-id: {text}\r\n"), "[]"),
        response("201 Created", "", &run(json!({ "created_at": text }))),
        response("201 Created", &format!("content-encoding: {text}\r\n"), "{}"),
        response("201 Created", "", &run(json!({ "id": text })))[..150].to_owned(),
        format!("HTTP/1.1 {text}\r\n\r\n"),
        format!("{text}\r\n\r\n"),
        format!("HTTP/1.1 201 Created\r\n{text} {text}\r\n\r\n"),
        format!("HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n{text}\r\n"),
    ]);
    responses
}

fn texts(error: &Error<RunTaskError>) -> String {
    let mut texts = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        write!(texts, " {cause} {cause:?}").unwrap();
        source = cause.source();
    }
    for attempt in error.attempts() {
        write!(texts, " {attempt} {attempt:?} {}", attempt.cause()).unwrap();
    }
    texts
}

#[tokio::test]
async fn no_error_log_or_trace_prints_a_secret_in_any_form() {
    let log = Log::of_everything();
    for secret in SECRETS {
        for form in forms(secret) {
            for response in responses(&form) {
                let url = serve(vec![response.clone(); 2]);
                let retry = deck_api::RetryPolicy::default().with_backoff(deck_api::Backoff::immediate(2));
                let builder = Client::builder().api_key(SECRETS[0]).base_url(url).retry(retry).timer(SkippingTimer::default());
                let call = builder.build().unwrap().run_task().task_id("task_1");
                let call = call.with_header("authorization", format!("Bearer {}", SECRETS[1]));
                // With this header, the key of the client is not sent, but it must still not be printed.
                let error = call.send().await.unwrap_err();
                let texts = texts(&error);
                for part in [form.as_str(), secret] {
                    assert!(!texts.contains(part), "{response}\n{texts}");
                }
            }
        }
    }
    let log = log.take();
    for secret in SECRETS {
        for form in forms(secret) {
            assert!(!log.lines().any(|line| line.contains("deck_api") && line.contains(&form)), "{form}: {log}");
        }
    }
}

#[tokio::test]
async fn no_text_of_the_server_is_printed_if_the_key_is_too_short_to_redact() {
    let _log = Log::of_everything();
    let url = serve(vec![response("401 No", "", &envelope("request", "api_key_invalid").to_string())]);
    let client = Client::builder().api_key("k1").base_url(url).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(!texts(&error).contains("did not work") && error.to_string().contains("401"), "{error}");
}
