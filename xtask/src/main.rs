//! `cargo xtask`: generates API crates from published documents. See `cargo xtask --help`.

#![deny(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::commands::main(env!("CARGO_MANIFEST_DIR"))
}
