//! `diff` reports nothing for equal documents, and the right facts and verdicts for changed ones.

use crate::common::fixtures::{Fixture, fixtures};
use crate::common::{cases, expect, extent, home};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::LazyLock;
use xtask::compare::{self, Comparison, Verdict};
use xtask::document;
use xtask::report::comparison;

/// All fixtures, each compared once for all tests.
fn compared() -> &'static [(Fixture, Comparison)] {
    static COMPARED: LazyLock<Vec<(Fixture, Comparison)>> = LazyLock::new(|| {
        let compared = |fixture: Fixture| {
            let [old, new] = fixture.pair();
            let comparison = compare::documents(&old, &new);
            (fixture, comparison)
        };
        fixtures().into_iter().map(compared).collect()
    });
    &COMPARED
}

#[test]
fn every_fixture_has_the_facts_that_it_expects() {
    let all = compared();
    assert!(all.len() > 100, "too few fixtures");
    let mut wrong = String::new();
    for (fixture, comparison) in all {
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
    for (fixture, comparison) in compared() {
        writeln!(sentences, "{}", fixture.name).unwrap();
        for fact in &comparison.facts {
            writeln!(sentences, "  {}", fact.text).unwrap();
        }
    }
    expect(&home().join("tests/diffs/sentences.txt"), &sentences);
}

#[test]
fn equal_documents_have_no_facts_and_no_pair_of_documents_panics() {
    let documents: Vec<_> =
        cases().iter().filter_map(|case| document::parse(&case.input.published.file, &case.input.published.text).ok()).collect();
    assert!(documents.len() > 20);
    for (index, old) in documents.iter().enumerate() {
        assert!(
            compare::documents(old, old).is_empty(),
            "{}: {}",
            old.file,
            comparison::text(&compare::documents(old, old), false)
        );
        for new in documents.iter().cycle().skip(index).take(documents.len()).step_by(extent(60, 1)) {
            let comparison = compare::documents(old, new);
            for text in [comparison::text(&comparison, false), comparison::markdown(&comparison), comparison::json(&comparison)] {
                assert!(!text.is_empty());
            }
            for fact in &comparison.facts {
                let there = |place: &Option<document::pointer::Pointer>, value: &serde_json::Value| {
                    place.as_ref().is_none_or(|place| value.pointer(place.as_str()).is_some())
                };
                assert!(there(&fact.old, &old.value) && there(&fact.new, &new.value), "{fact:?} points to nothing");
            }
        }
    }
}

#[test]
fn every_rule_is_in_the_list_of_rules() {
    let listed = comparison::rules();
    for (_, comparison) in compared() {
        for fact in &comparison.facts {
            let places = ["request-parameter", "request-body", "request-property", "response-body", "response-property"];
            let suffix = places.iter().find_map(|place| fact.rule.id.strip_prefix(place));
            let single = listed.lines().any(|line| line.starts_with(&format!("{}: ", fact.rule)));
            let family = suffix.is_some_and(|suffix| listed.lines().any(|line| line.starts_with(&format!("{suffix}: "))));
            assert!(single || family, "{} is not listed", fact.rule);
        }
    }
}

/// A document with `count` operations that respond with one component. `id` makes their ids.
fn many(count: usize, id: &dyn Fn(usize) -> Option<String>, states: &[&str]) -> document::Document {
    let mut value = crate::common::fixtures::base();
    value["components"]["schemas"]["Thing"] =
        json!({ "type": "object", "properties": { "state": { "type": "string", "enum": states } } });
    for number in 0..count {
        let schema = json!({ "$ref": "#/components/schemas/Thing" });
        let mut operation = json!({ "responses": { "200": { "description": "Done.", "content": { "application/json": { "schema": schema } } } } });
        if let Some(id) = id(number) {
            operation["operationId"] = json!(id);
        }
        value["paths"][format!("/things{number}")] = json!({ "get": operation });
    }
    document::Document { file: "many.json".to_owned(), value }
}

#[test]
fn one_edit_is_one_fact_with_all_operations_that_it_affects() {
    let id = |number: usize| Some(format!("getThing{number}"));
    let comparison = compare::documents(&many(14, &id, &["open"]), &many(14, &id, &["open", "closed"]));
    assert_eq!(comparison.facts.len(), 1);
    assert_eq!(comparison.facts[0].operations.len(), 14);
    assert!(comparison::text(&comparison, false).contains("(14 operations)"));
}

#[test]
fn a_parameter_that_no_client_can_set_is_compared_too() {
    for place in ["querystring", "elsewhere"] {
        let document = |ty: &str| {
            let content =
                json!({ "application/json": { "schema": { "type": "object", "properties": { "a": { "type": ty } } } } });
            let parameters = json!([{ "name": "q", "in": place, "required": true, "content": content }]);
            let operation =
                json!({ "operationId": "getX", "parameters": parameters, "responses": { "204": { "description": "" } } });
            let value =
                json!({ "openapi": "3.2.0", "info": { "title": "t", "version": "1" }, "paths": { "/x": { "get": operation } } });
            document::Document { file: "made.json".to_owned(), value }
        };
        let facts = compare::documents(&document("string"), &document("integer")).facts;
        let [fact] = facts.as_slice() else { panic!("{place}: {facts:?}") };
        assert!(fact.text.contains("the property `a` of"), "{}", fact.text);
        assert!(fact.text.contains(" is an integer instead of a string now"), "{}", fact.text);
        assert_eq!((fact.wire, fact.source), (Verdict::Major, Verdict::Patch), "no code depends on it");
    }
}

#[test]
fn values_without_code_need_no_version() {
    let document = |parameters: Value, media: &str, kind: Value, id: &str| {
        let part = json!({ "type": "object", "required": ["kind"], "properties": { "kind": kind, "next": { "type": "object", "properties": { "b": kind } } } });
        let body = json!({ "content": { media: { "schema": part } } });
        let operation = json!({ "operationId": id, "parameters": parameters, "requestBody": body, "responses": { "204": { "description": "" } } });
        let webhook =
            json!({ "post": { "requestBody": { "content": { "application/json": { "schema": part } } }, "responses": {} } });
        let value = json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/x": { "post": operation } }, "webhooks": { "done": webhook },
        });
        document::Document { file: "made.json".to_owned(), value }
    };
    let key = |required: bool| json!([{ "name": "Idempotency-Key", "in": "header", "required": required, "schema": { "type": "string" } }]);
    let own = |kind: &Value| {
        let reference = json!({ "$ref": "#/components/schemas/Own" });
        let mut document = document(json!([]), "application/json", reference, "x");
        document.value["components"]["schemas"]["Own"] =
            json!({ "type": "object", "required": ["kind"], "properties": { "kind": kind } });
        document.value["x-types"] = json!({ "#/components/schemas/Own": "own::Own" });
        document
    };
    let tells_code = |text: &str| {
        // The name of a type that the user writes is no code that the generator makes.
        let text = text.replace("`types::Own`", "");
        ["types::", "chrono", "builder"].iter().any(|word| text.contains(word))
    };
    let date = json!({ "type": "string", "format": "date-time" });
    let (multipart, text, constant) = ("multipart/mixed", json!({ "type": "string" }), json!({ "const": "a" }));
    for (old, new) in [
        (document(json!([]), multipart, text.clone(), "x"), document(key(true), multipart, text.clone(), "x")),
        (document(key(false), multipart, text.clone(), "x"), document(key(true), multipart, text.clone(), "x")),
        (document(key(true), multipart, text.clone(), "x"), document(key(false), multipart, text.clone(), "x")),
        (document(json!([]), multipart, text.clone(), "x"), document(json!([]), multipart, json!({ "type": "integer" }), "x")),
        (document(json!([]), multipart, text.clone(), "x"), document(json!([]), multipart, constant.clone(), "x")),
        (document(json!([]), multipart, text.clone(), "x"), document(json!([]), multipart, date, "x")),
        (own(&text), own(&constant)),
        (document(json!([]), multipart, text.clone(), "x"), document(json!([]), multipart, text.clone(), "renamed")),
    ] {
        let facts = compare::documents(&old, &new).facts;
        assert!(!facts.is_empty());
        for fact in facts.iter().filter(|fact| fact.rule.id != "api-operation-id-changed") {
            assert!(fact.source == Verdict::Patch && !tells_code(&fact.text), "{}: {}", fact.source, fact.text);
        }
    }
}

