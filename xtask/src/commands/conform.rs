//! `try --conform`: a crate beside the scratch crate decodes and encodes values of the published document, and tells what changed.
//!
//! The values, the judge and the comparison are the testkit's, which knows nothing of how the code was generated.

use super::scratch;
use crate::document::pointer::resolve;
use crate::model::Type;
use crate::problem::Problem;
use crate::report::count;
use crate::{Generated, workspace};
use anyhow::{Context, bail};
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Output;

/// What makes, judges and compares the values is compiled with care: it takes longer to run than to compile.
const OPTIMISED: [&str; 6] = ["deck-api-testkit", "fancy-regex", "jsonschema", "referencing", "regex-automata", "serde_json"];

/// Values for each schema.
const VALUES: usize = 100;

/// What the values and examples showed.
#[derive(Debug, Default)]
pub struct Conformance {
    /// What did not come back the same.
    pub problems: Vec<Problem>,
    /// What was tried.
    pub tally: String,
}

/// A type and the schema of the published document that it is made of.
struct Case {
    name: String,
    pointer: String,
    direction: &'static str,
    number: bool,
}

/// Builds and runs the conformance crate for the scratch crate `name` in `folder`.
///
/// # Errors
/// Where it cannot be written, does not build, or does not run to its end.
pub fn run(root: &Path, folder: &Path, name: &str, generated: &Generated) -> anyhow::Result<Conformance> {
    let folder = folder.join("conform");
    let mut files = sources(name, generated)?;
    files.insert("Cargo.toml".to_owned(), manifest(root, name));
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
/// Where the generated types cannot be read.
pub fn sources(name: &str, generated: &Generated) -> anyhow::Result<IndexMap<String, String>> {
    let (cases, _) = cases(generated)?;
    let document = serde_json::to_string(&generated.prepared.document.value)?;
    let files = [("document.json", document), ("src/main.rs", program(name, &cases))];
    Ok(files.map(|(file, text)| (file.to_owned(), text)).into_iter().collect())
}

/// What the program showed.
///
/// # Errors
/// Where it did not run to its end.
pub fn outcome(generated: &Generated, ran: &Output) -> anyhow::Result<Conformance> {
    let (cases, unnamed) = cases(generated)?;
    let types = cases.iter().map(|case| &case.name).collect::<BTreeSet<_>>().len();
    let output = String::from_utf8_lossy(&ran.stdout);
    read(&generated.prepared.document.file, &output, types, unnamed)
        .with_context(|| String::from_utf8_lossy(&ran.stderr).trim().to_owned())
}

/// The types whose schema stands by itself in the published document, and how many others there are: values reach those as
/// parts of what holds them.
fn cases(generated: &Generated) -> anyhow::Result<(Vec<Case>, usize)> {
    let fitted = &generated.prepared.fitted;
    let emitted = emitted_types(generated)?;
    // A composition brings the branches of what it is composed of: they are its own, whatever their pointer says.
    let mut claims: BTreeMap<String, usize> = BTreeMap::new();
    for def in fitted.types.values() {
        *claims.entry(def.origin.pointer().to_string()).or_default() += 1;
    }
    let stands_alone = |at: &String| claims.get(at) == Some(&1) && leads_to_a_schema(&generated.prepared.document.value, at);
    let (mut cases, mut unnamed) = (Vec::new(), 0);
    for (name, def) in &fitted.types {
        let pointer = def.origin.pointer().to_string();
        if !emitted.contains(name) || !stands_alone(&pointer) {
            unnamed += 1;
            continue;
        }
        let number = Type::Named(name.clone()).is_number(&fitted.types);
        let ways = [("Request", def.direction.sent), ("Response", def.direction.received)];
        for (direction, _) in ways.into_iter().filter(|(_, goes)| *goes) {
            cases.push(Case { name: name.clone(), pointer: pointer.clone(), direction, number });
        }
    }
    Ok((cases, unnamed))
}

/// A component that typify needs no type for has none.
fn emitted_types(generated: &Generated) -> anyhow::Result<BTreeSet<String>> {
    let file = syn::parse_file(generated.files.get("types.rs").map_or("", String::as_str))?;
    let name = |item: &syn::Item| match item {
        syn::Item::Struct(item) => Some(item.ident.to_string()),
        syn::Item::Enum(item) => Some(item.ident.to_string()),
        syn::Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    };
    Ok(file.items.iter().filter_map(name).collect())
}

/// Whether the pointer, which is one of the model, leads to the same schema in the published document. The model puts the
/// parameters of a path before those of its operations, makes one type of a branch and what is composed with it, and lowering
/// takes the null out of unions: behind those places another one may stand.
fn leads_to_a_schema(document: &Value, pointer: &str) -> bool {
    let mut value = document;
    let mut parent = value;
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        let Some(holder) = resolve(document, value) else { return false };
        let moved = match segment.as_str() {
            "parameters" => parent.get("parameters").is_some(),
            "oneOf" | "anyOf" => {
                let has_null = holder.get(&segment).and_then(Value::as_array).is_some_and(|all| all.iter().any(is_null));
                has_null || ["properties", "required", "allOf"].iter().any(|key| holder.get(key).is_some())
            }
            "allOf" => holder.get(&segment).and_then(Value::as_array).is_some_and(|all| all.len() > 1),
            _ => false,
        };
        let child = match holder {
            Value::Array(list) => segment.parse().ok().and_then(|index: usize| list.get(index)),
            holder => holder.get(&segment),
        };
        let Some(child) = child.filter(|_| !moved) else { return false };
        parent = holder;
        value = child;
    }
    value.is_object()
}

