//! Moves inline objects, enums and unions to `components`, so that each type has one name and one place.

use super::names::{type_name, unique};
use crate::account::{Account, Loss};
use crate::document::pointer::{Pointer, schema_reference};
use crate::document::walk;
use indexmap::IndexSet;
use serde_json::{Map, Value, json};

struct Hoist<'a> {
    taken: IndexSet<String>,
    account: &'a mut Account,
}

/// Runs the pass. A new component stands behind the one from which it was taken.
pub fn run(document: &mut Value, account: &mut Account) {
    let components = match document.pointer_mut("/components/schemas") {
        Some(Value::Object(schemas)) => std::mem::take(schemas),
        _ => Map::new(),
    };
    let mut hoist = Hoist { taken: components.keys().cloned().collect(), account };
    let mut all = Map::new();
    let root = Pointer::parse("/components/schemas");
    for (name, mut schema) in components {
        let mut found = Map::new();
        hoist.children(&name, &root.at(&name), &mut schema, &mut found);
        all.insert(name, schema);
        all.extend(found);
    }
    let mut found = Map::new();
    hoist.operations(document, &mut found);
    all.extend(found);
    if !document["components"].is_object() {
        document["components"] = json!({});
    }
    document["components"]["schemas"] = Value::Object(all);
}

impl Hoist<'_> {
    fn operations(&mut self, document: &mut Value, found: &mut Map<String, Value>) {
        let sites: Vec<(String, Pointer)> = walk::operations(document).iter().flat_map(bodies).collect();
        for (name, at) in sites {
            if let Some(schema) = document.pointer_mut(at.as_str()) {
                self.site(&name, &at, schema, found);
            }
        }
    }

    /// Hoists what is below `schema`, the component or union branch `name`.
    fn children(&mut self, name: &str, at: &Pointer, schema: &mut Value, found: &mut Map<String, Value>) {
        let Value::Object(object) = schema else { return };
        if let Some(Value::Object(properties)) = object.get_mut("properties") {
            for (property, child) in properties.iter_mut() {
                let name = format!("{name}{}", type_name(property));
                self.site(&name, &at.at("properties").at(property), child, found);
            }
        }
        for (key, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(child @ Value::Object(_)) = object.get_mut(key) {
                self.site(&format!("{name}{suffix}"), &at.at(key), child, found);
            }
        }
        // Branches stay where they are: typify names variants after what stands in them.
        for key in ["allOf", "oneOf", "anyOf"] {
            for (index, branch) in object.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
                self.children(name, &at.at(key).at(index), branch, found);
            }
        }
    }

    fn site(&mut self, name: &str, at: &Pointer, schema: &mut Value, found: &mut Map<String, Value>) {
        if !deserves_a_name(schema) {
            return self.children(name, at, schema, found);
        }
        let name = unique(type_name(name), &mut self.taken);
        let Value::Object(object) = schema else { return };
        let mut component = std::mem::take(object);
        object.extend(component.shift_remove("nullable").map(|nullable| ("nullable".to_owned(), nullable)));
        object.extend(component.get("description").map(|text| ("description".to_owned(), text.clone())));
        object.insert("allOf".into(), json!([{ "$ref": schema_reference(&name) }]));
        component.insert("x-published-at".into(), json!(format!("#{at}")));
        self.account.note(at, Loss::Exact, format!("is the type `{name}`"));
        let mut component = Value::Object(component);
        let mut below = Map::new();
        self.children(&name, at, &mut component, &mut below);
        found.insert(name, component);
        found.extend(below);
    }
}

fn deserves_a_name(schema: &Value) -> bool {
    let has_items = |key: &str, least: usize| schema.get(key).and_then(Value::as_array).is_some_and(|list| list.len() >= least);
    let text = schema.get("type").is_some_and(|name| name == "string");
    schema.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty())
        || text && has_items("enum", 1)
        || has_items("oneOf", 2)
        || has_items("anyOf", 2)
        || has_items("allOf", 2)
}

/// The schemas that an operation holds, with the names that they get if they are inline.
fn bodies(operation: &walk::OperationAt<'_>) -> Vec<(String, Pointer)> {
    let id = operation.value.get("operationId").and_then(Value::as_str);
    let base = type_name(&id.map_or_else(|| format!("{} {}", operation.method, operation.path), str::to_owned));
    let mut sites = Vec::new();
    let mut content = |name: String, at: &Pointer, holder: &Value| {
        let media = holder.get("content").and_then(Value::as_object).into_iter().flatten();
        sites.extend(media.map(|(media, _)| (name.clone(), at.at("content").at(media).at("schema"))));
    };
    if let Some(body) = operation.value.get("requestBody") {
        content(format!("{base}Request"), &operation.pointer.at("requestBody"), body);
    }
    for (status, response) in operation.value.get("responses").and_then(Value::as_object).into_iter().flatten() {
        let suffix = if status.starts_with('2') {
            "Response".to_owned()
        } else {
            format!("{}Error", super::table::Status::parse(status).name())
        };
        content(format!("{base}{suffix}"), &operation.pointer.at("responses").at(status), response);
    }
    for (index, parameter) in operation.value.get("parameters").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let name = type_name(parameter.get("name").and_then(Value::as_str).unwrap_or_default());
        sites.push((format!("{base}{name}"), operation.pointer.at("parameters").at(index).at("schema")));
    }
    sites
}
