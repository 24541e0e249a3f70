//! What `diff` says of two documents: nothing where nothing changed, the right facts and verdicts where something did.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::fixtures::fixtures;
use common::scratch::{Scratch, THINGS};
use common::{cases, expect, home};
use std::fmt::Write;
use xtask::diff::{compare, render};
use xtask::document;

#[test]
fn every_fixture_has_the_facts_that_it_expects() {
    let all = fixtures();
    assert!(all.len() > 100, "the fixtures are gone");
    let mut wrong = String::new();
    for fixture in &all {
        let [old, new] = fixture.pair();
        let comparison = compare(&old, &new);
        let mut found: Vec<String> =
            comparison.facts.iter().map(|fact| format!("{} {} {}", fact.rule, fact.wire, fact.source)).collect();
        let mut expected = fixture.facts();
        found.sort();
        expected.sort();
        let prose = fixture.says["prose"].as_u64().unwrap_or(0);
        if found != expected || comparison.prose as u64 != prose {
            writeln!(wrong, "{}: expected {expected:#?} and {prose} texts", fixture.name).unwrap();
            writeln!(wrong, "found {found:#?} and {} texts", comparison.prose).unwrap();
            comparison.facts.iter().for_each(|fact| writeln!(wrong, "  {fact:?}").unwrap());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_fact_is_a_sentence_in_the_words_of_the_rust_api() {
    let mut sentences = String::new();
    for fixture in fixtures() {
        writeln!(sentences, "{}", fixture.name).unwrap();
        let [old, new] = fixture.pair();
        for fact in compare(&old, &new).facts {
            writeln!(sentences, "  {}", fact.text).unwrap();
        }
    }
    expect(&home().join("tests/diffs/sentences.txt"), &sentences);
}

#[test]
fn a_document_against_itself_gives_nothing_and_no_two_documents_panic() {
    let documents: Vec<_> =
        cases().iter().filter_map(|case| document::parse(&case.input.published.file, &case.input.published.text).ok()).collect();
    assert!(documents.len() > 20);
    for old in &documents {
        assert!(compare(old, old).is_empty(), "{}: {}", old.file, render::text(&compare(old, old), false));
        for new in &documents {
            let comparison = compare(old, new);
            for text in [render::text(&comparison, false), render::markdown(&comparison), render::json(&comparison)] {
                assert!(!text.is_empty());
            }
            for fact in &comparison.facts {
                let there = |place: &Option<document::pointer::Pointer>, value: &serde_json::Value| {
                    place.as_ref().is_none_or(|place| value.pointer(place.as_str()).is_some())
                };
                assert!(there(&fact.old, &old.value) && there(&fact.new, &new.value), "{fact:?} leads nowhere");
            }
        }
    }
}

#[test]
fn every_rule_is_in_the_list_of_rules() {
    let listed = render::rules();
    for fixture in fixtures() {
        let [old, new] = fixture.pair();
        for fact in compare(&old, &new).facts {
            let places = ["request-parameter", "request-body", "request-property", "response-body", "response-property"];
            let suffix = places.iter().find_map(|place| fact.rule.strip_prefix(place));
            let single = listed.lines().any(|line| line.starts_with(&format!("{}: ", fact.rule)));
            let family = suffix.is_some_and(|suffix| listed.lines().any(|line| line.starts_with(&format!("{suffix}: "))));
            assert!(single || family, "{} is not listed", fact.rule);
        }
    }
}

#[test]
fn diff_compares_git_with_the_tree_or_two_files_and_says_what_to_do() {
    let document = "spec/deck-v2.json";
    let mut scratch = Scratch::committed(THINGS);
    scratch.run("diff");
    scratch.edit(
        "an optional property is new, and another one is called differently in prose",
        document,
        "\"note\": {",
        "\"color\": { \"type\": \"string\" }, \"note\": { \"title\": \"Note\",",
    );
    scratch.run("diff");
    scratch.run("diff --fail-on minor");
    scratch.run("diff --fail-on major");
    scratch.edit("a required property may be absent", document, "[\"id\", \"size\"]", "[\"id\"]");
    scratch.run("diff --fail-on major");
    scratch.run("diff --format markdown");
    scratch.run("diff --format json");
    scratch.commit();
    scratch.run("diff");
    scratch.run("diff --against HEAD~1");
    scratch.run("diff --against nowhere");
    scratch.run("diff --against --output=made");
    scratch.edit("an action of the overlay does not fit any more", "spec/overlay.yaml", "$.info", "$.gone");
    scratch.run("diff");
    scratch.write("old.yaml", "openapi: 3.0.3\ninfo: { title: Other, version: '1' }\npaths: {}\n");
    scratch.write("new.yaml", "openapi: 3.1.1\npaths: {}\ninfo:\n  version: '1'\n  title: Other\n");
    scratch.run("diff old.yaml new.yaml");
    scratch.run("diff old.yaml");
    scratch.run("diff old.yaml gone.yaml");
    scratch.expect("diff.txt");
}
