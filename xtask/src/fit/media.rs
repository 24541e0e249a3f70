//! One media type for each body: JSON, where all alternatives carry the same schema.

use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node};
use crate::problem::Problems;
use serde_json::{Map, Value, json};

/// Runs the pass over request bodies and responses.
pub fn run(document: &mut Value, problems: &mut Problems, account: &mut Account) {
    walk::walk(document, &mut |site, value| {
        if matches!(site.node, Node::RequestBody | Node::Response)
            && let Some(Value::Object(content)) = value.get_mut("content")
        {
            choose(content, &site.pointer.at("content"), problems, account);
        }
    });
}

fn choose(content: &mut Map<String, Value>, at: &Pointer, problems: &mut Problems, account: &mut Account) {
    let Some(chosen) = preferred(content) else { return };
    if is_json(&chosen)
        && let Some(Value::Object(media)) = content.get_mut(&chosen)
    {
        media.entry("schema").or_insert_with(|| json!({}));
    }
    let schema = |media: &Value| media.get("schema").cloned().unwrap_or_else(|| json!({}));
    let chosen_schema = content.get(&chosen).map(schema);
    let names: Vec<String> = content.keys().cloned().collect();
    if content.values().any(|media| Some(schema(media)) != chosen_schema) {
        let message = format!("the media types {} carry different schemas, of which only one can be generated", names.join(", "));
        problems.add(at, message, "remove all but one of them with an action of the overlay");
        return;
    }
    if names.len() > 1 {
        let rest: Vec<&str> = names.iter().filter(|name| **name != chosen).map(String::as_str).collect();
        account.note(at, Loss::Exact, format!("`{chosen}` stands for {} too: the schema is the same", rest.join(", ")));
        content.retain(|name, _| *name == chosen);
    }
}

fn preferred(content: &Map<String, Value>) -> Option<String> {
    let by = |wanted: &dyn Fn(&str) -> bool| content.keys().find(|name| wanted(name)).cloned();
    by(&|name| essence(name) == "application/json")
        .or_else(|| by(&|name| is_json(name) && !name.contains('*')))
        .or_else(|| by(&is_json))
        .or_else(|| content.keys().next().cloned())
}

/// The media type without its parameters.
fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether bodies of this media type are JSON texts.
pub fn is_json(media: &str) -> bool {
    let essence = essence(media);
    essence.ends_with("/json") || essence.ends_with("+json")
}
