//! `cargo xtask`: turns the published document into the crate deck-api. See `cargo xtask --help`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use clap::Parser;
use std::process::ExitCode;
use xtask::commands::{Cli, run};

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => {
            // Usage is an error like any other: 1. Help is none.
            let _ = error.print();
            ExitCode::from(u8::from(error.use_stderr()))
        }
    }
}
