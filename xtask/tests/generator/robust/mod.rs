//! No input causes a panic, hangs or exhausts memory: seeds, their mutations, and malicious documents.

mod compositions;
mod hostile;
mod judge;
pub mod mutate;
mod mutations;
mod names;
