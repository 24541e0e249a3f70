//! The fake server: one thread a connection, on a free port of loopback.

use crate::answer::{Answer, Fault};
use crate::check;
use crate::compare::Direction;
use crate::document::{Document, Operation};
use crate::http::{self, Request};
use crate::{Judge, Values, success};
use socket2::SockRef;
use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A server that answers as its document says, until a test asks it for something else.
///
/// It checks each request against the document. One that the document does not allow is answered by 400 and noted in
/// [`FakeServer::violations`]; any other gets the success of its operation, with a value that is valid under its schema.
pub struct FakeServer {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    operations: Vec<Operation>,
    base_path: String,
    published: Judge,
    answers: Arc<Judge>,
    state: Mutex<State>,
    stopping: AtomicBool,
}

/// Chooses an answer to a request.
type Decide = Box<dyn FnMut(&Request) -> Option<Answer> + Send>;

struct State {
    values: Values,
    queued: HashMap<String, VecDeque<Answer>>,
    always: HashMap<String, Answer>,
    decide: HashMap<String, Decide>,
    requests: Vec<Request>,
    violations: Vec<String>,
    recording: bool,
    /// The open ones, by the number of their thread.
    connections: HashMap<usize, TcpStream>,
}

impl FakeServer {
    /// Starts a server for `document`.
    ///
    /// # Errors
    ///
    /// Where no port of loopback is free.
    pub fn start(document: Document) -> io::Result<Self> {
        Self::start_with(document.clone(), document)
    }

    /// Starts a server that checks requests against `published` and takes its answers from `answers`: the same document with
    /// its overlay.
    ///
    /// # Errors
    ///
    /// Where no port of loopback is free.
    pub fn start_with(published: Document, answers: Document) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let answers = Arc::new(Judge::towards(Arc::new(answers), Direction::Response));
        let shared = Arc::new(Shared {
            operations: published.operations(),
            base_path: published.base_path().to_owned(),
            published: Judge::towards(Arc::new(published), Direction::Request),
            answers: answers.clone(),
            state: Mutex::new(State {
                values: Values::by(answers, 1),
                queued: HashMap::new(),
                always: HashMap::new(),
                decide: HashMap::new(),
                requests: Vec::new(),
                violations: Vec::new(),
                recording: true,
                connections: HashMap::new(),
            }),
            stopping: AtomicBool::new(false),
        });
        let accepting = shared.clone();
        thread::spawn(move || accept(&listener, &accepting));
        Ok(Self { shared, address })
    }

    /// What to give a client as its base URL.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.address, self.shared.base_path)
    }

    /// Answers the next call of the operation with this id by `answer`; several such answers are given in their order.
    ///
    /// An id that the document does not have is noted in [`FakeServer::violations`].
    pub fn answer(&self, operation: &str, answer: Answer) {
        self.known(operation).queued.entry(operation.to_owned()).or_default().push_back(answer);
    }

    /// Answers every call of the operation by `answer`, after those that were queued.
    pub fn answer_always(&self, operation: &str, answer: Answer) {
        self.known(operation).always.insert(operation.to_owned(), answer);
    }

    /// Lets `decide` choose the answer to each call of the operation, after those that were queued; where it chooses none,
    /// the usual answer is given.
    pub fn answer_with(&self, operation: &str, decide: impl FnMut(&Request) -> Option<Answer> + Send + 'static) {
        self.known(operation).decide.insert(operation.to_owned(), Box::new(decide));
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// What the document did not allow, so far.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// Keeps no more requests: for benchmarks.
    pub fn stop_recording(&self) {
        self.state().recording = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// Answers for what does not exist would never be given, and nobody would know why.
    fn known(&self, operation: &str) -> MutexGuard<'_, State> {
        let mut state = self.state();
        let ids: Vec<&str> = self.shared.operations.iter().map(|operation| operation.id.as_str()).collect();
        if !ids.contains(&operation) {
            let known = ids.join(", ");
            state.violations.push(format!("an answer was set for `{operation}`, which is no operation of the document: {known}"));
        }
        state
    }
}

/// Closes the port and every connection.
impl Drop for FakeServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        for connection in self.state().connections.values() {
            // It may be closed already.
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
        // An answer is one write, which need not wait for more.
        let _ = connection.set_nodelay(true);
        shared.state().connections.extend(connection.try_clone().map(|clone| (number, clone)));
        let shared = shared.clone();
        thread::spawn(move || {
            // A connection that breaks is the client's affair.
            let _ = serve(&connection, &shared);
            // The clone that is kept for the end of the server would hold it open.
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
            // What is closed without lingering is reset.
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
        // A panic in a test must not hide behind a second one here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn respond(&self, request: &Request) -> Answer {
        let found = check::find(&self.operations, &self.base_path, request);
        let violations = match &found {
            Some((operation, variables)) => check::violations(&self.published, operation, variables, request),
            None => vec![format!("{} {} is no operation of the document", request.method, request.path)],
        };
        let mut state = self.state();
        if state.recording {
            state.requests.push(request.clone());
        }
        state.violations.extend(violations.iter().cloned());
        let Some((operation, variables)) = found else { return Answer::body(404, "text/plain", violations.join("\n")) };
        let queued = state.queued.get_mut(&operation.id).and_then(VecDeque::pop_front);
        let decided = || state.decide.get_mut(&operation.id).and_then(|decide| decide(request));
        let scripted = queued.or_else(decided);
        if let Some(answer) = scripted.or_else(|| state.always.get(&operation.id).cloned()) {
            return answer;
        }
        if !violations.is_empty() {
            return Answer::body(400, "text/plain", violations.join("\n"));
        }
        success::answer(&self.answers, operation, &variables, &request.json(), &mut state.values)
            .unwrap_or_else(|error| Answer::body(500, "text/plain", format!("the fake server has no answer: {error}")))
    }
}
