//! Who may send a request, and how it shows who sends it.

use super::endpoints::Endpoint;
use super::operations::Findings;
use super::rules;
use super::verdicts::Fact;
use super::verdicts::Verdict::{self, Major, Minor, Patch, Unknown};
use crate::document::pointer::Pointer;
use indexmap::IndexMap;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The schemes that are needed together, each with its scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// A change, and the operations that have it.
type Change = (&'static str, String, [Verdict; 2]);

impl Findings<'_> {
    /// Compares security, operation by operation; one change of many of them is one.
    pub fn security(&mut self, pairs: &[(&Endpoint<'_>, &Endpoint<'_>)]) {
        let (old, new) = (self.schemas.old.document, self.schemas.new.document);
        self.schemes(old, new, pairs);
        let client = pairs.iter().flat_map(|(before, _)| asked(old, before.value)).flat_map(Alternative::into_keys).next();
        let client = client.and_then(|name| carrier(&scheme(old, &name)));
        let mut changes: IndexMap<Change, (Pointer, Pointer, Vec<String>)> = IndexMap::new();
        for (before, after) in pairs {
            for change in compare(old, new, before.value, after.value, client.as_deref()) {
                let entry = changes.entry(change).or_insert_with(|| (before.at.clone(), after.at.clone(), Vec::new()));
                entry.2.push(after.label.clone());
            }
        }
        for ((rule, text, [wire, source]), (before, after, operations)) in changes {
            // Where it is one change for all, it stands at the root.
            let at = |at: Pointer| {
                if operations.len() == pairs.len() && pairs.len() > 1 { Pointer::default().at("security") } else { at }
            };
            let fact =
                Fact { rule, old: Some(at(before)), new: Some(at(after)), operations: operations.clone(), wire, source, text };
            self.facts.push((0, fact));
        }
    }

    /// Schemes of one name that are of another kind.
    fn schemes(&mut self, old: &Value, new: &Value, pairs: &[(&Endpoint<'_>, &Endpoint<'_>)]) {
        let root = Pointer::parse("/components/securitySchemes");
        let schemes = old.pointer(root.as_str()).and_then(Value::as_object);
        for (name, before) in schemes.into_iter().flatten() {
            let at = root.at(name);
            let Some(after) = new.pointer(at.as_str()) else { continue };
            if identity(before) == identity(after) {
                self.schemas.prose.object(&at, before, after, &["bearerFormat", "flows", "openIdConnectUrl"]);
                continue;
            }
            let uses =
                |endpoint: &Endpoint<'_>| asked(old, endpoint.value).iter().any(|alternative| alternative.contains_key(name));
            let operations: Vec<String> =
                pairs.iter().filter(|(before, _)| uses(before)).map(|(_, after)| after.label.clone()).collect();
            let wire = match (operations.is_empty(), carrier(before) == carrier(after)) {
                (true, _) => Patch,
                // What is sent looks the same; whether the same key is accepted, the document does not say.
                (false, true) => Unknown,
                (false, false) => Major,
            };
            let text = format!("the security scheme `{name}` is {} instead of {}", identity(after), identity(before));
            let fact =
                Fact { rule: rules::SCHEME_CHANGED, old: Some(at.clone()), new: Some(at), operations, wire, source: Patch, text };
            self.facts.push((0, fact));
        }
    }
}

/// The alternatives that an operation asks for. None: it asks for nothing.
fn asked(document: &Value, operation: &Value) -> Vec<Alternative> {
    let list = operation.get("security").or_else(|| document.get("security")).and_then(Value::as_array);
    let alternative = |value: &Value| -> Alternative {
        let schemes = value.as_object().into_iter().flatten();
        let scopes =
            |scopes: &Value| scopes.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        schemes.map(|(name, value)| (name.clone(), scopes(value))).collect()
    };
    list.into_iter().flatten().map(alternative).collect()
}

fn scheme(document: &Value, name: &str) -> Value {
    let at = Pointer::parse("/components/securitySchemes").at(name);
    let value = document.pointer(at.as_str());
    value.and_then(|value| crate::document::pointer::resolve(document, value)).cloned().unwrap_or_default()
}

