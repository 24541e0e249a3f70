//! Reads the facts about the whole API: servers, security, and the places of errors in bodies.

use super::{conversions, security, servers};
use crate::account::Account;
use crate::document::pointer::Pointer;
use crate::model::api::Api;
use crate::model::servers::Server;
use crate::model::types::{Shape, Types};
use crate::problem::Problems;
use serde_json::Value;
use std::collections::HashMap;

const FIX: &str = "correct the action of the overlay that sets it";

/// Reads the facts about the whole API.
///
/// `published` maps Rust names of schemas to their names in the published document.
pub fn api(document: &Value, published: &HashMap<String, String>, account: &mut Account, problems: &mut Problems) -> Api {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let codes = document.get("x-capacity-codes").and_then(Value::as_array);
    let servers = servers::of_api(document, account, problems);
    Api {
        title: text("/info/title").unwrap_or_default(),
        version: text("/info/version").unwrap_or_default(),
        base_url: servers.first().and_then(Server::usable_url),
        servers,
        server_setters: Vec::new(),
        security: security::read(document, account),
        request_id: text("/x-request-id"),
        error_list: text("/x-error-list"),
        error_item: error_item(document, published, problems),
        rate_limit: rate_limit(document, problems),
        capacity_codes: codes.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}

/// `x-rate-limit`: the number of requests, and the seconds in which they are allowed.
fn rate_limit(document: &Value, problems: &mut Problems) -> Option<(u64, u64)> {
    let fact = document.get("x-rate-limit")?;
    let number = |key: &str| fact.get(key).and_then(Value::as_u64).filter(|number| *number > 0);
    let limit = number("requests").zip(number("seconds"));
    if limit.is_none() {
        problems.add("/x-rate-limit", "must have `requests` and `seconds`, both whole numbers above 0", FIX);
    }
    limit
}

/// Requires that the fields of the errors in a list are strings.
pub fn check_error_item(api: &Api, types: &Types, problems: &mut Problems) {
    let Some((name, fields)) = &api.error_item else { return };
    let Some(def) = types.get(name) else { return };
    let is_text = |property: &str| match &def.shape {
        Shape::Struct(item) => {
            let field = item.fields.values().find(|field| field.wire == property);
            field.is_some_and(|field| conversions::is_text(types, field.value.ty.behind_aliases(types)))
        }
        _ => false,
    };
    for (role, property) in fields.iter().filter(|(_, property)| !is_text(property)) {
        let at = def.origin.pointer().at("x-error-item").at(role);
        problems.add(at, format!("`{property}` is not a property whose value is a string"), FIX);
    }
}

fn error_item(
    document: &Value,
    published: &HashMap<String, String>,
    problems: &mut Problems,
) -> Option<(String, Vec<(String, String)>)> {
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    let (name, schema, marks) =
        schemas.iter().find_map(|(name, schema)| Some((name, schema, schema.get("x-error-item")?.as_object()?)))?;
    let published = published.get(name).unwrap_or(name);
    let at = Pointer::parse("/components/schemas").at(published).at("x-error-item");
    let mut fields = Vec::new();
    for (role, field) in marks {
        let field = field.as_str().filter(|field| schema.get("properties").is_some_and(|own| own.get(field).is_some()));
        match field.filter(|_| ["kind", "code", "message", "field"].contains(&role.as_str())) {
            Some(field) => fields.push((role.clone(), field.to_owned())),
            None => problems.add(
                at.at(role),
                "is neither `kind`, `code`, `message` nor `field`, or names no property of the schema",
                FIX,
            ),
        }
    }
    Some((name.clone(), fields))
}
