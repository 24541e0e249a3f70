//! Prints a comparison as text for the terminal, as markdown, or as JSON.

use crate::compare::{Comparison, FAMILIES, Fact, RULES, Verdict};
use crate::problem::count;
use crate::public_api::Item;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// The number of facts of one kind from which on they share one line. The limit is higher where something breaks.
const MIN_COLLAPSED: usize = 4;
const MIN_COLLAPSED_BREAKING: usize = 13;

/// The comparison for a terminal; without `colour`, for a file.
#[must_use]
pub fn text(comparison: &Comparison, colour: bool) -> String {
    let mut out = String::new();
    let mut line = |status: &str, verdict: Verdict, text: &str| {
        let (on, off) = if colour { (paint(verdict), "\u{1b}[0m") } else { ("", "") };
        // Writing to a string does not fail.
        let _ = writeln!(out, "{on}{status:>12}{off} {text}");
    };
    if comparison.is_empty() {
        line("Same", Verdict::Patch, "nothing changed");
        return out;
    }
    let (wire, source) = (comparison.wire(), comparison.source());
    line("Wire", wire, &format!("{wire}: {}", wire_advice(wire)));
    line("Source", source, &format!("{source}: {}", source_advice(source)));
    line("Found", Verdict::Patch, &tally(comparison));
    for (title, entries) in sections(comparison) {
        let _ = writeln!(out, "\n{title}");
        for entry in entries {
            let (on, off) = if colour { (paint(entry.wire.max(entry.source)), "\u{1b}[0m") } else { ("", "") };
            let verdicts = format!("{}/{}", entry.wire, entry.source);
            let _ = writeln!(out, "{on}{verdicts:>15}{off} {}", entry.text);
        }
    }
    out
}

/// The comparison for a pull request.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    if comparison.is_empty() {
        return "Nothing changed.\n".to_owned();
    }
    let (wire, source) = (comparison.wire(), comparison.source());
    let mut out = format!("- **Wire: {wire}**: {}.\n- **Source: {source}**: {}.\n", wire_advice(wire), source_advice(source));
    let _ = writeln!(out, "- {}.", tally(comparison));
    for (title, entries) in sections(comparison) {
        let _ = writeln!(out, "\n### {title}\n");
        for entry in entries {
            let _ = writeln!(out, "- {} *({}/{})*", entry.text, entry.wire, entry.source);
        }
    }
    out
}

/// The facts as a JSON array.
#[must_use]
pub fn json(comparison: &Comparison) -> String {
    let listed = |fact| Listed { fact, items: fact.items().iter().map(ToString::to_string).collect() };
    let facts: Vec<Listed<'_>> = comparison.facts.iter().map(listed).collect();
    // Facts consist of strings and arrays of strings, which always serialise.
    serde_json::to_string_pretty(&facts).unwrap_or_default()
}

/// A fact as JSON.
#[derive(Serialize)]
struct Listed<'f> {
    #[serde(flatten)]
    fact: &'f Fact,
    /// The public items that the fact is about, such as `types::Task::id`.
    items: Vec<String>,
}

/// All rules and their meanings.
#[must_use]
pub fn rules() -> String {
    let mut out = String::new();
    for rule in RULES {
        let _ = writeln!(out, "{rule}: {}", rule.meaning);
    }
    let places = "request-parameter-, request-body-, request-property-, response-body-, response-property-";
    let _ = writeln!(out, "\nafter each of the prefixes {places}");
    for family in FAMILIES {
        let _ = writeln!(out, "-{}: {}", family.suffix, family.meaning());
    }
    out
}

fn paint(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Patch => "\u{1b}[32m",
        Verdict::Minor => "\u{1b}[36m",
        Verdict::Unknown => "\u{1b}[33m",
        Verdict::Major => "\u{1b}[31m",
    }
}

