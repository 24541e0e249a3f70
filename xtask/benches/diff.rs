//! Measures a comparison, in processor time and in elapsed time, since both documents are read at once: documents of three
//! megabytes with no edit, one edit, and edits everywhere.
//!
//! `cargo bench -p xtask --bench diff`.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

#[path = "stages/clock.rs"]
mod clock;

use clock::now;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use xtask::{compare, document, on_big_stack};

fn main() {
    on_big_stack(run).unwrap();
}

fn run() {
    let old = large().to_string();
    let once = old.replacen("\"closed\"]", "\"closed\",\"partial\"]", 1);
    let everywhere = old
        .replace("\"closed\"]", "\"closed\",\"partial\"]")
        .replace("\"size\":{\"type\":\"integer\"}", "\"size\":{\"type\":\"number\"}");
    println!("{:.1} MB, {} operations", old.len() as f64 / 1e6, document::parse("old.json", &old).unwrap().operation_count());
    report("the same", &old, &old);
    report("one edit", &old, &once);
    report("edits everywhere", &old, &everywhere);
}

fn report(name: &str, old: &str, new: &str) {
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..5 {
        let started = now();
        let (old, new) = (document::parse("old.json", old).unwrap(), document::parse("new.json", new).unwrap());
        times[0].push(now().checked_sub(started).unwrap());
        let (started, clock) = (now(), Instant::now());
        let comparison = compare::documents(&old, &new);
        drop(xtask::report::comparison::text(&comparison, false));
        times[1].push(now().checked_sub(started).unwrap());
        times[2].push(clock.elapsed());
    }
    for times in &mut times {
        times.sort();
    }
    let [reading, comparing, elapsed] = times.map(|times| times[2]);
    let (old, new) = (document::parse("old.json", old).unwrap(), document::parse("new.json", new).unwrap());
    let facts = compare::documents(&old, &new).facts.len();
    println!("{name}: {reading:?} to read both, {comparing:?} to compare, in {elapsed:?} (medians of 5), {facts} facts");
}

/// A document of operations that each have their own request body and response, and that share a schema for errors.
fn large() -> Value {
    let mut document = json!({
        "openapi": "3.1.1",
        "info": { "title": "Large", "version": "1" },
        "paths": {},
        "components": { "schemas": { "Error": { "type": "object", "required": ["code"], "properties": { "code": { "type": "string" } } } } },
    });
    for number in 0..1_000 {
        let reference = |kind: &str| json!({ "$ref": format!("#/components/schemas/{kind}{number}") });
        let body = |schema: Value| json!({ "description": "A body.", "content": { "application/json": { "schema": schema } } });
        document["paths"][format!("/things{number}/{{id}}")] = json!({ "post": {
            "operationId": format!("changeThing{number}"),
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 } },
            ],
            "requestBody": body(reference("Change")),
            "responses": { "200": body(reference("Thing")), "404": body(json!({ "$ref": "#/components/schemas/Error" })) },
        } });
        let mut properties = json!({
            "id": { "type": "string", "description": "Names the thing, once and for all." },
            "size": { "type": "integer" },
            "state": { "type": "string", "enum": ["open", "closed"] },
            "note": { "type": ["string", "null"], "description": "What somebody had to say about it." },
            "next": { "oneOf": [{ "type": "null" }, { "$ref": format!("#/components/schemas/Thing{}", (number + 1) % 1_000) }] },
            "parts": { "type": "array", "items": { "type": "object", "properties": { "name": { "type": "string" }, "at": { "type": "string", "format": "date-time" } } } },
        });
        for extra in 0..8 {
            properties[format!("extra_{extra}")] =
                json!({ "type": "string", "description": "One more of those that every thing has." });
        }
        let schema = json!({ "type": "object", "required": ["id", "size", "state"], "properties": properties });
        document["components"]["schemas"][format!("Change{number}")] = json!({ "allOf": [schema.clone()] });
        document["components"]["schemas"][format!("Thing{number}")] = schema;
    }
    document
}
