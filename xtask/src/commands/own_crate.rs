//! Writes, updates or compares a crate whose runtime is copied from the generator.
//!
//! The generator owns the runtime and the generated code. The crate's owner owns Cargo.toml and src/lib.rs: they are written
//! once. Later, the generator only adds to Cargo.toml what the runtime needs.

use super::plan::{Changes, LIBRARY, Plan};
use super::scratch::crate_files;
use super::shell::{quoted, shown};
use super::{Choice, chosen, describe, freshness, manifest, open, refuse_interrupted, scratch};
use crate::input::GENERATE;
use crate::journal::Tree;
use crate::pipeline::Generated;
use crate::report::{self, Report};
use crate::terminal;
use crate::workspace::{ApiCrate, api_crate};
use anyhow::{Context, bail};
use std::path::Path;

/// The requested crate.
#[derive(Debug)]
pub struct OwnCrate<'a> {
    pub document: &'a Path,
    /// The folder of the crate.
    pub out: &'a Path,
    pub crate_name: Option<&'a str>,
    pub choice: &'a Choice,
    /// Whether to compare only.
    pub check: bool,
}

/// `generate --document FILE --out DIR`: generates the crate, and writes or compares it. Returns `false` if a comparison finds
/// differences.
///
/// # Errors
/// Returns an error if the document is refused, or a file cannot be read or written.
pub fn run(root: &Path, wanted: &OwnCrate<'_>, report: &mut Report) -> anyhow::Result<bool> {
    let OwnCrate { document, out, choice, check, .. } = *wanted;
    refuse_own(root, out)?;
    let name = name(wanted)?;
    scratch::check_name(&name, "--crate petstore-api")?;
    let command = command(wanted);
    terminal::progress("Generating", document.display());
    let mut input = chosen(root, document, choice, &name)?;
    input.command = Some(command.clone());
    let generated = crate::pipeline::generate(&input)?;
    describe(report, &generated.prepared, &generated.prepared.document.file);
    let files = crate_files(&name, &generated, &command)?;
    let folder = shown(out);
    if check {
        refuse_interrupted(out, "a check", &command)?;
        report.line("Checking", format!("{folder} against {}", generated.prepared.document.file));
        return Ok(compare(&Plan::new(out, files)?, &folder, &command, report));
    }
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {folder}"))?;
    let tree = open(out, report)?;
    let plan = Plan::new(out, files)?;
    let changes = plan.commit(&tree, "")?;
    report::changes(report, report::DONE, &format!("{folder}/"), &plan.files, &changes);
    say_what_is_missing(&plan.files[manifest::FILE], &folder, &generated, report);
    tell(&plan, &folder, &command, &name, report);
    Ok(true)
}

/// Updates an API crate of the workspace. Returns its files, by path relative to the root, and their changes.
///
/// # Errors
/// Returns an error if a file cannot be written.
pub fn bring_member(
    tree: &Tree,
    root: &Path,
    api: &ApiCrate,
    generated: &Generated,
    report: &mut Report,
) -> anyhow::Result<Changes> {
    let plan = member(root, api, generated)?;
    let changes = plan.commit(tree, &api.folder)?;
    say_what_stays(&plan, &api.folder, report);
    say_what_is_missing(&plan.files[manifest::FILE], &api.folder, generated, report);
    let files = plan.files.into_iter().map(|(path, text)| (api.path(&path), text)).collect();
    Ok((files, changes))
}

/// Compares an API crate of the workspace with its expected state. Returns `false` if they differ.
///
/// # Errors
/// Returns an error if a file cannot be read.
pub fn compare_member(root: &Path, api: &ApiCrate, generated: &Generated, report: &mut Report) -> anyhow::Result<bool> {
    Ok(compare(&member(root, api, generated)?, &api.folder, GENERATE, report))
}

/// Refuses a runtime that is not that of this generator, since the generated modules would not fit it.
///
/// # Errors
/// Returns an error if the runtime in the tree is a different one.
pub fn refuse_other_runtime(root: &Path, api: &ApiCrate, generated: &Generated) -> anyhow::Result<()> {
    let plan = member(root, api, generated)?;
    let is_runtime = |path: &str| path.starts_with("src/runtime/") || path.starts_with("src/client");
    if plan.files.keys().any(|path| is_runtime(path) && !plan.is_fresh(path)) {
        bail!("the runtime in {} is not that of this generator; run `{GENERATE} -p {}`", api.path("src"), api.name);
    }
    Ok(())
}

/// The `src/lib.rs` of an API crate, with its path relative to the root, if it has to be written. It lists parts of the
/// document. An edited file stays as it is.
///
/// # Errors
/// Returns an error if a file cannot be read.
pub fn library(root: &Path, api: &ApiCrate, generated: &Generated) -> anyhow::Result<Option<(String, String)>> {
    let plan = member(root, api, generated)?;
    let is_stale = plan.found.contains_key(LIBRARY) && !plan.is_fresh(LIBRARY);
    Ok(plan.files.get(LIBRARY).filter(|_| is_stale).map(|text| (api.path(LIBRARY), text.clone())))
}

fn member(root: &Path, api: &ApiCrate, generated: &Generated) -> anyhow::Result<Plan> {
    let files = scratch::member_files(&api.name, generated, GENERATE)?;
    Plan::new(&root.join(&api.folder), files)
}

