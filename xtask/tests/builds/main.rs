//! Every test of the generator that starts cargo: crates are compiled, and some of them run.
//!
//! Each call of cargo works offline with nothing but what `cargo test --workspace` has downloaded.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod cargo;
#[path = "../common/mod.rs"]
mod common;
mod conform;
mod crates;
mod damages;
mod documents;
mod examples;
mod lints;
mod own_workspace;
mod packaged;
mod regenerated;
mod trees;
mod verdicts;
mod wire;
