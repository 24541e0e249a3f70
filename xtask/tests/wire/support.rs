//! A fake server of the API, and a client for it.
#![allow(dead_code, reason = "each test uses a part of it")]

use deck_api_testkit::{Answer, Document, FakeServer, Request};
use wire_api::{Client, RetryPolicy};

pub struct Fake {
    pub server: FakeServer,
    pub client: Client,
}

impl Fake {
    pub fn start() -> Self {
        let document = Document::load(concat!(env!("CARGO_MANIFEST_DIR"), "/document.yaml")).unwrap();
        let operations = document.operations();
        let server = FakeServer::start(document).unwrap();
        for operation in operations {
            server.answer_always(&operation.id, Answer::empty(204));
        }
        let client = Client::builder().base_url(server.base_url()).retry(RetryPolicy::none()).build().unwrap();
        Self { server, client }
    }

    /// The last request.
    pub fn request(&self) -> Request {
        self.server.requests().pop().unwrap()
    }

    /// These headers and the query of the last request.
    pub fn carried(&self, headers: &[&str]) -> String {
        let request = self.request();
        let headers = headers.iter().filter_map(|name| Some(format!("{name}: {}", request.header(name)?)));
        let query = Some(format!("?{}", request.query)).filter(|_| !request.query.is_empty());
        headers.chain(query).collect::<Vec<_>>().join(", ")
    }

    /// The path and the query of the last request.
    pub fn target(&self) -> String {
        let request = self.request();
        if request.query.is_empty() { request.path } else { format!("{}?{}", request.path, request.query) }
    }
}

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
