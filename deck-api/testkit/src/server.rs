//! The fake server: what tests set and read.

use crate::answer::Answer;
use crate::contract::Contract;
use crate::document::{Document, DocumentError};
use crate::http::Request;
use crate::jobs::Jobs;
use crate::rate::Rate;
use crate::refusals::Refusals;
use crate::serving::{Living, Shared, State, accept};
use crate::tokens::Tokens;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::thread;
use std::time::Duration;

/// A server that sends the responses that its document describes, unless a test sets other ones.
///
/// The server checks each request against the document. A request that violates the document gets 400 and is recorded in
/// [`FakeServer::violations`]. Every other request gets the successful response of its operation, with a value that is valid
/// under its schema.
pub struct FakeServer {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl FakeServer {
    /// Starts a server for `document`.
    ///
    /// # Errors
    ///
    /// Returns an error if no port of loopback is free.
    pub fn start(document: Document) -> io::Result<Self> {
        Self::start_with(document.clone(), document)
    }

    /// Starts a server that checks requests against `published` and takes its responses from `answers`, the same document with
    /// its overlay.
    ///
    /// # Errors
    ///
    /// Returns an error if no port of loopback is free.
    pub fn start_with(published: Document, answers: Document) -> io::Result<Self> {
        Self::start_on(0, published, answers)
    }

    /// Starts a server on this port of loopback; 0 means any free port.
    ///
    /// # Errors
    ///
    /// Returns an error if the port is not free.
    pub fn start_on(port: u16, published: Document, answers: Document) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let address = listener.local_addr()?;
        let tokens = Tokens::of(&published);
        let shared = Arc::new(Shared::new(Contract::of(published, answers), tokens));
        let accepting = shared.clone();
        thread::spawn(move || accept(&listener, &accepting));
        Ok(Self { shared, address })
    }

    /// Returns the base URL for a client.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.address, self.shared.contract.base_path)
    }

    /// Queues `answer` as the response to the next call of the operation with this id. Queued responses are sent in order.
    ///
    /// # Panics
    ///
    /// Panics if the document has no operation with this id.
    #[track_caller]
    pub fn answer(&self, operation: &str, answer: Answer) {
        self.known(operation).queued.entry(operation.to_owned()).or_default().push_back(answer);
    }

    /// Sets `answer` as the response to every call of the operation, after the queued responses.
    ///
    /// # Panics
    ///
    /// Panics if the document has no operation with this id.
    #[track_caller]
    pub fn answer_always(&self, operation: &str, answer: Answer) {
        self.known(operation).always.insert(operation.to_owned(), answer);
    }

    /// Lets `decide` choose the response to each call of the operation, after the queued responses. If it returns `None`, the
    /// server sends the regular response.
    ///
    /// # Panics
    ///
    /// Panics if the document has no operation with this id.
    #[track_caller]
    pub fn answer_with(&self, operation: &str, decide: impl FnMut(&Request) -> Option<Answer> + Send + 'static) {
        self.known(operation).decide.insert(operation.to_owned(), Box::new(decide));
    }

    /// Simulates created objects, as the `x-poll` extensions of the document define it. An object goes through its states
    /// by `clock`, asks for input and accepts answers. The same idempotency key returns the same object, and lists contain the
    /// objects of their kind. Requests beyond `x-rate-limit` are refused.
    ///
    /// `clock` returns the time since an arbitrary moment in the past: `move || clock.now()` for a
    /// [`VirtualClock`](crate::VirtualClock). A request that violates the document, or for which a test sets another response,
    /// does not affect the objects.
    ///
    /// # Errors
    ///
    /// Returns an error if an extension does not fit the document.
    pub fn play(&self, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Result<Jobs, DocumentError> {
        let (clock, judge): (Arc<dyn Fn() -> Duration + Send + Sync>, _) = (Arc::new(clock), &self.shared.contract.responses);
        let mut state = self.state();
        let of_jobs = clock.clone();
        let jobs = Jobs::new(judge, &mut state.values, move || of_jobs())?;
        let (rate, refusals) = (Rate::of(judge.document()), Refusals::of(judge.document()));
        state.living = Some(Living { jobs: jobs.clone(), rate, refusals, clock });
        Ok(jobs)
    }

    /// Returns the token URL, if the document has a client credentials flow. The server accepts the tokens that it grants until
    /// they are revoked, for their scopes. They do not expire, because the server has no clock.
    #[must_use]
    pub fn token_url(&self) -> Option<String> {
        self.state().tokens.path().map(|path| format!("http://{}{path}", self.address))
    }

    /// Queues `answer` as the response to the next token request. Queued responses are sent in order.
    pub fn answer_token(&self, answer: Answer) {
        self.state().tokens.queued.push_back(answer);
    }

    /// Sets the lifetime in seconds that the server reports for new access tokens. The default is an hour; with `None`, it
    /// reports none.
    pub fn set_token_lifetime(&self, seconds: Option<u64>) {
        self.state().tokens.lifetime = seconds;
    }

    /// Revokes all access tokens that were granted so far; requests with them get 401.
    pub fn revoke_tokens(&self) {
        self.state().tokens.revoke();
    }

    /// Returns the token requests so far, which [`requests`](Self::requests) does not include.
    #[must_use]
    pub fn token_requests(&self) -> Vec<Request> {
        self.state().tokens.requests.clone()
    }

    /// Returns the maximum number of requests in a window of `x-rate-limit` since [`play`](Self::play) was called.
    #[must_use]
    pub fn fullest_window(&self) -> usize {
        self.state().living.as_ref().map_or(0, |living| living.rate.fullest)
    }

    /// Lets `disturb` respond to every request for an operation of the document. Its second argument carries out the request and
    /// returns the regular response. [`Faults`](crate::Faults) is intended for this method.
    pub fn disturb(&self, disturb: impl FnMut(&Request, &mut dyn FnMut() -> Answer) -> Answer + Send + 'static) {
        self.state().disturb = Some(Box::new(disturb));
    }

    /// Calls `watch` for every request, with the status of its response and its violations.
    pub fn watch(&self, watch: impl FnMut(&Request, u16, &[String]) + Send + 'static) {
        self.state().watch = Some(Box::new(watch));
    }

    /// Returns the requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// Returns the violations of the document so far.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// Stops recording requests, for benchmarks.
    pub fn stop_recording(&self) {
        self.state().recording = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// Panics if the operation does not exist, because its response would never be sent.
    #[track_caller]
    fn known(&self, operation: &str) -> MutexGuard<'_, State> {
        let ids: Vec<&str> = self.shared.contract.operations.iter().map(|operation| operation.id.as_str()).collect();
        assert!(ids.contains(&operation), "the document has no operation `{operation}`; it has {}", ids.join(", "));
        self.state()
    }
}

/// Closes the port and every connection.
impl Drop for FakeServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        for connection in self.state().connections.values() {
            // The connection may already be closed.
            let _ = connection.shutdown(Shutdown::Both);
        }
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}
