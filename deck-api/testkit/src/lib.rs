//! A fake API server for any OpenAPI document, a generator of values from its schemas, and a validator for both.
//!
//! The crate depends neither on the code generator nor on the client: it uses only the document.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use deck_api_testkit::{Answer, Document, FakeServer};
//!
//! let document = Document::parse(r#"{
//!     "openapi": "3.1.1",
//!     "info": { "title": "Example", "version": "1" },
//!     "paths": { "/things": { "get": {
//!         "operationId": "listThings",
//!         "responses": { "200": { "description": "", "content": {
//!             "application/json": { "schema": { "type": "array", "items": { "type": "string" } } } } } }
//!     } } }
//! }"#)?;
//! let server = FakeServer::start(document)?;
//! server.answer("listThings", Answer::json(503, &serde_json::json!({ "errors": [] })));
//! // … run your own code against `server.base_url()` …
//! assert!(server.requests().is_empty());
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod answer;
mod check;
mod check_body;
mod check_parameters;
mod check_security;
mod clock;
mod coerce;
mod compare;
mod compositions;
pub mod conform;
mod contract;
mod cut;
mod dialect;
mod discriminators;
mod document;
mod examples;
mod faults;
mod forms;
mod http;
mod jobs;
mod judge;
mod life;
mod multipart;
mod parts;
mod pattern_maps;
mod published;
mod rate;
mod recursion;
mod refusals;
mod schemas;
mod server;
mod serving;
mod shrink;
mod styles;
mod success;
mod tokens;
mod unknown;
mod values;
mod widths;
mod yaml;

pub use answer::Answer;
pub use clock::{VirtualCall, VirtualClock, VirtualSleep};
pub use compare::{Direction, differences};
pub use contract::Contract;
pub use document::{Document, DocumentError, Operation, Parameter};
pub use faults::Faults;
pub use http::Request;
pub use jobs::{Jobs, StartedJob};
pub use judge::Judge;
pub use life::Life;
pub use multipart::FormPart;
pub use server::FakeServer;
pub use values::Values;
