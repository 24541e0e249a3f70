//! Calls with final errors make one attempt. The error names its cause first, before any advice.

use crate::common::{Fake, KEY, SkippingTimer, run};
use deck_api::operations::RunTaskError;
use deck_api::{CarriedOut, Client, Error, reqwest};
use deck_api_testkit::Answer;
use std::future::IntoFuture;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

/// Starts a server that calls `serve` with each connection, and counts connections.
fn listen(serve: impl Fn(TcpStream) + Send + 'static) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = count.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            serve(stream.unwrap());
        }
    });
    (address, count)
}

async fn error_of(url: &str, proxy: Option<reqwest::Proxy>) -> Error<RunTaskError> {
    let builder = Client::builder().api_key(KEY).base_url(url).timer(SkippingTimer::default());
    let builder = proxy.into_iter().fold(builder, deck_api::ClientBuilder::proxy);
    builder.build().unwrap().run_task().task_id("task_1").send().await.unwrap_err()
}

fn tls(stream: TcpStream) {
    respond_by_tls(stream, None);
}

fn server_config() -> rustls::ServerConfig {
    let certificate = include_bytes!("../tls/certificate.der").to_vec().into();
    let key = rustls::pki_types::PrivateKeyDer::try_from(include_bytes!("../tls/key.der").to_vec()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap()
}

/// Does the TLS handshake, and sends `response` to the first request.
fn respond_by_tls(mut stream: TcpStream, response: Option<&str>) {
    let mut connection = rustls::ServerConnection::new(Arc::new(server_config())).unwrap();
    while connection.complete_io(&mut stream).is_ok_and(|(read, _)| read > 0) {
        let has_request = connection.reader().read(&mut [0; 4096]).is_ok_and(|bytes| bytes > 0);
        if let Some(response) = response.filter(|_| has_request) {
            connection.writer().write_all(response.as_bytes()).unwrap();
            connection.send_close_notify();
            let _ = connection.complete_io(&mut stream);
            return;
        }
    }
}

#[tokio::test]
async fn a_root_certificate_of_the_builder_is_trusted() {
    let (address, handshakes) = listen(|stream| {
        let body = run().to_string();
        let head = format!("HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        respond_by_tls(stream, Some(&(head + &body)));
    });
    let certificate = reqwest::Certificate::from_der(include_bytes!("../tls/certificate.der")).unwrap();
    let builder = Client::builder().api_key(KEY).base_url(format!("https://{address}")).root_certificate(certificate);
    let run = builder.build().unwrap().run_task().task_id("task_1").send().await.unwrap();
    assert_eq!((run.id.as_str(), handshakes.load(Ordering::SeqCst)), ("trun_a1b2c3", 1));
}

#[tokio::test]
async fn an_untrusted_certificate_is_a_final_error_with_its_cause() {
    let (address, handshakes) = listen(tls);
    let error = error_of(&format!("https://{address}"), None).await;
    let text = error.to_string();
    assert!(text.contains("invalid peer certificate: UnknownIssuer") && !text.contains("check the network"), "{text}");
    assert_eq!((handshakes.load(Ordering::SeqCst), error.attempts().len()), (1, 1));
    assert!(error.is_connect() && !error.is_retryable() && error.carried_out() == CarriedOut::No, "{text}");
}

#[tokio::test]
async fn a_server_without_tls_is_a_final_error() {
    let (address, handshakes) = listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    });
    let error = error_of(&format!("https://{address}"), None).await;
    assert!(error.to_string().contains("TLS handshake failed"), "{error}");
    assert_eq!((handshakes.load(Ordering::SeqCst), error.is_retryable()), (1, false));
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_is_a_final_error_with_its_cause() {
    let serve = |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    };
    let (address, requests) = listen(serve);
    let proxy = || Some(reqwest::Proxy::all(format!("http://user:pw_TOPSECRET@{address}")).unwrap());
    let error = error_of("https://api.example.test/v2", proxy()).await;
    let text = format!("{error} {error:?}");
    assert!(text.contains("runTask: the proxy requires") && !text.contains("TOPSECRET"), "{text}");
    assert_eq!((requests.load(Ordering::SeqCst), error.is_retryable(), error.carried_out()), (1, false, CarriedOut::No));
    // Plain HTTP has no tunnel: the proxy responds instead of the server.
    let error = error_of(&format!("http://{address}"), proxy()).await;
    assert!(error.to_string().contains("the proxy requires"), "{error}");
    assert_eq!((requests.load(Ordering::SeqCst), error.is_retryable()), (2, false));
}

#[tokio::test]
async fn a_url_that_is_too_long_is_not_sent() {
    let fake = Fake::start();
    let error = fake.client.run_task().task_id("x".repeat(70_000)).send().await.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)) && error.to_string().contains("the URL is too long: it has 70"), "{error}");
    assert_eq!((fake.server.requests().len(), error.is_retryable()), (0, false));
}

#[tokio::test]
async fn a_response_with_too_large_headers_is_a_final_error_with_its_cause() {
    let (address, requests) = listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(format!("HTTP/1.1 201 Created\r\nx-large: {}", "x".repeat(1 << 20)).as_bytes());
    });
    let error = error_of(&format!("http://{address}"), None).await;
    assert!(error.to_string().contains("headers of the response are too large"), "{error}");
    assert_eq!((requests.load(Ordering::SeqCst), error.carried_out()), (1, CarriedOut::Unknown));
}

