//! Reads the security alternatives that a client can send. Others are reported.

use crate::account::{Account, Loss};
use crate::document::operations;
use crate::document::pointer::Pointer;
use crate::model::api::Security;
use crate::model::credentials::credentials;
use crate::model::security::{Alternative, Scheme, accepted, combinations, conflict, is_open, own, schemes};
use indexmap::{IndexMap, IndexSet};
use serde_json::Value;

/// Reads the security of `document`.
pub fn read(document: &Value, account: &mut Account) -> Security {
    let schemes = schemes(document);
    let credentials = credentials(schemes.values());
    for credential in credentials.iter().filter(|credential| credential.clashes) {
        let text = format!("is set by `{}`: its name is an option of the client", credential.methods.join("` and `"));
        account.note(&credential.scheme.pointer, Loss::Kept, text);
    }
    let operations = operations::of(document);
    let mut used = IndexSet::new();
    for operation in &operations {
        used.extend(accepted(document, operation.value).into_iter().flat_map(IndexMap::into_keys));
    }
    for scheme in schemes.values().filter(|scheme| !operations.is_empty() && !used.contains(&scheme.name)) {
        account.note(&scheme.pointer, Loss::Kept, "no operation requires it, so its credential is never sent");
    }
    let global = noted(&schemes, &own(document).unwrap_or_default(), &Pointer::default(), account);
    let combinations = combinations(document, &schemes, &operations).into_iter().collect();
    Security { schemes, credentials, global, combinations }
}

/// The alternatives of `operation`, if they differ from those of the `whole` API.
pub fn of_operation(operation: &Value, at: &Pointer, whole: &Security, account: &mut Account) -> Option<Vec<Alternative>> {
    let own = own(operation)?;
    Some(noted(&whole.schemes, &own, at, account)).filter(|own| *own != whole.global)
}

/// The alternatives that a client can send. Others are reported at `security` of `holder`.
fn noted(schemes: &IndexMap<String, Scheme>, all: &[Alternative], holder: &Pointer, account: &mut Account) -> Vec<Alternative> {
    let at = holder.at("security");
    let mut sent = Vec::new();
    for (index, alternative) in all.iter().enumerate() {
        match conflict(schemes, alternative) {
            Some(reason) => account.note(&at.nth(index), Loss::Kept, format!("is not applied by the client: {reason}")),
            None => sent.push(alternative.clone()),
        }
    }
    if sent.is_empty() && !is_open(all) {
        let text = "requests are sent without credentials: set the header that the API expects with `with_header`";
        account.note(&at, Loss::Kept, text);
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn unsupported_credentials_are_reported_and_other_alternatives_remain() {
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
        assert_eq!(read.global.iter().flat_map(IndexMap::keys).collect::<Vec<_>>(), ["token"]);
        assert_eq!(read.combinations, [vec!["token".to_owned()], vec![]]);
        let operation = &document["paths"]["/a"]["post"];
        let at = Pointer::parse("/paths/~1a/post");
        assert_eq!(of_operation(operation, &at, &read, &mut account), Some(vec![]));
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
