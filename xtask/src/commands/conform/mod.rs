//! `try --conform`: a program beside the scratch crate decodes and encodes values of the published document, and reports
//! differences.
//!
//! The testkit makes, judges and compares the values. It knows nothing about how the code was generated.

mod cases;
mod program;

pub use program::cases_of;

use super::scratch;
use crate::pipeline::Generated;
use crate::problem::{Problem, count, leave_out};
use crate::workspace;
use anyhow::{Context, bail};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Output;

/// The packages that make, judge and compare values are optimised, since they run longer than they compile.
const OPTIMISED: [&str; 5] = ["fancy-regex", "jsonschema", "referencing", "regex-automata", "serde_json"];

/// The number of values for each schema.
const VALUES: usize = 100;

/// The maximum number of schemas that the tally names for one reason.
const SHOWN: usize = 3;

/// The result for the values and examples.
#[derive(Debug, Default)]
pub struct Conformance {
    /// The differences.
    pub problems: Vec<Problem>,
    /// What was tried, as text.
    pub tally: String,
    /// The number of values and examples that were tried.
    pub tried: usize,
}

/// Builds and runs the conformance program for the scratch crate `name` in `folder`.
///
/// # Errors
/// Returns an error if it cannot be written, does not compile, or fails.
pub fn run(root: &Path, folder: &Path, name: &str, generated: &Generated) -> anyhow::Result<Conformance> {
    let folder = folder.join("conform");
    let mut files = sources(name, generated)?;
    files.insert("Cargo.toml".to_owned(), manifest(name)?);
    scratch::write(&folder, &files)?;
    let built = scratch::cargo(root, &folder, &["build", "--quiet", "--message-format", "short"])?;
    if !built.status.success() {
        let errors = String::from_utf8_lossy(&built.stderr).into_owned();
        let first = errors.lines().find(|line| line.contains("error")).unwrap_or("cargo build failed").to_owned();
        bail!("the conformance crate in {} does not build, a bug of xtask: {first}", folder.display());
    }
    let ran = scratch::cargo(root, &folder, &["run", "--quiet"])?;
    outcome(generated, &ran)
        .with_context(|| format!("the conformance crate in {} ended early ({})", folder.display(), ran.status))
}

/// The sources of a program that decodes and encodes values with the types of the crate `name`.
///
/// # Errors
/// Returns an error if the document cannot be written as JSON.
pub fn sources(name: &str, generated: &Generated) -> anyhow::Result<IndexMap<String, String>> {
    let document = serde_json::to_string(&generated.prepared.document.value)?;
    let files = [("document.json", document), ("src/main.rs", program::main(name, generated))];
    Ok(files.map(|(file, text)| (file.to_owned(), text)).into_iter().collect())
}

/// Reads the result from the program's output.
///
/// # Errors
/// Returns an error if the program failed.
pub fn outcome(generated: &Generated, ran: &Output) -> anyhow::Result<Conformance> {
    let (cases, unnamed) = cases::cases(generated);
    let types = cases.iter().map(|case| &case.name).collect::<BTreeSet<_>>().len();
    let output = String::from_utf8_lossy(&ran.stdout);
    read(&generated.prepared.document.file, &output, types, unnamed)
        .with_context(|| String::from_utf8_lossy(&ran.stderr).trim().to_owned())
}

fn manifest(name: &str) -> anyhow::Result<String> {
    let (testkit, folder) = workspace::testkit()?;
    let package = |name: &&str| format!("\n[profile.dev.package.{name}]\nopt-level = 2\n");
    let optimised: String = OPTIMISED.iter().chain([&testkit.as_str()]).map(package).collect();
    Ok(format!(
        "[package]\nname = \"conform\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n{name} = {{ path = \"..\" }}\ntestkit = {{ package = \"{testkit}\", path = {} }}\n\n\
         [profile.dev]\ndebug = false\n{optimised}",
        // The escapes of a basic string of TOML are those of JSON.
        Value::from(folder.to_string_lossy()),
    ))
}

/// Reads the program's output: a JSON object for each failure, and one for the tally.
fn read(file: &str, output: &str, types: usize, unnamed: usize) -> anyhow::Result<Conformance> {
    let mut found = Conformance::default();
    for line in output.lines() {
        let line: Value = serde_json::from_str(line).context("a line is not JSON")?;
        if let Some(tally) = line.get("tally") {
            found.tally = tell(tally, types, unnamed);
            found.tried = number(tally, "values") + number(tally, "examples") + number(tally, "failed");
            if found.tried == 0 && types > 0 {
                found.problems.push(untried(file, types));
            }
            return Ok(found);
        }
        let text = |key: &str| line.get(key).and_then(Value::as_str).unwrap_or_default();
        found.problems.push(Problem {
            file: file.to_owned(),
            pointer: text("pointer").to_owned(),
            message: format!("the type `{}` does not match its schema: {}: {}", text("type"), text("message"), text("value")),
            fix: concat!("a bug of xtask: change it with an action of the overlay, or ", leave_out!()).to_owned(),
        });
    }
    bail!("the tally is missing")
}

