//! All tests of the client that can share a process, in one binary, which links once.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod blocking;
mod budget;
mod compression;
mod conformance;
mod faults;
mod features;
mod final_errors;
mod history;
mod hooks;
mod limits;
mod providers;
mod retries;
mod schemas;
mod sequences;
mod task_runs;
mod waits;
mod wire;
