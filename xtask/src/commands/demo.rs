//! `demo`: generates and builds an API crate, then runs the package that its settings name.

use super::{Outcome, Packages, cargo, generate};
use crate::report::Report;
use crate::terminal;
use crate::workspace::api_crate;
use anyhow::{Context, bail};
use std::path::Path;
use std::process::ExitCode;

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    packages: Packages,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    let chosen = api_crate::chosen(root, &arguments.packages.package)?;
    let Some((api, demo)) = chosen.iter().find_map(|api| Some((api, api.settings.demo.as_ref()?))) else {
        bail!(
            "no API crate here has a demo\n\
             fix: name the package that shows it: `demo = \"PACKAGE\"` below `[package.metadata.openapi]`"
        );
    };
    let mut report = Report::default();
    let outcome = generate::generate(root, api, &mut report);
    let is_read = terminal::print(report.as_str())?;
    outcome?;
    if !is_read {
        // Without a reader of its output, the demo would fail without a message.
        return Ok(ExitCode::FAILURE);
    }
    let status = cargo::command()
        .args(["run", "--package", demo])
        .current_dir(root)
        .status()
        .context("cannot start cargo to build and run the demo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
