//! No input panics, hangs or exhausts memory: seeds, mutations of them, and documents that are meant to do harm.

mod compositions;
mod hostile;
mod judge;
pub mod mutate;
mod mutations;
mod names;
