//! How long generation takes: this workspace's document, and documents of ten to a thousand operations like it.
//!
//! `cargo bench -p xtask`.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use xtask::{Input, Source, workspace};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let deck = workspace::input(root).unwrap();
    report("spec/deck-v2.json", &deck);
    let (document, ..) = xtask::read(&deck).unwrap();
    for operations in [10, 100, 1_000] {
        let text = many(&document.value, operations).to_string();
        let input = Input {
            published: Source { file: "many.json".to_owned(), text },
            crate_name: "many-api".to_owned(),
            ..Input::default()
        };
        report(&format!("{operations} operations"), &input);
    }
}

fn report(name: &str, input: &Input) {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let started = Instant::now();
            xtask::generate(input).unwrap();
            started.elapsed()
        })
        .collect();
    times.sort();
    let generated = xtask::generate(input).unwrap();
    let lines: usize = generated.files.values().map(|text| text.lines().count()).sum();
    println!("{name}: {:?} (median of {}), {lines} lines", times[times.len() / 2], times.len());
}

/// The document's operation and its schemas, again and again under other names.
fn many(document: &Value, operations: usize) -> Value {
    let mut many = document.clone();
    many["paths"] = json!({});
    let text = document.to_string();
    for number in 0..operations {
        let copy: Value = serde_json::from_str(&text.replace("RunTask", &format!("RunTask{number}x"))).unwrap();
        let mut item = copy["paths"]["/tasks/{task_id}/run"].clone();
        item["post"]["operationId"] = json!(format!("runTask{number}x"));
        many["paths"][format!("/tasks/{{task_id}}/run{number}")] = item;
        let schemas = copy["components"]["schemas"].as_object().unwrap().clone();
        many["components"]["schemas"].as_object_mut().unwrap().extend(schemas);
    }
    many
}
