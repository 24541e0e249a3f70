//! Generates Rust from a published OpenAPI document: load, overlay, select, lower, fit, progenitor, polish, print.
//!
//! Most modules are pure. Only `commands`, `fetch`, `journal`, `workspace` and `emit` read or write files.

// Only `terminal` writes to standard output and standard error.
#![deny(clippy::print_stdout, clippy::print_stderr)]

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod account;
pub mod codegen;
pub mod commands;
pub mod compare;
pub mod document;
pub mod emit;
pub mod fetch;
pub mod fingerprint;
pub mod fit;
mod input;
pub mod journal;
pub mod lower;
mod maps;
pub mod model;
mod pipeline;
pub mod polish;
pub mod problem;
pub mod public_api;
pub mod release;
pub mod report;
pub mod sample;
mod stack;
pub mod terminal;
mod tokens;
pub mod update;
pub mod workspace;

pub use document::Source;
pub use input::{GENERATE, Input};
pub use pipeline::{Generated, Prepared, generate, prepare, public_api, read};
pub use stack::on_big_stack;
