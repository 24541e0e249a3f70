//! Null as a branch of a union becomes `nullable`.

use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk::{self, Node, Site};
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(document: &mut Value, account: &mut Account) {
    walk::schemas(document, &mut |site, schema| {
        if schema == &Value::Bool(true) && site.pointer.last() != "additionalProperties" {
            *schema = json!({});
            account.note(site.pointer, Loss::Exact, "`true` became the empty schema");
        }
        let Value::Object(object) = schema else { return };
        for union in ["oneOf", "anyOf"] {
            lower_union(object, union, site, account);
        }
    });
}

fn lower_union(schema: &mut Map<String, Value>, union: &str, site: Site<'_>, account: &mut Account) {
    let Some(branches) = schema.get(union).and_then(Value::as_array) else { return };
    let (nulls, rest): (Vec<Value>, Vec<Value>) = branches.iter().cloned().partition(is_null);
    if nulls.is_empty() {
        return;
    }
    let at = site.pointer.at(union);
    if site.parent == Node::Components {
        // typify reads `nullable` beside a union at the root of a component as two types of one name.
        let branches: Vec<Value> = rest.into_iter().chain([json!({ "enum": [null] })]).collect();
        schema.insert(union.to_owned(), Value::Array(branches));
        account.note(&at, Loss::Exact, "the null branch became `enum: [null]`");
        return;
    }
    match <[Value; 1]>::try_from(rest) {
        Ok([only]) => {
            schema.shift_remove(union);
            merge_branch(schema, only, &at, account);
        }
        Err(rest) => {
            schema.insert(union.to_owned(), Value::Array(rest));
        }
    }
    schema.insert("nullable".into(), json!(true));
    account.note(&at, Loss::Exact, "the null branch became `nullable`");
}

/// The one branch that is left takes the place of the union; what stands outside wins.
fn merge_branch(schema: &mut Map<String, Value>, branch: Value, at: &Pointer, account: &mut Account) {
    let conflicts = |branch: &Map<String, Value>| {
        branch.iter().any(|(key, value)| !ANNOTATIONS.contains(&key.as_str()) && schema.get(key).is_some_and(|own| own != value))
    };
    match branch {
        Value::Object(branch) if !branch.contains_key("$ref") && !conflicts(&branch) => {
            for (key, value) in branch {
                schema.entry(key).or_insert(value);
            }
            account.note(at, Loss::Exact, "the one other branch took the place of the union");
        }
        branch => match schema.get_mut("allOf") {
            Some(Value::Array(all)) => all.push(branch),
            _ => {
                schema.insert("allOf".into(), json!([branch]));
            }
        },
    }
}

const ANNOTATIONS: [&str; 5] = ["title", "description", "default", "examples", "deprecated"];

/// Whether `schema` admits null and nothing else.
fn is_null(schema: &Value) -> bool {
    let only_null = |value: &Value| value == &json!(["null"]) || value == &json!("null");
    schema.get("type").is_some_and(only_null)
        || schema.get("const").is_some_and(Value::is_null)
        || schema.get("enum") == Some(&json!([null]))
}
