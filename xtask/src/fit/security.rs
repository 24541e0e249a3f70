//! Which credentials the operations accept, as far as a client can send them. What it cannot send is noted.

use crate::account::{Account, Loss};
use crate::document::pointer::Pointer;
use crate::document::walk;
use crate::model::credentials::{Credential, credentials};
use crate::model::security::{Alternative, Scheme, SchemeKind, is_open, own, schemes};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// The names of schemes whose credentials are sent together.
pub type Together = Vec<String>;

/// What the whole API asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Security {
    /// The credentials that a client takes.
    pub credentials: Vec<Credential>,
    /// The alternatives of operations without a list of their own.
    pub global: Vec<Together>,
    /// All alternatives of all operations.
    pub alternatives: Vec<Together>,
}

/// Reads the security of `document`.
pub fn read(document: &Value, account: &mut Account) -> Security {
    let schemes = schemes(document);
    let credentials = credentials(schemes.values());
    for credential in credentials.iter().filter(|credential| credential.clashes) {
        let text = format!("is set by `{}`: its name is an option of the client", credential.methods.join("` and `"));
        account.note(&credential.scheme.pointer, Loss::Kept, text);
    }
    let global = own(document).unwrap_or_default();
    let mut alternatives = IndexSet::new();
    let mut used = IndexSet::new();
    let operations = walk::operations(document);
    for operation in &operations {
        let all = own(operation.value).unwrap_or_else(|| global.clone());
        used.extend(all.iter().flat_map(IndexMap::keys).cloned());
        let sent = sendable(&schemes, &all, &mut |_, _| {});
        // Where nothing is needed, that is an alternative too.
        alternatives.extend(if sent.is_empty() { vec![Vec::new()] } else { sent });
    }
    for scheme in schemes.values().filter(|scheme| !operations.is_empty() && !used.contains(&scheme.name)) {
        account.note(&scheme.pointer, Loss::Kept, "is required by no operation, so that its credential is never sent");
    }
    let global = noted(&schemes, &global, &Pointer::default(), account);
    Security { credentials, global, alternatives: alternatives.into_iter().collect() }
}

/// The alternatives of `operation`, if it has a list of its own that differs from the `global` one.
pub fn of_operation(
    document: &Value,
    operation: &Value,
    at: &Pointer,
    global: &[Together],
    account: &mut Account,
) -> Option<Vec<Together>> {
    let own = own(operation)?;
    Some(noted(&schemes(document), &own, at, account)).filter(|own| own != global)
}

/// The alternatives that a client can send; what it cannot is noted at the `security` of `holder`.
fn noted(schemes: &IndexMap<String, Scheme>, all: &[Alternative], holder: &Pointer, account: &mut Account) -> Vec<Together> {
    let at = holder.at("security");
    let sent = sendable(schemes, all, &mut |index, reason| {
        account.note(&at.at(index), Loss::Kept, format!("is not applied by the client: {reason}"));
    });
    if sent.is_empty() && !is_open(all) {
        let text = "requests are sent without credentials: set the header that the API expects with `with_header`";
        account.note(&at, Loss::Kept, text);
    }
    sent
}

fn sendable(schemes: &IndexMap<String, Scheme>, all: &[Alternative], refused: &mut impl FnMut(usize, String)) -> Vec<Together> {
    let mut sent = Vec::new();
    for (index, alternative) in all.iter().enumerate() {
        match conflict(schemes, alternative) {
            Some(reason) => refused(index, reason),
            None => sent.push(alternative.keys().cloned().collect()),
        }
    }
    sent
}

/// Why no request can carry all credentials of an alternative.
fn conflict(schemes: &IndexMap<String, Scheme>, alternative: &Alternative) -> Option<String> {
    let mut carriers = IndexMap::new();
    for name in alternative.keys() {
        let Some(scheme) = schemes.get(name) else {
            return Some(format!("`{name}` is no security scheme of the document"));
        };
        match (&scheme.kind, scheme.carrier()) {
            (SchemeKind::Unknown(_), _) => {
                return Some(format!("the scheme `{name}` is of no type that OpenAPI has, or its key has no place"));
            }
            (_, Some(carrier)) => {
                if let Some(other) = carriers.insert(carrier, name) {
                    return Some(format!("`{other}` and `{name}` would be sent in the same place of the request"));
                }
            }
            (_, None) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_sent_is_noted_and_the_rest_of_the_alternatives_stays() {
        let document = json!({
            "components": { "securitySchemes": {
                "basic": { "type": "http", "scheme": "basic" },
                "token": { "type": "http", "scheme": "bearer" },
                "odd": { "type": "odd" },
                "spare": { "type": "apiKey", "in": "query", "name": "k" },
            } },
            "security": [{ "basic": [], "token": [] }, { "odd": [] }, { "missing": [] }, { "token": [] }],
            "paths": { "/a": { "get": {}, "put": { "security": [] }, "post": { "security": [{ "odd": [] }] } } },
        });
        let mut account = Account::default();
        let read = read(&document, &mut account);
        assert_eq!(read.global, [["token"]]);
        assert_eq!(read.alternatives, [vec!["token".to_owned()], vec![]]);
        let operation = &document["paths"]["/a"]["post"];
        let at = Pointer::parse("/paths/~1a/post");
        assert_eq!(of_operation(&document, operation, &at, &read.global, &mut account), Some(vec![]));
        let notes: Vec<&str> = account.changes.iter().map(|change| change.pointer.as_str()).collect();
        let expected = [
            "/components/securitySchemes/spare",
            "/security/0",
            "/security/1",
            "/security/2",
            "/paths/~1a/post/security/0",
            "/paths/~1a/post/security",
        ];
        assert_eq!(notes, expected);
    }
}
