//! Every test of the generator that starts no cargo, in one binary that is linked once.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod api_crates;
mod cases;
mod change_day;
mod conflicts;
mod diff;
mod fetch;
mod freshness;
mod grammar;
mod imports;
mod journal;
mod killed;
mod lowering;
mod lowering_properties;
mod mutations;
mod net;
mod new;
mod output;
mod own_crate;
mod pipeline;
mod release;
mod robust;
mod transcripts;
mod unwritten;
mod update;
