//! The documentation of credentials.

use super::docs;
use super::environment::variables;
use crate::model::credentials::{Credential, CredentialForm};
use crate::model::security::{Carrier, SchemeKind};

/// The sentence about secrecy in the documentation of every credential.
pub const SECRECY: &str = "It is never printed, and it is sent only to the servers of the API.";

/// Describes the credential and where it is sent, and if `of_builder` is set, the variables from which a client reads it.
pub fn described(credential: &Credential, prefix: &str, of_builder: bool) -> Vec<String> {
    let name = docs::code(&credential.scheme.name);
    let (what, place) = match (credential.form, &credential.scheme.kind) {
        (_, SchemeKind::Key(Carrier::Header(header))) => ("Sets the key", format!("in the header {}", docs::code(header))),
        (_, SchemeKind::Key(Carrier::Query(key))) => ("Sets the key", format!("in the query parameter {}", docs::code(key))),
        (_, SchemeKind::Key(Carrier::Cookie(cookie))) => ("Sets the key", format!("in the cookie {}", docs::code(cookie))),
        (CredentialForm::UserAndPassword, _) => ("Sets the user and password", "as `Authorization: Basic …`".to_owned()),
        (CredentialForm::Client, _) => (
            "Sets the client id and client secret",
            "to the token URL in exchange for an access token, which is sent as `Authorization: Bearer …`".to_owned(),
        ),
        (CredentialForm::Parameters, SchemeKind::Http(scheme)) => (
            "Sets what follows the scheme name in the `Authorization` header",
            format!("with the HTTP scheme {}", docs::code(scheme)),
        ),
        _ => ("Sets the token", "as `Authorization: Bearer …`".to_owned()),
    };
    let mut paragraphs = vec![format!("{what} of the security scheme {name}, sent {place}.")];
    paragraphs.push(docs::prose(&credential.scheme.description));
    let whole = matches!(credential.scheme.kind, SchemeKind::Key(Carrier::Header(_)));
    if whole {
        paragraphs
            .push("The value is the whole header value: if the API expects a prefix, as in `Token abc`, include it.".to_owned());
    }
    paragraphs.push(match credential.form {
        CredentialForm::Client => "All calls share one access token. The client fetches a new one shortly before it expires or \
                                   when the API rejects it. The secret is never printed, and it is sent only to the token URL."
            .to_owned(),
        _ => SECRECY.to_owned(),
    });
    if of_builder {
        let variables: Vec<String> = variables(credential, prefix).iter().map(|name| format!("`{name}`")).collect();
        let read = format!("[`Client::from_env`](crate::Client::from_env) reads {}.", variables.join(" and "));
        paragraphs.push(read);
    }
    paragraphs
}
