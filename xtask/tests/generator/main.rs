//! Tests of the generator from documents to code, and of the sources: they start neither cargo nor xtask.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;

mod cases;
mod diff;
mod freshness;
mod grammar;
mod imports;
mod lowering;
mod lowering_properties;
mod mutations;
mod net;
mod robust;
