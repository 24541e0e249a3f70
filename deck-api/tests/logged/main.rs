//! Tests that read what the whole process logs and traces, one after the other.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod cases;
mod secrets;
mod tracing;
mod wait_spans;