#[tokio::test]
async fn an_undocumented_redirect_and_a_304_are_explained() {
    let fake = Fake::start();
    fake.server.answer("runTask", Answer::redirect("https://example.com/elsewhere"));
    fake.server.answer("runTask", Answer::empty(304));
    let call = || fake.client.run_task().task_id("task_1");
    let error = call().send().await.unwrap_err();
    assert!(error.to_string().contains("does not follow redirects") && error.to_string().contains("/elsewhere"), "{error}");
    let error = call().send().await.unwrap_err();
    assert!(error.to_string().contains("has not changed") && !error.to_string().contains("redirect"), "{error}");
}

#[test]
fn without_a_tokio_runtime_a_call_is_an_error_and_no_panic() {
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
    let mut call = Box::pin(client.run_task().task_id("task_1").send());
    let std::task::Poll::Ready(outcome) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else { panic!("pending") };
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::Invalid(_)) && error.to_string().contains("need a tokio runtime"), "{error}");
}

#[test]
fn in_a_runtime_that_was_shut_down_no_wait_panics() {
    let limit = deck_api::RateLimit::new(1, 100);
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").rate_limit(limit).build().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let handle = runtime.handle().clone();
    drop(runtime);
    let _entered = handle.enter();
    let mut context = Context::from_waker(Waker::noop());
    // The first one uses up the rate limit.
    for _ in 0..2 {
        let mut wait = client.get_task_run().run_id("trun_1").wait().into_future();
        assert!(matches!(wait.as_mut().poll(&mut context), Poll::Ready(Err(_))));
        let mut call = Box::pin(client.run_task().task_id("task_1").send());
        assert!(matches!(call.as_mut().poll(&mut context), Poll::Ready(Err(_))));
    }
}

#[tokio::test]
async fn tls_that_breaks_in_the_body_is_not_final() {
    let (address, count) = listen(|mut stream| {
        let mut connection = rustls::ServerConnection::new(Arc::new(server_config())).unwrap();
        while connection.complete_io(&mut stream).is_ok_and(|(read, _)| read > 0) {
            if connection.reader().read(&mut [0; 4096]).is_ok_and(|bytes| bytes > 0) {
                let body = run().to_string();
                let head = format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{}", body.len(), &body[..5]);
                connection.writer().write_all(head.as_bytes()).unwrap();
                let _ = connection.complete_io(&mut stream);
                // A proxy gives up and says so in plain text.
                let _ = stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n");
                // Without a reset, the client reads all of it.
                let _ = stream.shutdown(std::net::Shutdown::Write);
                let _ = std::io::copy(&mut stream, &mut std::io::sink());
                return;
            }
        }
    });
    let certificate = reqwest::Certificate::from_der(include_bytes!("../tls/certificate.der")).unwrap();
    let builder = Client::builder().api_key(KEY).base_url(format!("https://{address}")).root_certificate(certificate);
    let client = builder.timer(SkippingTimer::default()).build().unwrap();
    let error = client.run_task().task_id("task_1").send().await.unwrap_err();
    assert!(error.is_retryable() && error.attempts().len() > 1, "{error}");
    assert_eq!(count.load(Ordering::SeqCst), error.attempts().len());
}

#[test]
fn in_a_runtime_that_was_shut_down_a_call_is_an_error_and_no_panic() {
    let client = Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
    for workers in [0, 1] {
        let mut builder = match workers {
            0 => tokio::runtime::Builder::new_current_thread(),
            workers => {
                let mut builder = tokio::runtime::Builder::new_multi_thread();
                builder.worker_threads(workers);
                builder
            }
        };
        let runtime = builder.enable_all().build().unwrap();
        let handle = runtime.handle().clone();
        drop(runtime);
        let _entered = handle.enter();
        let mut call = Box::pin(client.run_task().task_id("task_1").send());
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let std::task::Poll::Ready(outcome) = polled else { panic!("pending") };
        assert!(outcome.unwrap_err().to_string().contains("has been shut down"));
    }
}

#[test]
fn a_custom_http_client_needs_no_installed_crypto_provider() {
    // The child process has built no client before.
    in_a_child("a_custom_http_client_needs_no_installed_crypto_provider", &[], || {
        let http = deck_api::http_client_builder().build().unwrap();
        Client::builder().api_key(KEY).http_client(http).build().unwrap();
    });
}

#[test]
fn plain_http_on_loopback_needs_no_certificates() {
    let none = [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];
    in_a_child("plain_http_on_loopback_needs_no_certificates", &none, || {
        Client::builder().api_key(KEY).base_url("http://127.0.0.1:1").build().unwrap();
    });
}

/// Runs the test `name` again in a child process, which does `work`.
fn in_a_child(name: &str, variables: &[(&str, &str)], work: impl FnOnce()) {
    if std::env::var_os("TEST_IN_A_CHILD").is_some() {
        return work();
    }
    let (_, module) = module_path!().split_once("::").unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", &format!("{module}::{name}")]).env("TEST_IN_A_CHILD", "1").envs(variables.iter().copied());
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}
