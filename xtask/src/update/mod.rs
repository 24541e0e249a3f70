//! Plans an update: from the current document and a new one to all files that have to be written.

mod lost;

use crate::compare::{self, Code, Comparison, Fact, Verdict};
use crate::document::Source;
use crate::document::{self, Document};
use crate::emit;
use crate::fingerprint::{in_header, of_inputs};
use crate::input::Input;
use crate::pipeline::{self, Generated};
use crate::problem::{Problem, Refused, count};
use crate::release::{self, Bump};
use crate::workspace::ApiCrate;
use indexmap::IndexMap;
use semver::Version;
use std::path::Path;

/// The current state of an API crate in the tree.
#[derive(Clone, Debug)]
pub struct Current {
    /// The crate.
    pub api: ApiCrate,
    /// The inputs of the next code, except for the new document.
    pub input: Input,
    /// The current document, with the overlay and the selection from which its code was generated.
    pub old: Input,
    /// The generated files, by name.
    pub generated: IndexMap<String, String>,
    /// The manifest of the crate.
    pub manifest: String,
    /// The changelog of the crate; empty if there is none.
    pub changelog: String,
}

/// What the user overrides.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Whether operations may disappear.
    pub allow_removed: bool,
    /// The part of the version to increment.
    pub bump: Option<Bump>,
    /// The next version.
    pub version: Option<Version>,
}

/// A planned update. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct Update {
    /// The crate.
    pub api: ApiCrate,
    /// What changed.
    pub comparison: Comparison,
    /// The new code.
    pub generated: Generated,
    /// Whether the generated code changes, apart from its headers.
    pub code_changes: bool,
    /// The current version and the next one.
    pub versions: (Version, Version),
    /// The files to write, by path relative to the root of the workspace.
    pub files: IndexMap<String, String>,
    /// Additional information for the user.
    pub notes: Vec<String>,
}

/// Plans the update to the document `new`.
///
/// # Errors
/// Returns an error if the new document is refused, its overlay does not fit, or operations disappear.
pub fn plan(current: &Current, new: &Source, wish: &Wish) -> anyhow::Result<Update> {
    let mut notes = Vec::new();
    let old_document = old_document(&current.old, &mut notes)?;
    let text = as_published(&current.api.document, new, &mut notes)?;
    let new_document = new_document(current, new, &old_document, wish)?;
    let mut comparison = compare::documents(&old_document, &new_document);
    let published = Source { file: current.api.document.clone(), text };
    let input = Input { published, ..current.input.clone() };
    let generated = pipeline::generate(&input).map_err(|error| named(error, &current.api.document, &new.file))?;
    let left_out = lost::by_refusals(current, new, &generated.prepared.skipped);
    if !wish.allow_removed && !left_out.is_empty() {
        return Err(Refused(left_out).into());
    }
    let new_code = Code::of(&generated.prepared, generated.api.clone());
    comparison.facts.extend(compare::unexplained(&comparison, &new_code.in_place_of(&current.generated)?, &new_code));
    let code_changes = code(&current.generated) != code(&generated.files);
    if code_changes && comparison.is_empty() {
        comparison.facts.push(unexplained());
    }
    let versions = versions(current, &comparison, wish)?;
    let files = files(current, &input, &generated, &comparison, &versions)?;
    Ok(Update { api: current.api.clone(), comparison, generated, code_changes, versions, files, notes })
}

/// The current document, as its code was generated. The overlay may have been changed for the new document, so that some of its
/// actions may no longer fit.
fn old_document(old: &Input, notes: &mut Vec<String>) -> anyhow::Result<Document> {
    let mut document = document::parse(&old.published.file, &old.published.text)?;
    if let Some(overlay) = &old.overlay {
        let (_, outdated) = document::apply_what_fits(&mut document, &overlay.file, &overlay.text)?;
        if !outdated.is_empty() {
            notes.push(format!(
                "{} of {} did not fit the document until now and are missing from its side of the comparison, which may be too strict",
                count(outdated.len(), "action"),
                overlay.file
            ));
        }
    }
    pipeline::put_choices(&mut document, old);
    document::select(&mut document, &old.selection)?;
    Ok(document)
}

/// The text to keep as the published document: the new text byte for byte. Only YAML is converted, if the file in the tree is
/// JSON.
fn as_published(file: &str, new: &Source, notes: &mut Vec<String>) -> anyhow::Result<String> {
    let wants_json = Path::new(file).extension().is_some_and(|extension| extension == "json");
    if !wants_json || new.text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return Ok(new.text.clone());
    }
    let document = document::parse(&new.file, &new.text)?;
    notes.push(format!("{} is YAML and was turned into JSON, which loses its comments", new.file));
    Ok(format!("{:#}\n", document.value))
}

/// Reads the new document, and collects all its problems before it is refused.
fn new_document(current: &Current, new: &Source, old: &Document, wish: &Wish) -> Result<Document, Refused> {
    let mut document = document::parse(&new.file, &new.text)?;
    let mut problems = Vec::new();
    if let Some(overlay) = &current.input.overlay {
        problems.extend(document::apply_what_fits(&mut document, &overlay.file, &overlay.text)?.1);
    }
    pipeline::put_choices(&mut document, &current.input);
    if let Err(refused) = document::select(&mut document, &current.input.selection) {
        problems.extend(refused.0);
    }
    if !wish.allow_removed {
        problems.extend(lost::in_document(old, &document));
    }
    if problems.is_empty() {
        return Ok(document);
    }
    problems.extend(unsupported(new, &document, current.input.skip_refused));
    Err(Refused(problems))
}

