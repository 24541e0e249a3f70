//! The document apart from its schemas: version, `info`, webhooks, missing paths and responses, references.

use super::{Lowering, WAY_OUT, references};
use crate::account::Loss;
use crate::document::pointer::{decode, resolve};
use crate::document::reserved::{PUBLISHED_NAME, PUBLISHED_SELF};
use crate::document::targets::UnresolvedRef;
use crate::document::walk::{Node, Site};
use crate::model::responses::UNSPECIFIED;
use crate::model::servers::{is_absolute, scalar};
use serde_json::{Map, Value, json};

/// Renames a field that nobody uses, with its published value.
pub fn set_aside(object: &mut Map<String, Value>, key: &str, kept: &str, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(value) = object.shift_remove(key) else { return };
    for name in value.as_object().into_iter().flat_map(Map::keys) {
        lowering.note(&site.pointer.at(key).at(name), Loss::Kept, format!("is in `{kept}`: OpenAPI 3.0 has no `{key}`"));
    }
    object.insert(kept.to_owned(), value);
}

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    match site.node {
        Node::Document => root(object, site, lowering),
        Node::Info => rename(object, "summary", "x-summary", site, lowering),
        Node::License => license(object, site, lowering),
        Node::Server => server(object, site, lowering),
        Node::Operation => operation(object, site, lowering),
        _ if object.contains_key("$ref") => reference(object, site, lowering),
        Node::Response => {
            rename(object, "summary", "x-summary", site, lowering);
            if !object.contains_key("description") {
                object.insert("description".into(), json!(""));
                lowering.note(site.pointer, Loss::Exact, "has no description, got an empty one");
            }
        }
        _ => {}
    }
}

fn root(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer;
    object.insert("openapi".into(), json!("3.0.3"));
    lowering.note(&at.at("openapi"), Loss::Exact, "became `3.0.3`");
    if let Some(dialect) = object.shift_remove("jsonSchemaDialect").as_ref().and_then(Value::as_str) {
        if references::is_known_dialect(dialect) {
            lowering.note(&at.at("jsonSchemaDialect"), Loss::Exact, "names the dialect of OpenAPI 3.1, left out");
        } else {
            let message = format!("schemas of the dialect `{dialect}` are not supported");
            lowering.refuse(at.at("jsonSchemaDialect"), message, WAY_OUT);
        }
    }
    match object.shift_remove("$self") {
        Some(Value::String(url)) if is_absolute(&url) => {
            lowering.note(&at.at("$self"), Loss::Exact, "says where the document is served");
            object.insert(PUBLISHED_SELF.to_owned(), Value::String(url));
        }
        Some(_) => {
            lowering.note(&at.at("$self"), Loss::Kept, "is not an absolute URL, so it does not say where the document is served");
        }
        None => {}
    }
    if !object.contains_key("paths") {
        object.insert("paths".into(), json!({}));
        lowering.note(&at.at("paths"), Loss::Exact, "was missing, became empty");
    }
}

fn license(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let identifier = object.get("identifier").and_then(Value::as_str).map(str::to_owned);
    rename(object, "identifier", "x-identifier", site, lowering);
    if let Some(identifier) = identifier.filter(|text| text.chars().all(|c| c.is_ascii_alphanumeric() || "-.+".contains(c))) {
        object.entry("url").or_insert_with(|| json!(format!("https://spdx.org/licenses/{identifier}.html")));
    }
}

/// Removes an empty `enum` of a server variable, since it has no meaning.
fn server(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if let Some(name) = object.shift_remove("name") {
        lowering.note(&site.pointer.at("name"), Loss::Exact, format!("became `{PUBLISHED_NAME}`"));
        object.insert(PUBLISHED_NAME.to_owned(), name);
    }
    for (name, variable) in object.get_mut("variables").and_then(Value::as_object_mut).into_iter().flatten() {
        let Some(variable) = variable.as_object_mut() else { continue };
        let at = site.pointer.at("variables").at(name);
        if variable.get("enum") == Some(&json!([])) {
            variable.shift_remove("enum");
            lowering.note(&at.at("enum"), Loss::Exact, "lists nothing, left out");
        }
        for value in values_as_strings(variable.get_mut("default")) {
            lowering.note(&at.at("default"), Loss::Exact, format!("{value} became a string"));
        }
        let values = variable.get_mut("enum").and_then(Value::as_array_mut);
        for value in values_as_strings(values.into_iter().flatten()) {
            lowering.note(&at.at("enum"), Loss::Exact, format!("{value} became a string"));
        }
    }
}

/// Makes numbers and booleans strings, and returns them.
fn values_as_strings<'a>(values: impl IntoIterator<Item = &'a mut Value>) -> Vec<Value> {
    let change = |value: &'a mut Value| {
        let text = scalar(value).filter(|_| !value.is_string())?;
        Some(std::mem::replace(value, text.into()))
    };
    values.into_iter().filter_map(change).collect()
}

fn operation(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if object.get("responses").and_then(Value::as_object).is_none_or(Map::is_empty) {
        // Any response is possible. An empty one would mean that there is no body.
        object.insert("responses".into(), UNSPECIFIED.clone());
        lowering.note(site.pointer, Loss::Exact, "has no responses, got an unspecified one");
    }
    if object.contains_key("requestBody") && matches!(site.key, "get" | "head") {
        let text = "OpenAPI 3.0 gives a body of this method no meaning, and many servers do not read it";
        lowering.note(&site.pointer.at("requestBody"), Loss::Kept, text);
    }
}

/// Checks a Reference Object. Its description takes precedence over that of the target.
fn reference(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let at = site.pointer.at("$ref");
    let Some(text) = object.get("$ref").and_then(Value::as_str).map(str::to_owned) else {
        return lowering.refuse(at, "`$ref` must be a string", WAY_OUT);
    };
    let node = json!({ "$ref": text });
    let unresolved = if text.starts_with('#') { UnresolvedRef::Nowhere } else { UnresolvedRef::Outside };
    let Some(target) = resolve(lowering.source, &node).filter(|target| target.is_object()) else {
        let (message, fix) = unresolved.explain(&text);
        return lowering.refuse(at, message, fix);
    };
    object.insert("$ref".into(), json!(decode(&text)));
    if site.node == Node::Callback {
        return lowering.copies.push((site.pointer.clone(), None));
    }
    let differs = object.get("description").is_some_and(|own| Some(own) != target.get("description"));
    let description = object.shift_remove("description").filter(|_| differs);
    if let Some(description) = description {
        lowering.note(&site.pointer.at("description"), Loss::Exact, "takes the place of the target's, in a copy of it");
        lowering.copies.push((site.pointer.clone(), Some(description)));
    }
}

fn rename(object: &mut Map<String, Value>, from: &str, to: &str, site: Site<'_>, lowering: &mut Lowering<'_>) {
    if let Some(value) = object.shift_remove(from) {
        object.insert(to.to_owned(), value);
        lowering.note(&site.pointer.at(from), Loss::Kept, format!("became `{to}`"));
    }
}
