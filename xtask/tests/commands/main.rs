//! Tests of the commands in scratch workspaces: they start xtask and git, but no cargo.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod api_crates;
mod change_day;
mod conflicts;
mod fetch;
mod journal;
mod killed;
mod new;
mod output;
mod own_crate;
mod pipeline;
mod release;
mod transcripts;
mod unwritten;
mod update;
