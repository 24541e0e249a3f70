//! The fake server: listens on loopback, with one thread per connection.

use crate::answer::{Answer, Fault};
use crate::check::Variables;
use crate::contract::Contract;
use crate::document::{Document, DocumentError, Operation};
use crate::http::{self, Request};
use crate::jobs::Jobs;
use crate::rate::Rate;
use crate::refusals::Refusals;
use crate::tokens::Tokens;
use crate::{Values, success};
use socket2::SockRef;
use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

struct Shared {
    contract: Contract,
    state: Mutex<State>,
    stopping: AtomicBool,
}

/// Chooses the response to a request.
type Decide = Box<dyn FnMut(&Request) -> Option<Answer> + Send>;
/// Responds to a request with the regular response or another one.
type Disturb = Box<dyn FnMut(&Request, &mut dyn FnMut() -> Answer) -> Answer + Send>;
/// Receives each request, the status of its response, and its violations.
type Watch = Box<dyn FnMut(&Request, u16, &[String]) + Send>;

struct State {
    values: Values,
    queued: HashMap<String, VecDeque<Answer>>,
    always: HashMap<String, Answer>,
    decide: HashMap<String, Decide>,
    disturb: Option<Disturb>,
    watch: Option<Watch>,
    living: Option<Living>,
    tokens: Tokens,
    requests: Vec<Request>,
    violations: Vec<String>,
    recording: bool,
    /// The open connections, by the number of their thread.
    connections: HashMap<usize, TcpStream>,
}

/// The jobs, and the rate limit.
struct Living {
    jobs: Jobs,
    rate: Rate,
    refusals: Refusals,
    clock: Arc<dyn Fn() -> Duration + Send + Sync>,
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
        let contract = Contract::of(published, answers);
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                values: Values::by(contract.responses.clone(), 1),
                queued: HashMap::new(),
                always: HashMap::new(),
                decide: HashMap::new(),
                disturb: None,
                watch: None,
                living: None,
                tokens,
                requests: Vec::new(),
                violations: Vec::new(),
                recording: true,
                connections: HashMap::new(),
            }),
            contract,
            stopping: AtomicBool::new(false),
        });
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

    /// Plays the life of created objects, as the `x-poll` extensions of the document define it. An object goes through its states
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
        self.state().living.as_ref().map_or(0, |living| living.rate.fullest())
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

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for (number, connection) in listener.incoming().map_while(Result::ok).enumerate() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        // A response is a single write, which need not wait for more.
        let _ = connection.set_nodelay(true);
        shared.state().connections.extend(connection.try_clone().map(|clone| (number, clone)));
        let shared = shared.clone();
        thread::spawn(move || {
            // A connection that breaks is not an error of the server.
            let _ = serve(&connection, &shared);
            // The clone for the shutdown of the server would keep the connection open.
            shared.state().connections.remove(&number);
        });
    }
}

fn serve(mut connection: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut buffer = Vec::new();
    while let Some(request) = http::read(&mut connection, &mut buffer)? {
        let answer = shared.respond(&request);
        match answer.fault {
            Some(Fault::Closed) => return Ok(()),
            // The connection stays open until the server is dropped.
            Some(Fault::Stalled) => continue,
            // Closing without lingering resets the connection.
            Some(Fault::Reset(_)) => SockRef::from(connection).set_linger(Some(Duration::ZERO))?,
            _ => {}
        }
        if answer.fault == Some(Fault::Reset(None)) {
            return Ok(());
        }
        let (bytes, stays) = answer.bytes();
        connection.write_all(&bytes)?;
        if !stays {
            break;
        }
    }
    Ok(())
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // A second panic here must not hide the panic of a test.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn respond(&self, request: &Request) -> Answer {
        if let Some(answer) = self.token(request) {
            return answer;
        }
        let found = self.contract.find(request);
        let violations = self.contract.violations(found.as_ref(), request);
        let mut state = self.state();
        if state.recording {
            state.requests.push(request.clone());
        }
        state.violations.extend(violations.iter().cloned());
        let over = state.living.as_mut().and_then(Living::over_the_limit);
        let requests = &self.contract.requests;
        let refusal = found.as_ref().and_then(|found| state.tokens.refusal(requests.document(), found.0, request));
        let answer = match (&found, over.or(refusal)) {
            (None, _) => Answer::body(404, "text/plain", violations.join("\n")),
            (Some(_), Some(refusal)) => refusal,
            (Some(found), None) => match state.disturb.take() {
                None => self.usual(&mut state, found, request, &violations),
                Some(mut disturb) => {
                    let answer = disturb(request, &mut || self.usual(&mut state, found, request, &violations));
                    state.disturb = Some(disturb);
                    answer
                }
            },
        };
        if let Some(watch) = &mut state.watch {
            watch(request, answer.status, &violations);
        }
        answer
    }

    /// Returns the response to a token request.
    fn token(&self, request: &Request) -> Option<Answer> {
        let mut state = self.state();
        let (answer, violations) = state.tokens.answer(request)?;
        if let Some(watch) = &mut state.watch {
            watch(request, answer.status, &violations);
        }
        state.violations.extend(violations);
        Some(answer)
    }

    /// Returns the response that a test set, or the regular one.
    fn usual(
        &self,
        state: &mut State,
        (operation, variables): &(&Operation, Variables),
        request: &Request,
        violations: &[String],
    ) -> Answer {
        let queued = state.queued.get_mut(&operation.id).and_then(VecDeque::pop_front);
        let decided = || state.decide.get_mut(&operation.id).and_then(|decide| decide(request));
        let scripted = queued.or_else(decided);
        if let Some(answer) = scripted.or_else(|| state.always.get(&operation.id).cloned()) {
            return answer;
        }
        if !violations.is_empty() {
            return Answer::body(400, "text/plain", violations.join("\n"));
        }
        let lived = state.living.as_ref().and_then(|living| living.jobs.answer(operation, variables, request));
        state.violations.extend(state.living.iter().flat_map(|living| living.jobs.take_problems()));
        lived.unwrap_or_else(|| {
            success::answer(&self.contract.responses, operation, variables, &request.json(), &mut state.values)
                .unwrap_or_else(|error| Answer::body(500, "text/plain", format!("the fake server has no answer: {error}")))
        })
    }
}

impl Living {
    /// Counts a request. Returns the refusal if it exceeds the rate limit.
    fn over_the_limit(&mut self) -> Option<Answer> {
        let within = self.rate.admit((self.clock)());
        (!within).then(|| self.refusals.answer(429, "rate_limit", "rate_limit_exceeded", "Too many requests."))
    }
}
