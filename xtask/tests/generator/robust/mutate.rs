//! Random mutations of documents, of their text and of their structure. The random numbers have a fixed seed.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// Strings that have a special meaning in Rust, Markdown, JSON, YAML, a shell or a path.
pub const TEXTS: [&str; 34] = [
    "",
    " ",
    "self",
    "Self",
    "crate",
    "fn",
    "r#fn",
    "async",
    "_",
    "__",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    "\u{0}",
    "\r\n",
    "a\u{2028}b\u{2029}c",
    "\u{202e}abc\u{2066}",
    "\"",
    "\\",
    "`",
    "*/",
    "/// x",
    "#![no_std]",
    "```\npanic!();\n```",
    "~~~\n\n    panic!();",
    "../../../etc/passwd",
    "/etc/passwd",
    "$(reboot)",
    "{}{a}{{b}}",
    "~1~0/",
    "#/components/schemas/A",
    "日本語",
    "Option",
];

#[rustfmt::skip]
const KEYS: [&str; 63] = [
    "$ref", "$defs", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor", "$schema", "type",
    "enum", "const", "properties", "required", "additionalProperties", "patternProperties", "items", "prefixItems", "allOf",
    "oneOf", "anyOf", "not", "if", "then", "else", "discriminator", "mapping", "propertyName", "nullable", "default", "format",
    "pattern", "title", "description", "examples", "deprecated", "parameters", "name", "in", "style", "explode", "content",
    "schema", "requestBody", "responses", "operationId", "headers", "callbacks", "encoding", "security", "securitySchemes",
    "servers", "x-error-item", "x-capacity-codes", "x-created-id", "x-idempotency-key", "x-oas31-security", "x-oas31-securitySchemes",
    "x-stood-at", "x-credential", "x-from", "x-poll", "x-rate-limit",
];

/// Returns `text` with some bytes changed. Invalid UTF-8 is replaced.
pub fn bytes(text: &str, random: &mut Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..random.usize(1..8) {
        let from = random.usize(0..=bytes.len());
        let to = (from + random.usize(0..40)).min(bytes.len());
        match random.u8(0..6) {
            0 => drop(bytes.drain(from..to)),
            1 => bytes.truncate(from),
            2 => {
                let copy = bytes[from..to].to_vec();
                let at = random.usize(0..=bytes.len());
                bytes.splice(at..at, copy);
            }
            3 => drop(bytes.splice(from..from, pick(&TEXTS, random).bytes())),
            4 => drop(bytes.splice(from..from, pick(&KEYS, random).bytes())),
            _ => bytes[from..to].iter_mut().take(2).for_each(|byte| *byte ^= 1 << random.u8(0..8)),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns `document` with some nodes changed.
pub fn structure(document: &Value, random: &mut Rng) -> Value {
    let mut mutant = document.clone();
    for _ in 0..random.usize(1..6) {
        let places = places(&mutant);
        let place = &places[random.usize(0..places.len())];
        let other = &places[random.usize(0..places.len())];
        change(&mut mutant, place, other, random);
    }
    mutant
}

/// The pointers of all nodes.
pub fn places(document: &Value) -> Vec<String> {
    let mut open = vec![(String::new(), document)];
    let mut all = Vec::new();
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::Object(map) => open.extend(map.iter().map(|(key, value)| (format!("{pointer}/{}", escape(key)), value))),
            Value::Array(list) => {
                open.extend(list.iter().enumerate().map(|(index, value)| (format!("{pointer}/{index}"), value)));
            }
            _ => {}
        }
        all.push(pointer);
    }
    all
}

fn change(document: &mut Value, place: &str, other: &str, random: &mut Rng) {
    let copy = document.pointer(other).cloned().unwrap_or_default();
    let Some(node) = document.pointer_mut(place) else { return };
    match random.u8(0..10) {
        0 => *node = odd(random),
        1 | 4 => *node = copy,
        2 => *node = json!({ "$ref": format!("#{other}") }),
        3 => *node = wrapped(node.take(), random),
        5 => {
            for _ in 0..random.usize(1..40) {
                *node = wrapped(node.take(), random);
            }
        }
        _ => inside(node, copy, other, random),
    }
}

/// Changes a direct child of a node.
fn inside(node: &mut Value, copy: Value, other: &str, random: &mut Rng) {
    match node {
        Value::Object(map) => {
            let key = map.keys().nth(random.usize(0..map.len().max(1))).cloned().unwrap_or_default();
            match random.u8(0..5) {
                0 => drop(map.shift_remove(&key)),
                1 => {
                    let value = map.shift_remove(&key).unwrap_or_default();
                    map.insert(pick(&TEXTS, random).to_owned(), value);
                }
                2 => {
                    let value = map.get(&key).cloned().unwrap_or_default();
                    map.insert(format!("{key}{}", pick(&["", "_", "-", "2", " "], random)), value);
                }
                3 => drop(map.insert(pick(&KEYS, random).to_owned(), copy)),
                _ => drop(map.insert(pick(&KEYS, random).to_owned(), odd(random))),
            }
        }
        Value::Array(list) => match (random.u8(0..3), list.is_empty()) {
            (0, false) => drop(list.swap_remove(random.usize(0..list.len()))),
            (1, false) => list.push(list[random.usize(0..list.len())].clone()),
            _ => list.push(copy),
        },
        Value::String(text) if random.bool() => *text = format!("#{other}"),
        Value::String(text) => pick(&TEXTS, random).clone_into(text),
        _ => *node = odd(random),
    }
}

fn wrapped(value: Value, random: &mut Rng) -> Value {
    match random.u8(0..9) {
        0 => json!({ "allOf": [value] }),
        1 => json!({ "allOf": [value.clone(), value] }),
        2 => json!({ "oneOf": [value.clone(), { "type": "null" }, { "type": "object", "properties": { "a": {} } }] }),
        3 => json!({ "anyOf": [value, { "type": "string" }] }),
        4 => json!({ "type": "array", "items": value }),
        5 => json!({ "type": "object", "properties": { "a": value } }),
        6 => json!({ "additionalProperties": value }),
        7 => json!({ "not": value }),
        _ => json!([value]),
    }
}

fn odd(random: &mut Rng) -> Value {
    match random.u8(0..12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(false),
        3 => json!(-1),
        4 => json!(u64::MAX),
        5 => json!(1e308),
        6 => json!([]),
        7 => json!({}),
        8 => json!([[], {}, null, "a", 1]),
        9 => json!(["string", "null", "object"]),
        10 => Value::Object(KEYS.iter().map(|key| ((*key).to_owned(), Value::Null)).collect::<Map<_, _>>()),
        _ => json!(pick(&TEXTS, random)),
    }
}

fn pick<'a>(texts: &[&'a str], random: &mut Rng) -> &'a str {
    texts[random.usize(0..texts.len())]
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
