//! Client for the [Deck API](https://docs.deck.co), generated from its OpenAPI document.
//!
//! Deck runs tasks: an agent logs in to a website and does a job. [`Client::run_task`] starts one:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use deck_api::Client;
//! use serde_json::json;
//!
//! let client = Client::from_env()?; // DECK_API_KEY
//! let run = client
//!     .run_task()
//!     .task_id("task_a1b2c3")
//!     .credential_id("cred_d4e5f6")
//!     .input(json!({ "check_in_date": "2026-12-01" }))
//!     .send()
//!     .await?;
//! println!("{} is {}", run.id, run.status);
//! # Ok(())
//! # }
//! ```
//!
//! [`operations`] lists all operations with their IDs; [`Client::from_env`] names the environment variables that it reads.
//!
//! The types in [`types`] are generated from the schemas of the document. A [`Response`] dereferences to the decoded value;
//! [`Response::http`] returns the status, the headers and the raw body.
//!
//! # Errors
//!
//! [`Error`] distinguishes requests that were not sent, requests that the API refused, and requests that the API carried out
//! although their response cannot be decoded. Each documented error status has its own type. For every operation, an error gives
//! the status, the headers, the raw body, the request id and the errors that the API listed:
//!
//! ```no_run
//! # async fn example(client: deck_api::Client) {
//! use deck_api::operations::RunTaskError;
//!
//! match client.run_task().task_id("task_a1b2c3").send().await {
//!     Ok(run) => println!("{} is {}", run.id, run.status),
//!     Err(error) => match error.typed() {
//!         Some(RunTaskError::NotFound(_)) => println!("no such task"),
//!         Some(RunTaskError::TooManyRequests(_)) => println!("wait {:?}", error.retry_after()),
//!         _ => println!("{error}"), // includes advice, if there is any
//!     },
//! }
//! # }
//! ```
//!
//! # Retries, and calls from a job queue
//!
//! A call that fails in transit is retried according to its [`RetryPolicy`]: by default, up to five attempts within two minutes.
//! All attempts of a call send the same idempotency key, so that no run is started twice. By default, each call gets a new random
//! key. If a queue may execute your job more than once, each execution is a separate call: use the id of the job as the key.
//!
//! ```no_run
//! use deck_api::{CarriedOut, Client};
//! # struct Job { id: String, task_id: String, input: serde_json::Value }
//! # enum Outcome { Started(String), Again(String), FindOut(String), Failed(String) }
//!
//! /// Called for each job, and again for one whose outcome was `Again`.
//! async fn work(client: &Client, job: &Job) -> Outcome {
//!     let call = client.run_task().task_id(job.task_id.as_str()).input(&job.input);
//!     match call.with_idempotency_key(&job.id).send().await {
//!         Ok(run) => Outcome::Started(run.id.to_string()),
//!         Err(error) => match error.created_id() {
//!             // The run goes on, although its response was lost or cannot be read.
//!             Some(run_id) => Outcome::Started(run_id.to_string()),
//!             None if error.is_retryable() => Outcome::Again(error.to_string()),
//!             None if error.carried_out() == CarriedOut::No => Outcome::Failed(error.to_string()),
//!             // A run was started, but its id never arrived.
//!             None => Outcome::FindOut(error.to_string()),
//!         },
//!     }
//! }
//! ```
//!
//! The error of a call lists all its attempts ([`Error::attempts`]). It has the id of the created object if any attempt received
//! it ([`Error::created_id`]), and says whether the API carried out the call ([`Error::carried_out`]). The table in the
//! documentation of [`Error::is_retryable`] says when to repeat a call.
//!
//! Set the retry policy for a client, or for one call with `with_retry`:
//!
//! ```
//! use deck_api::{Backoff, RetryPolicy};
//! use std::time::Duration;
//!
//! let patient = Backoff::default().with_attempts(8).with_deadline(Duration::from_secs(600));
//! let policy = RetryPolicy::default().with_backoff(patient);
//! ```
//!
//! What makes retries safe, and what the limits are:
//!
//! - **The same key, the same run.** If a key is repeated, Deck responds with the run that it started the first time. If the
//!   parameters differ, Deck refuses the call ([`Error::is_conflict`]) and starts nothing.
//! - **24 hours.** Deck keeps a key for this long. Before you repeat a job that is older, look for its run.
//! - **One call.** [`Error::carried_out`] covers the attempts of this call only. An earlier call with the same key may have been
//!   carried out although this one was refused.
//! - **Successes only.** Deck stores no error responses. If a run started although its response was an error, the next attempt
//!   can start another one. No client can prevent that.
//! - **Two minutes, or ten.** A call may take two minutes, or ten while the API reports that no session is free. If the lease of
//!   a job is shorter, set [`ClientBuilder::call_timeout`] or `with_call_timeout`, and let the queue retry. Do not wrap the call
//!   in a timeout of your own: it drops the call, and the information about its attempts is lost.
//! - **Cancelled jobs.** If a job is stopped, its call is dropped and makes no more attempts. The run may have started; a call
//!   with the same key finds it.
//!
//! Calls need a tokio runtime and return an error if there is none. `send_blocking` uses its own runtime.
//!
//! # Testing your own code
//!
//! `deck-api-testkit`, in the folder `testkit` beside this crate, is a fake API server; this crate's own tests use it too. It
//! sends the responses that the document describes, records requests that violate the document, and simulates faults on demand:
//!
//! ```toml
//! [dev-dependencies]
//! deck-api-testkit = { git = "…" } # the repository of deck-api
//! ```
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use deck_api::{Backoff, Client, RetryPolicy};
//! use deck_api_testkit::{Answer, Document, FakeServer};
//!
//! let server = FakeServer::start(Document::overlaid()?)?;
//! server.answer("runTask", Answer::reset()); // the first attempt is lost, the second gets a run
//!
//! let retry = RetryPolicy::default().with_backoff(Backoff::immediate(5));
//! let client = Client::builder().api_key("sk_test").base_url(server.base_url()).retry(retry).build()?;
//! // Call your own code with this client:
//! let run = client.run_task().task_id("task_1").with_idempotency_key("order-42").send().await?;
//!
//! assert_eq!(run.task_id, "task_1");
//! assert_eq!(server.requests().len(), 2);
//! assert_eq!(server.requests()[1].header("idempotency-key"), Some("order-42"));
//! assert!(server.violations().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! The server can also simulate runs: `FakeServer::play` sets their states, questions and results. To start the server for
//! programs in any language, run `cargo run -p deck-api-testkit`.
//!
//! # Features
//!
//! - `blocking` (off by default): `send_blocking` on every call, for code that is not async.
//! - `http2` (off by default): HTTP/2, for many concurrent calls over few connections.
//! - `schemars` (off by default): the types implement `schemars::JsonSchema` of schemars 1, and `compare_schema` compares a type
//!   of your own with the `output_schema` of a task.
//! - `tracing` (off by default): a span for each call and for each attempt, with OpenTelemetry's attribute names. Spans contain
//!   neither the key nor a body.
//! - `gzip`, `brotli`, `zstd` (off by default): compressed responses are decompressed; without the feature they are errors.
//!
//! The client does not request compression: it sends `accept-encoding: identity` unless you set another value with `with_header`.

