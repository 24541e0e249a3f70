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
//! The types in [`types`] are those of the document's schemas: none is written by hand. An answer is the value itself by
//! deref, and its facts of HTTP are behind [`Response::http`].
//!
//! # Errors
//!
//! [`Error`] tells apart what never left, what the API refused, and what it carried out although its answer cannot be read.
//! Each status that the document knows has its own type, and whatever the operation, an error has status, headers, raw body,
//! the request's id and the list of the API's errors:
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
//!         _ => println!("{error}"), // says what to do where that is known
//!     },
//! }
//! # }
//! ```
//!
//! # Retries, and calls from a job queue
//!
//! A call that may have been lost on the way is attempted again by its [`RetryPolicy`], by default up to five times within two
//! minutes, always with the same idempotency key, so that no run is started twice. That key is made anew for each call. A queue
//! runs a job again, though, and that is another call: give it the job's own id as the key.
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
//! The error of a call knows all its attempts ([`Error::attempts`]), the id that any of them has seen ([`Error::created_id`]),
//! and whether the API carried the call out ([`Error::carried_out`]); [`Error::is_retryable`] has the table of what follows.
//!
//! How often and how long a call is attempted is a policy of the client, or of one call (`with_retry`):
//!
//! ```
//! use deck_api::{Backoff, RetryPolicy};
//! use std::time::Duration;
//!
//! let patient = Backoff::default().with_attempts(8).with_deadline(Duration::from_secs(600));
//! let policy = RetryPolicy::default().with_backoff(patient);
//! ```
//!
//! What makes this safe, and where it ends:
//!
//! - **The same key, the same job.** Deck responds to a repeated key with the run that it started the first time. The same key
//!   with other parameters is refused ([`Error::is_conflict`]): nothing was started by that call.
//! - **24 hours.** So long Deck keeps a key. Do not run a job again that is older: look for its run first.
//! - **One call.** [`Error::carried_out`] speaks of the attempts of this call. An earlier call under the same key may have been
//!   carried out although this one was refused.
//! - **Successes only.** Deck keeps no response that was an error. A run that started although its response was an error can be
//!   started again by the next attempt. That is beyond any client.
//! - **Two minutes, or ten.** A call may take that long, ten while the API says that no session is free. If the lease of a job
//!   is shorter, set [`ClientBuilder::call_timeout`] or `with_call_timeout`, and let the queue try again. A timeout around the
//!   call would drop it, and with it what it has learned.
//! - A job that is stopped drops its call, which makes no more attempts; the run may have started, and the same key finds it.
//!
//! Calls need a tokio runtime, and end in an error where there is none; `send_blocking` brings its own.
//!
//! # Testing your own code
//!
//! `deck-api-testkit`, in the folder `testkit` beside this crate, is the fake of the API that our own tests use. It answers as
//! the document says, notes what a request does wrong, and misbehaves as it is told to:
//!
//! ```toml
//! [dev-dependencies]
//! deck-api-testkit = { git = "…" } # where you have deck-api from
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
//! // Here stands your own code, with that client:
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
//! Runs live there too: `FakeServer::play` gives them states, questions and results, and `cargo run -p deck-api-testkit` serves
//! them to programs in any language.
//!
//! # Features
//!
//! - `blocking` (off by default): `send_blocking` on every call, for code that is not async.
//! - `http2` (off by default): HTTP/2, for many calls at a time over few connections.
//! - `schemars` (off by default): the types implement `schemars::JsonSchema` of schemars 1, and `compare_schema` compares a type
//!   of your own with the `output_schema` of a task.
//! - `tracing` (off by default): a span for each call and one for each of its attempts, with OpenTelemetry's names; neither key nor body.
//!
//! - `gzip`, `brotli`, `zstd` (off by default): a response that comes compressed is decompressed, instead of being an error.
//!
//! No compression is asked for: `accept-encoding: identity` is sent, unless `with_header` says otherwise.

#![forbid(unsafe_code)]

mod client;
// Beside the folder of this name, which the generator owns as a whole.
#[path = "generated.rs"]
mod generated;
pub mod runtime;

pub use client::{Client, ClientBuilder, ConfigError, http_client_builder};
pub use generated::{API, builder, operations, types};
/// The HTTP client below, in the version that [`ClientBuilder::http_client`] takes.
pub use reqwest;
/// With the `output_schema` of a task:
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
    CredentialProvider, Credentials, DecodeError, Error, ErrorItem, Hook, HookError, Http, Integer, Interaction,
    InteractionField, InvalidRequest, Json, Lenient, Null, Number, NumberOf, RateLimit, Response, RetryPolicy, Step, TextOf,
    Timer, TransportError, ValueError, Wait, WaitError, WaitPolicy,
};
#[cfg(feature = "schemars")]
pub use runtime::{SchemaComparison, SchemaDifference};

/// The examples of the README compile; it does not stand beside the published crate's sources.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
