//! Security: client certificates, and roles of schemes without scopes. Neither exists in 3.0.

use super::Lowering;
use crate::account::Loss;
use crate::document::pointer::resolve;
use crate::document::reserved::{PUBLISHED_REQUIREMENTS, PUBLISHED_SCHEMES};
use crate::document::walk::{Node, Site};
use serde_json::{Map, Value, json};

/// Runs the pass.
pub fn run(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    match site.node {
        Node::Components => schemes(object, site, lowering),
        Node::Document | Node::Operation => requirements(object, site, lowering),
        _ => {}
    }
}

fn schemes(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(Value::Object(schemes)) = object.get_mut("securitySchemes") else { return };
    let (certificates, rest): (Map<String, Value>, Map<String, Value>) =
        std::mem::take(schemes).into_iter().partition(|(name, _)| kind(lowering, name) == Some("mutualTLS"));
    *schemes = rest;
    for name in certificates.keys() {
        let text = format!("`mutualTLS` is in `{PUBLISHED_SCHEMES}`: give the HTTP client an identity of its own");
        lowering.note(&site.pointer.at("securitySchemes").at(name), Loss::Kept, text);
    }
    if !certificates.is_empty() {
        object.insert(PUBLISHED_SCHEMES.to_owned(), Value::Object(certificates));
    }
}

fn requirements(object: &mut Map<String, Value>, site: Site<'_>, lowering: &mut Lowering<'_>) {
    let Some(Value::Array(published)) = object.get("security").cloned() else { return };
    let mut lowered = Vec::new();
    for requirement in &published {
        let Value::Object(schemes) = requirement else { continue };
        let kept: Map<String, Value> = schemes
            .iter()
            .filter(|(name, _)| kind(lowering, name) != Some("mutualTLS"))
            .map(|(name, scopes)| {
                let scoped = matches!(kind(lowering, name), Some("oauth2" | "openIdConnect") | None);
                (name.clone(), if scoped { scopes.clone() } else { json!([]) })
            })
            .collect();
        // If nothing but a certificate is required, the requirement is dropped: `{}` would make all credentials optional.
        if !kept.is_empty() || schemes.is_empty() {
            lowered.push(Value::Object(kept));
        }
    }
    if lowered != published {
        let text = format!("roles, and schemes that only a connection can fulfil, are kept as `{PUBLISHED_REQUIREMENTS}`");
        lowering.note(&site.pointer.at("security"), Loss::Kept, text);
        object.insert("security".into(), Value::Array(lowered));
        object.insert(PUBLISHED_REQUIREMENTS.to_owned(), Value::Array(published));
    }
}

/// The type of the scheme `name`.
fn kind<'a>(lowering: &Lowering<'a>, name: &str) -> Option<&'a str> {
    let source = lowering.source;
    resolve(source, source.get("components")?.get("securitySchemes")?.get(name)?)?.get("type")?.as_str()
}