#![forbid(unsafe_code)]

mod client;
// The file is beside the folder of this name, because the generator owns the whole folder.
#[path = "generated.rs"]
mod generated;
pub mod runtime;

pub use client::{Client, ClientBuilder, ConfigError, http_client_builder};
pub use generated::{API, builder, operations, types};
/// The HTTP client crate, in the version that [`ClientBuilder::http_client`] takes.
pub use reqwest;
/// An example with the `output_schema` of a task:
///
/// ```
/// use serde_json::json;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Invoice {
///     total: f64,
///     due: String,
/// }
///
/// let output_schema = json!({
///     "type": "object",
///     "required": ["total"],
///     "properties": { "total": { "type": "number", "minimum": 0 }, "due": { "type": "string" }, "paid": { "type": "boolean" } }
/// });
/// let comparison = deck_api::compare_schema::<Invoice>(&output_schema);
/// assert!(!comparison.admits_all());
/// assert_eq!(
///     comparison.to_string(),
///     "does not decode: `/due`: can be missing according to the schema, but the type requires it\n\
///      `/paid`: is in the schema, but not in the type\n\
///      not compared: `minimum` of `/total`"
/// );
/// ```
#[cfg(feature = "schemars")]
pub use runtime::compare_schema;
pub use runtime::{
    ApiError, Attempt, AttemptRequest, AttemptResponse, Backoff, CarriedOut, CredentialError, CredentialFuture,
    CredentialProvider, Credentials, DecodeError, Error, ErrorItem, File, Hook, HookError, Http, Integer, Interaction,
    InteractionField, InvalidRequest, Json, Lenient, Null, Number, NumberOf, RateLimit, Response, RetryPolicy, Step, TextOf,
    Timer, TransportError, ValueError, Wait, WaitError, WaitPolicy,
};
#[cfg(feature = "schemars")]
pub use runtime::{SchemaComparison, SchemaDifference};

/// Compiles the examples of the README as doctests. The published crate does not contain the README at this path.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
