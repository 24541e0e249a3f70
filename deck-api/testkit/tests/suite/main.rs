//! All tests of the testkit that can share a process, in one binary, which links once.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod conform;
mod every_schema;
mod job_ids;
mod jobs;
mod program;
mod requests;
mod server;
mod values;
