//! `lower`: prints the document as 3.0.3, as progenitor gets it, or what was changed in it that is not exact.

use super::{Choice, Outcome, chosen};
use crate::account::{Account, Loss};
use crate::report::count;
use crate::{codegen, fit, lower, read, terminal, workspace};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `lower`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The document; by default that of deck-api, with its overlay and selection.
    file: Option<PathBuf>,
    #[command(flatten)]
    choice: Choice,
    /// Print the document as progenitor gets it.
    #[arg(long)]
    fitted: bool,
    /// Print every change that is not exact, by JSON pointer, instead of the document.
    #[arg(long)]
    report: bool,
}

/// Runs the verb.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    crate::on_big_stack(|| print(root, arguments))?
}

fn print(root: &Path, arguments: &Arguments) -> Outcome {
    let input = match &arguments.file {
        Some(file) => chosen(root, file, &arguments.choice, "")?,
        None => workspace::input(root)?,
    };
    let (document, ..) = read(&input)?;
    let mut lowering = Account::default();
    let lowered = lower::lower(&document, &mut lowering)?;
    let mut fitting = Account::after(&lowering);
    let text = if arguments.report {
        // What lowering did can be told even where the outcome cannot be fitted.
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
    };
    terminal::print(text)?;
    Ok(ExitCode::SUCCESS)
}

/// The changes that are not exact, below their tally.
fn section(title: &str, account: &Account) -> String {
    let (all, inexact) = account.tally();
    let mut text = format!("{title}: {}, {inexact} of them not exact", count(all, "change"));
    for change in account.changes.iter().filter(|change| change.loss != Loss::Exact) {
        text.push_str(&format!("\n{change}"));
    }
    text
}
