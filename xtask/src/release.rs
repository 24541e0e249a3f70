//! Turns a comparison into the next version of the crate, and an entry of its changelog.

use crate::compare::{Comparison, Verdict};
use crate::problem::count;
use crate::report::comparison;
use anyhow::{Context, bail};
use semver::Version;

/// The rule for versions, for help texts and messages.
pub const RULE: &str = "what breaks code makes a new major version, what adds to it a minor one, anything else a patch;\n\
    before 1.0, as Cargo counts, these are a minor version, a patch and a patch";

/// The part of a version that is incremented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Bump {
    /// 1.2.3 to 2.0.0.
    Major,
    /// 1.2.3 to 1.3.0.
    Minor,
    /// 1.2.3 to 1.2.4.
    Patch,
    /// The version stays.
    None,
}

/// The part that the rule increments. Changes that cannot be judged count as breaking, since they may be.
#[must_use]
pub fn bump(version: &Version, source: Verdict) -> Bump {
    let breaking = matches!(source, Verdict::Major | Verdict::Unknown);
    match (version.major, version.minor) {
        (0, 0) => Bump::Patch,
        (0, _) if breaking => Bump::Minor,
        (0, _) => Bump::Patch,
        _ if breaking => Bump::Major,
        _ if source == Verdict::Minor => Bump::Minor,
        _ => Bump::Patch,
    }
}

/// The version after an increment.
///
/// # Errors
/// Returns an error if the version is a pre-release, since its successor is not determined.
pub fn next(version: &Version, bump: Bump) -> anyhow::Result<Version> {
    if !version.pre.is_empty() && bump != Bump::None {
        bail!("{version} is a pre-release, so the next version cannot be derived: add --set-version VERSION");
    }
    Ok(match bump {
        Bump::Major => Version::new(version.major + 1, 0, 0),
        Bump::Minor => Version::new(version.major, version.minor + 1, 0),
        Bump::Patch => Version::new(version.major, version.minor, version.patch + 1),
        Bump::None => version.clone(),
    })
}

/// The version that a manifest declares.
///
/// # Errors
/// Returns an error if its section `[package]` has no plain version.
pub fn version_of(manifest: &str) -> anyhow::Result<Version> {
    let (line, _) = version_line(manifest)?;
    let text = line.split('"').nth(1).unwrap_or_default();
    Version::parse(text).with_context(|| format!("`{line}` in the manifest is not a version"))
}

/// Replaces the version in a manifest, and nothing else.
///
/// # Errors
/// Fails like [`version_of`].
pub fn set_version(manifest: &str, version: &Version) -> anyhow::Result<String> {
    let now = version_of(manifest)?;
    let (line, at) = version_line(manifest)?;
    let line_now = line.replacen(&format!("\"{now}\""), &format!("\"{version}\""), 1);
    Ok(format!("{}{line_now}{}", &manifest[..at], &manifest[at + line.len()..]))
}

/// The line `version = "…"` of the section `[package]`, and its position.
fn version_line(manifest: &str) -> anyhow::Result<(&str, usize)> {
    let section = manifest.find("[package]\n").or_else(|| manifest.find("[package]\r\n"));
    let mut at = section.context("the manifest of the crate has no section [package]")?;
    for (number, line) in manifest[at..].split_inclusive('\n').enumerate() {
        if number > 0 && line.starts_with('[') {
            break;
        }
        if line.starts_with("version = \"") {
            return Ok((line.trim_end(), at));
        }
        at += line.len();
    }
    anyhow::bail!("the section [package] of the manifest has no line `version = \"…\"`")
}

/// Replaces the version of the package `name` in Cargo.lock, and nothing else.
///
/// # Errors
/// Returns an error unless Cargo.lock has the package exactly once, without a source, as it has members of the workspace.
pub fn set_locked(lock: &str, name: &str, from: &Version, to: &Version) -> anyhow::Result<String> {
    let entry = |version: &Version| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
    let text = lock.replace("\r\n", "\n");
    if text.matches(&entry(from)).count() != 1 {
        bail!(
            "Cargo.lock does not hold {name} {from}; run `cargo metadata --offline` to bring it up to date, then this command again"
        );
    }
    Ok(text.replace(&entry(from), &entry(to)))
}

/// The consequence for released clients, as a sentence.
fn wire_sentence(wire: Verdict) -> &'static str {
    match wire {
        Verdict::Major => "Older clients must be upgraded: they do not work with the API as it is now.",
        Verdict::Unknown => "The documents do not say whether older clients work with the API as it is now.",
        Verdict::Minor => "Older clients keep working, and do not know what is new.",
        Verdict::Patch => "Older clients keep working.",
    }
}

/// The changelog entry: all changes, the most severe first, and the consequence for released clients.
#[must_use]
pub fn entry(document: &str, comparison: &Comparison) -> String {
    let prose = match comparison.prose {
        0 => String::new(),
        prose => format!(" {} of the documentation changed.", count(prose, "text")),
    };
    let mut entry = format!("Document: {document}. {}{prose}\n", wire_sentence(comparison.wire()));
    for (title, lines) in comparison::sections(comparison) {
        entry.push_str(&format!("\n### {title}\n\n"));
        for line in &lines {
            entry.push_str(&format!("- {}.\n", line.text));
        }
    }
    entry
}

/// Adds `entry` to the changelog, under `version`. The notes under `## Unreleased` become part of that version.
///
/// If there is no new version, the entry goes under `## Unreleased`.
#[must_use]
pub fn with_entry(changelog: &str, version: Option<&Version>, entry: &str) -> String {
    let changelog = changelog.replace("\r\n", "\n");
    let heading = version.map_or_else(|| "## Unreleased".to_owned(), |version| format!("## {version}"));
    let title_end = changelog.find("\n## ").map_or(changelog.len(), |at| at + 1);
    let (title, rest) = changelog.split_at(title_end);
    let title = if title.is_empty() { "# Changelog\n\n" } else { title };
    let same = format!("{heading}\n");
    let rest = rest
        .strip_prefix("## Unreleased\n")
        .or_else(|| rest.strip_prefix(&same))
        .map_or_else(|| rest.to_owned(), |notes| notes.trim_start_matches('\n').to_owned());
    let gap = if rest.is_empty() { "" } else { "\n" };
    format!("{}\n\n{heading}\n\n{entry}{gap}{rest}", title.trim_end())
}
