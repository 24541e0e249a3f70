//! No input panics, hangs or exhausts memory: seeds, mutations of them, and documents that are meant to do harm.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;
mod compositions;
mod hostile;
mod judge;
mod mutate;
mod mutations;
mod names;