#[test]
fn a_schema_that_cannot_be_read_is_unknown_and_the_others_are_compared() {
    let string = json!({ "type": "string" });
    let missing = json!({ "$ref": "#/components/schemas/Missing" });
    for (old, new, expected) in [
        (&string, &missing, Some("`types::Thing::state` cannot be read: the reference `#/components/schemas/Missing`")),
        (&missing, &string, Some("`types::Thing::state` can be read now, but could not before: the reference")),
        (&string, &json!(7), Some("`types::Thing::state` cannot be read: ")),
        (&string, &json!({ "allOf": [string, 7] }), Some("`types::Thing::state` cannot be read: ")),
        (&json!({ "allOf": [string, 7] }), &json!({ "allOf": [string, 8] }), Some("`types::Thing::state` cannot be read: ")),
        (&missing, &missing, None),
    ] {
        let document = |schema: &serde_json::Value, other: &str| {
            let mut document = many(1, &|_| Some("getThing".to_owned()), &["open"]);
            document.value["components"]["schemas"]["Thing"]["properties"] =
                json!({ "state": schema, "name": { "type": other } });
            document
        };
        let facts = compare::documents(&document(old, "string"), &document(new, "integer")).facts;
        let (unread, others): (Vec<_>, Vec<_>) = facts.iter().partition(|fact| fact.rule.id.ends_with("schema-unreadable"));
        assert!(others.len() == 1 && others[0].text.contains("`String` is `i64` now"), "{old} {new}: {facts:?}");
        let is_expected = |fact: &&compare::Fact| {
            let verdicts = (fact.wire, fact.source);
            verdicts == (compare::Verdict::Unknown, compare::Verdict::Unknown)
                && expected.is_some_and(|text| fact.text.starts_with(text))
        };
        assert!(unread.len() == usize::from(expected.is_some()) && unread.iter().all(is_expected), "{old} {new}: {facts:?}");
    }
}

#[test]
fn many_similar_facts_are_one_line_of_text_and_stay_separate_facts() {
    let comparison =
        compare::documents(&many(98, &|_| None, &["open"]), &many(98, &|number| Some(format!("thing{number}")), &["open"]));
    assert_eq!(comparison.facts.len(), 98);
    let text = comparison::text(&comparison, false);
    assert_eq!(text.lines().filter(|line| line.contains("98 times")).count(), 1, "{text}");
    assert!(text.lines().count() < 8, "{text}");
}

#[test]
fn colours_are_for_terminals() {
    let [old, new] = fixtures().into_iter().find(|fixture| fixture.name == "an-enum-has-a-new-value").unwrap().pair();
    let comparison = compare::documents(&old, &new);
    let (plain, coloured) = (comparison::text(&comparison, false), comparison::text(&comparison, true));
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}[36m"));
}
