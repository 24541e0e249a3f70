//! `demo`: generates and builds deck-api, then runs the program in `deck-api/demo`.

use super::{Outcome, generate};
use crate::report::Report;
use crate::terminal::{self, Reader};
use anyhow::Context;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Runs the verb.
pub fn run(root: &Path) -> Outcome {
    let mut report = Report::default();
    let outcome = generate::generate(root, None, &mut report);
    let reader = terminal::print(report.as_str())?;
    outcome?;
    if reader == Reader::Gone {
        // The demo would be run for nobody, and fail to say so.
        return Ok(ExitCode::FAILURE);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--package", "deck-api-demo"])
        .current_dir(root)
        .status()
        .context("cannot start cargo to build and run the demo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
