//! The generated types match the schemas of the document. An independent validator checks random values, and schemas are compared.

use crate::common::{extent, overlaid, published, run};
use deck_api::types;
use deck_api_testkit::{Direction, Document, Judge, Values, differences};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A generated type by the name of its schema.
struct Case {
    name: &'static str,
    direction: Direction,
    round_trip: fn(&Value) -> Result<Value, String>,
    schema: fn() -> Schema,
}

fn case<T: DeserializeOwned + Serialize + JsonSchema>(name: &'static str, direction: Direction) -> Case {
    Case {
        name,
        direction,
        round_trip: |value| {
            let decoded: T = serde_json::from_str(&value.to_string()).map_err(|error| error.to_string())?;
            serde_json::to_value(decoded).map_err(|error| error.to_string())
        },
        schema: || SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>(),
    }
}

macro_rules! cases {
    ($($direction:ident: $($name:ident),*;)*) => {
        vec![$($(case::<types::$name>(stringify!($name), Direction::$direction)),*),*]
    };
}

fn cases() -> Vec<Case> {
    cases! {
        Request: RunTaskRequest, SubmitInteractionInputRequest, TaskRunStatusFilter;
        Response: GetTaskResponse, GetTaskRunResponse, GetStorageItemResponse, ListStorageItemResponse, VerifyKeyResponse,
            PaginatedResponseOfGetTaskResponse, PaginatedResponseOfGetTaskRunResponse, PaginatedResponseOfListStorageItemResponse,
            TaskStatus, StorageItemId,
            Error, ErrorResponse, RunTaskResponse, TaskRunArtifacts, TaskRunScreenshot, TaskRunStorageItem,
            ValidationErrorResponse, TaskId, TaskRunId, CredentialId, SourceId, SessionId, AgentId, TaskRunStatus, TaskRunResult;
    }
}

#[test]
fn every_schema_of_the_document_is_among_the_cases() {
    let known: BTreeSet<String> = cases().iter().map(|case| format!("/components/schemas/{}", case.name)).collect();
    let mut schemas: BTreeSet<String> = overlaid().schemas().into_iter().collect();
    // This schema has no constraints, so it has no type.
    assert!(schemas.remove("/components/schemas/JsonElement"));
    assert_eq!(known, schemas);
}

#[test]
fn every_valid_value_decodes_and_encodes_to_an_equal_and_valid_one() {
    std::thread::scope(|scope| {
        for document in [published(), overlaid()] {
            scope.spawn(|| check_round_trips(&Arc::new(document)));
        }
    });
}

fn check_round_trips(document: &Arc<Document>) {
    let many = extent(20, 1_000);
    let judge = Judge::new(Arc::new(overlaid()));
    for case in cases() {
        let pointer = format!("/components/schemas/{}", case.name);
        if document.at(&pointer).is_none() {
            continue;
        }
        let (own, mut values) = (Judge::new(document.clone()), Values::new(document.clone(), 7));
        // A page has many items, and their schema is a separate case.
        let count = if case.name.starts_with("Paginated") { many / 20 } else { many };
        for _ in 0..count {
            let value = values.make(&pointer).unwrap();
            let back = (case.round_trip)(&value).unwrap_or_else(|error| panic!("{}: {error}: {value}", case.name));
            let differences = differences(&judge, &pointer, &value, &back, case.direction).unwrap();
            assert_eq!(differences, Vec::<String>::new(), "{}: {value}", case.name);
            assert_eq!(own.problems(&pointer, &back).unwrap(), Vec::<String>::new(), "{}: {back}", case.name);
        }
    }
}

