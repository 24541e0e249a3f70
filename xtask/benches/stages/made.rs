//! Builds documents of any size that resemble real ones: resources with references, enums, unions, query parameters, error bodies.

use serde_json::{Map, Value, json};

/// A document with this number of operations: five for each resource.
pub fn document(operations: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), shared());
    for number in 0..operations.div_ceil(5) {
        let of_resource = (operations - number * 5).min(5);
        resource(number, of_resource, &mut paths, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Made", "version": "1.0.0", "description": "A document of any size." },
        "servers": [{ "url": "https://api.example.com/v1" }],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": {
                "Limit": { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 } },
                "Cursor": { "name": "cursor", "in": "query", "description": "Where to go on.", "schema": { "type": ["string", "null"] } },
            },
            "responses": {
                "NotFound": { "description": "There is no such thing.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } } },
                "Invalid": { "description": "The request is not valid.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ValidationProblem" } } } },
            },
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn shared() -> Map<String, Value> {
    let schemas = json!({
        "Problem": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": { "type": "string", "enum": ["not_found", "invalid", "conflict", "internal"] },
                "message": { "type": "string", "description": "What is wrong, for people." },
                "request_id": { "type": "string", "format": "uuid" },
            },
        },
        "ValidationProblem": {
            "allOf": [
                { "$ref": "#/components/schemas/Problem" },
                {
                    "type": "object",
                    "properties": {
                        "fields": { "type": "array", "items": { "type": "object", "properties": { "name": { "type": "string" }, "reason": { "type": "string" } }, "required": ["name"] } },
                    },
                },
            ],
        },
    });
    schemas.as_object().cloned().unwrap_or_default()
}

fn resource(number: usize, operations: usize, paths: &mut Map<String, Value>, schemas: &mut Map<String, Value>) {
    let name = format!("Resource{number}x");
    let reference = |suffix: &str| json!({ "$ref": format!("#/components/schemas/{name}{suffix}") });
    let json_of = |schema: Value| json!({ "application/json": { "schema": schema } });
    let response = |schema: Value| json!({ "description": "Good.", "content": json_of(schema) });
    let refused = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } });
    let shared = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
    let status =
        json!({ "name": "status", "in": "query", "explode": false, "schema": { "type": "array", "items": reference("Status") } });
    let all = [
        (
            "",
            "get",
            json!({ "operationId": format!("list{name}"), "summary": "Lists all.", "parameters": [shared("Limit"), shared("Cursor"), status], "responses": { "200": response(reference("List")), "422": refused("Invalid") } }),
        ),
        (
            "",
            "post",
            json!({ "operationId": format!("create{name}"), "summary": "Makes one.", "requestBody": { "required": true, "content": json_of(reference("Create")) }, "responses": { "201": response(reference("")), "422": refused("Invalid"), "409": response(json!({ "type": "object", "properties": { "other": { "type": "string" } } })) } }),
        ),
        (
            "/{id}",
            "get",
            json!({ "operationId": format!("get{name}"), "description": "Gets one.\n\nIt is there until it is deleted.", "parameters": [id], "responses": { "200": response(reference("")), "404": refused("NotFound") } }),
        ),
        (
            "/{id}",
            "patch",
            json!({ "operationId": format!("update{name}"), "parameters": [id], "requestBody": { "required": true, "content": json_of(json!({ "type": "object", "properties": { "title": { "type": ["string", "null"], "maxLength": 200 }, "settings": reference("Settings") } })) }, "responses": { "200": response(reference("")), "404": refused("NotFound"), "422": refused("Invalid") } }),
        ),
        (
            "/{id}",
            "delete",
            json!({ "operationId": format!("delete{name}"), "parameters": [id], "responses": { "204": { "description": "Gone." }, "404": refused("NotFound") } }),
        ),
    ];
    for (suffix, method, operation) in all.into_iter().take(operations) {
        let item = paths.entry(format!("/resource{number}{suffix}")).or_insert_with(|| json!({}));
        item[method] = operation;
    }
    let own = json!({
        "": {
            "type": "object",
            "description": format!("A resource of the kind {number}."),
            "required": ["id", "status", "created_at", "owner"],
            "properties": {
                "id": { "type": "string", "format": "uuid" },
                "status": reference("Status"),
                "title": { "type": ["string", "null"] },
                "created_at": { "type": "string", "format": "date-time" },
                "size": { "type": "integer", "minimum": 0 },
                "ratio": { "type": "number" },
                "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                "owner": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string", "enum": ["user", "team"] }, "name": { "type": "string" } } },
                "settings": { "anyOf": [reference("Settings"), { "type": "null" }] },
                "target": { "oneOf": [reference("Email"), reference("Webhook")], "discriminator": { "propertyName": "type" } },
                "parent": reference(""),
            },
        },
        "Status": { "type": "string", "enum": ["pending", "active", "failed", "done"] },
        "Settings": { "type": "object", "properties": { "retries": { "type": "integer", "default": 3 }, "mode": { "type": "string", "enum": ["fast", "safe"] }, "tags": { "type": "array", "items": { "type": "string" } } } },
        "Email": { "type": "object", "required": ["type", "address"], "properties": { "type": { "const": "email" }, "address": { "type": "string", "format": "email" } } },
        "Webhook": { "type": "object", "required": ["type", "url"], "properties": { "type": { "const": "webhook" }, "url": { "type": "string", "format": "uri" } } },
        "Create": { "type": "object", "required": ["title"], "properties": { "title": { "type": "string" }, "settings": reference("Settings"), "target": { "oneOf": [reference("Email"), reference("Webhook")] } } },
        "List": { "type": "object", "required": ["items"], "properties": { "items": { "type": "array", "items": reference("") }, "next": { "type": ["string", "null"] } } },
    });
    for (suffix, schema) in own.as_object().into_iter().flatten() {
        schemas.insert(format!("{name}{suffix}"), schema.clone());
    }
}
