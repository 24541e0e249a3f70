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
//! The types in [`types`] are those of the document's schemas: none is written by hand. An answer is the value itself by
//! deref, and its facts of HTTP are behind [`Response::http`].
//!
//! # Errors
//!
//! [`Error`] tells apart what never left, what the API refused, and what it carried out although its answer cannot be read.
//! Each status that the document knows has its own type:
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
//!         _ => println!("{error}"),
//!     },
//! }
//! # }
//! ```
//!
//! # Retries, and calls from a job queue
//!
//! A call that may have been lost on the way is tried again by its [`RetryPolicy`], always with the same idempotency key, so
//! that no run is started twice. Give it a key of your own, and the same holds when the job itself runs again:
//!
//! ```no_run
//! # async fn example(client: deck_api::Client, job_id: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let run = client.run_task().task_id("task_a1b2c3").with_idempotency_key(job_id).send().await;
//! match run {
//!     Ok(run) => println!("{} is {}", run.id, run.status),
//!     Err(error) if error.is_retryable() => println!("run the job again later: {error}"),
//!     Err(error) => println!("give up: {error}, run {:?}", error.created_id()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Deck keeps a key for 24 hours, and only the answers of successes: a run that started although its answer was an error can
//! be started again. That is beyond any client.
//!
//! # Features
//!
//! - `blocking` (off by default): `send_blocking` on every call, for code that is not async.
//! - `http2` (off by default): HTTP/2, for many calls at a time over few connections.
//! - `schemars` (off by default): the types implement `schemars::JsonSchema` of schemars 1.
//! - `tracing` (off by default): a span for each call and one for each of its tries, with OpenTelemetry's names; neither key nor body.

#![forbid(unsafe_code)]

mod client;
// Beside the folder of this name, which the generator owns as a whole.
#[path = "generated.rs"]
mod generated;
pub mod runtime;

pub use client::{Client, ClientBuilder, ConfigError};
pub use generated::{API, builder, operations, types};
pub use runtime::{
    ApiError, Backoff, DecodeError, Error, ErrorItem, Http, InvalidRequest, Null, Response, RetryPolicy, Timer, TransportError,
    ValueError,
};

/// The examples of the README compile; it does not stand beside the published crate's sources.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
