//! Pairs of documents that differ by one change, with the expected facts about it: `diffs/*.yaml`.

use super::home;
use serde_json::{Value, json};
use xtask::document::{self, Document};

/// A change of a document.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub name: String,
    /// The entry of the file about this change.
    pub says: Value,
}

/// The fixtures of all files, in the order of their names.
pub fn fixtures() -> Vec<Fixture> {
    let folder = home().join("tests/diffs");
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        // Parsed like a document, which begins with its version.
        let text = format!("openapi: 3.1.0\n{}", std::fs::read_to_string(path).unwrap());
        let read = document::parse(&path.display().to_string(), &text).unwrap_or_else(|error| panic!("{error}"));
        let mut all = read.value.as_object().unwrap().clone();
        all.shift_remove("openapi");
        all.into_iter().map(|(name, says)| Fixture { name, says })
    };
    paths.iter().flat_map(read).collect()
}

impl Fixture {
    /// The rules of the expected facts, each with its verdicts for wire and source.
    pub fn facts(&self) -> Vec<String> {
        let facts = self.says["facts"].as_array().unwrap_or_else(|| panic!("{}: no facts", self.name));
        facts.iter().map(|fact| fact.as_str().unwrap().to_owned()).collect()
    }

    /// The program of a user, if there is one.
    pub fn program(&self) -> Option<&str> {
        self.says["program"].as_str()
    }

    /// Whether it shares one pair of documents with other fixtures.
    pub fn is_together(&self) -> bool {
        self.says.get("document").is_none() || self.says["together"] == json!(true)
    }

    /// Whether the program compiles, but fails before it sends anything.
    pub fn breaks_when_run(&self) -> bool {
        self.says["breaks"] == json!("when run")
    }

    /// Adds one side of this fixture, `old` or `new`, to a document.
    pub fn put(&self, side: &str, document: &mut Value) {
        let path = format!("/{}", self.name);
        let described =
            |content: Value| json!({ "description": "Done.", "content": { "application/json": { "schema": content } } });
        let mut operation = |method: &str, mut value: Value| {
            value["operationId"] = json!(self.name);
            document["paths"][path.as_str()] = json!({ method: value });
        };
        for (key, value) in self.says.as_object().unwrap() {
            let own = value.get(side).unwrap_or(value).clone();
            let nothing = json!({ "204": { "description": "Done." } });
            match key.as_str() {
                "answer" => operation("get", json!({ "responses": { "200": described(own) } })),
                "request" => {
                    let mut body = described(own);
                    body["required"] = json!(true);
                    operation("post", json!({ "requestBody": body, "responses": nothing }));
                }
                "parameters" => operation("get", json!({ "parameters": own, "responses": nothing })),
                "operation" => operation("post", own),
                _ => {}
            }
        }
        let part = |key: &str| self.says.get(key).map(|value| value.get(side).unwrap_or(value));
        for (key, at) in [("paths", "/paths"), ("components", "/components/schemas"), ("document", "")] {
            if let (Some(part), Some(place)) = (part(key), document.pointer_mut(at)) {
                merge(place, part);
            }
        }
    }

    /// The pair of documents that differ only by this change.
    pub fn pair(&self) -> [Document; 2] {
        ["old", "new"].map(|side| {
            let mut value = base();
            self.put(side, &mut value);
            Document { file: format!("{}-{side}.json", self.name), value }
        })
    }
}

/// The part that all documents share.
pub fn base() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Fixtures", "version": "1" },
        "servers": [{ "url": "https://api.example.com" }],
        "paths": { "/ping": { "get": { "operationId": "ping", "responses": { "204": { "description": "Done." } } } } },
        "components": { "schemas": {
            "SuccessBody": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            "ErrorBody": { "type": "object", "required": ["code"], "properties": { "code": { "type": "string" } } },
        } },
    })
}

/// Merges `part` into `place`: members are added to objects, and everything else is replaced.
fn merge(place: &mut Value, part: &Value) {
    match (place, part) {
        (Value::Object(place), Value::Object(part)) => {
            for (key, value) in part {
                merge(place.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (place, part) => *place = part.clone(),
    }
}
