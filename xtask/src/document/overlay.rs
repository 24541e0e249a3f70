//! Applies an OpenAPI Overlay, and requires every action to have an effect.

use super::{Document, load::parse_value};
use crate::problem::{Problem, Refused};
use enumset::EnumSet;
use roas_overlay::apply::{Apply, ApplyOptions};
use roas_overlay::v1_1::Overlay;
use roas_overlay::{v1_0, validation::Validate};
use serde_json::Value;

/// The result of an overlay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The file of the overlay.
    pub file: String,
    /// For each action, its target and the number of matches.
    pub actions: Vec<(String, usize)>,
}

/// Applies the overlay in `text` to `document`.
///
/// # Errors
/// Returns an error if the overlay is invalid, or an action matches or changes nothing, which means that it is outdated.
pub fn apply(document: &mut Document, file: &str, text: &str) -> Result<Applied, Refused> {
    match apply_what_fits(document, file, text)? {
        (applied, outdated) if outdated.is_empty() => Ok(applied),
        (_, outdated) => Err(Refused(outdated)),
    }
}

/// Applies the overlay except for outdated actions, for each of which it returns a problem.
///
/// # Errors
/// Returns an error if the overlay is invalid.
pub fn apply_what_fits(document: &mut Document, file: &str, text: &str) -> Result<(Applied, Vec<Problem>), Refused> {
    let overlay = parse(file, text)?;
    let mut applied = Applied { file: file.to_owned(), actions: Vec::new() };
    let mut outdated = Vec::new();
    // The library reports on whole overlays only, so that a single action with no effect would go unnoticed.
    for (index, action) in overlay.actions.iter().enumerate() {
        let single = Overlay { actions: vec![action.clone()], ..overlay.clone() };
        let before = document.value.clone();
        let message = match single.apply(&mut document.value, EnumSet::only(ApplyOptions::ErrorOnZeroMatch)) {
            Ok(_) if before == document.value => {
                format!("the action on `{}` changes nothing: {} already says so", action.target, document.file)
            }
            Ok(report) => {
                applied.actions.extend(report.actions.into_iter().map(|outcome| (outcome.target, outcome.matched)));
                continue;
            }
            Err(error) => format!("the action on `{}` cannot be applied to {}: {}", action.target, document.file, error.kind),
        };
        document.value = before;
        let pointer = format!("#/actions/{index}");
        outdated.push(Problem { file: file.to_owned(), pointer, message, fix: STALE.to_owned() });
    }
    Ok((applied, outdated))
}

const STALE: &str = "remove or correct the action, then run the command again";

fn parse(file: &str, text: &str) -> Result<Overlay, Refused> {
    let value = parse_value(file, text)?;
    let problem = |pointer: &str, message: String| {
        Refused::one(Problem {
            file: file.to_owned(),
            pointer: pointer.to_owned(),
            message,
            fix: "correct the overlay by https://spec.openapis.org/overlay/v1.1.0.html, then run the command again".to_owned(),
        })
    };
    let version = value.get("overlay").and_then(Value::as_str).unwrap_or_default().to_owned();
    let overlay: Overlay = if version.starts_with("1.0.") {
        serde_json::from_value::<v1_0::Overlay>(value).map(Into::into)
    } else {
        serde_json::from_value(value)
    }
    .map_err(|error| problem("#", format!("not an OpenAPI Overlay of version 1.0 or 1.1: {error}")))?;
    overlay.validate(EnumSet::empty()).map_err(|errors| problem("#", format!("not a valid OpenAPI Overlay: {errors}")))?;
    Ok(overlay)
}