fn is_null(branch: &Value) -> bool {
    branch.get("type").is_some_and(|name| name == "null") || branch.get("const").is_some_and(Value::is_null)
}

fn manifest(root: &Path, name: &str) -> String {
    let testkit = root.join(workspace::CRATE).join("testkit");
    let package = |name: &&str| format!("\n[profile.dev.package.{name}]\nopt-level = 2\n");
    let optimised: String = OPTIMISED.iter().map(package).collect();
    format!(
        "[package]\nname = \"conform\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[workspace]\n\n\
         [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n{name} = {{ path = \"..\" }}\ndeck-api-testkit = {{ path = {} }}\n\n\
         [profile.dev]\ndebug = false\n{optimised}",
        toml_string(&testkit.to_string_lossy()),
    )
}

/// A basic string of TOML, which escapes as JSON does.
fn toml_string(text: &str) -> String {
    Value::from(text).to_string()
}

fn program(name: &str, cases: &[Case]) -> String {
    let mut text = format!(
        "//! Generated: decodes and encodes what the document's schemas allow.\n\n\
         use {0}::{{runtime, types}};\nuse deck_api_testkit::Direction;\nuse deck_api_testkit::conform::{{self, case}};\n\n\
         #[derive(serde::Deserialize, serde::Serialize)]\n\
         #[serde(transparent, bound(deserialize = \"T: runtime::Number<'de>\"))]\n\
         struct Numbers<T>(#[serde(deserialize_with = \"runtime::number\")] T);\n\n\
         fn main() -> std::process::ExitCode {{\n    let cases = [\n",
        name.replace('-', "_"),
    );
    for Case { name, pointer, direction, number } in cases {
        let ty = if *number { format!("Numbers<types::{name}>") } else { format!("types::{name}") };
        // Writing to a string does not fail.
        let _ = writeln!(text, "        case::<{ty}>({name:?}, {pointer:?}, Direction::{direction}),");
    }
    let _ = writeln!(text, "    ];\n    conform::main(include_str!(\"../document.json\"), &cases, {VALUES})\n}}");
    text
}

/// Reads what the crate printed: one JSON object for each failure, and one for the tally.
fn read(file: &str, output: &str, types: usize, unnamed: usize) -> anyhow::Result<Conformance> {
    let mut found = Conformance::default();
    for line in output.lines() {
        let line: Value = serde_json::from_str(line).context("a line is no JSON")?;
        if let Some(tally) = line.get("tally") {
            found.tally = tell(tally, types, unnamed);
            return Ok(found);
        }
        let text = |key: &str| line.get(key).and_then(Value::as_str).unwrap_or_default();
        found.problems.push(Problem {
            file: file.to_owned(),
            pointer: text("pointer").to_owned(),
            message: format!("the type `{}` is not its schema: {}: {}", text("type"), text("message"), text("value")),
            fix: "a bug of xtask: leave it out with `--select`, or change it with an action of the overlay".to_owned(),
        });
    }
    bail!("the tally is missing")
}

fn tell(tally: &Value, types: usize, unnamed: usize) -> String {
    let number = |key: &str| tally.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let barren: Vec<&str> =
        tally.get("barren").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
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
        let _ = write!(text, ", no valid value found for {}", barren.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pointer_that_may_lead_to_another_schema_is_not_taken() {
        let schema = json!({ "type": "string" });
        let document = json!({
            "paths": { "/a": { "parameters": [{ "schema": schema }],
                "get": { "parameters": [{ "schema": schema }], "responses": { "200": { "$ref": "#/components/responses/R" } } } },
                "/b": { "get": { "parameters": [{ "schema": schema }] } } },
            "components": { "responses": { "R": { "content": { "application/json": { "schema": schema } } } },
                "schemas": { "P": { "required": ["a"], "oneOf": [schema, schema] }, "A": { "allOf": [schema, { "oneOf": [schema] }] },
                    "N": { "oneOf": [{ "type": "null" }, schema] }, "U": { "oneOf": [{ "const": 1 }, schema] } } }
        });
        for (pointer, expected) in [
            ("/components/schemas/U/oneOf/1", true),
            ("/components/schemas/U/oneOf/2", false),
            ("/components/schemas/N/oneOf/0", false),
            ("/components/schemas/P/oneOf/0", false),
            ("/components/schemas/A/allOf/1/oneOf/0", false),
            ("/paths/~1a/get/responses/200/content/application~1json/schema", true),
            ("/paths/~1a/get/parameters/0/schema", false),
            ("/paths/~1b/get/parameters/0/schema", true),
        ] {
            assert_eq!(leads_to_a_schema(&document, pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn what_the_crate_prints_becomes_problems_and_a_tally() {
        let failure = json!({ "type": "Thing", "pointer": "#/components/schemas/Thing", "message": "at `/a`: 1 is lost", "value": "{\"a\":1}" });
        let tally = json!({ "tally": { "values": 199, "examples": 1, "invalid_examples": 2, "failed": 1, "barren": ["#/components/schemas/Odd"] } });
        let found = read("a.yaml", &format!("{failure}\n{tally}\n"), 2, 1).unwrap();
        assert_eq!(found.problems.len(), 1);
        assert_eq!(found.problems[0].pointer, "#/components/schemas/Thing");
        assert_eq!(found.problems[0].message, "the type `Thing` is not its schema: at `/a`: 1 is lost: {\"a\":1}");
        assert_eq!(
            found.tally,
            "199 values and 1 example of 2 types came back the same, 1 did not, 1 type was reached through its parents, \
             2 examples are not valid under their own schema, no valid value found for #/components/schemas/Odd"
        );
        assert!(read("a.yaml", &failure.to_string(), 2, 1).is_err(), "it ended before the tally");
    }
}
