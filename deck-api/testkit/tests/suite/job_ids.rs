//! Jobs have IDs that their schemas allow, and are found by them, whichever operation created them.

use crate::common::send;
use deck_api_testkit::{Document, FakeServer};
use serde_json::{Value, json};
use std::time::Duration;

/// Starts a server with two operations that create the same runs. The schema of the ID differs between the body and the path.
fn start(in_body: &Value, in_path: &Value) -> FakeServer {
    let content =
        |schema: Value| json!({ "200": { "description": "", "content": { "application/json": { "schema": schema } } } });
    let (run, runs) = (
        json!({ "$ref": "#/components/schemas/Run" }),
        json!({ "type": "array", "items": { "$ref": "#/components/schemas/Run" } }),
    );
    let creates = |id: &str| {
        json!({ "operationId": id, "responses": content(run.clone()), "x-poll": {
        "operationId": "showRun", "parameters": { "id": "$response.body#/id" }, "state": "/status", "success": ["done"], "failure": ["failed"] } })
    };
    let status = json!({ "name": "status", "in": "query", "explode": false, "schema": { "type": "array", "items": { "type": "string" } } });
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": in_path });
    let document = json!({
        "openapi": "3.1.0", "info": { "title": "Runs", "version": "1" },
        "paths": {
            "/runs": { "post": creates("createRun"), "get": { "operationId": "listRuns", "parameters": [status], "responses": content(runs) } },
            "/others": { "post": creates("createOther") },
            "/runs/{id}": { "get": { "operationId": "showRun", "parameters": [id], "responses": content(run.clone()) } }
        },
        "components": { "schemas": { "Run": { "type": "object", "required": ["id", "status"], "properties": {
            "id": in_body, "status": { "enum": ["queued", "running", "done", "failed"] } } } } }
    });
    let server = FakeServer::start(Document::parse(&document.to_string()).unwrap()).unwrap();
    server.play(|| Duration::ZERO).unwrap();
    server
}

#[test]
fn every_job_has_an_id_that_its_schemas_allow_and_is_found_by_it() {
    let any = json!({ "type": "string" });
    let uuid = json!({ "type": "string", "format": "uuid" });
    let long = json!({ "type": "string", "minLength": 20 });
    let pattern = json!({ "type": "string", "pattern": "^run-[a-z0-9]{16}$" });
    let number = json!({ "type": "integer" });
    for (in_body, in_path, second) in [
        (&any, &any, Some(json!("id_2"))),
        (&number, &number, Some(json!(2))),
        (&number, &any, Some(json!(2))),
        (&uuid, &uuid, Some(json!("00000000-0000-4000-8000-000000000002"))),
        (&any, &uuid, Some(json!("00000000-0000-4000-8000-000000000002"))),
        (&long, &any, Some(json!("00000000-0000-4000-8000-000000000002"))),
        (&pattern, &pattern, None),
        (&any, &pattern, None),
    ] {
        let server = start(in_body, in_path);
        let created = ["/runs", "/others"].map(|path| send(&server, "POST", path, "", None).1);
        assert_ne!(created[0]["id"], created[1]["id"]);
        assert!(second.is_none_or(|second| created[1]["id"] == second), "{in_body} {in_path}: {created:?}");
        for run in &created {
            let id = run["id"].as_str().map_or_else(|| run["id"].to_string(), str::to_owned);
            assert_eq!(send(&server, "GET", &format!("/runs/{id}"), "", None), (200, run.clone()), "{in_body} {in_path}");
        }
        assert_eq!(server.violations(), Vec::<String>::new(), "{in_body} {in_path}");
    }
}

#[test]
fn a_list_has_the_jobs_of_all_its_kinds_and_is_filtered_by_any_of_several_values() {
    let id = json!({ "type": "string" });
    let server = start(&id, &id);
    for path in ["/runs", "/others"] {
        send(&server, "POST", path, "", None);
    }
    for (query, expected) in [("", 2), ("?status=queued", 2), ("?status=running,queued", 2), ("?status=running,done", 0)] {
        let (_, runs) = send(&server, "GET", &format!("/runs{query}"), "", None);
        assert_eq!(runs.as_array().map(Vec::len), Some(expected), "{query}: {runs}");
    }
}