/// Refuses the folder of a workspace member, which has its own document and generator.
fn refuse_own(root: &Path, out: &Path) -> anyhow::Result<()> {
    let Ok(there) = out.canonicalize() else { return Ok(()) };
    let is_there = |member: &str| root.join(member).canonicalize().is_ok_and(|own| own == there);
    // A folder without a manifest has no members.
    let members = if root.join(manifest::FILE).exists() { api_crate::members(root)? } else { Vec::new() };
    if let Some(member) = members.iter().find(|member| is_there(member)) {
        let advice = match api_crate::all(root)?.into_iter().find(|api| api.folder == **member) {
            Some(api) => format!(", or have {} follow another document with `cargo xtask update FILE -p {}`", api.name, api.name),
            None => String::new(),
        };
        bail!("{member} belongs to this workspace; choose another folder with `--out`{advice}");
    }
    Ok(())
}

/// The requested name, or else that of the existing crate, or else that of the folder.
fn name(wanted: &OwnCrate<'_>) -> anyhow::Result<String> {
    let out = wanted.out;
    if let Some(name) = wanted.crate_name {
        return Ok(name.to_owned());
    }
    if let Ok(text) = std::fs::read_to_string(out.join(manifest::FILE)) {
        return manifest::name(&text).with_context(|| out.join(manifest::FILE).display().to_string());
    }
    let whole = std::path::absolute(out)?;
    Ok(whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

/// The command that generates the same crate again.
fn command(wanted: &OwnCrate<'_>) -> String {
    let OwnCrate { document, out, choice, .. } = *wanted;
    let mut command = format!("cargo xtask generate --document {} --out {}", quoted(&shown(document)), quoted(&shown(out)));
    let mut option = |name: &str, value: &str| command.push_str(&format!(" {name} {}", quoted(value)));
    if let Some(name) = wanted.crate_name {
        option("--crate", name);
    }
    if let Some(overlay) = &choice.overlay {
        option("--overlay", &shown(overlay));
    }
    if let Some(url) = &choice.document_url {
        option("--document-url", url);
    }
    if !choice.select.is_empty() {
        option("--select", &choice.select.join(","));
    }
    for (format, rust) in &choice.types {
        option("--type", &format!("{format}={rust}"));
    }
    if !choice.lenient.is_empty() {
        command.push_str(&format!(" --lenient={}", quoted(&choice.lenient.join(","))));
    }
    if choice.skip_refused {
        command.push_str(" --skip-refused");
    }
    command
}

fn compare(plan: &Plan, folder: &str, command: &str, report: &mut Report) -> bool {
    let (mut fresh, mut stale) = (0, 0);
    let mut count = |is_fresh: bool| *(if is_fresh { &mut fresh } else { &mut stale }) += 1;
    for (path, expected) in &plan.files {
        let shown = format!("{folder}/{path}");
        let found = plan.found.get(path).map(String::as_str);
        let is_fresh = plan.is_fresh(path);
        if is_fresh {
            freshness::fresh(report, &shown);
        } else if path == manifest::FILE && found.is_some() {
            let message = format!("lacks what the runtime needs: {}", plan.needs.join(", "));
            let diff = report::unified(&shown, found.unwrap_or_default(), expected);
            freshness::problem(report, &shown, &message, &format!("`{command}` will add it, and change nothing else"), &diff);
        } else {
            freshness::file(report, &shown, found, expected, command);
        }
        count(is_fresh);
    }
    for path in &plan.outdated {
        freshness::foreign(report, &format!("{folder}/{path}"), command);
        count(false);
    }
    freshness::tally(report, fresh, stale, command);
    stale == 0
}

/// Reports files that were left alone, and changes of files that belong to the owner.
fn say_what_stays(plan: &Plan, folder: &str, report: &mut Report) {
    if !plan.needs.is_empty() {
        report.line("Amended", format!("{folder}/{}: {}", manifest::FILE, plan.needs.join(", ")));
    }
    for (path, why) in &plan.kept {
        report.line("Kept", format!("{folder}/{path}, which {why}"));
    }
    for path in &plan.edited {
        report.line("Overwrote", format!("an edit by hand of {folder}/{path}"));
    }
}

/// Reports dependencies that only the owner of the crate can add.
pub fn say_what_is_missing(manifest: &str, folder: &str, generated: &Generated, report: &mut Report) {
    for line in manifest::missing(manifest, &generated.prepared.model.choices) {
        report.line("Missing", format!("{folder}/{}: add to [dependencies] {line}", manifest::FILE));
    }
}

/// Reports what was left alone, and what to do next.
fn tell(plan: &Plan, folder: &str, command: &str, name: &str, report: &mut Report) {
    say_what_stays(plan, folder, report);
    report.text("-".repeat(72));
    if !plan.undeclared.is_empty() {
        report.text(format!("[add to {folder}/src/lib.rs: {}]", plan.undeclared.join(" ").replace('\n', " ")));
    }
    if let Some(workspace) = &plan.workspace {
        report.text(format!("[add {folder} to the `members` of {}, or to its `exclude`]", shown(workspace)));
    }
    let module = name.replace('-', "_");
    report.text(format!("[run `cargo check` in {folder}, and `cargo doc --open` there to see its calls]"));
    report.text(format!("[to use it: `cargo add --path {folder}`, then `{module}::Client::from_env()?`]"));
    report.text(format!("[when the document changes: `{command}`; with `--check` it writes nothing and only compares]"));
}
