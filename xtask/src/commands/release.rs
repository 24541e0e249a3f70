//! `release`: checks whether an API crate is ready to be released, and tags its version.

use super::{Outcome, Packages, cargo, check, refuse_interrupted, reported};
use crate::compare::{self, Code, Verdict};
use crate::emit;
use crate::input::GENERATE;
use crate::pipeline::{self, Generated};
use crate::problem::count;
use crate::public_api::changes;
use crate::release;
use crate::report::{self, Report};
use crate::stack::on_big_stack;
use crate::workspace::{self, ApiCrate, api_crate};
use anyhow::{Context, anyhow};
use semver::Version;
use std::path::Path;

/// Arguments of `release`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A release is made of the last commit. The last release is the tag NAME-vVERSION with the highest version.\n\
    Exit codes: 0 ready, 1 error, 4 not ready.\n\
    Example: cargo xtask release --dry-run -p petstore-api"
)]
pub struct Arguments {
    #[command(flatten)]
    packages: Packages,
    /// Check whether the crate is ready, and create no tag.
    #[arg(long)]
    dry_run: bool,
    /// Skip `cargo package --list`.
    #[arg(long)]
    no_package: bool,
}

/// Runs the command.
pub fn run(root: &Path, arguments: &Arguments) -> Outcome {
    reported(|report| all(root, arguments, report))
}

fn all(root: &Path, arguments: &Arguments, report: &mut Report) -> anyhow::Result<bool> {
    refuse_interrupted(root, "a release", "cargo xtask check")?;
    let crates = api_crate::chosen(root, &arguments.packages.package)?;
    let mut tags = Vec::new();
    for api in &crates {
        let (tag, problems) = on_big_stack(|| judge(root, api, arguments, report))??;
        report.text("-".repeat(72));
        for problem in &problems {
            report.text(format!("not ready: {problem}"));
        }
        if problems.is_empty() {
            if arguments.dry_run {
                report.text(format!("[{} is ready; without `--dry-run` this command makes the tag {tag}]", api.name));
            }
            tags.push((api, tag));
        }
    }
    let ready = tags.len() == crates.len();
    if ready && !arguments.dry_run {
        for (api, tag) in &tags {
            git(root, &["tag", tag])?;
            report.line("Tagged", format!("{tag}: run `git push origin {tag}`, then `cargo publish -p {}`", api.name));
        }
    }
    Ok(ready)
}

/// The tag of the release, and the reasons against releasing.
fn judge(root: &Path, api: &ApiCrate, arguments: &Arguments, report: &mut Report) -> anyhow::Result<(String, Vec<String>)> {
    let mut problems = Vec::new();
    let version = release::version_of(&workspace::source(root, &api.manifest())?.text)?;
    let tag = format!("{}-v{version}", api.name);
    report.line("Version", format!("{} {version}", api.name));
    if !git(root, &["status", "--porcelain"])?.is_empty() {
        problems.push("the tree has changes that are not committed: commit them first".to_owned());
    }
    let generated = pipeline::generate(&workspace::input(root, api)?)?;
    if !check::one(root, api, &generated, report)? {
        problems.push(format!("the generated code is stale: run `{} -p {}` and commit it", GENERATE, api.name));
    }
    match last_release(root, &api.name)? {
        Some(last) if last >= version => {
            problems.push(format!("{last} is released already: raise the version in {}", api.manifest()));
        }
        Some(last) => problems.extend(since(root, api, (&last, &version), &generated, report)?),
        None => {
            report.line("Compared", format!("with nothing: there is no tag `{}-v…` yet, so this is the first release", api.name));
        }
    }
    let changelog = workspace::optional(root, &api.changelog())?;
    problems.extend(changelog_problem(&changelog, &version).map(|problem| format!("{} {problem}", api.changelog())));
    if !arguments.no_package {
        problems.extend(package(root, &api.name, report)?);
    }
    Ok((tag, problems))
}

