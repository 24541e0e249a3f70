//! Turns a document of OpenAPI 3.1 into the equal one of 3.0.3, pass by pass, and accounts for every change.

mod annotations;
mod constants;
mod nulls;
mod numbers;
mod references;
mod structure;
mod types;
mod vocabulary;

pub use types::NUMERIC_STRING;

use crate::account::Account;
use crate::document::Document;
use crate::problem::{Problems, Refused};
use serde_json::Value;

/// A pass over the whole document.
type Pass = fn(&mut Value, &mut Account);

/// In this order: each pass may rely on what those before it left.
const PASSES: [(&str, Pass); 7] = [
    ("structure", structure::run),
    ("nulls", nulls::run),
    ("references", references::run),
    ("types", types::run),
    ("constants", constants::run),
    ("numbers", numbers::run),
    ("annotations", annotations::run),
];

/// Lowers `document`; one of 3.0 stays as it is.
///
/// # Errors
/// Where the document holds what 3.0 cannot say and what no pass mends, all such places at once.
pub fn lower(document: &Document, account: &mut Account) -> Result<Document, Refused> {
    let mut lowered = document.clone();
    if document.openapi().starts_with("3.0.") {
        return Ok(lowered);
    }
    let mut problems = Problems::new(&document.file);
    vocabulary::check(&document.value, &mut problems);
    problems.finish(())?;
    for (name, pass) in PASSES {
        account.pass(name);
        pass(&mut lowered.value, account);
    }
    Ok(lowered)
}
