//! Tests that read the logs and traces of the whole process, one after the other.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod cases;
mod secrets;
mod tracing;
mod wait_spans;