/// The problems that later stages would report, if the document got that far.
fn unsupported(new: &Source, document: &Document, skip_refused: bool) -> Vec<Problem> {
    let published = Source { file: new.file.clone(), text: document.value.to_string() };
    let outcome = pipeline::prepare(&Input { published, skip_refused, ..Input::default() });
    outcome.err().and_then(|error| error.downcast::<Refused>().ok()).map_or_else(Vec::new, |refused| refused.0)
}

/// Makes problems name the document as the user did.
fn named(error: anyhow::Error, published: &str, file: &str) -> anyhow::Error {
    match error.downcast::<Refused>() {
        Ok(mut refused) => {
            refused
                .0
                .iter_mut()
                .filter(|problem| problem.file == published)
                .for_each(|problem| file.clone_into(&mut problem.file));
            refused.into()
        }
        Err(error) => error,
    }
}

fn code(files: &IndexMap<String, String>) -> Vec<(&str, String)> {
    let mut code: Vec<_> = emit::modules(files)
        .map(|(name, text)| (name.as_str(), emit::without_header(&text.replace("\r\n", "\n")).to_owned()))
        .collect();
    code.sort();
    code
}

/// The fact for code that changes although the comparison found nothing: a gap in the comparison, or edits in the tree.
fn unexplained() -> Fact {
    Fact {
        rule: compare::CODE_CHANGED,
        old: None,
        new: None,
        operations: [].into(),
        wire: Verdict::Unknown,
        source: Verdict::Unknown,
        text: "the generated code changes, although nothing in the documents tells why: read its diff".to_owned(),
    }
}

fn versions(current: &Current, comparison: &Comparison, wish: &Wish) -> anyhow::Result<(Version, Version)> {
    let now = release::version_of(&current.manifest)?;
    let next = match (&wish.version, wish.bump) {
        (Some(version), _) if *version < now => {
            anyhow::bail!("--set-version {version}: the crate is at {now} already, and versions only go up")
        }
        (Some(version), _) => version.clone(),
        (None, Some(bump)) => release::next(&now, bump)?,
        (None, None) if comparison.is_empty() => now.clone(),
        (None, None) => release::next(&now, release::bump(&now, comparison.source()))?,
    };
    Ok((now, next))
}

fn files(
    current: &Current,
    input: &Input,
    generated: &Generated,
    comparison: &Comparison,
    (now, next): &(Version, Version),
) -> anyhow::Result<IndexMap<String, String>> {
    let api = &current.api;
    let mut files = IndexMap::from([(api.document.clone(), input.published.text.clone())]);
    files.extend(emit::in_folder(&api.generated(), &generated.files));
    if now != next {
        files.insert(api.manifest(), release::set_version(&current.manifest, next)?);
        files.insert("Cargo.lock".to_owned(), release::set_locked(&input.lock, &input.crate_name, now, next)?);
    }
    if now != next || !comparison.is_empty() {
        let entry = release::entry(&generated.prepared.document.label(), comparison);
        let version = (now != next).then_some(next);
        files.insert(api.changelog(), release::with_entry(&current.changelog, version, &entry));
    }
    Ok(files)
}

impl Current {
    /// Whether all generated code in the tree was made from the current inputs.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        let overlay = self.input.overlay.as_ref().map_or("", |overlay| &overlay.text);
        let inputs =
            of_inputs(&self.input.published.text, overlay, &self.input.selection.text, &self.input.settings, &self.input.lock);
        !self.generated.is_empty() && self.generated.values().all(|text| in_header(text, "Inputs: ") == Some(inputs.as_str()))
    }
}

impl Update {
    /// The consequence for code that uses the crate, in a few words.
    #[must_use]
    pub fn for_code(&self) -> &'static str {
        match self.comparison.source() {
            Verdict::Major => "breaking",
            Verdict::Unknown => "not judged, counted as breaking",
            Verdict::Minor => "new things to use",
            Verdict::Patch => "nothing to do",
        }
    }

    /// The first line of the commit message. From the document, only letters, digits and `.-_` reach it.
    #[must_use]
    pub fn subject(&self) -> String {
        let with = |wanted: &[Verdict]| self.comparison.facts.iter().filter(|fact| wanted.contains(&fact.source)).count();
        let told = [
            (with(&[Verdict::Major]), "breaking change"),
            (with(&[Verdict::Unknown]), "unjudged change"),
            (with(&[Verdict::Minor, Verdict::Patch]), "compatible change"),
        ];
        let told: Vec<String> =
            told.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
        let summary = match self.comparison.prose {
            _ if !told.is_empty() => told.join(", "),
            0 => "the same API in another form".to_owned(),
            _ => "documentation alone".to_owned(),
        };
        let (now, next) = &self.versions;
        let version = if now == next { String::new() } else { format!("{next} for ") };
        format!("{}: {version}{}, {summary}", self.api.name, self.generated.prepared.document.label())
    }
}
