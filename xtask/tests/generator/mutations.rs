//! Every change of a property in the document changes the generated types.

use crate::common::extent;
use serde_json::{Value, json};
use xtask::{Input, Source};

/// A changed document, and a description of the change.
struct Mutant {
    what: String,
    document: Value,
}

#[test]
fn every_change_of_a_property_changes_the_types() {
    let document = xtask::read(&crate::common::deck()).unwrap().document;
    let types = types_of(&document.value);
    assert!(types.is_some());
    let mutants = mutants(&document.value);
    assert!(mutants.len() > 150, "only {} mutants", mutants.len());
    for mutant in mutants.into_iter().step_by(extent(241, 1)) {
        assert!(types_of(&mutant.document) != types, "{} goes unnoticed", mutant.what);
    }
}

#[test]
fn changing_the_required_properties_changes_the_types() {
    let document = xtask::read(&crate::common::deck()).unwrap().document;
    let types = types_of(&document.value);
    assert!(types.is_some());
    for (schema, property) in properties(&document.value).into_iter().step_by(extent(151, 1)) {
        let mut mutant = document.value.clone();
        let required = &mut mutant["components"]["schemas"][&schema]["required"];
        let mut names: Vec<Value> = required.as_array().cloned().unwrap_or_default();
        match names.iter().position(|name| *name == json!(property)) {
            Some(index) => drop(names.remove(index)),
            None => names.push(json!(property)),
        }
        *required = json!(names);
        assert!(types_of(&mutant) != types, "{schema}.{property} goes unnoticed");
    }
}

/// The code of the types without comments, or `None` if the document is refused.
fn types_of(document: &Value) -> Option<String> {
    let published = Source { file: "mutant.json".to_owned(), text: document.to_string() };
    let input = Input { published, crate_name: "deck-api".to_owned(), ..Input::default() };
    let generated = xtask::generate(&input).ok()?;
    let code = xtask::emit::without_header(&generated.files["types.rs"]);
    Some(code.lines().filter(|line| !line.trim_start().starts_with("///")).collect::<Vec<_>>().join("\n"))
}

fn properties(document: &Value) -> Vec<(String, String)> {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let names =
        |schema: &Value| schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    schemas.iter().flat_map(|(name, schema)| names(schema).into_iter().map(move |property| (name.clone(), property))).collect()
}

fn mutants(document: &Value) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (schema, property) in properties(document) {
        let mut add = |what: &str, change: &dyn Fn(&mut Value)| {
            let mut mutant = document.clone();
            change(&mut mutant["components"]["schemas"][&schema]);
            mutants.push(Mutant { what: format!("{what} {schema}.{property}"), document: mutant });
        };
        add("dropping", &|schema| {
            remove(&mut schema["properties"], &property);
            unrequire(schema, &property);
        });
        add("renaming", &|schema| {
            let value = remove(&mut schema["properties"], &property);
            schema["properties"][format!("{property}_renamed")] = value;
            let was_required = unrequire(schema, &property);
            if was_required {
                schema["required"].as_array_mut().unwrap().push(json!(format!("{property}_renamed")));
            }
        });
        let own = &document["components"]["schemas"][&schema]["properties"][&property];
        let another = if own["type"].to_string().contains("boolean") { "integer" } else { "boolean" };
        add("retyping", &|schema| schema["properties"][&property] = json!({ "type": another }));
        // A schema without a type already allows null, so allowing it changes nothing.
        if !already_allows_null(document, &schema, &property, own) {
            add("flipping the nullability of", &|schema| flip(&mut schema["properties"][&property]));
        }
    }
    mutants
}

fn already_allows_null(document: &Value, schema: &str, property: &str, own: &Value) -> bool {
    let required =
        document["components"]["schemas"][schema]["required"].as_array().is_some_and(|names| names.contains(&json!(property)));
    let anything = |schema: &Value| {
        schema["type"].is_null() && schema["anyOf"].is_null() && schema["oneOf"].is_null() && schema["$ref"].is_null()
    };
    let names_anything = own["anyOf"]
        .as_array()
        .is_some_and(|branches| branches.iter().any(|branch| branch["$ref"] == "#/components/schemas/JsonElement"));
    anything(own) || !required && names_anything
}

fn flip(schema: &mut Value) {
    for union in ["anyOf", "oneOf"] {
        if let Some(branches) = schema.get_mut(union).and_then(Value::as_array_mut) {
            branches.retain(|branch| branch["type"] != "null");
            return;
        }
    }
    // A schema with a constant, an enum or a reference does not allow null by another type beside it.
    if ["const", "enum", "$ref"].iter().any(|key| schema.get(*key).is_some()) {
        *schema = json!({ "anyOf": [schema.clone(), { "type": "null" }] });
        return;
    }
    match schema.get_mut("type") {
        Some(Value::Array(types)) if types.contains(&json!("null")) => types.retain(|name| name != "null"),
        Some(Value::Array(types)) => types.push(json!("null")),
        Some(name) => *name = json!([name.clone(), "null"]),
        None => *schema = json!({ "anyOf": [schema.clone(), { "type": "null" }] }),
    }
}

fn remove(object: &mut Value, key: &str) -> Value {
    object.as_object_mut().and_then(|object| object.shift_remove(key)).unwrap_or_default()
}

fn unrequire(schema: &mut Value, property: &str) -> bool {
    let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) else { return false };
    let before = required.len();
    required.retain(|name| name != property);
    before != required.len()
}
