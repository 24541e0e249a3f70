//! Serves the connections of a fake server, with one thread per connection.

use crate::answer::{Answer, Fault};
use crate::check::Variables;
use crate::contract::Contract;
use crate::document::Operation;
use crate::http::{self, Request};
use crate::jobs::Jobs;
use crate::rate::Rate;
use crate::refusals::Refusals;
use crate::tokens::Tokens;
use crate::{Values, success};
use socket2::SockRef;
use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// What the threads of a server share.
pub struct Shared {
    pub contract: Contract,
    pub state: Mutex<State>,
    pub stopping: AtomicBool,
}

/// Chooses the response to a request.
type Decide = Box<dyn FnMut(&Request) -> Option<Answer> + Send>;
/// Responds to a request with the regular response or another one.
type Disturb = Box<dyn FnMut(&Request, &mut dyn FnMut() -> Answer) -> Answer + Send>;
/// Receives each request, the status of its response, and its violations.
type Watch = Box<dyn FnMut(&Request, u16, &[String]) + Send>;

/// What tests set and read.
pub struct State {
    pub values: Values,
    pub queued: HashMap<String, VecDeque<Answer>>,
    pub always: HashMap<String, Answer>,
    pub decide: HashMap<String, Decide>,
    pub disturb: Option<Disturb>,
    pub watch: Option<Watch>,
    pub living: Option<Living>,
    pub tokens: Tokens,
    pub requests: Vec<Request>,
    pub violations: Vec<String>,
    pub recording: bool,
    /// The open connections, by the number of their thread.
    pub connections: HashMap<usize, TcpStream>,
}

/// The jobs, and the rate limit.
pub struct Living {
    pub jobs: Jobs,
    pub rate: Rate,
    pub refusals: Refusals,
    pub clock: Arc<dyn Fn() -> Duration + Send + Sync>,
}

/// Serves connections until the server stops.
pub fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
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
    while let Some(request) = shared.read(connection, &mut buffer)? {
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
        let (bytes, stays) = answer.bytes(&request.method);
        connection.write_all(&bytes)?;
        if !stays {
            break;
        }
    }
    Ok(())
}

impl Shared {
    pub fn new(contract: Contract, tokens: Tokens) -> Self {
        let state = State {
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
        };
        Self { contract, state: Mutex::new(state), stopping: AtomicBool::new(false) }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        // A second panic here must not hide the panic of a test.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the next request of a connection. A request that cannot be read gets a response, too.
    fn read(&self, mut connection: &TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Request>> {
        let read = http::read(&mut connection, buffer);
        if let Some((status, message)) = read.as_ref().err().and_then(http::refusal) {
            connection.write_all(&Answer::body(status, "text/plain", message.as_str()).bytes("").0)?;
            self.state().violations.push(message);
        }
        read
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
