//! `lower`: prints the document as 3.0.3, as progenitor gets it, or what each pass did to it.

use super::{Choice, Outcome, chosen};
use crate::account::Account;
use crate::report::count;
use crate::{fit, lower, read, workspace};
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
    /// Print what each pass did, by JSON pointer, instead of the document.
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
    let mut account = Account::default();
    let lowered = lower::lower(&document, &mut account)?;
    // A lowered document is of use even where it cannot be fitted.
    if arguments.report || arguments.fitted {
        let fitted = fit::fit(&lowered, &mut account)?;
        if arguments.fitted && !arguments.report {
            println!("{:#}", fitted.document.value);
        }
    } else {
        println!("{:#}", lowered.value);
    }
    if arguments.report {
        account.changes.iter().for_each(|change| println!("{change}"));
        let (all, inexact) = account.tally();
        println!("{}, {inexact} of them not exact", count(all, "change"));
    }
    Ok(ExitCode::SUCCESS)
}
