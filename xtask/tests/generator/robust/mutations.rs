//! Checks seeds and their mutations. `MUTATIONS=10000 cargo test -p xtask --test generator` sets the number of mutations.

use super::{judge, mutate};
use crate::common::{self, extent};
use fastrand::Rng;
use serde_json::Value;

/// The cases, and inputs that once caused a panic, a hang or an error without a place.
fn seeds() -> Vec<(String, String)> {
    let mut seeds: Vec<(String, String)> =
        common::cases().into_iter().map(|case| (case.name, case.input.published.text)).collect();
    for entry in std::fs::read_dir(common::home().join("tests/seeds")).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        seeds.push((path.file_name().unwrap().to_string_lossy().into_owned(), text));
    }
    seeds.sort();
    seeds
}

fn rounds(usual: usize) -> usize {
    std::env::var("MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Runs a check. If it fails, the message has the input.
fn judge(name: &str, text: &str, check: impl Fn(&str) + std::panic::RefUnwindSafe) {
    assert!(std::panic::catch_unwind(|| check(text)).is_ok(), "{name}: the input is\n{text}");
}

#[test]
fn every_seed_is_generated_or_refused_with_a_place() {
    for (name, text) in seeds().into_iter().step_by(extent(6, 1)) {
        judge(&name, &text, |text| drop(judge::prepared(text)));
        judge(&name, &text, |text| drop(judge::generated(text, false)));
        judge(&name, &text, |text| drop(judge::generated(text, true)));
        judge(&name, &text, judge::compared);
    }
}

#[test]
fn mutations_of_the_structure_are_prepared_or_refused_with_a_place() {
    structures(1, rounds(extent(20, 400)), |text| drop(judge::prepared(text)));
}

#[test]
fn mutations_of_the_structure_are_generated_or_refused_with_a_place() {
    structures(2, rounds(extent(10, 100)), |text| drop(judge::generated(text, false)));
}

#[test]
fn mutations_of_the_structure_are_generated_without_what_is_refused() {
    structures(3, rounds(extent(10, 100)), |text| drop(judge::generated(text, true)));
}

#[test]
fn mutations_of_the_structure_are_compared() {
    structures(5, rounds(extent(20, 400)), judge::compared);
}

#[test]
fn mutations_of_the_text_are_prepared_or_refused_with_a_place() {
    let seeds = seeds();
    let mut random = Rng::with_seed(4);
    for round in 0..rounds(extent(20, 400)) {
        let (name, text) = &seeds[random.usize(0..seeds.len())];
        judge(&format!("round {round} of {name}"), &mutate::bytes(text, &mut random), |text| drop(judge::prepared(text)));
    }
}

fn structures(seed: u64, rounds: usize, check: impl Fn(&str) + std::panic::RefUnwindSafe) {
    let seeds: Vec<(String, Value)> = seeds()
        .into_iter()
        .filter_map(|(name, text)| Some((name, xtask::document::parse("seed.yaml", &text).ok()?.value)))
        .collect();
    let mut random = Rng::with_seed(seed);
    for round in 0..rounds {
        let (name, document) = &seeds[random.usize(0..seeds.len())];
        let mutant = mutate::structure(document, &mut random).to_string();
        judge(&format!("round {round} of {name}"), &mutant, &check);
    }
}