/// Compares with the last release: documents, public items, and whether the version is high enough for both.
fn since(
    root: &Path,
    api: &ApiCrate,
    (last, version): (&Version, &Version),
    generated: &Generated,
    report: &mut Report,
) -> anyhow::Result<Option<String>> {
    let tag = format!("{}-v{last}", api.name);
    let released = workspace::committed_modules(root, api, &tag)?;
    let mut comparison =
        compare::documents(&super::diff::read(&workspace::committed(root, api, &tag)?)?, &generated.prepared.document);
    let code = Code::of(&generated.prepared, generated.api.clone());
    let before = code.in_place_of(&released)?;
    // Some changes show only in the code.
    comparison.facts.extend(compare::unexplained(&comparison, &before, &code));
    let verdicts = format!("wire {}, source {}", comparison.wire(), comparison.source());
    report.line("Compared", format!("with {tag}: {}, {verdicts}", count(comparison.facts.len(), "change")));
    let items = changes(before.api(), &generated.api);
    report.line("API", format!("{} since {tag}", count(items.len(), "changed public item")));
    report::items(report, &items, &format!("git diff {tag} {}/{}", api.generated(), emit::PUBLIC_API));
    if !last.pre.is_empty() {
        // The version after a pre-release is not determined.
        return Ok(None);
    }
    let of_items = match () {
        // Changed items that no fact explains are facts of their own.
        () if items.is_empty() => Verdict::Patch,
        () => Verdict::Minor,
    };
    let verdict = comparison.source().max(of_items);
    let wanted = release::next(last, release::bump(last, verdict))?;
    let reason = match verdict {
        Verdict::Unknown => "it is unknown whether the change breaks code".to_owned(),
        verdict => format!("the change is {verdict} for code"),
    };
    let problem = || format!("the version must be at least {wanted}, because {reason}: set it in {}", api.manifest());
    // A pre-release of the version counts as the version.
    let released = Version::new(version.major, version.minor, version.patch);
    Ok((released < wanted).then(problem))
}

/// What the changelog lacks for the version.
fn changelog_problem(changelog: &str, version: &Version) -> Option<String> {
    let sections: Vec<(&str, &str)> =
        changelog.split("\n## ").skip(1).map(|section| section.split_once('\n').unwrap_or((section, ""))).collect();
    let text = |title: &str| sections.iter().find(|(heading, _)| heading.trim() == title).map(|(_, text)| text.trim());
    match (text(&version.to_string()), text("Unreleased")) {
        (_, Some(notes)) if !notes.is_empty() => Some(format!("has notes below `## Unreleased`: move them below `## {version}`")),
        (None, _) => Some(format!("has no entry `## {version}`: describe the changes for users")),
        (Some(""), _) => Some(format!("says nothing below `## {version}`: describe the changes for users")),
        _ => None,
    }
}

/// Lists the files that cargo would package. Returns the reason if it would refuse.
fn package(root: &Path, name: &str, report: &mut Report) -> anyhow::Result<Option<String>> {
    let mut command = cargo::command();
    command.args(["package", "--list", "--allow-dirty", "--offline", "--package", name]).current_dir(root);
    let output = command.output().context("cannot start cargo")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        report.line("Package", format!("{}: `cargo package --list -p {name}` names them", count(text.lines().count(), "file")));
        return Ok(None);
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    let reason = reason.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or(reason.trim());
    Ok(Some(format!("cargo cannot package it: {reason}")))
}

/// The highest version of the tags `NAME-vVERSION`.
fn last_release(root: &Path, name: &str) -> anyhow::Result<Option<Version>> {
    let prefix = format!("{name}-v");
    let tags = git(root, &["tag", "--list", &format!("{prefix}*")])?;
    Ok(tags.lines().filter_map(|tag| Version::parse(tag.strip_prefix(&prefix)?).ok()).max())
}

fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    workspace::run_git(root, arguments)?.map_err(|reason| anyhow!("`git {}` failed: {reason}", arguments.join(" ")))
}