#[test]
fn every_request_body_that_the_types_allow_is_valid_under_the_document() {
    use deck_api::Null;
    let (published, overlaid) = (Judge::new(Arc::new(published())), Judge::new(Arc::new(overlaid())));
    let builder = types::RunTaskRequest::builder;
    let inputs = [json!(null), json!(1), json!("x"), json!([{}]), json!({ "a": { "b": null } })];
    let mut bodies = vec![builder()];
    for input in inputs {
        bodies = bodies
            .into_iter()
            .flat_map(|body| [body.clone(), body.clone().input(&input), body.input(&input).credential_id("cred_1")])
            .collect();
    }
    let bodies = bodies.into_iter().flat_map(|body| {
        let nulls = body.clone().credential_id(Null).source_id(Null).session_id(Null).request_id(Null);
        [body.clone().source_id("").session_id("🙂").request_id("\0"), nulls, body]
    });
    for body in bodies {
        let value = serde_json::to_value(body.build().unwrap()).unwrap();
        for judge in [&published, &overlaid] {
            assert_eq!(judge.problems("/components/schemas/RunTaskRequest", &value).unwrap(), Vec::<String>::new(), "{value}");
        }
        let decoded: types::RunTaskRequest = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(decoded).unwrap(), value, "the four forms are distinct");
    }
}

#[test]
fn only_the_published_document_refuses_the_null_that_the_overlay_allows() {
    let run = run();
    let pointer = "/components/schemas/RunTaskResponse";
    assert!(!Judge::new(Arc::new(published())).problems(pointer, &run).unwrap().is_empty());
    assert_eq!(Judge::new(Arc::new(overlaid())).problems(pointer, &run).unwrap(), Vec::<String>::new());
}

#[test]
fn the_schema_of_every_type_equals_that_of_the_document() {
    let document = overlaid();
    for case in cases() {
        let published = document.at(&format!("/components/schemas/{}", case.name)).unwrap();
        let own = Document::parse(&serde_json::to_string(&(case.schema)()).unwrap()).unwrap();
        assert_eq!(facts(&own, own.value()), facts(&document, published), "{}", case.name);
    }
}

/// The properties, requiredness, nullability and formats of a schema, with all references resolved.
fn facts(document: &Document, schema: &Value) -> Value {
    let mut parts = Vec::new();
    collect(document, schema, &mut parts, 0);
    let nullable = parts.iter().any(admits_null);
    let kinds: BTreeSet<&str> =
        parts.iter().filter_map(|part| part.get("type")).flat_map(names).filter(|name| *name != "null").collect();
    // A number that may also be a string is a number.
    let kind = ["integer", "number"].into_iter().find(|number| kinds.contains(number)).or(kinds.first().copied());
    let mut facts = json!({ "type": kind, "nullable": nullable });
    for part in &parts {
        let required: BTreeSet<&str> =
            part.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let mut fact = json!({ "required": required.contains(name.as_str()) });
            fact["schema"] = facts_below(document, property);
            facts["properties"][name] = fact;
        }
        if let Some(format) = part.get("format") {
            facts["format"] = format.clone();
        }
        if let Some(items) = part.get("items") {
            facts["items"] = facts_below(document, items);
        }
    }
    facts
}

fn facts_below(document: &Document, schema: &Value) -> Value {
    let mut facts = facts(document, schema);
    // Any JSON includes null, whether or not the schema says so.
    if facts["type"].is_null() {
        facts["nullable"] = json!("any");
    }
    facts
}

fn collect(document: &Document, schema: &Value, parts: &mut Vec<Map<String, Value>>, depth: usize) {
    let Some(own) = schema.as_object().filter(|_| depth < 8) else { return };
    parts.push(own.clone());
    if own.contains_key("$ref") {
        collect(document, document.resolve(schema), parts, depth + 1);
    }
    for branch in ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| own.get(*key)?.as_array()).flatten() {
        collect(document, branch, parts, depth + 1);
    }
}

fn names(types: &Value) -> Vec<&str> {
    match types {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    }
}

fn admits_null(part: &Map<String, Value>) -> bool {
    part.get("type").is_some_and(|types| names(types).contains(&"null"))
}
