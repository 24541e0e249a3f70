//! Tests of the generator that start cargo: they compile generated crates, and run some of them.
//!
//! Each call of cargo works offline, with the packages that `cargo test --workspace` has downloaded.
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
