//! `lower`: prints the document as 3.0.3 or as progenitor gets it, or reports the changes that are not exact.

use super::{Choice, Outcome, Packages, chosen};
use crate::account::{Account, Loss};
use crate::input::Input;
use crate::pipeline::read;
use crate::problem::count;
use crate::workspace::{self, api_crate};
use crate::{codegen, fit, lower, terminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `lower`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document. By default, that of each API crate, with its overlay and selection.
    #[arg(conflicts_with = "package")]
    file: Option<PathBuf>,
    #[command(flatten)]
    packages: Packages,
    #[command(flatten)]
    choice: Choice,
    /// Print the document as progenitor gets it.
    #[arg(long)]
    fitted: bool,
    /// Print every change that is not exact, with its JSON pointer, instead of the document.
    #[arg(long)]
    report: bool,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    crate::stack::on_big_stack(|| print(root, arguments))?
}

fn print(root: &Path, arguments: &Arguments) -> Outcome {
    if let Some(file) = &arguments.file {
        terminal::print(text(&chosen(root, file, &arguments.choice, "")?, arguments)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let crates = api_crate::chosen(root, &arguments.packages.package)?;
    for api in &crates {
        let text = text(&workspace::input(root, api)?, arguments)?;
        // Reports of several crates are told apart by their names, documents by their titles.
        let heading = if crates.len() > 1 && arguments.report { format!("{}\n", api.name) } else { String::new() };
        terminal::print(heading + &text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The output for one document.
fn text(input: &Input, arguments: &Arguments) -> anyhow::Result<String> {
    let document = read(input)?.document;
    let mut lowering = Account::default();
    let lowered = lower::lower(&document, &mut lowering)?;
    let mut fitting = Account::after(&lowering);
    Ok(if arguments.report {
        // Even if fitting refuses the document, the changes of lowering can be reported.
        let outcome = match fit::fit(&lowered, &mut fitting) {
            Ok(_) => section("Fitted", &fitting),
            Err(refused) => format!("Not fitted: {}\n{refused}", count(refused.0.len(), "problem")),
        };
        format!("{}\n{outcome}\n", section("Lowered", &lowering))
    } else if arguments.fitted {
        let document = codegen::document(&fit::fit(&lowered, &mut fitting)?);
        format!("{}\n", serde_json::to_string_pretty(&document)?)
    } else {
        format!("{:#}\n", lowered.value)
    })
}

/// Lists the changes that are not exact, below their number.
fn section(title: &str, account: &Account) -> String {
    let (all, inexact) = account.tally();
    let mut text = format!("{title}: {}, {inexact} of them not exact", count(all, "change"));
    for change in account.changes.iter().filter(|change| change.loss != Loss::Exact) {
        text.push_str(&format!("\n{change}"));
    }
    text
}