fn wire_advice(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Patch => "released clients keep working",
        Verdict::Minor => "released clients keep working, but may see unknown values",
        Verdict::Unknown => "the documents do not say whether released clients keep working; look at what is marked `unknown`",
        Verdict::Major => "released clients can fail; release the next version to them before the API changes",
    }
}

fn source_advice(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Patch => "nothing changes for code that uses the crate; release a patch version",
        Verdict::Minor => "code that uses the crate compiles, and there is something new to use; release a minor version",
        Verdict::Unknown => {
            "the documents do not say whether code that uses the crate compiles; look at what is marked `unknown`"
        }
        Verdict::Major => "code that uses the crate may have to change; release a major version",
    }
}

fn tally(comparison: &Comparison) -> String {
    match (comparison.facts.len(), comparison.prose) {
        (facts, 0) => count(facts, "change"),
        (0, prose) => format!("{}, and no other change", count(prose, "description edit")),
        (facts, prose) => format!("{}, and {}", count(facts, "change"), count(prose, "description edit")),
    }
}

/// One line of a report.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The verdict for released clients.
    pub wire: Verdict,
    /// The verdict for code that uses the crate.
    pub source: Verdict,
    /// What changed.
    pub text: String,
}

/// The lines of the report, the most severe first, under a title for each kind of consequence.
#[must_use]
pub fn sections(comparison: &Comparison) -> Vec<(&'static str, Vec<Entry>)> {
    let titles = [
        "Authentication and servers",
        "Released clients can fail",
        "Code that uses the crate may have to change",
        "The documents do not say what this means",
        "New, or different without harm",
    ];
    let section = |fact: &Fact| match (fact.wire, fact.source) {
        _ if fact.rule.is_urgent() => 0,
        (Verdict::Major, _) => 1,
        (_, Verdict::Major) => 2,
        (Verdict::Unknown, _) | (_, Verdict::Unknown) => 3,
        _ => 4,
    };
    let mut grouped: BTreeMap<usize, Vec<&Fact>> = BTreeMap::new();
    for fact in &comparison.facts {
        grouped.entry(section(fact)).or_default().push(fact);
    }
    grouped.into_iter().map(|(section, facts)| (titles[section], entries(&facts, section))).collect()
}

/// The lines of a section. Many facts of one kind share a line.
fn entries(facts: &[&Fact], section: usize) -> Vec<Entry> {
    let kind = |fact: &Fact| (fact.rule.id, fact.wire, fact.source);
    let mut kinds: HashMap<_, Vec<&Fact>> = HashMap::new();
    for fact in facts {
        kinds.entry(kind(fact)).or_default().push(fact);
    }
    let mut entries = Vec::new();
    for fact in facts {
        let alike = &kinds[&kind(fact)];
        let many = if section == 4 || fact.rule.is_the_same_everywhere() { MIN_COLLAPSED } else { MIN_COLLAPSED_BREAKING };
        let text = if alike.len() < many {
            format!("{}{}", fact.text, operations(fact))
        } else if std::ptr::eq(alike[0], *fact) {
            collapsed(alike)
        } else {
            continue;
        };
        // Names come from the document, which is untrusted: without line breaks they cannot begin a line of their own.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        entries.push(Entry { wire: fact.wire, source: fact.source, text });
    }
    entries
}

fn collapsed(facts: &[&Fact]) -> String {
    let mut names: Vec<String> = facts.iter().filter_map(|fact| Some(format!("`{}`", fact.code().next()?))).collect();
    names.dedup();
    let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
    format!("{} times: {}: {shown}{more}", facts.len(), facts[0].rule.meaning)
}

/// The affected operations, unless the sentence names them already.
fn operations(fact: &Fact) -> String {
    let named = fact.items().iter().any(Item::is_of_operation);
    match &*fact.operations {
        [] => String::new(),
        [_] if named => String::new(),
        [one] => format!(" ({one})"),
        [one, other] if !named => format!(" ({one}, {other})"),
        many => format!(" ({} operations)", many.len()),
    }
}
