//! Validates each request and each response against the document, with a validator that is independent of the client.

use deck_api::{AttemptRequest, AttemptResponse, Hook, HookError};
use deck_api_testkit::{Contract, Document, DocumentError, Request};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A hook that validates all requests and responses against the document.
#[derive(Clone)]
pub struct Verifier {
    contract: Arc<Contract>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// The last request, whose response is pending: the demo sends one request at a time.
    last: Option<Request>,
    requests: usize,
    responses: usize,
    problems: Vec<String>,
}

impl Verifier {
    pub fn new() -> Result<Self, DocumentError> {
        let contract = Contract::of(Document::published()?, Document::overlaid()?);
        Ok(Self { contract: Arc::new(contract), seen: Arc::default() })
    }

    /// Prints the result, and fails if something is invalid.
    pub fn report(&self) -> Result<(), Box<dyn Error>> {
        let seen = self.seen();
        println!("\nverified against spec/deck-v2.json, by a JSON Schema validator that knows nothing of the client:");
        let verdict = if seen.problems.is_empty() { "all valid" } else { "NOT all valid" };
        println!("  {} requests and {} responses, {verdict}", seen.requests, seen.responses);
        seen.problems.iter().for_each(|problem| println!("  {problem}"));
        if seen.problems.is_empty() { Ok(()) } else { Err("client and API do not conform to the document".into()) }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hook for Verifier {
    fn before_attempt(&self, attempt: &mut AttemptRequest<'_>) -> Result<(), HookError> {
        let url = attempt.url();
        let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let headers: Vec<(&str, &str)> =
            attempt.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        let request = Request::new(attempt.method().as_str(), &target, &headers, attempt.body());
        let problems = self.contract.request(&request);
        let mut seen = self.seen();
        seen.requests += 1;
        seen.problems.extend(problems.into_iter().map(|problem| format!("the request of {}: {problem}", attempt.operation_id())));
        seen.last = Some(request);
        Ok(())
    }

    fn after_response(&self, response: &AttemptResponse<'_>) {
        let mut seen = self.seen();
        let Some(request) = seen.last.take() else { return };
        let http = response.http();
        let media = http.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let problems = self.contract.response(&request, http.status().as_u16(), media, http.body());
        seen.responses += 1;
        seen.problems
            .extend(problems.into_iter().map(|problem| format!("the response to {}: {problem}", response.operation_id())));
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}