/// The problem that nothing could be tried, since that proves nothing.
fn untried(file: &str, types: usize) -> Problem {
    Problem {
        file: file.to_owned(),
        pointer: "#/components/schemas".to_owned(),
        message: format!("no valid value was found for any of {}, so that nothing is known of them", count(types, "type")),
        fix: "correct the schemas, or leave `--conform` out".to_owned(),
    }
}

fn number(tally: &Value, key: &str) -> usize {
    tally.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
}

fn tell(tally: &Value, types: usize, unnamed: usize) -> String {
    if types == 0 && unnamed == 0 {
        return "there is no type to try".to_owned();
    }
    let number = |key: &str| number(tally, key);
    let list = |key: &str| tally.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let (barren, readings): (Vec<&str>, Vec<&str>) = (list("barren").collect(), list("readings").collect());
    let mut text = format!(
        "{} and {} of {} came back the same",
        count(number("values"), "value"),
        count(number("examples"), "example"),
        count(types, "type"),
    );
    let (failed, invalid) = (number("failed"), number("invalid_examples"));
    if failed > 0 {
        let _ = write!(text, ", {failed} did not");
    }
    if unnamed > 0 {
        let reached = if unnamed == 1 { "was reached through its parents" } else { "were reached through their parents" };
        let _ = write!(text, ", {} {reached}", count(unnamed, "type"));
    }
    if invalid > 0 {
        let are = if invalid == 1 { "is not valid under its own schema" } else { "are not valid under their own schema" };
        let _ = write!(text, ", {} {are}", count(invalid, "example"));
    }
    if !barren.is_empty() {
        let _ = write!(text, ", no valid value found for {}", first_few(&barren));
    }
    if !readings.is_empty() {
        let _ = write!(text, "; deviations from the specification: {}", first_few(&readings));
    }
    text
}

/// The first entries of a list, and the number of the others.
fn first_few(all: &[&str]) -> String {
    let shown = &all[..all.len().min(SHOWN)];
    let more = all.len() - shown.len();
    if more > 0 { format!("{}, and {more} more", shown.join(", ")) } else { shown.join(", ") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use serde_json::json;

    #[test]
    fn the_output_of_the_crate_becomes_problems_and_a_tally() {
        let failure = json!({ "type": "Thing", "pointer": "#/components/schemas/Thing", "message": "at `/a`: 1 is lost", "value": "{\"a\":1}" });
        let tally = json!({ "tally": { "values": 199, "examples": 1, "invalid_examples": 2, "failed": 1, "barren": ["#/components/schemas/Odd"] } });
        let found = read("a.yaml", &format!("{failure}\n{tally}\n"), 2, 1).unwrap();
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.problems[0].pointer, "#/components/schemas/Thing");
        assert_eq!(found.problems[0].message, "the type `Thing` does not match its schema: at `/a`: 1 is lost: {\"a\":1}");
        assert_eq!(
            found.tally,
            "199 values and 1 example of 2 types came back the same, 1 did not, 1 type was reached through its parents, \
             2 examples are not valid under their own schema, no valid value found for #/components/schemas/Odd"
        );
        assert!(read("a.yaml", &failure.to_string(), 2, 1).is_err(), "it ended before the tally");
        assert_eq!(first_few(&["#/a", "#/b", "#/c", "#/d", "#/e"]), "#/a, #/b, #/c, and 2 more");
    }

    #[test]
    fn a_run_without_any_value_does_not_pass() {
        let tally =
            json!({ "tally": { "values": 0, "examples": 0, "failed": 0, "barren": [], "readings": ["#/a: is read so"] } });
        let found = read("a.yaml", &tally.to_string(), 2, 0).unwrap();
        assert!(found.problems[0].message.starts_with("no valid value was found for any of 2 types"), "{:?}", found.problems);
        assert!(found.tally.ends_with("; deviations from the specification: #/a: is read so"), "{}", found.tally);
        let found = read("a.yaml", &tally.to_string(), 0, 0).unwrap();
        assert_eq!((found.problems.len(), found.tried, found.tally.as_str()), (0, 0, "there is no type to try"));
    }
}
