//! Lowers small documents to OpenAPI 3.0.3, and checks the result and the report of every change.
//!
//! A row is `lowering/NAME.yaml`, and its outcome is `NAME.out`. `UPDATE=1 cargo test -p xtask --test generator lowering` updates
//! the outcomes.

use crate::common::{expect, home};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use xtask::account::Account;
use xtask::{Input, Source, lower, report};

fn rows() -> Vec<PathBuf> {
    let folder = home().join("tests/lowering");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
}

fn outcome(path: &Path) -> String {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let published = Source { file, text: std::fs::read_to_string(path).unwrap() };
    let mut account = Account::default();
    let read = xtask::read(&Input { published, ..Input::default() });
    match read.and_then(|read| Ok(lower::lower(&read.document, &mut account)?)) {
        Ok(lowered) => {
            let mut text = format!("{:#}\n\n", lowered.value);
            account.changes.iter().for_each(|change| writeln!(text, "{change}").unwrap());
            text
        }
        Err(refused) => format!("{}\n", report::error(&refused)),
    }
}

#[test]
fn every_row_has_the_expected_outcome() {
    let rows = rows();
    assert!(rows.len() > 40, "too few rows");
    for path in rows {
        expect(&path.with_extension("out"), &outcome(&path));
    }
}

#[test]
fn no_change_is_reported_at_a_component_that_lowering_added() {
    let (mut astray, mut seen) = (String::new(), 0);
    for path in rows() {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let published = Source { file: file.clone(), text: std::fs::read_to_string(&path).unwrap() };
        let Ok(prepared) = xtask::prepare(&Input { published, skip_refused: true, ..Input::default() }) else { continue };
        seen += prepared.fitting.moved.len();
        for change in prepared.lowering.changes.iter().chain(&prepared.fitting.changes) {
            let segments = change.pointer.segments();
            let component = segments.get(2).filter(|_| change.pointer.as_str().starts_with("/components/schemas/"));
            let schemas = prepared.document.value.pointer("/components/schemas");
            if component.is_some_and(|name| schemas.and_then(|schemas| schemas.get(name)).is_none()) {
                writeln!(astray, "{file}: {change}").unwrap();
            }
        }
    }
    assert!(seen > 10, "{seen} schemas were moved");
    assert!(astray.is_empty(), "{astray}");
}

/// The changes by fitting a document whose descriptions contain `text`.
fn told(file: &str, text: &str) -> Vec<String> {
    let prepared = xtask::prepare(&crate::common::case(home().join(file)).input).unwrap();
    let told = prepared.fitting.changes.iter().map(ToString::to_string);
    told.filter(|change| change.contains(text)).collect()
}

#[test]
fn a_mapping_that_a_constant_contradicts_is_reported() {
    let told = told("tests/wire/tags.yaml", "contradicts the mapping");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("/Holder/properties/contradicted/oneOf/0: `type` is `sync`"), "{told:?}");
}

#[test]
fn a_part_that_is_a_file_or_a_url_is_reported_once() {
    let told = told("tests/cases/file-or-url.yaml", "sent as text, not as a file");
    assert!(told.len() == 1 && told[0].contains("/properties/image/anyOf: bytes or another string"), "{told:?}");
}

#[test]
fn formats_that_do_not_select_a_variant_are_reported() {
    let told = |types: &Value, formats: [&str; 2]| {
        let range = |format: &str| json!({ "type": "object", "properties": { "first": { "type": "string", "format": format } } });
        let response =
            json!({ "description": "", "content": { "application/json": { "schema": { "oneOf": formats.map(range) } } } });
        let document = json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "x-types": types,
            "paths": { "/range": { "get": { "operationId": "getRange", "responses": { "200": response } } } },
        });
        let published = Source { file: "made.json".to_owned(), text: document.to_string() };
        let prepared = xtask::prepare(&Input { published, ..Input::default() }).unwrap();
        let told = prepared.fitting.changes.iter().map(ToString::to_string);
        told.filter(|change| change.contains("formats do not select a variant")).collect::<Vec<_>>()
    };
    let without_types = told(&json!({}), ["ipv4", "ipv6"]);
    assert!(
        without_types.len() == 1 && without_types[0].contains("/oneOf/1: `first` has the format `ipv6`"),
        "{without_types:?}"
    );
    assert!(told(&json!({}), ["ipv4", "IPv4"]).is_empty(), "formats are case-insensitive");
    let types = json!({ "ipv4": "std::net::Ipv4Addr", "ipv6": "std::net::Ipv6Addr" });
    assert!(told(&types, ["ipv4", "ipv6"]).is_empty());
}