fn text(scheme: &Value, key: &str) -> String {
    scheme.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What a scheme is, in words.
fn identity(scheme: &Value) -> String {
    match text(scheme, "type").as_str() {
        "http" => format!("HTTP {}", text(scheme, "scheme").to_ascii_lowercase()),
        "apiKey" => format!("a key in the {} `{}`", text(scheme, "in"), text(scheme, "name")),
        other => other.to_owned(),
    }
}

/// How the client sends a key by a scheme. `None`: not by itself.
fn carrier(scheme: &Value) -> Option<String> {
    match (text(scheme, "type").as_str(), text(scheme, "scheme").to_ascii_lowercase().as_str(), text(scheme, "in").as_str()) {
        ("http", "bearer", _) | ("oauth2" | "openIdConnect", ..) => Some("authorization".to_owned()),
        ("apiKey", _, "header") => Some(text(scheme, "name").to_ascii_lowercase()),
        _ => None,
    }
}

fn compare(old: &Value, new: &Value, before: &Value, after: &Value, client: Option<&str>) -> Vec<Change> {
    // A scheme that only has another name is the same.
    let by_identity = |document: &Value,
                       alternatives: Vec<Alternative>|
     -> Vec<(BTreeMap<String, BTreeSet<String>>, Alternative)> {
        let known = |name: &str| scheme(old, name) != Value::Null && scheme(new, name) != Value::Null;
        let key = |name: &String| if known(name) { name.clone() } else { identity(&scheme(document, name)) };
        let keyed = |alternative: &Alternative| alternative.iter().map(|(name, scopes)| (key(name), scopes.clone())).collect();
        alternatives.into_iter().map(|alternative| (keyed(&alternative), alternative)).collect()
    };
    let (was, is) = (asked(old, before), asked(new, after));
    let open = |alternatives: &[Alternative]| alternatives.is_empty() || alternatives.iter().any(BTreeMap::is_empty);
    let sends = |document: &Value, alternative: &Alternative| {
        alternative.keys().all(|name| client.is_some() && carrier(&scheme(document, name)).as_deref() == client)
    };
    let passes = open(&is) || is.iter().any(|alternative| sends(new, alternative));
    let (was_open, is_open) = (open(&was), open(&is));
    let (was, is) = (by_identity(old, was), by_identity(new, is));
    let names = |alternative: &Alternative| alternative.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let schemes = |keyed: &Alternative| keyed.keys().cloned().collect::<BTreeSet<_>>();
    let mut changes: Vec<Change> = Vec::new();
    match (was_open, is_open) {
        (true, false) => {
            let wire = if passes { Minor } else { Major };
            let all: Vec<String> = is.iter().map(|(_, alternative)| names(alternative)).collect();
            // A client that sends a key is not built without one.
            let carried =
                is.iter().flat_map(|(_, alternative)| alternative.keys()).any(|name| carrier(&scheme(new, name)).is_some());
            let source = if client.is_none() && carried { Major } else { Patch };
            let key = if source == Major { "; the client is not built without a key any more" } else { "" };
            let text = format!("requests have to show who sends them, by {}{key}", all.join(" or "));
            changes.push((rules::SECURITY_REQUIRED, text, [wire, source]));
            return changes;
        }
        (false, true) => {
            changes.push((rules::SECURITY_DROPPED, "requests need not show who sends them any more".to_owned(), [Patch, Patch]));
            return changes;
        }
        _ => {}
    }
    for (keyed, alternative) in was.iter().filter(|(_, alternative)| !alternative.is_empty()) {
        if let Some((other, _)) = is.iter().find(|(other, _)| schemes(other) == schemes(keyed)) {
            scopes(keyed, other, &mut changes);
        } else {
            let wire = if passes { Patch } else { Major };
            changes.push((rules::SECURITY_REMOVED, format!("{} is not accepted any more", names(alternative)), [wire, Patch]));
        }
    }
    for (_, alternative) in is
        .iter()
        .filter(|(keyed, alternative)| !alternative.is_empty() && !was.iter().any(|(other, _)| schemes(other) == schemes(keyed)))
    {
        changes.push((rules::SECURITY_ADDED, format!("{} is accepted too", names(alternative)), [Patch, Patch]));
    }
    changes
}

fn scopes(old: &Alternative, new: &Alternative, changes: &mut Vec<Change>) {
    let none = BTreeSet::new();
    for (name, after) in new {
        let before = old.get(name).unwrap_or(&none);
        for scope in after.difference(before) {
            changes.push((rules::SCOPE_ADDED, format!("the scope `{scope}` of `{name}` is needed"), [Major, Patch]));
        }
        for scope in before.difference(after) {
            changes.push((
                rules::SCOPE_REMOVED,
                format!("the scope `{scope}` of `{name}` is not needed any more"),
                [Patch, Patch],
            ));
        }
    }
}
