//! Checks a request against the published document: what the document does not allow is said, in words.

use crate::http::{Request, unescape};
use crate::{Document, Judge, Operation};
use serde_json::Value;
use std::collections::HashMap;

/// The operation that a request is for, and the variables of its path.
pub fn find<'a>(
    operations: &'a [Operation],
    base_path: &str,
    request: &Request,
) -> Option<(&'a Operation, HashMap<String, String>)> {
    let path = request.path.strip_prefix(base_path)?;
    operations.iter().find_map(|operation| {
        let variables = (operation.method == request.method).then(|| variables(&operation.path, path)).flatten()?;
        Some((operation, variables))
    })
}

fn variables(template: &str, path: &str) -> Option<HashMap<String, String>> {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    if template.len() != path.len() {
        return None;
    }
    let mut variables = HashMap::new();
    for (expected, found) in template.iter().zip(&path) {
        match expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => {
                variables.insert(name.to_owned(), unescape(found));
            }
            None if expected == found => {}
            None => return None,
        }
    }
    Some(variables)
}

/// Everything about the request that the document does not allow.
pub fn violations(judge: &Judge, operation: &Operation, variables: &HashMap<String, String>, request: &Request) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(
        variables.iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| format!("the path variable `{name}` is empty")),
    );
    let query = request.query_pairs();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
        let there = match parameter.location.as_str() {
            "query" => query.iter().any(|(name, _)| *name == parameter.name),
            "header" => request.header(&parameter.name).is_some(),
            _ => true,
        };
        if !there {
            found.push(format!("the {} parameter `{}` is missing", parameter.location, parameter.name));
        }
    }
    for (name, _) in &query {
        if !operation.parameters.iter().any(|parameter| parameter.location == "query" && parameter.name == *name) {
            found.push(format!("the query parameter `{name}` is not declared"));
        }
    }
    if operation.secured && !request.header("authorization").is_some_and(|value| value.starts_with("Bearer ") && value.len() > 7)
    {
        found.push("the request does not say who sends it: no `Authorization: Bearer …`".to_owned());
    }
    found.extend(body_violations(judge, operation, request));
    found
}

fn body_violations(judge: &Judge, operation: &Operation, request: &Request) -> Vec<String> {
    let document = judge.document();
    let Some(body) = document.at(&format!("{}/requestBody", operation.pointer)) else {
        return if request.body.is_empty() { Vec::new() } else { vec!["the operation takes no body".to_owned()] };
    };
    let required = body.get("required") == Some(&Value::Bool(true));
    if request.body.is_empty() {
        return if required { vec!["the body is missing".to_owned()] } else { Vec::new() };
    }
    let media = request.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
    let Some(pointer) = media_pointer(document, &format!("{}/requestBody", operation.pointer), &media) else {
        return vec![format!("the media type `{media}` of the body is not declared")];
    };
    match serde_json::from_slice::<Value>(&request.body) {
        Err(error) => vec![format!("the body is not JSON: {error}")],
        Ok(value) => match judge.problems(&pointer, &value) {
            Ok(problems) => problems.into_iter().map(|problem| format!("the body does not fit its schema, {problem}")).collect(),
            Err(error) => vec![error.to_string()],
        },
    }
}

/// The pointer to the schema of a media type below `holder`, a request body or a response.
pub fn media_pointer(document: &Document, holder: &str, media: &str) -> Option<String> {
    let pointer = format!("{holder}/content/{}/schema", crate::document::escape(media));
    document.at(&pointer).map(|_| pointer)
}
